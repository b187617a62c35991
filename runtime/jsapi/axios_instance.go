package jsapi

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime/axios"
)

// axiosInstance is axios itself, or what axios.create made.
type axiosInstance struct {
	lib               *axiosLib
	function          *goja.Object
	request, response *interceptors
}

// interceptors are functions around every request of an instance.
type interceptors struct{ list []interceptor }

type interceptor struct{ fulfilled, rejected, runWhen goja.Value }

// newInstance makes an instance; nil defaults are axios's own.
func (l *axiosLib) newInstance(defaults *goja.Object) *axiosInstance {
	in := &axiosInstance{lib: l, request: &interceptors{}, response: &interceptors{}}
	in.function = l.newFunction("wrap", in.call)
	m := &instanceMembers{in: in, values: map[string]goja.Value{}}
	if defaults != nil {
		m.values["defaults"] = defaults
	}
	members := l.env.VM.NewDynamicObject(m)
	_ = members.SetPrototype(in.function.Prototype())
	_ = in.function.SetPrototype(members)
	return in
}

// instanceMembers makes the members of an instance when they are first asked for. It stands behind the
// instance's function.
type instanceMembers struct {
	in     *axiosInstance
	values map[string]goja.Value // made or set so far; nil for a deleted member
}

var (
	instanceNames = []string{
		"defaults", "interceptors", "request", "getUri", "create", "delete", "get", "head", "options", "post", "put", "patch", "query",
		"postForm", "putForm", "patchForm",
	}
	staticNames = []string{
		"AxiosError", "AxiosHeaders", "Cancel", "CancelToken", "CanceledError", "HttpStatusCode", "VERSION", "all", "default", "formToJSON", "getAdapter",
		"isAxiosError", "isCancel", "mergeConfig", "spread", "toFormData",
	}
)

func (m *instanceMembers) Get(name string) goja.Value {
	if v, known := m.values[name]; known {
		return v
	}
	if !m.Has(name) {
		return nil
	}
	v := m.in.member(name)
	m.values[name] = v
	return v
}

func (m *instanceMembers) Set(name string, v goja.Value) bool {
	m.values[name] = v
	return true
}

func (m *instanceMembers) Has(name string) bool {
	if v, known := m.values[name]; known {
		return v != nil
	}
	return slices.Contains(instanceNames, name) || m.in.lib.root == m.in && slices.Contains(staticNames, name)
}

func (m *instanceMembers) Delete(name string) bool {
	m.values[name] = nil
	return true
}

func (m *instanceMembers) Keys() []string {
	names := instanceNames
	if m.in.lib.root == m.in {
		names = slices.Concat(instanceNames, staticNames)
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !m.Has(name) })
}

// member makes one member of the instance.
func (in *axiosInstance) member(name string) goja.Value {
	l := in.lib
	switch name {
	case "defaults":
		return l.defaults()
	case "interceptors":
		both := l.env.VM.NewObject()
		_ = both.Set("request", l.interceptorManager(in.request))
		_ = both.Set("response", l.interceptorManager(in.response))
		return both
	case "request":
		return l.newFunction(name, in.call)
	case "getUri":
		return l.newFunction(name, in.getURI)
	case "create":
		return l.newFunction(name, func(c goja.FunctionCall) goja.Value {
			return l.newInstance(l.mergeConfig(in.defaults(), l.optionsOf(c.Argument(0)))).function
		})
	case "delete", "get", "head", "options":
		return l.newFunction(name, func(c goja.FunctionCall) goja.Value {
			given := l.optionsOf(c.Argument(1))
			return in.send(given, name, c.Argument(0), configOption(given, "data"), "")
		})
	case "post", "put", "patch", "query", "postForm", "putForm", "patchForm":
		method, form := strings.CutSuffix(name, "Form")
		contentType := ""
		if form {
			contentType = axios.MultipartType
		}
		return l.newFunction(name, func(c goja.FunctionCall) goja.Value {
			return in.send(l.optionsOf(c.Argument(2)), method, c.Argument(0), c.Argument(1), contentType)
		})
	default:
		return l.static(name)
	}
}

// defaults is what stands under that name now: scripts may replace it.
func (in *axiosInstance) defaults() *goja.Object {
	return in.lib.optionsOf(in.function.Get("defaults"))
}

// call is axios(config) and axios(url, config).
func (in *axiosInstance) call(c goja.FunctionCall) goja.Value {
	if goja.IsString(c.Argument(0)) {
		return in.start(func() *goja.Object {
			config := in.lib.mergeConfig(nil, in.lib.optionsOf(c.Argument(1)))
			_ = config.Set("url", c.Argument(0))
			return config
		})
	}
	return in.start(func() *goja.Object { return in.lib.optionsOf(c.Argument(0)) })
}

