package jsapi

import (
	"math"
	"slices"

	"github.com/dop251/goja"
)

const fromExpected = "of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object"

// bufferFrom is Buffer.from: text is encoded, an ArrayBuffer is shared, everything else is copied.
func (e *Env) bufferFrom(value, encodingOrOffset, length goja.Value) *goja.Object {
	if s, ok := value.(goja.String); ok {
		return e.bufferFromString(s, encodingOrOffset)
	}
	object, ok := value.(*goja.Object)
	if !ok {
		e.throwArgType("first argument", fromExpected, value)
	}
	if _, callable := goja.AssertFunction(object); callable {
		e.throwArgType("first argument", fromExpected, value)
	}
	if b, ok := arrayBufferBytes(object); ok {
		return e.bufferFromArrayBuffer(object, len(b), encodingOrOffset, length)
	}
	if b, ok := e.uint8Bytes(object); ok {
		return e.newBuffer(slices.Clone(b))
	}
	if inner := e.primitiveOf(object); inner != nil {
		return e.bufferFrom(inner, encodingOrOffset, length)
	}
	if buffer := e.bufferFromObject(object); buffer != nil {
		return buffer
	}
	if convert, ok := goja.AssertFunction(object.GetSymbol(goja.SymToPrimitive)); ok {
		primitive, err := convert(object, e.VM.ToValue("string"))
		if err != nil {
			e.rethrow(err)
		}
		if s, ok := primitive.(goja.String); ok {
			return e.bufferFromString(s, encodingOrOffset)
		}
	}
	e.throwArgType("first argument", fromExpected, value)
	return nil
}

// primitiveOf returns what valueOf makes of an object (a String object's text, say), nil if nothing new.
func (e *Env) primitiveOf(object *goja.Object) goja.Value {
	valueOf, ok := goja.AssertFunction(object.Get("valueOf"))
	if !ok {
		return nil
	}
	v, err := valueOf(object)
	if err != nil {
		e.rethrow(err)
	}
	inner, isObject := v.(*goja.Object)
	if goja.IsString(v) || isObject && inner != object {
		return v
	}
	return nil
}

func (e *Env) bufferFromString(s goja.String, encoding goja.Value) *goja.Object {
	enc := encodingUTF8
	if name, ok := encoding.(goja.String); ok && name.Length() > 0 {
		enc = e.encodingNamed(name)
	}
	return e.newBuffer(e.encode(enc, s))
}

// encode refuses text that is too long before it makes a copy of it.
func (e *Env) encode(enc textEncoding, s goja.String) []byte {
	if s.Length() > maxBytes {
		e.throw(errorClassRange, "ERR_STRING_TOO_LONG", "Cannot encode a string longer than %d characters", maxBytes)
	}
	return enc.encode(s)
}

func (e *Env) encodingNamed(name goja.Value) textEncoding {
	text := textOf(name)
	enc, ok := parseEncoding(text)
	if !ok {
		e.throw(errorClassType, codeUnknownEncoding, "Unknown encoding: %s", e.placeholder('s', name))
	}
	return enc
}

func (e *Env) bufferFromArrayBuffer(memory *goja.Object, size int, byteOffset, length goja.Value) *goja.Object {
	offset := 0.0
	if !goja.IsUndefined(byteOffset) {
		offset = byteOffset.ToFloat()
		if math.IsNaN(offset) {
			offset = 0
		}
	}
	if offset <= -1 {
		e.throw(errorClassRange, "", "Start offset %s is outside the bounds of the buffer", e.VM.ToValue(math.Trunc(offset)))
	}
	left := float64(size) - offset
	if left < 0 {
		e.throw(errorClassRange, codeBufferBounds, `"offset" is outside of buffer bounds`)
	}
	n := left
	if !goja.IsUndefined(length) {
		n = length.ToFloat()
		if n > left {
			e.throw(errorClassRange, codeBufferBounds, `"length" is outside of buffer bounds`)
		}
		if !(n > 0) {
			n = 0
		}
	}
	return e.newBufferView(memory, e.VM.ToValue(math.Trunc(offset)), e.VM.ToValue(math.Trunc(n)))
}

// bufferFromObject copies an array, anything with a length, or what Buffer's toJSON made.
func (e *Env) bufferFromObject(object *goja.Object) *goja.Object {
	source := object
	length := object.Get("length")
	if length == nil || goja.IsUndefined(length) {
		if _, isView := arrayBufferBytes(object.Get("buffer")); isView {
			return e.newBuffer(nil) // a DataView, of which Node makes nothing either
		}
		if kind := object.Get("type"); kind == nil || !kind.StrictEquals(e.VM.ToValue("Buffer")) {
			return nil
		}
		data, ok := object.Get("data").(*goja.Object)
		if !ok || data.ClassName() != "Array" {
			return nil
		}
		source, length = data, data.Get("length")
	}
	if !goja.IsNumber(length) {
		return e.newBuffer(nil)
	}
	n := length.ToFloat()
	if math.IsNaN(n) || n < 0 {
		n = 0
	}
	if n > maxArrayLike {
		e.throw(errorClassRange, codeOutOfRange,
			"The value of \"length\" is out of range. It must be <= %d for an array. Received %s", maxArrayLike, rangeReceived(length))
	}
	return e.bufferOfElements(int(n), elementsOf(e.VM, source))
}

