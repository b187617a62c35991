package worker

import (
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

const (
	maxGoStack = 32 << 20
	// gcPercent is that of a worker process: what lives between runs is small.
	gcPercent = 300
)

// confine takes from the process whatever a script could need to reach outside, and bounds its memory.
// What the Go runtime opens for itself, it has to open before.
func confine(memory int64) error {
	goruntime.GOMAXPROCS(1)
	debug.SetGCPercent(gcPercent)
	debug.SetMaxStack(maxGoStack)
	debug.SetTraceback("none") // the first line says why; goroutines may hold a run's inputs
	debug.SetMemoryLimit(memory)
	<-time.After(time.Nanosecond) // timers make the runtime open its poller
	size, err := virtualSize()
	if err != nil {
		return err
	}
	if err := landlock.V7.BestEffort().Restrict(); err != nil {
		return fmt.Errorf("Landlock: %w", err)
	}
	return errors.Join(
		limit(unix.RLIMIT_AS, uint64(size+memory)),
		limit(unix.RLIMIT_CORE, 0),
		limit(unix.RLIMIT_NOFILE, 0),
		limit(unix.RLIMIT_FSIZE, 0),
	)
}

func limit(resource int, to uint64) error {
	if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: to, Max: to}); err != nil {
		return fmt.Errorf("limit %d to %d: %w", resource, to, err)
	}
	return nil
}

// virtualSize is the address space of the process in bytes, most of which the Go runtime only reserves.
func virtualSize() (int64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	pages, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.ParseInt(pages, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("/proc/self/statm: %w", err)
	}
	return n * int64(os.Getpagesize()), nil
}
