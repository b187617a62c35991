package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// TestAFullQueueRefuses: when too many uplinks wait for their triggers, the next are refused, and told
// when to come back.
func TestAFullQueueRefuses(t *testing.T) {
	t.Parallel()
	const devices, waiting = 100, 10_000
	w := newAwaiting(t) // its RPC waits as long as the receiver does
	w.c.put("/orgs/default", map[string]any{"unknown_devices": "create"})
	w.c.publish("trigger", "wait", `function trigger_script() { return { actions: [{ method: "ask_first", params: { n: 1 } }] }; }`, nil)
	var lines strings.Builder
	for i := range devices {
		eui := fmt.Sprintf("q%d", i)
		w.c.put("/devices/"+eui, map[string]any{"triggers": []string{"wait"}})
	}
	for i := range waiting + devices {
		fmt.Fprintf(&lines, `{"eui":"q%d","telemetry_data":{"n":1}}`+"\n", i%devices)
	}
	r := w.c.do("POST", "/uplinks/batch", lines.String()).want(200)
	accepted, refused := strings.Count(r.text, `"status":202`), strings.Count(r.text, `"status":503`)
	if accepted < waiting/2 || refused == 0 || accepted+refused != waiting+devices {
		t.Errorf("%d were accepted and %d refused", accepted, refused)
	}
	full := w.c.do("POST", "/uplinks", map[string]any{"eui": "q1", "telemetry_data": map[string]any{"n": 2}}).want(503)
	full.expect("code", "busy")
	if full.header.Get("Retry-After") == "" {
		t.Errorf("it does not say when to come back: %v", full.header)
	}
}
