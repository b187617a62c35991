package engine

import (
	"encoding/json"
	"reflect"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

var proxyType = reflect.TypeFor[goja.Proxy]()

func isProxy(o *goja.Object) bool { return o.ExportType() == proxyType }

// takeOut brings the script's result out of the realm as JSON, and a driver's state with it.
func (r *run) takeOut(v goja.Value) (value, state json.RawMessage, err error) {
	if value, err = r.toJSON(v, "the result"); err != nil {
		return nil, nil, err
	}
	if r.program.kind == runtime.KindParser {
		if state, err = r.state(); err != nil {
			return nil, nil, err
		}
	}
	return value, state, nil
}

// toJSON is nil for null and undefined.
func (r *run) toJSON(v goja.Value, what string) (json.RawMessage, error) {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, nil
	}
	text, err := r.stringify(v)
	switch {
	case err != nil:
		return nil, &badResult{err}
	case text == nil:
		return nil, runtime.Errorf(runtime.CodeBadResult, "%s is not JSON: it is a function or a symbol", what)
	case len(text) > r.limits.Result:
		return nil, runtime.Errorf(runtime.CodeResultTooLarge, "%s has %d bytes of JSON, at most %d are allowed", what, len(text), r.limits.Result)
	}
	return text, nil
}

// state is the global context array of a driver, nil while it is empty. A script may have a use of its
// own for the name: what is no array is no state.
func (r *run) state() (json.RawMessage, error) {
	o, ok := r.vm.Get("context").(*goja.Object)
	if !ok || isProxy(o) || o.ClassName() != "Array" {
		return nil, nil
	}
	if r.inv.Input.Context == nil && o.Get("length").ToInteger() == 0 {
		return nil, nil
	}
	return r.toJSON(o, "the context")
}

// stringify is JSON.stringify, whatever the script made of that name: goja's own encoder is called
// directly. It is nil for what JSON has no word for.
func (r *run) stringify(v goja.Value) (json.RawMessage, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *goja.Symbol:
		return nil, nil
	case *goja.Object:
		if _, callable := goja.AssertFunction(v); callable {
			return nil, nil
		}
		return v.MarshalJSON()
	}
	if goja.IsUndefined(v) {
		return nil, nil
	}
	// Primitives have no encoder of their own: one in an array is encoded as that of the array's element.
	text, err := r.vm.NewArray(v).MarshalJSON()
	if err != nil {
		return nil, err
	}
	return text[1 : len(text)-1], nil
}
