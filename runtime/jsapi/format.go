package jsapi

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// format joins values as Node's util.format does: a first argument with placeholders consumes the next
// ones, strings stand as they are, everything else is inspected.
func (e *Env) format(arguments []goja.Value) string {
	var out strings.Builder
	if len(arguments) > 1 && goja.IsString(arguments[0]) {
		arguments = e.placeholders(&out, arguments[0].String(), arguments[1:])
		if len(arguments) > 0 {
			out.WriteByte(' ')
		}
	}
	for i, v := range arguments {
		if i > 0 {
			out.WriteByte(' ')
		}
		if goja.IsString(v) {
			out.WriteString(v.String())
		} else {
			out.WriteString(e.inspect(v))
		}
	}
	return out.String()
}

// placeholders writes pattern with its placeholders filled in and returns the arguments that are left.
func (e *Env) placeholders(out *strings.Builder, pattern string, arguments []goja.Value) []goja.Value {
	for {
		i := strings.IndexByte(pattern, '%')
		if i < 0 || i+1 == len(pattern) {
			out.WriteString(pattern)
			return arguments
		}
		out.WriteString(pattern[:i])
		verb := pattern[i+1]
		pattern = pattern[i+2:]
		switch {
		case verb == '%':
			out.WriteByte('%')
		case strings.IndexByte("sdifjoOc", verb) < 0 || len(arguments) == 0:
			out.WriteByte('%')
			out.WriteByte(verb)
		default:
			out.WriteString(e.placeholder(verb, arguments[0]))
			arguments = arguments[1:]
		}
	}
}

func (e *Env) placeholder(verb byte, v goja.Value) string {
	_, object := v.(*goja.Object)
	_, symbol := v.(*goja.Symbol)
	switch verb {
	case 'c': // style, meaningless in a log
		return ""
	case 's':
		if goja.IsString(v) || object && e.writesItself(v.(*goja.Object)) {
			return e.text(v)
		}
		if object {
			return e.inspectTo(v, 0)
		}
	case 'd', 'i', 'f':
		return numberPlaceholder(verb, v, object || symbol)
	case 'j':
		text, err := e.Stringify(v)
		switch {
		case err != nil:
			return "[Circular]"
		case text == nil:
			return "undefined"
		}
		return string(text)
	}
	return e.inspect(v)
}

// writesItself reports whether %s shows String(o): functions, and objects whose toString is not one of the
// language's own.
func (e *Env) writesItself(o *goja.Object) bool {
	if _, callable := goja.AssertFunction(o); callable {
		return true
	}
	for p := o; p != nil && p.ExportType() != proxyType; p = p.Prototype() {
		if !slices.Contains(p.GetOwnPropertyNames(), "toString") {
			continue
		}
		class, ok := p.Get("constructor").(*goja.Object)
		return p == o || !ok || class != e.VM.Get(textOf(class.Get("name"))) || textOf(class.Get("name")) == "Buffer"
	}
	return false
}

func numberPlaceholder(verb byte, v goja.Value, opaque bool) string {
	switch {
	case opaque:
		return "NaN"
	case goja.IsBigInt(v):
		return v.String() + "n"
	}
	f := v.ToFloat()
	if verb == 'i' {
		f = math.Trunc(f)
	}
	if f == 0 && math.Signbit(f) {
		return "-0"
	}
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 0):
		return strings.Replace(strconv.FormatFloat(f, 'g', -1, 64), "Inf", "Infinity", 1)
	case verb == 'd' && goja.IsNumber(v):
		return v.String()
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
