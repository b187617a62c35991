package engine

import (
	"sync"
	"time"

	"github.com/dop251/goja"
)

// interruption is what a script is stopped with.
type interruption string

const (
	stoppedCPU      interruption = "cpu"
	stoppedWall     interruption = "wall"
	stoppedByCaller interruption = "cancelled"
)

// watch stops a script that uses more than it may: CPU time over all its slices between awaits, and wall
// time from its start.
type watch struct {
	vm    *goja.Runtime
	begun time.Time

	mu      sync.Mutex
	cpu     time.Duration // that is left at the start of the slice
	used    time.Duration // in finished slices
	wall    time.Duration // from begun
	clock   threadClock
	running bool
	timer   *time.Timer
	cause   interruption // "" while nothing was stopped
}

func newWatch(vm *goja.Runtime, cpu, wall time.Duration) *watch {
	return &watch{vm: vm, begun: time.Now(), cpu: cpu, wall: wall}
}

// begin starts a slice on the calling goroutine.
func (w *watch) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = lockThread()
	w.running = true
	next := w.next(0)
	if w.timer == nil {
		w.timer = time.AfterFunc(next, w.check)
	} else {
		w.timer.Reset(next)
	}
}

// end finishes a slice and returns the goroutine to where it may be moved between threads.
func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = false
	w.timer.Stop()
	slice := w.clock.unlock()
	w.cpu -= slice
	w.used += slice
}

// extend sets another limit of wall time.
func (w *watch) extend(wall time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wall = wall
}

// next is when to look again. A thread cannot use CPU time faster than wall time goes by.
func (w *watch) next(slice time.Duration) time.Duration {
	return max(0, min(w.cpu-slice, w.wall-time.Since(w.begun)))
}

func (w *watch) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.running {
		return
	}
	slice := w.clock.elapsed()
	switch {
	case slice >= w.cpu:
		w.stop(stoppedCPU)
	case time.Since(w.begun) >= w.wall:
		w.stop(stoppedWall)
	default:
		w.timer.Reset(max(time.Millisecond, w.next(slice)))
	}
}

// cancel stops the script because its caller no longer wants it.
func (w *watch) cancel() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stop(stoppedByCaller)
}

func (w *watch) stop(cause interruption) {
	if w.cause == "" {
		w.cause = cause
	}
	w.vm.Interrupt(cause)
}

// stopped is why the script was stopped, "" when it was not.
func (w *watch) stopped() interruption {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}

// spent is the CPU time of all slices that have ended.
func (w *watch) spent() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.used
}

// left is the wall time that remains.
func (w *watch) left() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wall - time.Since(w.begun)
}
