package jsapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/axios"
)

func axiosGlobals() []Global {
	return []Global{{
		Name:  "axios",
		Kinds: []runtime.Kind{runtime.KindRPC},
		Doc: "The HTTP client axios " + axios.Version + " with its http adapter, behind the organisation's rules for requests. " +
			"A run may send 16 requests; a request whose answer is not needed is better returned as an axios action, which is retried.",
		TypeScript: axiosTypes,
		New:        func(e *Env) goja.Value { return e.axiosLib().root.function },
	}}
}

func tooManyRequests(limit int) string {
	return fmt.Sprintf("axios: a run may send %d requests at most", limit)
}

// axiosLib is axios in one realm: what its instances share. Its parts are made when they are first needed,
// for a realm lives for one run.
type axiosLib struct {
	env              *Env
	root             *axiosInstance
	objectPrototype  *goja.Object
	headersPrototype *goja.Object
	errorPrototype   *goja.Object
	canceled         *goja.Object // CanceledError
	calls            int          // requests sent by this run
}

// axiosLib returns the realm's axios.
func (e *Env) axiosLib() *axiosLib {
	if e.axios == nil {
		l := &axiosLib{env: e, objectPrototype: e.VM.NewObject().Prototype()}
		e.axios = l
		l.root = l.newInstance(nil)
	}
	return e.axios
}

// static makes a member that axios itself has and its instances do not, or returns nil.
func (l *axiosLib) static(name string) goja.Value {
	vm := l.env.VM
	switch name {
	case "AxiosHeaders":
		return l.headersClass()
	case "AxiosError":
		return l.errorClass()
	case "VERSION":
		return l.text(axios.Version)
	case "default":
		return l.root.function
	case "isAxiosError":
		return l.newFunction(name, func(c goja.FunctionCall) goja.Value {
			return vm.ToValue(configOption(c.Argument(0), "isAxiosError").StrictEquals(vm.ToValue(true)))
		})
	case "isCancel":
		return l.newFunction(name, func(c goja.FunctionCall) goja.Value {
			return vm.ToValue(configOption(c.Argument(0), "__CANCEL__").ToBoolean())
		})
	case "CanceledError", "Cancel":
		return l.canceledClass()
	case "CancelToken":
		return l.cancelToken()
	case "HttpStatusCode":
		return l.statusCodes()
	case "mergeConfig":
		return l.newFunction(name, func(c goja.FunctionCall) goja.Value {
			return l.mergeConfig(l.optionsOf(c.Argument(0)), l.optionsOf(c.Argument(1)))
		})
	case "toFormData":
		return l.newFunction(name, l.toFormData)
	case "formToJSON":
		return l.newFunction(name, l.formToJSON)
	case "getAdapter":
		return l.newFunction(name, func(goja.FunctionCall) goja.Value {
			l.throwFailure(axiosFailure{message: "axios: adapters are not available", code: "ERR_NOT_SUPPORT"})
			return nil
		})
	case "all":
		return l.newFunction(name, l.all)
	case "spread":
		return l.newFunction(name, l.spread)
	default:
		return nil
	}
}

// defaults makes axios.defaults of a fresh realm.
func (l *axiosLib) defaults() *goja.Object {
	vm := l.env.VM
	d, headers := vm.NewObject(), vm.NewObject()
	transitional := vm.NewObject()
	_ = transitional.Set("silentJSONParsing", true)
	_ = transitional.Set("forcedJSONParsing", true)
	_ = transitional.Set("clarifyTimeoutError", false)
	_ = d.Set("transitional", transitional)
	_ = d.Set("transformRequest", vm.NewArray(l.newFunction("transformRequest", l.transformRequest)))
	_ = d.Set("transformResponse", vm.NewArray(l.newFunction("transformResponse", l.transformResponse)))
	_ = d.Set("timeout", 0)
	_ = d.Set("maxContentLength", -1)
	_ = d.Set("maxBodyLength", -1)
	_ = d.Set("validateStatus", l.newFunction("validateStatus", func(c goja.FunctionCall) goja.Value {
		status := c.Argument(0).ToInteger()
		return vm.ToValue(status >= 200 && status < 300)
	}))
	common := l.plainObject("Accept", axios.Accept)
	_ = common.Set("Content-Type", goja.Undefined())
	_ = headers.Set("common", common)
	for _, method := range []string{"delete", "get", "head", "post", "put", "patch"} {
		_ = headers.Set(method, vm.NewObject())
	}
	_ = d.Set("headers", headers)
	return d
}

