package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestBackupUnderLoad: a backup of a server at work has everything that was acknowledged before it, and a
// server on it makes the deliveries that waited.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	var healed atomic.Bool
	delivered := &numbers{}
	receiver := newReceiver(t, func(w http.ResponseWriter, r *http.Request) {
		if !healed.Load() {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		var body struct{ N int }
		if json.NewDecoder(r.Body).Decode(&body) == nil {
			delivered.add(body.N)
		}
		writeJSON(w, map[string]any{})
	})
	p := start(t, map[string]string{"TRIPLINE_EGRESS_ALLOW": "127.0.0.1", "TRIPLINE_LOG": "warn"})
	c := p.admin()
	c.put("/org-params/receiver", map[string]any{"value": receiver.URL, "secret": false})
	c.publish("rpc", "tell", `function rpc_script({ params, org_params }) {
		return [{ type: "axios", dnMsg: { method: "post", url: org_params.receiver + "/tell", data: { n: params.n } } }];
	}`, map[string]any{"org_wide": true})
	c.publish("trigger", "tell", `function trigger_script(device, id) { return { actions: [{ method: "tell", params: { n: device.telemetry_data[id].n } }] } }`, nil)
	const devices = 8
	for i := range devices {
		c.put(fmt.Sprintf("/devices/d%d", i), map[string]any{"triggers": []string{"tell"}})
	}

	var acknowledged atomic.Int64 // numbers are given out from 1 without gaps
	var last atomic.Int64
	var over atomic.Bool
	var posters sync.WaitGroup
	var inOrder sync.Mutex
	for range devices {
		posters.Go(func() {
			for !over.Load() {
				inOrder.Lock() // so that "up to number n" is acknowledged as a whole
				n := last.Add(1)
				r := c.do("POST", "/uplinks", map[string]any{"eui": fmt.Sprintf("d%d", n%devices), "thingModelId": "tm", "telemetry_data": map[string]any{"n": n}})
				if r.status == http.StatusAccepted {
					acknowledged.Store(n)
				}
				inOrder.Unlock()
				if r.status != http.StatusAccepted {
					t.Errorf("uplink %d: %d %s", n, r.status, r.text)
					return
				}
			}
		})
	}
	eventually(t, "there is something to be backed up", func() bool { return acknowledged.Load() > 200 })
	file := filepath.Join(t.TempDir(), "backup.db")
	before := acknowledged.Load()
	runTripline(t, p.env, "backup", file)
	over.Store(true)
	posters.Wait()
	t.Logf("%d uplinks were acknowledged before the backup and %d while it was made", before, acknowledged.Load()-before)
	p.kill()

	restored := prepare(t, p.env)
	restored.env["TRIPLINE_DATA"] = restored.data
	runTripline(t, restored.env, "restore", file)
	healed.Store(true)
	restored.launch()
	eventually(t, "what waited is delivered", func() bool { return delivered.through(int(before)) })
	rc := restored.admin()
	eventually(t, "nothing waits", func() bool { return rc.get("/deliveries?state=retryable&limit=1").count("items") == 0 })
	if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), p.env["TRIPLINE_MASTER_KEY"]) {
		t.Errorf("the master key is in the backup (%v)", err)
	}
}

// runTripline runs the program with a server's settings.
func runTripline(t *testing.T, env map[string]string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("tripline %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// numbers is a set of numbers that arrived.
type numbers struct {
	mu   sync.Mutex
	seen map[int]int // how often
}

func (s *numbers) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[int]int{}
	}
	s.seen[n]++
}

// through reports whether every number from 1 to n has arrived.
func (s *numbers) through(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 1; i <= n; i++ {
		if s.seen[i] == 0 {
			return false
		}
	}
	return true
}
