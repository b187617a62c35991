package worker

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"

	"golang.org/x/sys/unix"
)

// memoryLimit is what runs may add to the memory of a worker process, in bytes.
type memoryLimit struct {
	start       int64 // address space before the first run
	most, least int64 // that any run is held to
	now         int64 // what the run that is on is held to
	mapped      uint64
}

// set holds the run that comes to a limit, at most the one that the process has confined itself to.
func (m *memoryLimit) set(limit int64) error {
	if limit == m.now {
		return nil
	}
	if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: uint64(m.start + limit), Max: uint64(m.start + m.most)}); err != nil {
		return fmt.Errorf("limit memory to %d bytes: %w", limit, err)
	}
	debug.SetMemoryLimit(limit)
	m.now = limit
	return nil
}

// outgrown reports whether the process has taken more memory from the system than its next run may perhaps
// have: the Go runtime keeps addresses, so that the system would not stop that run.
func (m *memoryLimit) outgrown() bool {
	if m.now == m.least {
		return false
	}
	return mappedMemory()-m.mapped > uint64(m.least)
}

// mappedMemory is what the Go runtime has taken from the system and not unmapped.
func mappedMemory() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
