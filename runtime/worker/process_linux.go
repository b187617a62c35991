package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tripline/tripline/runtime"
)

// startTimeout is how long a process may take until it is ready, on a machine that is busy.
const startTimeout = 20 * time.Second

// process is a worker process seen from the supervisor. Between runs it belongs to the pool, during one
// to the goroutine of that run.
type process struct {
	process *os.Process
	file    *os.File
	in      *channel
	capOut  int
	watch   watch
	known   map[uint64]struct{} // scripts that the process has, unless it dropped them since
	runs    int
	idle    time.Time // since when

	sending sync.Mutex // host calls answer while the run is on
	out     frame
}

// startProcess returns a process that is ready.
func startProcess(s *spawner, command []string, limits runtime.Limits) (*process, error) {
	hello, err := json.Marshal(limits)
	if err != nil {
		return nil, err
	}
	started, file, err := s.start(command)
	if err != nil {
		return nil, err
	}
	w := &process{
		process: started, file: file, in: newChannel(file, capFromChild(limits)), capOut: capToChild(limits),
		known: make(map[uint64]struct{}),
	}
	w.watch.process = started
	stop := time.AfterFunc(startTimeout, func() { _ = started.Kill() })
	defer stop.Stop()
	err = w.send(frameHello, func(f *frame) { f.buf = append(f.buf, hello...) })
	var k kind
	if err == nil {
		k, _, err = w.in.read()
	}
	if err == nil && k != frameReady {
		err = errMalformed
	}
	if err != nil {
		w.end()
		return nil, fmt.Errorf("a worker process did not become ready: %w", err)
	}
	return w, nil
}

// send writes one frame. errTooLarge leaves the channel as it was.
func (w *process) send(k kind, write func(*frame)) error {
	w.sending.Lock()
	defer w.sending.Unlock()
	defer w.out.trim()
	w.out.reset(k)
	if write != nil {
		write(&w.out)
	}
	text, err := w.out.seal(w.capOut)
	if err == nil {
		_, err = w.file.Write(text)
	}
	return err
}

// end kills the process and waits for it. It returns the CPU time that it used in its life.
func (w *process) end() time.Duration {
	_ = w.process.Kill() // it may be dead already
	state, err := w.process.Wait()
	w.file.Close()
	if err != nil {
		return 0
	}
	return state.UserTime() + state.SystemTime()
}

// nice sets the niceness of all threads of the process, which is alone in its group. It reports whether
// that was possible.
func (w *process) nice(n int) bool {
	return unix.Setpriority(unix.PRIO_PGRP, w.process.Pid, n) == nil
}

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

// watch kills a process that uses more than it may.
type watch struct {
	process *os.Process

	mu     sync.Mutex
	timer  *time.Timer
	on     bool
	allows allowance
	begun  time.Time     // of the part of the run that is on
	base   time.Duration // CPU time of the process then
	reason *runtime.Error
}

// begin starts watching a run, or its next part.
func (w *watch) begin(a allowance) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reason != nil {
		return
	}
	w.on, w.allows = true, a
	w.begun, w.base = time.Now(), cpuTime(w.process.Pid)
	next := min(a.cpu, a.wall) + grace
	if w.timer == nil {
		w.timer = time.AfterFunc(next, w.check)
	} else {
		w.timer.Reset(next)
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
	w.on = false
	w.timer.Stop()
}

func (w *watch) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.on || w.reason != nil {
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

// killed is why the process was killed, nil when it was not.
func (w *watch) killed() *runtime.Error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reason
}

var errClosed = errors.New("the pool of workers is closed")
