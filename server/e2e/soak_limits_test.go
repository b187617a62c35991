//go:build linux

package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// endless answers 2 GB, or as much as the sender takes.
func endless(w http.ResponseWriter) {
	w.WriteHeader(http.StatusInternalServerError)
	chunk := []byte(strings.Repeat("x", 64<<10))
	for range (2 << 30) / len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// TestAnswersWithoutEndCostNoMemory: what a receiver sends beyond the limit is not read.
func TestAnswersWithoutEndCostNoMemory(t *testing.T) {
	t.Parallel()
	receiver := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) { endless(w) })
	p := start(t, map[string]string{"TRIPLINE_EGRESS_ALLOW": "127.0.0.1", "TRIPLINE_LOG": "warn"})
	c := p.admin()
	c.publish("rpc", "give", `function rpc_script({ params }) { return Array(40).fill({ type: "axios", dnMsg: { method: "post", url: params.url, data: {} } }); }`, map[string]any{"org_wide": true})
	c.put("/devices/d", map[string]any{})
	before := residentMB(p.cmd.Process.Pid)
	r := c.rpc("d", "give", map[string]any{"url": receiver.URL})
	story := c.settled(r.str("result.execution_id"))
	if after := residentMB(p.cmd.Process.Pid); after > before+200 {
		t.Errorf("40 answers of 2 GB took it from %d to %d MB", before, after)
	}
	// The receiver said 500 before all that: the status counts, and the rest is cut.
	if !strings.Contains(story.text, `"code":"http_500"`) {
		t.Errorf("the record does not say why: %s", story.text)
	}
}
