package jsapi

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// realm is a run without the engine: a fresh realm with the package's globals, a job queue for promises
// and a host that the test provides.
type realm struct {
	t       testing.TB
	env     *Env
	ctx     context.Context
	settle  chan func() // what Await's goroutines hand back to the realm
	pending int
}

func newRealm(t testing.TB, host runtime.Host) *realm {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r := &realm{t: t, ctx: ctx, settle: make(chan func(), 16)}
	vm := goja.New()
	made := map[string]goja.Value{}
	r.env = &Env{VM: vm, Kind: runtime.KindRPC, Limits: runtime.DefaultLimits(), Host: host, Now: time.Now}
	r.env.Global = func(name string) goja.Value {
		if v, ok := made[name]; ok {
			return v
		}
		for _, g := range Globals() {
			if g.Name == name {
				made[name] = g.New(r.env)
				return made[name]
			}
		}
		return goja.Undefined()
	}
	stringify, _ := goja.AssertFunction(vm.Get("JSON").ToObject(vm).Get("stringify"))
	parse, _ := goja.AssertFunction(vm.Get("JSON").ToObject(vm).Get("parse"))
	r.env.Stringify = func(v goja.Value) (json.RawMessage, error) {
		text, err := stringify(goja.Undefined(), v)
		if err != nil || goja.IsUndefined(text) {
			return nil, err
		}
		return json.RawMessage(text.String()), nil
	}
	r.env.Parse = func(text json.RawMessage) (goja.Value, error) {
		return parse(goja.Undefined(), vm.ToValue(string(text)))
	}
	r.env.Log = func(string, string, json.RawMessage) {}
	r.env.Await = r.await
	for _, g := range Globals() {
		name := g.Name
		getter := vm.ToValue(func(goja.FunctionCall) goja.Value { return r.env.Global(name) })
		if err := vm.GlobalObject().DefineAccessorProperty(name, getter, nil, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func (r *realm) await(work func(context.Context) func() (goja.Value, error)) *goja.Promise {
	promise, resolve, reject := r.env.VM.NewPromise()
	r.pending++
	var once sync.Once
	go func() {
		finish := work(r.ctx)
		once.Do(func() {
			r.settle <- func() {
				v, err := finish()
				if exception, ok := err.(*goja.Exception); ok {
					_ = reject(exception.Value())
				} else if err != nil {
					_ = reject(r.env.VM.NewTypeError("%s", err.Error()))
				} else {
					_ = resolve(v)
				}
			}
		})
	}()
	return promise
}

// run evaluates the body of an async function and returns what it returns, as JSON.
func (r *realm) run(body string) (string, error) {
	v, err := r.env.VM.RunString("(async () => {" + body + "\n})()")
	if err != nil {
		return "", err
	}
	promise := v.Export().(*goja.Promise)
	for promise.State() == goja.PromiseStatePending && r.pending > 0 {
		settle := <-r.settle
		r.pending--
		settle()
		_, _ = r.env.VM.RunString("")
	}
	switch promise.State() {
	case goja.PromiseStateRejected:
		return "", &rejection{promise.Result()}
	case goja.PromiseStatePending:
		r.t.Fatal("the script's promise never settled")
	}
	text, err := r.env.Stringify(promise.Result())
	return string(text), err
}

type rejection struct{ reason goja.Value }

func (r *rejection) Error() string { return r.reason.String() }

// evalJSON runs body in a realm of its own and returns its result as JSON, failing the test on an error.
func evalJSON(t testing.TB, body string) string {
	t.Helper()
	text, err := newRealm(t, nil).run(body)
	if err != nil {
		t.Fatalf("%s\n%v", body, err)
	}
	return text
}

// expectJSON runs body and compares the JSON of its result.
func expectJSON(t *testing.T, body, want string) {
	t.Helper()
	if got := evalJSON(t, body); got != want {
		t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
	}
}
