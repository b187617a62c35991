package jsapi

import (
	"reflect"
	"slices"

	"github.com/dop251/goja"
)

// maxCloneDepth is far below where the recursion could reach the limit of a goroutine's stack.
const maxCloneDepth = 2000

// cloner is one call of structuredClone.
type cloner struct {
	env   *Env
	seen  map[*goja.Object]goja.Value
	depth int
}

func structuredClone(e *Env, c goja.FunctionCall) goja.Value {
	if len(c.Arguments) == 0 {
		e.throw(errorClassType, codeMissingArgs, "The value argument must be specified")
	}
	if transfer := option(c.Argument(1), "transfer"); !goja.IsUndefined(transfer) {
		if list, ok := transfer.(*goja.Object); !ok || list.Get("length").ToInteger() > 0 {
			e.throwDOM("DataCloneError", 25, "Nothing can be transferred here: leave the transfer option out to get a copy.")
		}
	}
	return (&cloner{env: e, seen: map[*goja.Object]goja.Value{}}).clone(c.Argument(0))
}

func (c *cloner) refuse(what string) {
	c.env.throwDOM("DataCloneError", 25, what+" could not be cloned.")
}

func (c *cloner) clone(v goja.Value) goja.Value {
	if symbol, ok := v.(*goja.Symbol); ok {
		c.refuse(inspect(symbol))
	}
	object, ok := v.(*goja.Object)
	if !ok {
		return v
	}
	if known, ok := c.seen[object]; ok {
		return known
	}
	if c.depth++; c.depth > maxCloneDepth {
		c.env.throw(errorClassRange, "", "structuredClone: nested deeper than %d levels", maxCloneDepth)
	}
	defer func() { c.depth-- }()
	return c.cloneObject(object)
}

var (
	typeOfMap = reflect.TypeFor[[][2]any]()
	typeOfSet = reflect.TypeFor[[]any]() // and of an Array
)

func (c *cloner) cloneObject(object *goja.Object) goja.Value {
	if _, callable := goja.AssertFunction(object); callable {
		c.refuse(object.String())
	}
	kind := object.ExportType()
	switch {
	case kind == proxyType:
		c.refuse("#<Object>")
	case kind == promiseType:
		c.refuse("#<Promise>")
	case kind == typeOfArrayBuffer || typedArrayTypes[kind]:
		return c.cloneMemory(object)
	case kind == typeOfMap:
		return c.cloneMap(object)
	case kind == typeOfSet && object.ClassName() != "Array":
		return c.cloneSet(object)
	case kind == typeOfInstance:
		return c.cloneProperties(object, c.env.VM.NewObject()) // what a class of the host carries stays behind
	}
	switch class := object.ClassName(); class {
	case "Array":
		return c.cloneArray(object)
	case "Date":
		return c.remember(object, c.construct("Date", c.env.VM.ToValue(c.call(object, "Date", "getTime"))))
	case "RegExp":
		return c.remember(object, c.construct("RegExp", object.Get("source"), object.Get("flags")))
	case "Error":
		return c.cloneError(object)
	case "Boolean", "Number", "String":
		return c.remember(object, c.construct("Object", c.call(object, class, "valueOf")))
	case "Arguments":
		c.refuse("#<Object>")
	}
	if c.env.isDataView(object) {
		return c.cloneMemory(object)
	}
	if tag := textOf(object.GetSymbol(goja.SymToStringTag)); slices.Contains(uncloneable, tag) {
		c.refuse("#<" + tag + ">")
	}
	return c.cloneProperties(object, c.env.VM.NewObject())
}

// uncloneable are built-in classes that the engine tells apart from plain objects by their tag only.
var uncloneable = []string{"WeakMap", "WeakSet", "Generator"}

func (c *cloner) remember(original, copied *goja.Object) *goja.Object {
	c.seen[original] = copied
	return copied
}

// construct calls a built-in constructor.
func (c *cloner) construct(class string, arguments ...goja.Value) *goja.Object {
	made, err := c.env.VM.New(c.env.VM.Get(class), arguments...)
	if err != nil {
		c.env.rethrow(err)
	}
	return made
}

