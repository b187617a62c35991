package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const ownLimits = `
limits:
  actions: 3
organisations:
  north:
    limits:
      cpu_ms: 50
      async_wall_ms: 700
      source_kb: 1
      actions: 2
      log_kb: 1
      result_kb: 2
`

// newLimited is a server with an organisation that has limits of its own, and the clients of both.
func newLimited(t *testing.T, more map[string]string) (north, others *client) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tripline.yaml")
	if err := os.WriteFile(path, []byte(ownLimits), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"TRIPLINE_CONFIG": path}
	for name, value := range more {
		env[name] = value
	}
	p := start(t, env)
	others = p.admin()
	others.put("/orgs/north", map[string]any{"name": "North"})
	north = p.as(others.do("POST", "/tokens", map[string]any{"name": "all", "scopes": []string{"admin"}, "org": "north"}).want(201).str("token"))
	return north, others
}

// TestOrganisationsHaveTheirOwnLimits: what the configuration says of one organisation holds for it in dry runs,
// at publication and for what uplinks cause, and for nobody else.
func TestOrganisationsHaveTheirOwnLimits(t *testing.T) {
	t.Parallel()
	north, others := newLimited(t, nil)
	actions := func(n int) string {
		return `return Array(` + strconv.Itoa(n) + `).fill({ type: "modifyAttrs", dnMsg: { server_attrs: { done: true } } })`
	}
	long := "return null //" + strings.Repeat("x", 2<<10)
	for _, in := range []struct{ what, source, north, others string }{
		{"CPU time", `const end = Date.now() + 600; while (Date.now() < end); return null`, "time_limit", ""},
		{"two actions", actions(2), "", ""},
		{"three actions", actions(3), "too_many_actions", ""},
		{"four actions", actions(4), "too_many_actions", "too_many_actions"},
		{"source", long, "source_too_large", ""},
		{"result", `return ["x".repeat(3000)].map(() => null) && { a: "x".repeat(3000) }`, "result_too_large", "bad_result"},
	} {
		for c, want := range map[*client]string{north: in.north, others: in.others} {
			r := c.do("POST", "/scripts/test", map[string]any{"kind": "rpc", "source": in.source, "device": map[string]any{"eui": "d"}}).want(200)
			if code := optional(r, "error.code"); code != want {
				t.Errorf("%s: %q, want %q: %s", in.what, code, want, r.text)
			}
		}
	}
	north.get("/scripts/reference").expect("cpu_limit_ms", "50")
	others.get("/scripts/reference").expect("cpu_limit_ms", "1000")

	others.publish("rpc", "long", long, nil)
	north.do("PUT", "/scripts/rpc/long", map[string]any{"source": long}).want(422).expect("code", "source_too_large")
	north.do("POST", "/scripts/check", map[string]any{"kind": "rpc", "source": long}).want(200).expect("error.code", "source_too_large")

	for c, want := range map[*client]string{north: "too_many_actions", others: ""} {
		c.publish("rpc", "act", actions(3), map[string]any{"org_wide": true})
		c.publish("trigger", "fire", `function trigger_script() { return { delayms: 0, actions: [{ method: "act", params: {} }] } }`, nil)
		c.publish("trigger", "flood", `function trigger_script() { return { delayms: 0, actions: Array(3).fill({ method: "act", params: {} }) } }`, nil)
		c.put("/devices/d", map[string]any{"triggers": []string{"fire", "flood"}})
		story := c.settled(c.uplink("d", map[string]any{"t": 1}).str("execution_id"))
		for i := range story.count("runs") {
			at := "runs." + strconv.Itoa(i)
			if script := story.str(at + ".script"); script == "fire" {
				continue
			}
			if code := optional(story, at+".error.code"); code != want {
				t.Errorf("%q, want %q: %s", code, want, story.text)
			}
		}
	}
}

func optional(r *reply, path string) string {
	if !r.has(path) {
		return ""
	}
	return r.str(path)
}

// TestARunThatWaitsEndsOnTime: a run that only waits is over within 100 ms of its limit of wall time, by its own
// record. A machine that does much else may keep one from being punctual, and not ten in a row.
func TestARunThatWaitsEndsOnTime(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	receiver := newReceiver(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	north, _ := newLimited(t, map[string]string{"TRIPLINE_EGRESS_ALLOW": "127.0.0.1"})
	north.put("/devices/d", map[string]any{})
	var took []float64
	for n := range 10 {
		name := "wait" + strconv.Itoa(n) // a version that keeps reaching its limits is paused
		north.publish("rpc", name, `async function rpc_script() { await axios.get("`+receiver.URL+`"); return null }`, map[string]any{"org_wide": true})
		story := north.settled(north.rpc("d", name, nil).str("error.data.execution_id"))
		story.expect("runs.0.error.code", "time_limit")
		wall, err := strconv.ParseFloat(story.str("runs.0.wall_ms"), 64)
		if err != nil || wall < 700 {
			t.Fatalf("it ended before its time: %s", story.text)
		}
		if took = append(took, wall); wall <= 700+100 {
			return
		}
	}
	t.Errorf("with a limit of 700 ms the runs took %v ms", took)
}
