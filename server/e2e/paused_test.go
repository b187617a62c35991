package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// A script that hangs is paused after a few runs, is shown so, and runs again when it is resumed or
// changed. Dry runs of it are neither counted nor refused.
func TestScriptThatHangsIsPaused(t *testing.T) {
	t.Parallel()
	// A short limit, so that the test need not wait for five whole seconds of CPU.
	config := filepath.Join(t.TempDir(), "tripline.yaml")
	if err := os.WriteFile(config, []byte("limits:\n  cpu_ms: 20\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, map[string]string{"TRIPLINE_CONFIG": config})
	c := p.admin()
	const hangs = "function trigger_script(device) { if (device.server_attrs.hang) while (true) {} return null }"
	c.publish("trigger", "careless", hangs, nil)
	c.put("/devices/d1", map[string]any{"triggers": []string{"careless"}, "server_attrs": map[string]any{"hang": true}})

	codeOfRun := func() string {
		id := c.uplink("d1", map[string]any{"t": 1}).str("execution_id")
		run := c.settled(id)
		if !run.has("runs.0.error") {
			return ""
		}
		return run.str("runs.0.error.code")
	}
	for range 5 {
		if code := codeOfRun(); code != "time_limit" {
			t.Fatalf("code %q before the pause", code)
		}
	}
	if code := codeOfRun(); code != "script_paused" {
		t.Fatalf("code %q after five limits", code)
	}
	shown := c.get("/scripts/trigger/careless")
	shown.expect("paused.code", "time_limit")
	dry := c.do("POST", "/scripts/test", map[string]any{"kind": "trigger", "name": "careless", "device": "d1"}).want(200)
	dry.expect("error.code", "time_limit")

	c.do("POST", "/scripts/trigger/careless/resume", nil).want(200)
	if c.get("/scripts/trigger/careless").has("paused") {
		t.Error("still shown as paused")
	}
	c.do("PATCH", "/devices/d1/attributes", map[string]any{"server_attrs": map[string]any{"hang": false}}).want(200)
	if code := codeOfRun(); code != "" {
		t.Errorf("code %q after it was resumed", code)
	}
}
