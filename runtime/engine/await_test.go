package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/jsapi"
)

// runWithCall runs an RPC that has one more global: call(name), which goes through Env.Await and comes to
// what answer returns for the name.
func runWithCall(ctx context.Context, limits runtime.Limits, source string, answer func(context.Context, string) (string, error)) (runtime.Result, error) {
	p, err := compile(runtime.Script{Kind: runtime.KindRPC, Source: source})
	if err != nil {
		return runtime.Result{}, err
	}
	r := newRun(limits, p, runtime.Invocation{})
	r.globals.registry = &registry{
		index: map[string]int{"call": 0},
		list: []jsapi.Global{{Name: "call", New: func(e *jsapi.Env) goja.Value {
			return e.VM.ToValue(func(call goja.FunctionCall) goja.Value {
				name := call.Argument(0).String()
				return e.VM.ToValue(e.Await(func(ctx context.Context) func() (goja.Value, error) {
					text, err := answer(ctx, name)
					return func() (goja.Value, error) { return e.VM.ToValue(text), err }
				}))
			})
		}}},
	}
	return r.do(ctx)
}

func echo(_ context.Context, name string) (string, error) {
	if text, failed := strings.CutPrefix(name, "fail "); failed {
		return "", errors.New(text)
	}
	return name + "!", nil
}

func TestAwait(t *testing.T) {
	for name, c := range map[string]struct{ source, value, failure string }{
		"one":            {source: `return [await call("a")]`, value: `["a!"]`},
		"in turn":        {source: `return [await call("a"), await call("b")]`, value: `["a!","b!"]`},
		"at once":        {source: `return await Promise.all(["a", "b", "c"].map(call))`, value: `["a!","b!","c!"]`},
		"then":           {source: `function rpc_script() { return call("a").then(x => [x]) }`, value: `["a!"]`},
		"caught":         {source: `try { await call("fail no") } catch (e) { return [e instanceof Error, e.message] }`, value: `[true,"no"]`},
		"not caught":     {source: `await call("fail no")`, failure: "script_error: Error: no"},
		"raced":          {source: `return await Promise.race([call("a"), new Promise(() => {})])`, value: `"a!"`},
		"not waited for": {source: `call("a"); return [1]`, value: `[1]`},
		"loop after":     {source: `await call("a"); for (;;);`, failure: "time_limit: the run used more than 50ms of CPU time"},
		"never":          {source: `await call("a"); await new Promise(() => {})`, failure: "never_settled"},
	} {
		t.Run(name, func(t *testing.T) {
			limits := runtime.DefaultLimits()
			limits.CPU = 50 * time.Millisecond
			got, err := runWithCall(t.Context(), limits, c.source, echo)
			if c.failure != "" {
				if err == nil || !strings.HasPrefix(err.Error(), c.failure) {
					t.Fatalf("%s %v, want %s", got.Value, err, c.failure)
				}
				return
			}
			if err != nil || string(got.Value) != c.value {
				t.Fatalf("%s %v, want %s", got.Value, err, c.value)
			}
		})
	}
}

// The CPU limit is for all slices together, and waiting costs none of it.
func TestAwaitCountsCPU(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.CPU = 100 * time.Millisecond
	slow := func(ctx context.Context, name string) (string, error) {
		time.Sleep(150 * time.Millisecond)
		return name, nil
	}
	got, err := runWithCall(t.Context(), limits, `return [await call("a")]`, slow)
	if err != nil || got.CPU > 100*time.Millisecond || got.Wall < 150*time.Millisecond {
		t.Fatalf("CPU %v, wall %v, %v", got.CPU, got.Wall, err)
	}
	slices := `for (let i = 0; i < 100; i++) { const end = Date.now() + 20; while (Date.now() < end); await call("a") } return 1`
	_, err = runWithCall(t.Context(), limits, slices, echo)
	if e := runtime.AsError(err); e == nil || e.Code != runtime.CodeTimeLimit {
		t.Fatalf("%v", err)
	}
}

func TestAwaitWallLimit(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.SyncWall, limits.AsyncWall = 10*time.Millisecond, 60*time.Millisecond
	cancelled := make(chan struct{})
	got, err := runWithCall(t.Context(), limits, `await call("a")`, func(ctx context.Context, _ string) (string, error) {
		<-ctx.Done()
		close(cancelled)
		return "", ctx.Err()
	})
	if e := runtime.AsError(err); e == nil || e.Code != runtime.CodeTimeLimit || !strings.Contains(e.Message, "60ms") {
		t.Fatalf("%v", err)
	}
	if got.Wall < 60*time.Millisecond {
		t.Errorf("wall %v", got.Wall)
	}
	<-cancelled
}

func TestAwaitCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := runWithCall(ctx, runtime.DefaultLimits(), `await call("a")`, func(ctx context.Context, _ string) (string, error) {
		cancel()
		<-ctx.Done()
		return "", ctx.Err()
	})
	if e := runtime.AsError(err); e == nil || e.Code != runtime.CodeHostUnavailable {
		t.Fatalf("%v", err)
	}
}

// A host call that panics fails the call and not the process.
func TestAwaitPanic(t *testing.T) {
	_, err := runWithCall(t.Context(), runtime.DefaultLimits(), `await call("a")`, func(context.Context, string) (string, error) { panic("boom") })
	if err == nil || !strings.Contains(err.Error(), "inside the host: boom") {
		t.Fatalf("%v", err)
	}
}
