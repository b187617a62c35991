package worker

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
)

// attempts is how often a run is begun whose process dies before the run could do anything outside.
const attempts = 3

// wallPerCompile is how much longer than its CPU time a compilation may take on a busy machine.
const wallPerCompile = 20

// task is what is done with a script.
type task byte

const (
	taskRun task = iota
	taskCheck
	taskTranslate
)

// frame is the kind of frame that asks for the task.
func (t task) frame() kind { return [...]kind{frameRun, frameCheck, frameTranslate}[t] }

// perform does something with a script in a process of the pool.
func (p *Pool) perform(ctx context.Context, org string, inv *runtime.Invocation, t task) (outcome, *runtime.Error) {
	id := p.sources.of(&inv.Script)
	number, limits := p.limits.of(org)
	series := runtime.SeriesOf(ctx)
	for tries := 1; ; {
		g := keptFor(series, p, org)
		if g == nil {
			var failure *runtime.Error
			if g, failure = p.acquire(ctx, org); failure != nil {
				return outcome{}, failure
			}
		}
		e := exchange{pool: p, grant: g, process: g.process, inv: inv, id: id, task: t, limits: limits, limitsNumber: number}
		e.do(ctx)
		if series != nil && e.fit && p.keep(g, e.cost()) {
			series.Keep(g)
		} else {
			p.release(g, e.fit, e.cost())
		}
		if !e.lost {
			return e.outcome, e.outcome.err
		}
		p.count(func(s *Stats) { s.Lost++ })
		// A process that had died while it was idle did not get to see the run.
		if e.begun {
			tries++
		}
		if e.called || tries > attempts {
			return e.outcome, e.outcome.err
		}
	}
}

func (p *Pool) count(change func(*Stats)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.stats)
}

// exchange is one run in one process.
type exchange struct {
	pool    *Pool
	grant   *grant
	process *process
	inv     *runtime.Invocation
	id      uint64
	task    task

	limits       *runtime.Limits
	limitsNumber int

	outcome outcome
	fit     bool // the process can do another run
	begun   bool // the process lived when it was sent the run
	seated  bool // the thread and the process are bound to one processor
	parked  bool
	sent    uint32 // kinds of frames that come once at most, a bit each
	called  bool   // the host was called: the run cannot be repeated
	lost    bool   // the process died and nobody knows why
	calls   hostCalls
}

// do carries the run out and judges how it ended.
func (e *exchange) do(ctx context.Context) {
	w := e.process
	begun := time.Now()
	w.watch.begin(ctx, e.allowance())
	if e.grant.alone {
		e.seated = w.watch.seat.take()
	} else {
		w.watch.seat.free()
	}
	err := e.send(false)
	if err == nil {
		e.begun = true
		err = e.serve(ctx)
	}
	e.rise()
	e.calls.close()
	w.watch.end()
	if err == nil {
		e.judge()
		if e.outcome.err != nil && ctx.Err() != nil {
			e.outcome.err = cancelled(ctx) // which is what made its calls fail
		}
		return
	}
	if errors.Is(err, errTooLarge) && !e.begun {
		e.fit = true
		e.outcome.err = runtime.Errorf(runtime.CodeInputTooLarge, "the inputs are too large: %v", err)
		return
	}
	e.outcome = outcome{err: e.explain(err)}
	total := w.end()
	e.outcome.result.Wall = time.Since(begun)
	e.outcome.result.CPU = w.watch.used(total, e.outcome.result.Wall)
}

// cost is the CPU time that the process spent on the run, as far as it is known.
func (e *exchange) cost() time.Duration {
	if e.task == taskRun && e.outcome.result.CPU > 0 {
		return e.outcome.result.CPU
	}
	return time.Since(e.grant.since)
}

// allowance is what the part of the run that comes first may use.
func (e *exchange) allowance() allowance {
	l := e.limits
	if _, known := e.process.known[e.id]; !known || e.task != taskRun {
		return allowance{l.Compile, wallPerCompile * l.Compile, runtime.CodeCompileLimit}
	}
	return allowance{l.CPU, l.SyncWall, runtime.CodeTimeLimit}
}

// send sends the run, with the source when the process is not known to have it.
func (e *exchange) send(withSource bool) error {
	w := e.process
	s := script{id: e.id, kind: e.inv.Script.Kind, name: e.inv.Script.Name}
	if _, known := w.known[e.id]; !known || withSource || e.task != taskRun {
		s.source = &e.inv.Script.Source
	}
	return w.send(e.task.frame(), func(f *frame) {
		f.script(s)
		if e.task == taskRun {
			f.invocation(e.inv, e.limitsNumber)
		}
	})
}

