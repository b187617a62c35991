package engine

import (
	"encoding/json"
	"math"
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
	text, err := r.encode(v, r.limits.Result)
	switch {
	case err == errNoRoom || len(text) > r.limits.Result:
		return nil, runtime.Errorf(runtime.CodeResultTooLarge, "%s has more than %d bytes of JSON", what, r.limits.Result)
	case err == errHollow:
		return nil, runtime.Errorf(runtime.CodeBadResult, "%s is not JSON: %v", what, err)
	case err != nil:
		return nil, &badResult{err}
	case text == nil:
		return nil, runtime.Errorf(runtime.CodeBadResult, "%s is not JSON: it is a function or a symbol", what)
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

// stringify is JSON.stringify, whatever the script made of that name. It is nil for what JSON has no word for.
func (r *run) stringify(v goja.Value) (json.RawMessage, error) { return r.encode(v, math.MaxInt) }

// encode is stringify for a text of at most room bytes.
func (r *run) encode(v goja.Value, room int) (json.RawMessage, error) {
	e := encoder{vm: r.vm, room: room, stopped: func() bool { return r.watch.stopped() != "" }}
	return e.encode(v)
}