// call calls a method of a built-in class, whatever the object itself has under that name.
func (c *cloner) call(object *goja.Object, class, name string, arguments ...goja.Value) goja.Value {
	prototype, ok := c.env.VM.Get(class).ToObject(c.env.VM).Get("prototype").(*goja.Object)
	if !ok {
		c.refuse("#<" + class + ">")
	}
	function, ok := goja.AssertFunction(prototype.Get(name))
	if !ok {
		c.refuse("#<" + class + ">")
	}
	v, err := function(object, arguments...)
	if err != nil {
		c.env.rethrow(err)
	}
	return v
}

func (c *cloner) cloneProperties(from, to *goja.Object) goja.Value {
	c.remember(from, to)
	for _, key := range from.Keys() {
		c.define(to, key, c.clone(from.Get(key)))
	}
	return to
}

// define makes an own property even of __proto__.
func (c *cloner) define(object *goja.Object, key string, v goja.Value) {
	if err := object.DefineDataProperty(key, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
		c.env.rethrow(err)
	}
}

func (c *cloner) cloneArray(from *goja.Object) goja.Value {
	to := c.env.VM.NewArray()
	_ = to.Set("length", from.Get("length"))
	return c.cloneProperties(from, to)
}

func (c *cloner) cloneMap(from *goja.Object) goja.Value {
	to := c.remember(from, c.construct("Map"))
	var entries [][2]goja.Value // first, for cloning a value may run a getter that changes the map
	c.call(from, "Map", "forEach", c.env.VM.ToValue(func(call goja.FunctionCall) goja.Value {
		entries = append(entries, [2]goja.Value{call.Argument(1), call.Argument(0)})
		return nil
	}))
	for _, entry := range entries {
		c.call(to, "Map", "set", c.clone(entry[0]), c.clone(entry[1]))
	}
	return to
}

func (c *cloner) cloneSet(from *goja.Object) goja.Value {
	to := c.remember(from, c.construct("Set"))
	var members []goja.Value
	c.call(from, "Set", "forEach", c.env.VM.ToValue(func(call goja.FunctionCall) goja.Value {
		members = append(members, call.Argument(0))
		return nil
	}))
	for _, member := range members {
		c.call(to, "Set", "add", c.clone(member))
	}
	return to
}

// cloneMemory copies an ArrayBuffer, or the whole ArrayBuffer under a view, so that views which shared
// memory still do. A Buffer becomes a Uint8Array, as in Node.
func (c *cloner) cloneMemory(object *goja.Object) goja.Value {
	if b, ok := arrayBufferBytes(object); ok {
		if len(b) > maxBytes {
			c.env.throwOutOfRange("byteLength", sizeLimits, c.env.VM.ToValue(len(b)))
		}
		return c.remember(object, c.env.VM.ToValue(c.env.VM.NewArrayBuffer(append([]byte(nil), b...))).(*goja.Object))
	}
	length := object.Get("length")
	if length == nil { // a DataView
		length = object.Get("byteLength")
	}
	return c.remember(object, c.construct(c.viewClass(object), c.clone(object.Get("buffer")), object.Get("byteOffset"), length))
}

// viewClass names the built-in class of a view.
func (c *cloner) viewClass(object *goja.Object) string {
	if tag := object.GetSymbol(goja.SymToStringTag); tag != nil && goja.IsString(tag) {
		return tag.String()
	}
	return "DataView"
}

// errorClasses are the names of errors that a copy keeps; any other error becomes a plain Error.
var errorClasses = map[string]bool{"EvalError": true, "RangeError": true, "ReferenceError": true, "SyntaxError": true, "TypeError": true, "URIError": true}

func (c *cloner) cloneError(from *goja.Object) goja.Value {
	class := errorClassPlain
	if name := textOf(from.Get("name")); errorClasses[name] {
		class = name
	}
	to := c.remember(from, c.construct(class))
	for _, key := range []string{"message", "stack", "cause"} {
		if v := from.Get(key); v != nil && !goja.IsUndefined(v) {
			if key != "cause" {
				v = c.env.VM.ToValue(c.env.text(v))
			} else {
				v = c.clone(v)
			}
			_ = to.DefineDataProperty(key, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
	return to
}
