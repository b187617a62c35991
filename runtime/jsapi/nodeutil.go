package jsapi

import (
	"slices"

	"github.com/dop251/goja"
)

// newUtilModule is what require("util") gives: the part of Node's module that makes sense for one run.
func (e *Env) newUtilModule() goja.Value {
	module := e.VM.NewObject()
	for _, m := range utilMethods {
		_ = module.Set(m.name, e.newFunction(m))
	}
	types := e.VM.NewObject()
	for _, m := range utilTypes {
		_ = types.Set(m.name, e.newFunction(m))
	}
	_ = module.Set("types", types)
	for _, name := range []string{"TextEncoder", "TextDecoder"} {
		if v := e.Global(name); v != nil {
			_ = module.Set(name, v)
		}
	}
	return module
}

var utilMethods = []method{
	{name: "format", call: func(e *Env, call goja.FunctionCall) goja.Value {
		return e.VM.ToValue(e.format(call.Arguments))
	}},
	{name: "inspect", length: 1, call: utilInspect},
	{name: "inherits", length: 2, call: utilInherits},
	{name: "promisify", length: 1, call: utilPromisify},
	{name: "isDeepStrictEqual", length: 2, call: func(e *Env, call goja.FunctionCall) goja.Value {
		c := comparison{env: e}
		return e.VM.ToValue(c.equal(call.Argument(0), call.Argument(1)))
	}},
	{name: "isArray", length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		return e.VM.ToValue(hasClass(call.Argument(0), "Array"))
	}},
	{name: "deprecate", length: 1, call: func(_ *Env, call goja.FunctionCall) goja.Value { return call.Argument(0) }},
}

var utilTypes = []method{
	classTest("isDate", "Date"),
	classTest("isRegExp", "RegExp"),
	classTest("isNativeError", "Error"),
	classTest("isMap", "Map"),
	classTest("isSet", "Set"),
	{name: "isPromise", length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		o, ok := call.Argument(0).(*goja.Object)
		return e.VM.ToValue(ok && o.ExportType() == promiseType)
	}},
	{name: "isProxy", length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		o, ok := call.Argument(0).(*goja.Object)
		return e.VM.ToValue(ok && o.ExportType() == proxyType)
	}},
	{name: "isTypedArray", length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		o, ok := call.Argument(0).(*goja.Object)
		return e.VM.ToValue(ok && typedArrayTypes[o.ExportType()])
	}},
	{name: "isUint8Array", length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		o, ok := call.Argument(0).(*goja.Object)
		return e.VM.ToValue(ok && o.ExportType() == typeOfBytes)
	}},
	{name: "isAnyArrayBuffer", length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		o, ok := call.Argument(0).(*goja.Object)
		return e.VM.ToValue(ok && o.ExportType() == typeOfArrayBuffer)
	}},
}

func classTest(name, class string) method {
	return method{name: name, length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		return e.VM.ToValue(hasClass(call.Argument(0), class))
	}}
}

// hasClass asks for the built-in class. A proxy has none of its target's.
func hasClass(v goja.Value, class string) bool {
	o, ok := v.(*goja.Object)
	return ok && o.ExportType() != proxyType && builtinClass(o) == class
}

func utilInspect(e *Env, call goja.FunctionCall) goja.Value {
	depth := inspectDepth
	if options, ok := call.Argument(1).(*goja.Object); ok {
		switch v := options.Get("depth"); {
		case v == nil || goja.IsUndefined(v):
		case goja.IsNull(v) || goja.IsInfinity(v):
			depth = inspectItems
		default:
			depth = int(min(v.ToInteger(), inspectItems))
		}
	}
	return e.VM.ToValue(e.inspectTo(call.Argument(0), depth))
}

