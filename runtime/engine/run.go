package engine

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/jsapi"
)

// run is one run of one script: its realm and what is known of it so far. All of it belongs to the
// goroutine that calls do, but for the watch and what host calls send.
type run struct {
	limits  runtime.Limits
	program *program
	inv     runtime.Invocation
	vm      *goja.Runtime
	env     jsapi.Env
	globals lazyGlobals
	inputs  inputs
	// prototypeOfObjects is that of the realm, whatever the script made of its name.
	prototypeOfObjects *goja.Object
	// describeProperty is Object.getOwnPropertyDescriptor as it was before the script ran.
	describeProperty goja.Callable
	watch            *watch
	log              runLog
	calls            hostCalls
	called           string // the function of the script
	now              func() time.Time
}

func newRun(limits runtime.Limits, p *program, inv runtime.Invocation) *run {
	return &run{
		limits: limits, program: p, inv: inv, now: time.Now,
		globals: lazyGlobals{registry: registries()[p.kind]},
		log:     runLog{limit: limits.Log},
	}
}

// do runs the script on the calling goroutine.
func (r *run) do(ctx context.Context) (result runtime.Result, err error) {
	r.vm = goja.New()
	r.watch = newWatch(r.vm, r.limits.CPU, r.limits.SyncWall)
	if ctx.Done() != nil {
		release := context.AfterFunc(ctx, r.watch.cancel)
		defer release()
	}
	r.calls.open(ctx)
	defer r.calls.close()
	r.watch.begin()
	value, state, failure := r.guarded()
	r.watch.end()
	result = runtime.Result{Logs: r.log.entries, CPU: r.watch.spent(), Wall: time.Since(r.watch.begun)}
	if failure != nil {
		return result, failure
	}
	result.Value, result.Context, result.Called = value, state, r.called
	return result, nil
}

// guarded is run.script with every panic of the realm turned into an error: a throwing getter or proxy
// is a Go panic wherever Go touches a value of the script.
func (r *run) guarded() (value, state json.RawMessage, failure *runtime.Error) {
	defer func() {
		if p := recover(); p != nil {
			value, state, failure = nil, nil, r.explainPanic(p)
		}
	}()
	value, state, err := r.script()
	if err != nil {
		return nil, nil, r.explain(err)
	}
	return value, state, nil
}

// script prepares the realm, runs the program and brings its result out, all under the watch.
func (r *run) script() (value, state json.RawMessage, err error) {
	if err = r.prepare(); err != nil {
		return nil, nil, err
	}
	returned, err := r.callScript()
	if err != nil {
		return nil, nil, err
	}
	return r.takeOut(returned)
}

// prepare sets up the realm before any user code.
func (r *run) prepare() error {
	vm := r.vm
	vm.SetMaxCallStackSize(r.limits.CallDepth)
	closeDynamicCode(vm)
	if !r.inv.Now.IsZero() {
		r.freeze()
	}
	r.env = jsapi.Env{
		VM: vm, Kind: r.program.kind, Limits: r.limits, Host: r.inv.Host, Now: r.now,
		Stringify: r.stringify,
		Parse:     func(text json.RawMessage) (goja.Value, error) { return decode(vm, text) },
		Log:       r.addLog,
		Await:     r.await,
		Global:    r.globals.Get,
	}
	r.globals.env = &r.env
	r.prototypeOfObjects = vm.GlobalObject().Prototype()
	if err := r.globals.install(vm); err != nil {
		return err
	}
	if r.program.mentions.object {
		r.keepDescribe()
	}
	r.replaceBuiltins()
	if err := r.defineInputs(); err != nil {
		return err
	}
	if r.program.parsed.form == formScript {
		for _, name := range r.program.parsed.predefined {
			define(vm.GlobalObject(), name, r.globals.Get(name))
		}
	}
	return nil
}

// freeze stops the script's clock, and makes Math.random follow the seed.
func (r *run) freeze() {
	now := r.inv.Now
	r.now = func() time.Time { return now }
	r.vm.SetTimeSource(r.now)
	r.vm.SetRandSource(rand.New(rand.NewPCG(r.inv.Seed, 0)).Float64)
}

// define makes a plain property, as an assignment in a fresh realm would.
func define(o *goja.Object, name string, v goja.Value) {
	// An ordinary object of a fresh realm refuses no property.
	_ = o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

func (r *run) addLog(level, text string, fields json.RawMessage) {
	r.log.add(r.now(), level, text, fields)
}
