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
	file    *os.File // the supervisor's end of the channel
	line    descriptor
	in      *channel
	capOut  int
	watch   watch
	known   map[uint64]struct{} // scripts that the process has, unless it dropped them since
	runs    int
	idle    time.Time // since when

	sending sync.Mutex // host calls answer while the run is on
	out     frame
}

// startProcess returns a process that is ready for runs with any of the sets of limits.
func startProcess(s *spawner, command []string, sets []runtime.Limits) (*process, error) {
	hello, err := json.Marshal(sets)
	if err != nil {
		return nil, err
	}
	limits := roof(sets)
	started, file, err := s.start(command)
	if err != nil {
		return nil, err
	}
	w := &process{process: started, file: file, capOut: capToChild(limits), known: make(map[uint64]struct{})}
	w.watch.process, w.watch.seat.pid = started, started.Pid
	w.line = descriptor{fd: int(file.Fd()), long: w.watch.arm}
	w.in = newChannel(w.line, capFromChild(limits))
	stop := time.AfterFunc(startTimeout, func() { _ = started.Kill() })
	defer stop.Stop()
	if err = w.line.prepare(); err == nil {
		err = w.send(frameHello, func(f *frame) { f.buf = append(f.buf, hello...) })
	}
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
		_, err = w.line.Write(text)
	}
	return err
}

// end kills the process and waits for it, when nobody uses its channel any more. It returns the CPU time
// that it used in its life.
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

var errClosed = errors.New("the pool of workers is closed")
