package main

import (
	"context"
	"os"
	goruntime "runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// gcPercent trades memory under load for time: what lives is small, and garbage is made with every run.
const gcPercent = 400

// muchMemory is the size in bytes above which garbage does not wait: what lives may be large for a moment, while
// large bodies are decoded, and the heap is not to grow to a multiple of that.
const muchMemory = 1 << 30

// collectGarbage sets when the collector runs. The operator's own GOMEMLIMIT counts.
func collectGarbage() {
	debug.SetGCPercent(gcPercent)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(muchMemory)
	}
}

// dropStartGarbage lets go of what only the start needed, migrations above all: the heap would be let grow
// to a multiple of it.
func dropStartGarbage() {
	goruntime.GC()
	goruntime.GC() // pools of buffers outlive one collection
}

// What makes a second a quiet one, and how much is allocated before it is worth giving memory back, in bytes.
const (
	quietSecond = 4 << 20
	worthGiving = 8 << 20
)

// giveBack returns memory to the system in the first quiet second after load, until ctx ends: the collector
// alone would keep several times what is needed for minutes.
func giveBack(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := allocated()
	given := last
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := allocated()
		if now-last < quietSecond && now-given > worthGiving {
			debug.FreeOSMemory()
			given = allocated()
		}
		last = now
	}
}

// allocated is how many bytes of heap the process has ever asked for.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
