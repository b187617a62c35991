package worker

import (
	"fmt"
	"os"
	goruntime "runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// spawner starts processes from one thread that lives as long as it does: the signal that ends a child
// when its parent dies follows the parent's thread, not its process.
type spawner struct {
	requests chan spawnRequest
	done     chan struct{}
}

type spawnRequest struct {
	command []string
	started chan<- spawned
}

type spawned struct {
	process *os.Process
	channel *os.File
	err     error
}

func newSpawner() *spawner {
	s := &spawner{requests: make(chan spawnRequest), done: make(chan struct{})}
	go func() {
		goruntime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		// What this thread starts inherits that it gains no privileges by executing something.
		_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) // kernels older than 3.5 know it not
		for {
			select {
			case r := <-s.requests:
				r.started <- spawn(r.command)
			case <-s.done:
				return
			}
		}
	}()
	return s
}

// close ends the thread, and with it every process that still lives.
func (s *spawner) close() { close(s.done) }

func (s *spawner) start(command []string) (*os.Process, *os.File, error) {
	started := make(chan spawned, 1)
	select {
	case s.requests <- spawnRequest{command, started}:
		r := <-started
		return r.process, r.channel, r.err
	case <-s.done:
		return nil, nil, errClosed
	}
}

func spawn(command []string) spawned {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return spawned{err: fmt.Errorf("make a channel: %w", err)}
	}
	theirs := os.NewFile(uintptr(pair[1]), "worker")
	defer theirs.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return spawned{err: fmt.Errorf("open a channel: %w", err)}
	}
	defer null.Close()
	ours := os.NewFile(uintptr(pair[0]), "worker")
	process, err := os.StartProcess(command[0], command, &os.ProcAttr{
		Dir: "/",
		Env: []string{},
		// Standard error is the channel, so that the last words of a process come where it is read.
		Files: []*os.File{null, null, theirs, theirs},
		// A group of its own keeps a terminal's signals away.
		Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true},
	})
	if err != nil {
		return spawned{err: fmt.Errorf("start a worker process: %w", err)}
	}
	return spawned{process: process, channel: ours}
}
