package engine

import (
	goruntime "runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// threadClock measures the CPU time of a goroutine that has a thread to itself. Wall time would blame a
// script for a busy machine.
type threadClock struct {
	id    int32 // the thread's CPU clock, which other threads can read too
	start time.Duration
}

// lockThread binds the calling goroutine to its thread and starts measuring.
func lockThread() threadClock {
	goruntime.LockOSThread()
	// The kernel encodes the clock of one thread as its inverted id and the bits "per thread, scheduled
	// time": see clock_getcpuclockid(3).
	c := threadClock{id: int32(^unix.Gettid()<<3 | 6)}
	c.start = c.read()
	return c
}

func (c threadClock) read() time.Duration {
	var t unix.Timespec
	// The scheduler need not know of a call that never waits.
	if _, _, errno := unix.RawSyscall(unix.SYS_CLOCK_GETTIME, uintptr(c.id), uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		return c.start
	}
	return time.Duration(t.Nano())
}

// elapsed is the CPU time since lockThread. Any goroutine may ask.
func (c threadClock) elapsed() time.Duration { return c.read() - c.start }

// unlock ends what lockThread began and returns the CPU time between.
func (c threadClock) unlock() time.Duration {
	used := c.elapsed()
	goruntime.UnlockOSThread()
	return used
}