// elementsOf reads an array-like.
func elementsOf(vm *goja.Runtime, source *goja.Object) func(int) goja.Value {
	return func(i int) goja.Value { return source.Get(vm.ToValue(i).String()) }
}

// bufferOfElements converts each element as an assignment to a Uint8Array does.
func (e *Env) bufferOfElements(n int, element func(int) goja.Value) *goja.Object {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(toUint32(element(i)))
	}
	return e.newBuffer(b)
}

func bufferCopyBytesFrom(e *Env, c goja.FunctionCall) goja.Value {
	view, ok := c.Argument(0).(*goja.Object)
	if !ok || !typedArrayTypes[view.ExportType()] {
		e.throwArgType("view", "an instance of TypedArray", c.Argument(0))
	}
	memory := e.memory(view)
	elements := int(view.Get("length").ToInteger())
	if elements == 0 {
		return e.newBuffer(nil)
	}
	width := len(memory) / elements
	from, to := 0, elements
	if v := c.Argument(1); !goja.IsUndefined(v) {
		from = min(e.integer(v, "offset", 0, maxSafeInteger), elements)
	}
	if v := c.Argument(2); !goja.IsUndefined(v) {
		to = min(from+e.integer(v, "length", 0, maxSafeInteger), elements)
	}
	return e.newBuffer(slices.Clone(memory[from*width : to*width]))
}

func bufferAlloc(e *Env, c goja.FunctionCall) goja.Value {
	buffer, b := e.newBufferOf(e.byteCount(c.Argument(0), "size"))
	if fill := c.Argument(1); !goja.IsUndefined(fill) && len(b) > 0 {
		e.fill(b, fill, goja.Undefined(), goja.Undefined(), c.Argument(2))
	}
	return buffer
}

// bufferAllocZeroed serves allocUnsafe too: another run's memory must not be seen.
func bufferAllocZeroed(e *Env, c goja.FunctionCall) goja.Value {
	buffer, _ := e.newBufferOf(e.byteCount(c.Argument(0), "size"))
	return buffer
}

func bufferIsBuffer(e *Env, c goja.FunctionCall) goja.Value {
	return e.VM.ToValue(e.VM.InstanceOf(c.Argument(0), e.bufferClass().constructor))
}

func bufferIsEncoding(e *Env, c goja.FunctionCall) goja.Value {
	name, ok := c.Argument(0).(goja.String)
	if ok {
		_, ok = parseEncoding(name.String())
	}
	return e.VM.ToValue(ok)
}

func bufferByteLength(e *Env, c goja.FunctionCall) goja.Value {
	value := c.Argument(0)
	if s, ok := value.(goja.String); ok {
		enc := encodingUTF8
		if name := c.Argument(1); name.ToBoolean() {
			enc, _ = parseEncoding(name.String())
		}
		return e.VM.ToValue(enc.byteLength(s))
	}
	if b, ok := e.viewBytes(value); ok {
		return e.VM.ToValue(len(b))
	}
	if b, ok := arrayBufferBytes(value); ok {
		return e.VM.ToValue(len(b))
	}
	e.throwArgType("string", "of type string or an instance of Buffer or ArrayBuffer", value)
	return nil
}

func bufferConcat(e *Env, c goja.FunctionCall) goja.Value {
	list, ok := c.Argument(0).(*goja.Object)
	if !ok || list.ClassName() != "Array" {
		e.throwArgType("list", "an instance of Array", c.Argument(0))
	}
	n := list.Get("length").ToInteger()
	if n > maxArrayLike {
		e.throwOutOfRange("list.length", "<= 4194304", list.Get("length"))
	}
	parts := make([][]byte, n)
	total := 0
	for i := range parts {
		parts[i] = e.bytesArgument(elementsOf(e.VM, list)(i), "list["+e.VM.ToValue(i).String()+"]")
		total += len(parts[i])
	}
	if n > 0 && !goja.IsUndefined(c.Argument(1)) {
		total = e.integer(c.Argument(1), "length", 0, maxBytes)
	}
	if total > maxBytes {
		e.throwOutOfRange("length", sizeLimits, e.VM.ToValue(total))
	}
	buffer, b := e.newBufferOf(total)
	for _, part := range parts {
		b = b[copy(b, part):]
	}
	return buffer
}
