package jsapi

import (
	"reflect"

	"github.com/dop251/goja"
)

// maxBytes is the longest byte sequence that a script can make in one call. Node allows 4 GB; here a run
// may add 128 MB in all.
const maxBytes = 64 << 20

// maxOffset is what Node takes for the start of a range, whatever the length is.
const maxOffset = 4 << 30

// maxArrayLike is how many elements of an ordinary array are read in one call: nothing can interrupt
// such a loop.
const maxArrayLike = 4 << 20

var (
	typeOfBytes       = reflect.TypeFor[[]byte]()
	typeOfArrayBuffer = reflect.TypeFor[goja.ArrayBuffer]()
	typedArrayTypes   = map[reflect.Type]bool{
		typeOfBytes:                 true,
		reflect.TypeFor[[]int8]():   true,
		reflect.TypeFor[[]uint16](): true, reflect.TypeFor[[]int16](): true,
		reflect.TypeFor[[]uint32](): true, reflect.TypeFor[[]int32](): true,
		reflect.TypeFor[[]uint64](): true, reflect.TypeFor[[]int64](): true,
		reflect.TypeFor[[]float32](): true, reflect.TypeFor[[]float64](): true,
	}
)

// uint8Bytes returns the memory of v if v is a Uint8Array (a Buffer is one).
func (e *Env) uint8Bytes(v goja.Value) ([]byte, bool) {
	object, ok := v.(*goja.Object)
	if !ok || object.ExportType() != typeOfBytes {
		return nil, false
	}
	return e.memory(object), true
}

// viewBytes returns the memory under any typed array or DataView.
func (e *Env) viewBytes(v goja.Value) ([]byte, bool) {
	object, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	if !typedArrayTypes[object.ExportType()] && !e.isDataView(object) {
		return nil, false
	}
	return e.memory(object), true
}

// arrayBufferBytes returns the memory of v if v is an ArrayBuffer.
func arrayBufferBytes(v goja.Value) ([]byte, bool) {
	object, ok := v.(*goja.Object)
	if !ok || object.ExportType() != typeOfArrayBuffer {
		return nil, false
	}
	return object.Export().(goja.ArrayBuffer).Bytes(), true
}

// memory returns the bytes that a view shows. An empty view is asked for its first element instead: what
// Export makes of one at the end of its buffer points past the allocation, which the garbage collector may
// take for a corrupt heap.
func (e *Env) memory(view *goja.Object) []byte {
	if view.ExportType() == typeOfBytes {
		if first := view.Get("0"); first == nil || goja.IsUndefined(first) {
			return nil
		}
		return view.Export().([]byte)
	}
	var b []byte
	if err := e.VM.ExportTo(view, &b); err != nil {
		e.rethrow(err)
	}
	return b[:len(b):len(b)]
}

// isDataView relies on ArrayBuffer.isView, for an engine object does not tell that it is a DataView.
func (e *Env) isDataView(object *goja.Object) bool {
	if object.ClassName() != "Object" {
		return false
	}
	class, ok := e.VM.Get("ArrayBuffer").(*goja.Object)
	if !ok {
		return false
	}
	isView, ok := goja.AssertFunction(class.Get("isView"))
	if !ok {
		return false
	}
	answer, err := isView(class, object)
	if err != nil {
		e.rethrow(err)
	}
	return answer.ToBoolean()
}