func utilInherits(e *Env, call goja.FunctionCall) goja.Value {
	child, ok1 := call.Argument(0).(*goja.Object)
	parent, ok2 := call.Argument(1).(*goja.Object)
	if !ok1 || !ok2 {
		e.throwArgType("superCtor", "of type function", call.Argument(1))
	}
	_ = child.Set("super_", parent)
	prototype, ok1 := child.Get("prototype").(*goja.Object)
	above, ok2 := parent.Get("prototype").(*goja.Object)
	if !ok1 || !ok2 {
		e.throwArgType("superCtor.prototype", "of type object", parent.Get("prototype"))
	}
	if err := prototype.SetPrototype(above); err != nil {
		e.rethrow(err)
	}
	return goja.Undefined()
}

// utilPromisify turns a function that takes a callback (error, value) into one that returns a promise.
func utilPromisify(e *Env, call goja.FunctionCall) goja.Value {
	f, ok := goja.AssertFunction(call.Argument(0))
	if !ok {
		e.throwArgType("original", "of type function", call.Argument(0))
	}
	return e.newFunction(method{name: "promisified", call: func(e *Env, call goja.FunctionCall) goja.Value {
		promise, resolve, reject := e.VM.NewPromise()
		callback := e.newFunction(method{name: "callback", length: 2, call: func(e *Env, call goja.FunctionCall) goja.Value {
			var err error
			if call.Argument(0).ToBoolean() {
				err = reject(call.Argument(0))
			} else {
				err = resolve(call.Argument(1))
			}
			if err != nil {
				e.rethrow(err)
			}
			return goja.Undefined()
		}})
		if _, err := f(call.This, append(slices.Clone(call.Arguments), callback)...); err != nil {
			exception, ok := err.(*goja.Exception)
			if !ok {
				e.rethrow(err)
			}
			if err = reject(exception.Value()); err != nil {
				e.rethrow(err)
			}
		}
		return e.VM.ToValue(promise)
	}})
}

// comparison is a deep strict comparison. Pairs on the way down are equal if the rest is, which ends
// cycles.
type comparison struct {
	env  *Env
	path [][2]*goja.Object
}

func (c *comparison) equal(a, b goja.Value) bool {
	x, ok1 := a.(*goja.Object)
	y, ok2 := b.(*goja.Object)
	if !ok1 || !ok2 {
		return ok1 == ok2 && a.SameAs(b)
	}
	if x == y || slices.Contains(c.path, [2]*goja.Object{x, y}) {
		return true
	}
	if builtinClass(x) != builtinClass(y) || x.Prototype() != y.Prototype() {
		return false
	}
	c.path = append(c.path, [2]*goja.Object{x, y})
	defer func() { c.path = c.path[:len(c.path)-1] }()
	switch builtinClass(x) {
	case "Date", "Number", "String", "Boolean":
		if !x.ToNumber().SameAs(y.ToNumber()) || x.ToString().String() != y.ToString().String() {
			return false
		}
	case "RegExp":
		if x.ToString().String() != y.ToString().String() {
			return false
		}
	case "Error":
		if !c.equal(x.Get("message"), y.Get("message")) || !c.equal(x.Get("name"), y.Get("name")) {
			return false
		}
	case "Map", "Set":
		return c.equal(c.entries(x), c.entries(y))
	}
	return c.sameProperties(x, y)
}

func (c *comparison) sameProperties(x, y *goja.Object) bool {
	keys, others := x.Keys(), y.Keys()
	if len(keys) != len(others) {
		return false
	}
	slices.Sort(others)
	for _, key := range keys {
		if _, found := slices.BinarySearch(others, key); !found {
			return false
		}
		if !c.equal(x.Get(key), y.Get(key)) {
			return false
		}
	}
	return true
}

// entries is the content of a Map or Set as an array, in its order.
func (c *comparison) entries(o *goja.Object) goja.Value {
	i := inspector{env: c.env}
	var list []any
	c.env.VM.ForOf(i.entries(o, builtinClass(o)), func(v goja.Value) bool {
		list = append(list, v)
		return true
	})
	return c.env.VM.NewArray(list...)
}