// serve reads what the process has to say until the run is over.
func (e *exchange) serve(ctx context.Context) error {
	w := e.process
	for {
		k, body, err := w.in.read()
		if err != nil {
			return err
		}
		f := fields{rest: body}
		switch k {
		case frameResult:
			e.outcome = f.outcome()
			return f.done()
		case frameTranslated:
			e.outcome.translation = f.translation()
			return f.done()
		}
		// What has more to say than a result may take its time.
		e.rise()
		w.watch.arm()
		switch k {
		case frameUnknown, frameCompiled:
			err = e.prepared(ctx, k)
		case frameCall:
			err = e.call(ctx, &f)
		case frameUnlock:
			id := f.uint()
			if err = f.done(); err == nil {
				e.calls.unlock(id)
			}
		case framePark, frameResume:
			err = e.takeTurns(ctx, k)
		default:
			err = errMalformed
		}
		if err != nil {
			return err
		}
	}
}

// rise gives the thread back to what else there is to do.
func (e *exchange) rise() {
	if e.seated {
		e.process.watch.seat.leave()
		e.seated = false
	}
}

// prepared serves what comes before the run itself, once: the limits begin anew with it.
func (e *exchange) prepared(ctx context.Context, k kind) error {
	if e.sent&(1<<k) != 0 || e.called || e.task != taskRun {
		return errMalformed
	}
	e.sent |= 1 << k
	w := e.process
	if k == frameUnknown {
		delete(w.known, e.id)
		w.watch.begin(ctx, e.allowance())
		return e.send(true)
	}
	w.known[e.id] = struct{}{}
	w.watch.begin(ctx, allowance{e.limits.CPU, e.limits.SyncWall, runtime.CodeTimeLimit})
	return nil
}

func (e *exchange) call(ctx context.Context, f *fields) error {
	if !e.called {
		e.called = true
		e.calls.open(ctx, e.process, e.inv.Host, e.limits)
	}
	c := f.call()
	if err := f.done(); err != nil {
		return err
	}
	return e.calls.begin(c)
}

// takeTurns gives the run's turn to others while it waits, and back.
func (e *exchange) takeTurns(ctx context.Context, k kind) error {
	park := k == framePark
	if park == e.parked {
		return errMalformed
	}
	e.parked = park
	w := e.process
	if park {
		w.watch.extend(e.limits.AsyncWall)
		e.pool.park(e.grant)
		return nil
	}
	if failure := e.pool.resume(ctx, e.grant); failure != nil {
		w.watch.stop(failure)
		return nil // what comes next is the end of the channel
	}
	return w.send(frameTurn, nil)
}

// maxRuns is how many runs a process does at most.
const maxRuns = 500_000

// judge decides whether a process that ended a run in good order is fit for another.
func (e *exchange) judge() {
	w := e.process
	w.in.trim()
	w.runs++
	// What the compiler or the translator has begun goes on when its time is over.
	stillCompiles := e.outcome.err != nil && e.outcome.err.Code == runtime.CodeCompileLimit
	e.fit = !e.outcome.worn && !stillCompiles && w.runs < maxRuns && w.watch.killed() == nil
	if e.outcome.worn || w.runs >= maxRuns {
		e.pool.count(func(s *Stats) { s.Replaced++ })
	}
	if len(w.known) > 2*maxSources {
		clear(w.known)
	}
}

// explain says why a process died in the middle of a run.
func (e *exchange) explain(err error) *runtime.Error {
	if reason := e.process.watch.killed(); reason != nil {
		e.pool.count(func(s *Stats) { s.Killed++ })
		return reason
	}
	words, ok := errors.AsType[lastWords](err)
	switch {
	case ok && strings.Contains(string(words), "stack exceeds"):
		return runtime.Errorf(runtime.CodeStackLimit, "calls nest too deep inside the engine")
	case ok && outOfMemory(string(words)):
		return runtime.Errorf(runtime.CodeMemoryLimit, "the run needed more than %d MB of memory", e.limits.Memory>>20)
	case ok:
		first, _, _ := strings.Cut(strings.TrimSpace(string(words)), "\n")
		e.pool.config.Log.Error("a worker process failed", "script", e.inv.Script.Name, "said", first)
		return runtime.Errorf(runtime.CodeWorkerLost, "the worker process failed under the run")
	case errors.Is(err, errMalformed), errors.Is(err, errTooLarge):
		e.pool.config.Log.Error("a worker process broke the protocol", "script", e.inv.Script.Name, "error", err)
		return runtime.Errorf(runtime.CodeWorkerLost, "the worker process failed under the run")
	}
	e.lost = true
	return runtime.Errorf(runtime.CodeWorkerLost, "the worker process died under the run")
}

// signsOfMemory are what a Go runtime says when the kernel gives it no more memory. The last two are of a
// program with the race detector.
var signsOfMemory = []string{
	"out of memory", "cannot allocate memory", "memory limit", "errno=12", "failed to reserve", "newosproc",
	"failed to allocate", "address space collisions", "segmentation violation", // a refused piece of memory that was used all the same
}

func outOfMemory(words string) bool {
	return slices.ContainsFunc(signsOfMemory, func(sign string) bool { return strings.Contains(words, sign) })
}
