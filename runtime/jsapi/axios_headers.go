package jsapi

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// newHeaders makes an AxiosHeaders: an object whose members are the headers in the spelling in which they
// were set, found again in any.
func (l *axiosLib) newHeaders(from ...goja.Value) *goja.Object {
	h := l.env.VM.NewObject()
	_ = h.SetPrototype(l.headersProto())
	for _, source := range from {
		l.setHeaders(h, source, true)
	}
	return h
}

// setHeaders sets all of source: an object, another AxiosHeaders, or text with a header in each line.
func (l *axiosLib) setHeaders(h *goja.Object, source goja.Value, rewrite bool) {
	if goja.IsString(orUndefined(source)) {
		for line := range strings.Lines(source.String()) {
			if name, value, found := strings.Cut(line, ":"); found {
				l.setHeader(h, name, l.env.VM.ToValue(value), rewrite)
			}
		}
		return
	}
	if o, ok := source.(*goja.Object); ok {
		for _, name := range o.Keys() {
			l.setHeader(h, name, o.Get(name), rewrite)
		}
	}
}

// setHeader sets one header. Without rewrite it stays away from one that is there, also when that is null
// or false, which keep a default away.
func (l *axiosLib) setHeader(h *goja.Object, name string, v goja.Value, rewrite bool) {
	if name = strings.TrimSpace(name); name == "" || slices.Contains(unmergeable, name) {
		return
	}
	key := spelling(h, name)
	if has(h, key) && !rewrite && !isMissing(h.Get(key)) {
		return
	}
	_ = h.DefineDataProperty(key, l.headerValue(v), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

func (l *axiosLib) headerValue(v goja.Value) goja.Value {
	if isNullish(v) || v.StrictEquals(l.env.VM.ToValue(false)) {
		return orUndefined(v)
	}
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		return l.slice(o)
	}
	return l.env.VM.ToValue(strings.Trim(v.String(), " \t"))
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

func (l *axiosLib) getHeader(h *goja.Object, name string) goja.Value {
	if key := spelling(h, strings.TrimSpace(name)); has(h, key) {
		return h.Get(key)
	}
	return goja.Undefined()
}

// contentType is the header of that name as text, "" when it has none.
func (l *axiosLib) contentType(h *goja.Object) string {
	if v := l.getHeader(h, "Content-Type"); goja.IsString(v) {
		return v.String()
	}
	return ""
}

// headersAsPlain turns an AxiosHeaders into a plain object and leaves other values alone.
func (l *axiosLib) headersAsPlain(v goja.Value) goja.Value {
	h, ok := v.(*goja.Object)
	if !ok || !l.isHeaders(h) {
		return v
	}
	out := l.env.VM.NewObject()
	for _, name := range h.Keys() {
		_ = out.Set(name, h.Get(name))
	}
	return out
}

// presentHeaders is toJSON: the headers without those that are switched off.
func (l *axiosLib) presentHeaders(h *goja.Object, asText bool) *goja.Object {
	out := l.env.VM.NewObject()
	for _, name := range h.Keys() {
		v := h.Get(name)
		if isNullish(v) || v.StrictEquals(l.env.VM.ToValue(false)) {
			continue
		}
		if o, ok := v.(*goja.Object); ok && asText && o.ClassName() == "Array" {
			v = l.env.VM.ToValue(strings.ReplaceAll(o.String(), ",", ", "))
		}
		_ = out.Set(name, v)
	}
	return out
}

// hiddenMembers are members that no loop over an object finds, as the methods of a class.
type hiddenMembers struct{ *members }

func (hiddenMembers) Keys() []string { return nil }

// headersProto is AxiosHeaders.prototype.
func (l *axiosLib) headersProto() *goja.Object {
	if l.headersPrototype == nil {
		vm := l.env.VM
		methods := &members{env: l.env, table: axiosHeaderMethods, values: map[string]goja.Value{}}
		l.headersPrototype = vm.NewObject()
		_ = l.headersPrototype.SetPrototype(vm.NewDynamicObject(hiddenMembers{methods}))
	}
	return l.headersPrototype
}

func (l *axiosLib) isHeaders(o *goja.Object) bool { return o.Prototype() == l.headersProto() }

// headersClass makes axios.AxiosHeaders.
func (l *axiosLib) headersClass() *goja.Object {
	vm := l.env.VM
	class := vm.ToValue(func(call goja.ConstructorCall) *goja.Object { return l.newHeaders(call.Argument(0)) }).(*goja.Object)
	l.env.defineHidden(class, "name", vm.ToValue("AxiosHeaders"))
	l.setPrototype(class, l.headersProto())
	l.function(class, "from", func(c goja.FunctionCall) goja.Value {
		if o, ok := c.Argument(0).(*goja.Object); ok && l.isHeaders(o) {
			return o
		}
		return l.newHeaders(c.Argument(0))
	})
	l.function(class, "concat", func(c goja.FunctionCall) goja.Value { return l.newHeaders(c.Arguments...) })
	return class
}

// axiosHeaderMethods are the methods of an AxiosHeaders.
var axiosHeaderMethods *methodTable

// namedHeaders have accessors of their own, such as setContentType.
var namedHeaders = []string{"Content-Type", "Content-Length", "Accept", "Accept-Encoding", "User-Agent", "Authorization"}

func init() {
	methods := []method{
		headerMethod("set", setHeaderMethod),
		headerMethod("get", func(l *axiosLib, h *goja.Object, c goja.FunctionCall) goja.Value {
			return l.getHeader(h, c.Argument(0).String())
		}),
		headerMethod("has", func(l *axiosLib, h *goja.Object, c goja.FunctionCall) goja.Value {
			return l.env.VM.ToValue(!isMissing(l.getHeader(h, c.Argument(0).String())))
		}),
		headerMethod("delete", func(l *axiosLib, h *goja.Object, c goja.FunctionCall) goja.Value {
			key := spelling(h, strings.TrimSpace(c.Argument(0).String()))
			found := has(h, key)
			_ = h.Delete(key)
			return l.env.VM.ToValue(found)
		}),
		headerMethod("concat", func(l *axiosLib, h *goja.Object, c goja.FunctionCall) goja.Value {
			return l.newHeaders(append([]goja.Value{h}, c.Arguments...)...)
		}),
		headerMethod("toJSON", func(l *axiosLib, h *goja.Object, c goja.FunctionCall) goja.Value {
			return l.presentHeaders(h, c.Argument(0).ToBoolean())
		}),
		headerMethod("toString", headersText),
		headerMethod("getSetCookie", setCookies),
	}
	for _, header := range namedHeaders {
		methods = append(methods, namedAccessors(header)...)
	}
	axiosHeaderMethods = newMethodTable(methods...)
}

func headerMethod(name string, call func(*axiosLib, *goja.Object, goja.FunctionCall) goja.Value) method {
	return method{name, 0, func(e *Env, c goja.FunctionCall) goja.Value { return call(e.axiosLib(), c.This.ToObject(e.VM), c) }}
}

func setHeaderMethod(l *axiosLib, h *goja.Object, c goja.FunctionCall) goja.Value {
	name := c.Argument(0)
	if goja.IsString(name) && len(c.Arguments) > 1 {
		l.setHeader(h, name.String(), c.Argument(1), isMissing(c.Argument(2)) || c.Argument(2).ToBoolean())
	} else {
		l.setHeaders(h, name, isMissing(c.Argument(1)) || c.Argument(1).ToBoolean())
	}
	return h
}

func headersText(l *axiosLib, h *goja.Object, _ goja.FunctionCall) goja.Value {
	present := l.presentHeaders(h, false)
	var lines []string
	for _, name := range present.Keys() {
		lines = append(lines, name+": "+present.Get(name).String())
	}
	return l.text(strings.Join(lines, "\n"))
}

func setCookies(l *axiosLib, h *goja.Object, _ goja.FunctionCall) goja.Value {
	v := l.getHeader(h, "set-cookie")
	switch {
	case isNullish(v):
		return l.env.VM.NewArray()
	case goja.IsString(v):
		return l.env.VM.NewArray(v)
	default:
		return v
	}
}

func namedAccessors(header string) []method {
	name := strings.ReplaceAll(header, "-", "")
	return []method{
		headerMethod("get"+name, func(l *axiosLib, h *goja.Object, _ goja.FunctionCall) goja.Value {
			return l.getHeader(h, header)
		}),
		headerMethod("has"+name, func(l *axiosLib, h *goja.Object, _ goja.FunctionCall) goja.Value {
			return l.env.VM.ToValue(!isMissing(l.getHeader(h, header)))
		}),
		headerMethod("set"+name, func(l *axiosLib, h *goja.Object, c goja.FunctionCall) goja.Value {
			l.setHeader(h, header, c.Argument(0), isMissing(c.Argument(1)) || c.Argument(1).ToBoolean())
			return h
		}),
	}
}
