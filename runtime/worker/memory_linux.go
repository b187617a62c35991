package worker

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"

	"golang.org/x/sys/unix"
)

// memoryLimit is what runs may add to the memory of a worker process, in bytes. It counts what can be written
// to: the Go runtime takes addresses for a heap in arenas, and begins anywhere in the first of them.
type memoryLimit struct {
	start       int64 // what could be written to before the first run
	most, least int64 // that any run is held to
	now         int64 // what the run that is on is held to
	mapped      uint64
}

// arena is what the Go runtime takes addresses for at once.
const arena = 64 << 20

// addresses are how many a process may take for a heap of so many bytes: in whole arenas, of which it has used
// an unknown part of the first, with what keeps account of them.
func addresses(heap int64) int64 { return (heap/arena+2)*arena + arena/4 }

// set holds the run that comes to a limit, at most the one that the process has confined itself to.
func (m *memoryLimit) set(limit int64) error {
	if limit == m.now {
		return nil
	}
	if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: uint64(m.start + limit), Max: uint64(m.start + m.most)}); err != nil {
		return fmt.Errorf("limit memory to %d bytes: %w", limit, err)
	}
	debug.SetMemoryLimit(limit)
	m.now = limit
	return nil
}

// spare is what has to be left of the limit for what the Go runtime takes beside the heap: it cannot be taken
// out of what a run before has left free in there.
const spare = 16 << 20

// outgrown reports whether the process has taken more memory from the system than its next run may perhaps
// have: the Go runtime keeps it, so that the limit would end a run that needs little.
func (m *memoryLimit) outgrown() bool {
	return mappedMemory()-m.mapped > uint64(m.least-spare)
}

// mappedMemory is what the Go runtime has taken from the system and not unmapped.
func mappedMemory() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