// newFunction makes a function with a name that is called on the realm's goroutine.
func (l *axiosLib) newFunction(name string, call func(goja.FunctionCall) goja.Value) *goja.Object {
	f := l.env.VM.ToValue(call).(*goja.Object)
	l.env.defineHidden(f, "name", l.text(name))
	return f
}

// function adds a method that is not enumerated.
func (l *axiosLib) function(o *goja.Object, name string, call func(goja.FunctionCall) goja.Value) {
	l.method(o, name, l.newFunction(name, call))
}

func (l *axiosLib) method(o *goja.Object, name string, v goja.Value) {
	_ = o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// setPrototype makes prototype the one of what class constructs.
func (l *axiosLib) setPrototype(class, prototype *goja.Object) {
	_ = class.DefineDataProperty("prototype", prototype, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	l.method(prototype, "constructor", class)
}

// all is Promise.all, under the name that old scripts know.
func (l *axiosLib) all(c goja.FunctionCall) goja.Value {
	promise, _ := l.env.VM.Get("Promise").(*goja.Object)
	all, ok := goja.AssertFunction(configOption(promise, "all"))
	if !ok {
		l.env.throw(errorClassType, "", "axios.all needs the built-in Promise.all")
	}
	v, err := all(promise, c.Argument(0))
	if err != nil {
		l.env.rethrow(err)
	}
	return v
}

// spread turns a function of several arguments into one of an array.
func (l *axiosLib) spread(c goja.FunctionCall) goja.Value {
	callback, ok := goja.AssertFunction(c.Argument(0))
	if !ok {
		l.env.throwArgType("callback", "of type function", c.Argument(0))
	}
	return l.newFunction("wrap", func(c goja.FunctionCall) goja.Value {
		var arguments []goja.Value
		if list, ok := c.Argument(0).(*goja.Object); ok {
			for _, key := range list.Keys() {
				arguments = append(arguments, list.Get(key))
			}
		}
		v, err := callback(goja.Undefined(), arguments...)
		if err != nil {
			l.env.rethrow(err)
		}
		return v
	})
}

// methodBuckets are the keys of headers that hold headers for one method, or for all.
var methodBuckets = []string{"get", "delete", "head", "options", "post", "put", "patch", "purge", "link", "unlink", "query", "common"}

// prepare makes the config of one request from an instance's defaults and what the call gave.
func (l *axiosLib) prepare(defaults, given *goja.Object) *goja.Object {
	config := l.mergeConfig(defaults, given)
	if _, isFunction := goja.AssertFunction(configOption(config, "paramsSerializer")); isFunction {
		options := l.env.VM.NewObject()
		_ = options.Set("serialize", config.Get("paramsSerializer"))
		_ = config.Set("paramsSerializer", options)
	}
	method := configOption(config, "method")
	if !method.ToBoolean() {
		method = configOption(defaults, "method")
	}
	name := "get"
	if method.ToBoolean() {
		name = strings.ToLower(method.String())
	}
	_ = config.Set("method", name)
	if address, ok := configOption(config, "url").(*goja.Object); ok { // a URL
		_ = config.Set("url", address.String())
	}
	_ = config.Set("headers", l.flattenHeaders(config.Get("headers"), name))
	return config
}

// flattenHeaders puts the headers for all methods and for this one before those of the config itself.
func (l *axiosLib) flattenHeaders(v goja.Value, method string) *goja.Object {
	headers, ok := v.(*goja.Object)
	if !ok {
		return l.newHeaders()
	}
	flat := l.newHeaders()
	for _, bucket := range []string{"common", method} {
		if _, plain := l.isPlainObject(headers.Get(bucket)); plain {
			l.setHeaders(flat, headers.Get(bucket), true)
		}
	}
	for _, name := range headers.Keys() {
		if _, plain := l.isPlainObject(headers.Get(name)); plain && slices.Contains(methodBuckets, name) {
			continue
		}
		l.setHeader(flat, name, headers.Get(name), true)
	}
	return flat
}
