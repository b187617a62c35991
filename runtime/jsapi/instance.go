package jsapi

import (
	"reflect"
	"slices"

	"github.com/dop251/goja"
)

// instance is an object of one of the classes written in Go: it carries the Go value that its methods work
// on where no script can reach it. What a script sets on it is kept beside.
type instance struct {
	state     any
	accessors accessors // state, when it has properties of its own
	values    map[string]goja.Value
	order     []string
}

// accessors are the properties of a class that are computed when they are read. They are not enumerated,
// as accessors on a prototype are not.
type accessors interface {
	get(key string) goja.Value                 // nil: no such property
	set(key string, v goja.Value) (known bool) // what cannot be written is ignored
}

var typeOfInstance = reflect.TypeFor[*instance]()

// newInstance returns an object over state whose methods are those of prototype.
func (e *Env) newInstance(prototype *goja.Object, state any) *goja.Object {
	computed, _ := state.(accessors)
	object := e.VM.NewDynamicObject(&instance{state: state, accessors: computed})
	_ = object.SetPrototype(prototype)
	return object
}

// prototypeOf returns the realm's one object with the members of a table.
func (e *Env) prototypeOf(table *methodTable) *goja.Object {
	if p, ok := e.prototypes[table]; ok {
		return p
	}
	if e.prototypes == nil {
		e.prototypes = make(map[*methodTable]*goja.Object)
	}
	p, _ := e.newMembers(table)
	e.prototypes[table] = p
	return p
}

// stateOf returns the Go value of an instance, if v is one of that class.
func stateOf[T any](v goja.Value) (T, bool) {
	if object, ok := v.(*goja.Object); ok && object.ExportType() == typeOfInstance {
		state, ok := object.Export().(*instance).state.(T)
		return state, ok
	}
	var none T
	return none, false
}

// thisState is stateOf for the object that a method was called on.
func thisState[T any](e *Env, c goja.FunctionCall, class string) T {
	state, ok := stateOf[T](c.This)
	if !ok {
		e.throw(errorClassType, codeInvalidThis, "Value of \"this\" must be of type %s", class)
	}
	return state
}

func (i *instance) Get(key string) goja.Value {
	if i.accessors != nil {
		if v := i.accessors.get(key); v != nil {
			return v
		}
	}
	return i.values[key]
}

func (i *instance) Set(key string, v goja.Value) bool {
	if i.accessors != nil && i.accessors.set(key, v) {
		return true
	}
	if i.values == nil {
		i.values = make(map[string]goja.Value)
	}
	if _, known := i.values[key]; !known {
		i.order = append(i.order, key)
	}
	i.values[key] = v
	return true
}

func (i *instance) Has(key string) bool {
	return i.Get(key) != nil
}

func (i *instance) Delete(key string) bool {
	if i.values[key] != nil {
		delete(i.values, key)
		i.order = slices.DeleteFunc(i.order, func(k string) bool { return k == key })
	}
	return true
}

func (i *instance) Keys() []string { return slices.Clone(i.order) }
