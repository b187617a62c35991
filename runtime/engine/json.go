package engine

import (
	"github.com/dop251/goja"
)

// replaceParse gives the realm a JSON.parse that uses the engine's own decoder: goja's recurses without a
// bound, which ends the process, and loses halves of surrogate pairs.
func (r *run) replaceParse() {
	object, ok := r.vm.Get("JSON").(*goja.Object)
	if !ok {
		return
	}
	original, _ := goja.AssertFunction(object.Get("parse"))
	parse := r.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		text := call.Argument(0).String()
		v, err := decode(r.vm, []byte(text))
		if err != nil {
			panic(r.newError("SyntaxError", err.Error()))
		}
		if _, revives := goja.AssertFunction(call.Argument(1)); !revives {
			return v
		}
		v, err = original(call.This, r.vm.ToValue(text), call.Argument(1))
		if err != nil {
			panic(thrown(err))
		}
		return v
	}).(*goja.Object)
	hide(parse, "name", r.vm.ToValue("parse"))
	hide(parse, "length", r.vm.ToValue(2))
	_ = object.DefineDataProperty("parse", parse, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// hide defines a property as those of built-in functions are.
func hide(o *goja.Object, name string, v goja.Value) {
	_ = o.DefineDataProperty(name, v, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// thrown is what a native function panics with to pass on an exception of a function that it called.
func thrown(err error) any {
	if exception, ok := err.(*goja.Exception); ok {
		return exception.Value()
	}
	return err
}
