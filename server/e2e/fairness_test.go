package e2e

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
)

// TestHostileOrganisationLeavesOthersTheirShare: while one organisation loops scripts that hang, or die of
// their memory, every uplink of another one is taken and its triggers run. How fast is for make bench to say.
func TestHostileOrganisationLeavesOthersTheirShare(t *testing.T) {
	t.Parallel()
	w := newHostileWorld(t)
	w.benign.publish("trigger", "good", `function trigger_script(device) { return { delayms: 0, actions: [{ method: "good", params: { n: device.telemetry_data.tm.n } }] } }`, map[string]any{"org_wide": true})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var looping sync.WaitGroup
	var runs atomic.Int64
	for i, source := range []string{`for (;;);`, `return "x".repeat(2 ** 30)`, `[].indexOf.call({ length: 2 ** 53 }, 1)`, `return "x".repeat(2 ** 30)`, `for (;;);`, `return "x".repeat(2 ** 30)`} {
		looping.Go(func() {
			for ctx.Err() == nil {
				r, err := w.hostile.try("POST", "/scripts/test", map[string]any{"kind": "rpc", "source": source})
				if err != nil || r.status != 200 {
					t.Errorf("loop %d: %+v %v", i, r, err)
					return
				}
				runs.Add(1)
			}
		})
	}
	eventually(t, "hostile scripts run", func() bool { return runs.Load() > 3 })
	for n := range 100 {
		r := w.benign.uplink("good", map[string]any{"n": n})
		w.benign.settled(r.str("execution_id")).expect("state", "completed")
	}
	cancel()
	looping.Wait()
	w.benign.get("/devices/good").expect("server_attrs.n", "99")
}
