package worker

import (
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

const (
	maxGoStack = 32 << 20
	// gcPercent is that of a worker process: what lives between runs is small, and collected between them.
	gcPercent = 300
)

// confine takes from the process whatever a script could need to reach outside, and bounds its memory.
// What the Go runtime opens for itself, it has to open before. No run may add more memory than most, and the
// least that one may be held to is known too.
func confine(most, least int64) (memoryLimit, error) {
	goruntime.GOMAXPROCS(1)
	debug.SetGCPercent(gcPercent)
	debug.SetMaxStack(maxGoStack)
	debug.SetTraceback("none") // the first line says why; goroutines may hold a run's inputs
	debug.SetMemoryLimit(most)
	<-time.After(time.Nanosecond) // timers make the runtime open its poller
	size, data, err := addressSpace()
	if err != nil {
		return memoryLimit{}, err
	}
	if err := closeInherited(); err != nil {
		return memoryLimit{}, err
	}
	if err := landlock.V7.BestEffort().Restrict(); err != nil {
		return memoryLimit{}, fmt.Errorf("confine with Landlock: %w", err)
	}
	m := memoryLimit{start: data, most: most, least: least, now: most, mapped: mappedMemory()}
	return m, errors.Join(
		limit(unix.RLIMIT_AS, uint64(size+addresses(most))),
		limit(unix.RLIMIT_DATA, uint64(data+most)),
		limit(unix.RLIMIT_CORE, 0),
		limit(unix.RLIMIT_NOFILE, 0),
		limit(unix.RLIMIT_FSIZE, 0),
	)
}

// runtimeOwn are the beginnings of what the descriptors of the Go runtime stand for.
var runtimeOwn = []string{"anon_inode:[eventpoll]", "anon_inode:[eventfd]", "/sys/fs/cgroup/"}

// closeInherited closes what the supervisor's own parent left open for everyone.
func closeInherited() error {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil || fd <= channelFD {
			continue
		}
		what, err := os.Readlink("/proc/self/fd/" + e.Name())
		own := func(prefix string) bool { return strings.HasPrefix(what, prefix) }
		if err == nil && !slices.ContainsFunc(runtimeOwn, own) {
			_ = unix.Close(fd) // the one that the list was read from is closed already
		}
	}
	return nil
}

func limit(resource int, to uint64) error {
	if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: to, Max: to}); err != nil {
		return fmt.Errorf("limit %d to %d: %w", resource, to, err)
	}
	return nil
}

// addressSpace is what the process has taken addresses for, which the Go runtime mostly only reserves, and what
// of it can be written to, in bytes.
func addressSpace() (size, data int64, err error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, 0, err
	}
	var skipped int64
	if _, err := fmt.Sscan(string(text), &size, &skipped, &skipped, &skipped, &skipped, &data); err != nil {
		return 0, 0, fmt.Errorf("/proc/self/statm: %w", err)
	}
	page := int64(os.Getpagesize())
	return size * page, data * page, nil
}
