package worker

import (
	"context"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tripline/tripline/runtime"
)

// cpuClock names the CPU clock of a process: see clock_getcpuclockid(3).
func cpuClock(pid int) int32 { return int32(^pid<<3 | 2) }

// cpuTime is what a process has used so far, 0 when it is gone.
func cpuTime(pid int) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(cpuClock(pid), &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// grace is what a run may be over a limit before its process is killed: the engine inside stops by itself
// what it can stop, which is cheaper.
const grace = 40 * time.Millisecond

// allowance is what a part of a run may use.
type allowance struct {
	cpu, wall time.Duration
	code      runtime.Code // of the error when it is used up
}

// watch kills a process that uses more than it may, or whose run nobody wants any more. It is armed when a
// run turns out to be a long one: most are over before a timer would have been worth its while.
type watch struct {
	process *os.Process
	seat    seat

	mu      sync.Mutex
	timer   *time.Timer
	on      bool
	armed   bool
	ctx     context.Context // of the run
	release func() bool     // of ctx, when the run can be cancelled and the watch is armed
	allows  allowance
	begun   time.Time     // of the part of the run that is on
	base    time.Duration // CPU time of the process then
	before  time.Duration // CPU time of the process before the run
	reason  *runtime.Error
}

// begin starts watching a run, or its next part.
func (w *watch) begin(ctx context.Context, a allowance) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reason != nil {
		return
	}
	w.on, w.ctx, w.allows, w.begun = true, ctx, a, time.Now()
	if w.armed {
		w.base = cpuTime(w.process.Pid)
		w.timer.Reset(w.first())
	} else {
		w.before = 0
	}
}

// first is when the limits can be reached at the earliest.
func (w *watch) first() time.Duration { return min(w.allows.cpu, w.allows.wall) + grace }

// arm makes sure that the run is stopped in time. It may be called at any time.
func (w *watch) arm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.on || w.armed {
		return
	}
	w.armed = true
	w.seat.free()
	// What it used so far was not worth asking for: most runs never get here.
	w.base = cpuTime(w.process.Pid) - min(time.Since(w.begun), attentive)
	w.before = w.base
	if ctx := w.ctx; ctx.Done() != nil {
		w.release = context.AfterFunc(ctx, func() { w.cancel(ctx) })
	}
	if first := max(0, w.first()-time.Since(w.begun)); w.timer == nil { // a busy machine may have armed it late
		w.timer = time.AfterFunc(first, w.check)
	} else {
		w.timer.Reset(first)
	}
}

// extend sets another limit of wall time.
func (w *watch) extend(wall time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allows.wall = wall
}

func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.armed {
		w.timer.Stop()
		if w.release != nil {
			w.release()
		}
	}
	w.on, w.armed, w.ctx, w.release = false, false, nil, nil
}

func (w *watch) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.armed || w.reason != nil {
		return
	}
	cpu := cpuTime(w.process.Pid) - w.base
	wall := time.Since(w.begun)
	a := w.allows
	switch {
	case cpu >= a.cpu+grace && a.code == runtime.CodeCompileLimit:
		w.kill(runtime.Errorf(a.code, "compiling took more than %v", a.cpu))
	case cpu >= a.cpu+grace:
		w.kill(runtime.Errorf(a.code, "the run used more than %v of CPU time", a.cpu))
	case wall >= a.wall+grace:
		w.kill(runtime.Errorf(a.code, "the run took longer than %v", a.wall))
	default:
		w.timer.Reset(max(time.Millisecond, min(a.cpu-cpu, a.wall-wall)+grace))
	}
}

// cancel kills the process because the run's context is over, unless the run is over too.
func (w *watch) cancel(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on && w.ctx == ctx && w.reason == nil {
		w.kill(cancelled(ctx))
	}
}

// stop kills the process because nobody wants the run any more.
func (w *watch) stop(reason *runtime.Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on && w.reason == nil {
		w.kill(reason)
	}
}

func (w *watch) kill(reason *runtime.Error) {
	w.reason = reason
	_ = w.process.Kill() // it may have died by itself
}

// used is the CPU time of a run that ended with its process, of whose life total and wall are known.
func (w *watch) used(total, wall time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.before == 0 {
		return min(total, wall)
	}
	return max(0, total-w.before)
}

// killed is why the process was killed, nil when it was not.
func (w *watch) killed() *runtime.Error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reason
}
