package jsapi

import "github.com/dop251/goja"

// class is a constructor that scripts call with new. (The engine does not tell whether they did.)
type class struct {
	constructor *goja.Object
	prototype   *goja.Object
}

// newClass makes a class whose objects carry what construct returns. Its methods come from table.
func (e *Env) newClass(name string, length int, table *methodTable, construct func(goja.ConstructorCall) any) *class {
	k := &class{prototype: e.VM.NewObject()}
	k.constructor = e.VM.ToValue(func(call goja.ConstructorCall) *goja.Object {
		prototype := k.prototype
		if call.NewTarget != nil { // a subclass
			if own, ok := call.NewTarget.Get("prototype").(*goja.Object); ok {
				prototype = own
			}
		}
		return e.newInstance(prototype, construct(call))
	}).(*goja.Object)
	e.defineHidden(k.constructor, "name", e.VM.ToValue(name))
	e.defineHidden(k.constructor, "length", e.VM.ToValue(length))
	methods, _ := e.newMembers(table)
	_ = k.prototype.SetPrototype(methods)
	_ = k.prototype.DefineDataProperty("constructor", k.constructor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	_ = k.prototype.DefineDataPropertySymbol(goja.SymToStringTag, e.VM.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	_ = k.constructor.DefineDataProperty("prototype", k.prototype, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	return k
}

// constructor is New of a global whose only use of the class is to be called.
func constructor(name string, length int, table *methodTable, construct func(*Env, goja.ConstructorCall) any) func(*Env) goja.Value {
	return func(e *Env) goja.Value {
		return e.newClass(name, length, table, func(call goja.ConstructorCall) any { return construct(e, call) }).constructor
	}
}
