package jsapi

import (
	"github.com/dop251/goja"
)

// bufferPoolSize is what Buffer.poolSize says. Buffers here have memory of their own.
const bufferPoolSize = 8192

func bufferGlobals() []Global {
	return []Global{{
		Name:       "Buffer",
		Doc:        "Bytes, as in Node 20: a Uint8Array with encodings and typed reads and writes. A slice shares the memory of what it was cut from. One Buffer holds at most 64 MB.",
		TypeScript: bufferTypes,
		New:        func(e *Env) goja.Value { return e.bufferClass().constructor },
	}}
}

// bufferClass is the Buffer of one realm.
type bufferClass struct {
	constructor *goja.Object
	makeView    goja.Constructor // Uint8Array's own
}

// bufferClass makes the realm's Buffer at its first use.
func (e *Env) bufferClass() *bufferClass {
	if e.buffers != nil {
		return e.buffers
	}
	parent, ok := e.VM.Get("Uint8Array").(*goja.Object)
	if !ok {
		e.throw(errorClassType, "", "Buffer needs the built-in Uint8Array, which this script has replaced")
	}
	makeView, ok := goja.AssertConstructor(parent)
	if !ok {
		e.throw(errorClassType, "", "Buffer needs the built-in Uint8Array, which this script has replaced")
	}
	class := &bufferClass{makeView: makeView}
	class.constructor = e.VM.ToValue(func(call goja.ConstructorCall) *goja.Object {
		return e.constructBuffer(call)
	}).(*goja.Object)
	e.defineHidden(class.constructor, "name", e.VM.ToValue("Buffer"))
	e.defineHidden(class.constructor, "length", e.VM.ToValue(3))

	statics, staticMembers := e.newMembers(bufferStatics)
	staticMembers.Set("poolSize", e.VM.ToValue(bufferPoolSize))
	_ = statics.SetPrototype(parent)
	_ = class.constructor.SetPrototype(statics)

	prototype, methods := e.newMembers(bufferMethods)
	methods.hidden = "constructor"
	methods.Set("constructor", class.constructor)
	_ = prototype.SetPrototype(parent.Get("prototype").(*goja.Object))
	_ = class.constructor.DefineDataProperty("prototype", prototype, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	e.buffers = class
	return class
}

// newBuffer returns a Buffer over b, which it takes over.
func (e *Env) newBuffer(b []byte) *goja.Object {
	return e.newBufferView(e.VM.ToValue(e.VM.NewArrayBuffer(b)))
}

// newBufferView returns a Buffer over the memory of an ArrayBuffer: (arrayBuffer, offset, length) as
// Uint8Array takes them.
func (e *Env) newBufferView(args ...goja.Value) *goja.Object {
	class := e.bufferClass()
	buffer, err := class.makeView(class.constructor, args...)
	if err != nil {
		e.rethrow(err)
	}
	return buffer
}

// newBufferOf returns a zeroed Buffer of n bytes and its memory.
func (e *Env) newBufferOf(n int) (*goja.Object, []byte) {
	b := make([]byte, n)
	return e.newBuffer(b), b
}

// constructBuffer is the deprecated new Buffer(…). Typed array methods such as map call it too.
func (e *Env) constructBuffer(call goja.ConstructorCall) *goja.Object {
	first := call.Argument(0)
	if !goja.IsNumber(first) {
		return e.bufferFrom(first, call.Argument(1), call.Argument(2))
	}
	if goja.IsString(call.Argument(1)) {
		e.throwArgType("string", "of type string", first)
	}
	buffer, _ := e.newBufferOf(e.byteCount(first, "size"))
	return buffer
}

// receiver returns the memory of the Buffer that a method was called on.
func (e *Env) receiver(call goja.FunctionCall) []byte {
	b, ok := e.uint8Bytes(call.This)
	if !ok {
		e.throwArgType("this", "an instance of Buffer or Uint8Array", call.This)
	}
	return b
}

// bytesArgument returns the memory of an argument that must be a Buffer or Uint8Array.
func (e *Env) bytesArgument(v goja.Value, name string) []byte {
	b, ok := e.uint8Bytes(v)
	if !ok {
		e.throwArgType(name, "an instance of Buffer or Uint8Array", v)
	}
	return b
}

// The tables are filled in init, for their functions make Buffers and so refer back to the tables.
var bufferStatics, bufferMethods *methodTable

func init() {
	bufferStatics = newMethodTable(
		method{"from", 3, func(e *Env, c goja.FunctionCall) goja.Value {
			return e.bufferFrom(c.Argument(0), c.Argument(1), c.Argument(2))
		}},
		method{"copyBytesFrom", 3, bufferCopyBytesFrom},
		method{"of", 0, func(e *Env, c goja.FunctionCall) goja.Value {
			return e.bufferOfElements(len(c.Arguments), func(i int) goja.Value { return c.Arguments[i] })
		}},
		method{"alloc", 3, bufferAlloc},
		method{"allocUnsafe", 1, bufferAllocZeroed},
		method{"allocUnsafeSlow", 1, bufferAllocZeroed},
		method{"isBuffer", 1, bufferIsBuffer},
		method{"compare", 2, bufferCompareStatic},
		method{"isEncoding", 1, bufferIsEncoding},
		method{"concat", 2, bufferConcat},
		method{"byteLength", 2, bufferByteLength},
	)

	bufferMethods = newMethodTable(append(append([]method{
		{"copy", 4, bufferCopy},
		{"toString", 3, bufferToString},
		{"toLocaleString", 3, bufferToString},
		{"equals", 1, bufferEquals},
		{"compare", 5, bufferCompare},
		{"indexOf", 3, func(e *Env, c goja.FunctionCall) goja.Value { return e.VM.ToValue(e.bufferIndexOf(c, true)) }},
		{"lastIndexOf", 3, func(e *Env, c goja.FunctionCall) goja.Value { return e.VM.ToValue(e.bufferIndexOf(c, false)) }},
		{"includes", 3, func(e *Env, c goja.FunctionCall) goja.Value { return e.VM.ToValue(e.bufferIndexOf(c, true) >= 0) }},
		{"fill", 4, bufferFill},
		{"write", 4, bufferWrite},
		{"toJSON", 0, bufferToJSON},
		{"subarray", 2, bufferSubarray},
		{"slice", 2, bufferSubarray},
		{"swap16", 0, func(e *Env, c goja.FunctionCall) goja.Value { return e.bufferSwap(c, 2) }},
		{"swap32", 0, func(e *Env, c goja.FunctionCall) goja.Value { return e.bufferSwap(c, 4) }},
		{"swap64", 0, func(e *Env, c goja.FunctionCall) goja.Value { return e.bufferSwap(c, 8) }},
		{"inspect", 2, bufferInspect},
	}, encodingMethods()...), numberMethods()...)...)
}
