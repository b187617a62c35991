package e2e

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

// TestMemoryOfAnyProcess: what a run may have does not depend on where the Go runtime happens to put the heap
// of its process, which it leaves to chance. The race detector takes several times as much, so this is not a
// test of the package.
func TestMemoryOfAnyProcess(t *testing.T) {
	t.Parallel()
	for range 12 {
		pool, err := worker.New(worker.Config{
			Command: []string{program, "sandbox-worker"}, Running: 1, Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()},
		})
		if err != nil {
			t.Fatal(err)
		}
		// More often than not the first run leaves little but room that it gave back.
		for _, megabytes := range []int{100, 20, 140, 100} {
			_, err := pool.Run(t.Context(), runtime.Invocation{Org: "acme", Script: runtime.Script{Kind: runtime.KindRPC, Name: "hold", Source: fmt.Sprintf(
				"const held = []; while (held.length < %d) held.push(new Uint8Array(1 << 20)); return held.length", megabytes)}})
			var failed *runtime.Error
			over := errors.As(err, &failed) && failed.Code == runtime.CodeMemoryLimit
			if over != (megabytes > 128) || err != nil && !over {
				t.Errorf("a run that holds %d MB: %v", megabytes, err)
			}
		}
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	}
}
