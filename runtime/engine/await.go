package engine

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// hostCalls are the calls out of the realm that a run waits for.
type hostCalls struct {
	parent  context.Context
	ctx     context.Context // ends with the run; made at the first call
	cancel  context.CancelFunc
	done    chan func() error // what to do on the realm's goroutine when a call has come back
	pending int
}

func (c *hostCalls) open(parent context.Context) { c.parent = parent }

// close cancels the calls that are still out. Their goroutines end by themselves and find nobody who
// takes their answer.
func (c *hostCalls) close() {
	if c.cancel != nil {
		c.cancel()
	}
}

func (c *hostCalls) start() {
	if c.ctx == nil {
		c.ctx, c.cancel = context.WithCancel(c.parent)
		c.done = make(chan func() error)
	}
	c.pending++
}

// await is Env.Await: only what comes back over the channel touches the realm, and only while the run
// listens.
func (r *run) await(work func(context.Context) func() (goja.Value, error)) *goja.Promise {
	promise, resolve, reject := r.vm.NewPromise()
	r.calls.start()
	ctx, done := r.calls.ctx, r.calls.done
	go func() {
		finish := perform(ctx, work)
		settle := func() error {
			value, err := finish()
			if err != nil {
				return reject(r.reason(err))
			}
			return resolve(value)
		}
		select {
		case done <- settle:
		case <-ctx.Done():
		}
	}()
	return promise
}

// perform calls work and turns its panic into a rejection: it is not on the realm's goroutine, where
// panics are caught.
func perform(ctx context.Context, work func(context.Context) func() (goja.Value, error)) (finish func() (goja.Value, error)) {
	defer func() {
		if p := recover(); p != nil {
			finish = func() (goja.Value, error) { return nil, fmt.Errorf("the call failed inside the host: %v", p) }
		}
	}()
	return work(ctx)
}

// reason is what a promise is rejected with for an error of a host call.
func (r *run) reason(err error) goja.Value {
	if exception, ok := err.(*goja.Exception); ok {
		return exception.Value()
	}
	return r.newError("Error", err.Error())
}

// newError makes an error object of a class, a TypeError when the script has broken that class.
func (r *run) newError(class, message string) goja.Value {
	if o, err := r.vm.New(r.vm.Get(class), r.vm.ToValue(message)); err == nil {
		return o
	}
	return r.vm.NewTypeError("%s", message)
}

var promiseType = reflect.TypeFor[*goja.Promise]()

// settle waits for a value that is a promise and returns other values as they are. Promises are told by
// their type, which asks nothing of the script.
func (r *run) settle(v goja.Value) (goja.Value, error) {
	o, ok := v.(*goja.Object)
	if !ok || o.ExportType() != promiseType {
		return v, nil
	}
	if r.program.kind != runtime.KindRPC {
		return nil, runtime.Errorf(runtime.CodeBadResult, "a %s is synchronous: it returned a promise", r.program.kind)
	}
	promise := o.Export().(*goja.Promise)
	for promise.State() == goja.PromiseStatePending {
		if r.calls.pending == 0 {
			return nil, runtime.Errorf(runtime.CodeNeverSettled, "the script waits for a promise that nothing can settle any more")
		}
		finish, err := r.wait()
		if err != nil {
			return nil, err
		}
		if err = finish(); err != nil {
			return nil, err
		}
	}
	if promise.State() == goja.PromiseStateRejected {
		return nil, &rejection{promise.Result()}
	}
	return promise.Result(), nil
}

// turnTaker is a Host that lets others use the processor while a run only waits.
type turnTaker interface {
	Park()   // the run waits from here on
	Resume() // the run goes on when this returns
}

// wait hands the thread back until a host call has come back, and takes it again.
func (r *run) wait() (finish func() error, err error) {
	r.watch.extend(r.limits.AsyncWall)
	r.watch.end()
	defer r.watch.begin()
	turns, _ := r.inv.Host.(turnTaker)
	if turns != nil {
		turns.Park()
	}
	timeout := time.NewTimer(r.watch.left())
	defer timeout.Stop()
	select {
	case finish = <-r.calls.done:
		r.calls.pending--
		if turns != nil {
			turns.Resume()
		}
		return finish, nil
	case <-timeout.C:
		return nil, r.overtime(stoppedWall)
	case <-r.calls.ctx.Done():
		return nil, r.overtime(stoppedByCaller)
	}
}
