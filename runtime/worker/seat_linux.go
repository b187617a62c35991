package worker

import (
	goruntime "runtime"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// seat has a process run on the processor of the thread that waits for it, for as long as a run is short.
// The kernel would move each of the two, whenever it wakes up, to a processor that has nothing to do; waking
// such a processor takes longer than most runs, and passing the turn on where one is takes a tenth of it.
// Where none has nothing to do, the kernel is left alone: that costs less still.
type seat struct {
	pid int

	mu  sync.Mutex
	cpu int // that the process is bound to, counted from 1; 0: any
}

// processors are those that the program may use.
var processors = sync.OnceValue(func() *unix.CPUSet {
	all := new(unix.CPUSet)
	if unix.SchedGetaffinity(0, all) != nil || all.Count() < 2 {
		return nil
	}
	return all
})

// take binds the calling goroutine's thread and the process to the processor that the thread is on. It
// reports whether leave has to be called.
func (s *seat) take() bool {
	all := processors()
	if all == nil {
		return false
	}
	goruntime.LockOSThread()
	if cpu := currentProcessor(); cpu >= 0 && s.bind(cpu) && bindThread(cpu) {
		return true
	}
	goruntime.UnlockOSThread()
	return false
}

// leave lets the thread go. The process stays where it is.
func (s *seat) leave() {
	_ = unix.SchedSetaffinity(0, processors()) // which it had before
	goruntime.UnlockOSThread()
}

// free lets the process go where it wants: its run is a long one.
func (s *seat) free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cpu != 0 && unix.SchedSetaffinity(s.pid, processors()) == nil {
		s.cpu = 0
	}
}

// bind binds the process, of which only the thread that runs scripts counts: it has the process's own number.
func (s *seat) bind(cpu int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cpu == cpu+1 {
		return true
	}
	var one unix.CPUSet
	one.Set(cpu)
	if unix.SchedSetaffinity(s.pid, &one) != nil {
		return false
	}
	s.cpu = cpu + 1
	return true
}

func bindThread(cpu int) bool {
	var one unix.CPUSet
	one.Set(cpu)
	return unix.SchedSetaffinity(0, &one) == nil
}

func currentProcessor() int {
	var cpu uint32
	if _, _, errno := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0); errno != 0 {
		return -1
	}
	return int(cpu)
}