// send is axios.get and its siblings.
func (in *axiosInstance) send(given *goja.Object, method string, url, data goja.Value, contentType string) goja.Value {
	return in.start(func() *goja.Object {
		l := in.lib
		own := l.plainObject("method", method)
		_ = own.Set("url", url)
		_ = own.Set("data", data)
		if contentType != "" {
			_ = own.Set("headers", l.plainObject("Content-Type", contentType))
		}
		return l.mergeConfig(given, own)
	})
}

// start sends a request and returns the promise of its response. Whatever is wrong with the config
// rejects the promise, as in an async function.
func (in *axiosInstance) start(config func() *goja.Object) goja.Value {
	vm := in.lib.env.VM
	promise, resolve, reject := vm.NewPromise()
	calledAt := in.lib.env.newPlainError(errorClassPlain, "")
	var sent goja.Value
	if exception := vm.Try(func() { sent = in.chain(in.lib.prepare(in.defaults(), config()), calledAt) }); exception != nil {
		_ = reject(exception.Value())
	} else {
		_ = resolve(sent)
	}
	return vm.ToValue(promise)
}

// chain runs the interceptors around the request.
func (in *axiosInstance) chain(config, calledAt *goja.Object) goja.Value {
	l := in.lib
	sent := goja.Value(config)
	dispatch := l.newFunction("dispatchRequest", func(c goja.FunctionCall) goja.Value {
		return l.dispatch(l.optionsOf(c.Argument(0)), calledAt)
	})
	before := in.request.active(config)
	if len(before) == 0 {
		sent = l.dispatch(config, calledAt)
	} else {
		sent = l.resolved(sent)
		for i := range before { // the one that was added last comes first
			sent = l.then(sent, before[len(before)-1-i].fulfilled, before[len(before)-1-i].rejected)
		}
		sent = l.then(sent, dispatch, goja.Undefined())
	}
	for _, after := range in.response.active(config) {
		sent = l.then(sent, after.fulfilled, after.rejected)
	}
	return sent
}

// active leaves out the interceptors that were ejected, or that do not want to run for this config.
func (i *interceptors) active(config *goja.Object) (out []interceptor) {
	for _, one := range i.list {
		if one.fulfilled == nil {
			continue
		}
		if wanted, ok := goja.AssertFunction(orUndefined(one.runWhen)); ok {
			if v, err := wanted(goja.Undefined(), config); err == nil && v.Export() == false {
				continue
			}
		}
		out = append(out, one)
	}
	return out
}

// interceptorManager is what scripts see as axios.interceptors.request and .response.
func (l *axiosLib) interceptorManager(i *interceptors) *goja.Object {
	manager := l.env.VM.NewObject()
	l.function(manager, "use", func(c goja.FunctionCall) goja.Value {
		i.list = append(i.list, interceptor{c.Argument(0), c.Argument(1), configOption(c.Argument(2), "runWhen")})
		return l.env.VM.ToValue(len(i.list) - 1)
	})
	l.function(manager, "eject", func(c goja.FunctionCall) goja.Value {
		if id := c.Argument(0).ToInteger(); id >= 0 && id < int64(len(i.list)) {
			i.list[id] = interceptor{}
		}
		return goja.Undefined()
	})
	l.function(manager, "clear", func(goja.FunctionCall) goja.Value {
		i.list = nil
		return goja.Undefined()
	})
	return manager
}

func (l *axiosLib) resolved(v goja.Value) goja.Value {
	promise, resolve, _ := l.env.VM.NewPromise()
	_ = resolve(v)
	return l.env.VM.ToValue(promise)
}

// then is promise.then(fulfilled, rejected).
func (l *axiosLib) then(promise, fulfilled, rejected goja.Value) goja.Value {
	o := promise.ToObject(l.env.VM)
	then, ok := goja.AssertFunction(o.Get("then"))
	if !ok {
		l.env.throw(errorClassType, "", "axios needs the built-in Promise.prototype.then")
	}
	v, err := then(o, orUndefined(fulfilled), orUndefined(rejected))
	if err != nil {
		l.env.rethrow(err)
	}
	return v
}

// getURI returns the URL that a request of this config would go to.
func (in *axiosInstance) getURI(c goja.FunctionCall) goja.Value {
	l := in.lib
	config := l.prepare(in.defaults(), l.optionsOf(c.Argument(0)))
	address, err := axios.Address(l.wireConfig(config), l.query(config))
	if err != nil {
		l.throwFailure(axiosFailure{message: "Invalid URL: " + err.Error(), code: codeInvalidURL})
	}
	return l.text(address)
}
