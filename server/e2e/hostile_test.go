package e2e

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// What a run may be over its limits of time, by its own record, in milliseconds.
const (
	hostileCPU  = 1000 + 100
	hostileWall = 5000 + 2000 // two at a time they wait for a processor; TestARunThatWaitsEndsOnTime is strict
	maxGrowthKB = 16 << 10    // of the server, over all scripts
)

// TestHostileScripts: whatever a script does, it ends within its limits with a code that says why, the
// server neither dies nor grows, and another organisation's runs succeed right after.
func TestHostileScripts(t *testing.T) {
	t.Parallel()
	w := newHostileWorld(t)
	cases := hostileCases(t)
	w.warmUp(t)
	before := w.residentKB(t)
	t.Run("dry run", func(t *testing.T) {
		eachOfTwo(cases, func(h *hostileCase) { t.Run(h.Name, func(t *testing.T) { w.dryRun(t, h) }) })
	})
	t.Run("mounted", func(t *testing.T) {
		eachOfTwo(cases, func(h *hostileCase) { t.Run(h.Name, func(t *testing.T) { w.mounted(t, h) }) })
	})
	// Memory goes back to the system once the server has nothing to do.
	eventually(t, "the server is not larger than it was by more than 16 MB", func() bool { return w.residentKB(t)-before <= maxGrowthKB })
	t.Logf("the server grew from %d KB by %d KB", before, w.residentKB(t)-before)
	leaks := newLeakFinder(t, map[string]string{"the org param": hostileSecret})
	for _, path := range []string{"/executions?limit=500", "/deliveries?limit=500", "/audit?limit=500"} {
		leaks.look(path, w.hostile.get(path).text)
	}
	leaks.look("what the server printed", w.process.output.String())
}

// eachOfTwo calls do for every case, two at a time.
func eachOfTwo(cases []hostileCase, do func(*hostileCase)) {
	var wg sync.WaitGroup
	next := make(chan *hostileCase)
	for range 2 {
		wg.Go(func() {
			for h := range next {
				do(h)
			}
		})
	}
	for i := range cases {
		next <- &cases[i]
	}
	close(next)
	wg.Wait()
}

func (w *hostileWorld) as(t *testing.T) *client {
	c := *w.hostile
	c.t = t
	return &c
}

func (w *hostileWorld) dryRun(t *testing.T, h *hostileCase) {
	body := map[string]any{"kind": "rpc", "source": h.source, "real_org_params": true,
		"device": map[string]any{"eui": "h1", "name": "H", "server_attrs": map[string]any{"a": 1}}, "params": map[string]any{"level": "high"}}
	r := w.as(t).do("POST", "/scripts/test", body)
	if r.status == 413 && slices.Contains(h.Expect, "source_too_large") {
		w.checkBenign(t, h)
		return
	}
	r.want(200)
	code := "ok"
	if r.has("error") {
		code = r.str("error.code")
	}
	h.check(t, code, r.str("cpu_ms"), r.str("wall_ms"), r.text)
	if want := outs[h.Name]; want != "" {
		r.expect("actions.0.attributes.server_attrs.out", want)
	}
	w.checkBenign(t, h)
}

// mounted publishes the script and has an uplink reach it through a trigger.
func (w *hostileWorld) mounted(t *testing.T, h *hostileCase) {
	c := w.as(t)
	r := c.do("PUT", "/scripts/rpc/"+h.Name, map[string]any{"source": h.source})
	if r.status != 200 {
		code := r.str("code")
		if r.status == 413 {
			code = "source_too_large"
		}
		h.check(t, code, "0", "0", r.text)
		w.checkBenign(t, h)
		return
	}
	eui := strings.ToLower(h.Name[:3])
	c.put("/devices/"+eui, map[string]any{"triggers": []string{"fire"}, "rpcs": []string{h.Name}, "server_attrs": map[string]any{"fires": h.Name}})
	id := c.uplink(eui, map[string]any{"t": 1}).str("execution_id")
	w.checkBenign(t, h)
	story := c.settled(id)
	run := "runs.1"
	if story.str(run+".script") != h.Name {
		t.Fatalf("the RPC did not run: %s", story.text)
	}
	code := "ok"
	if story.has(run + ".error") {
		code = story.str(run + ".error.code")
	}
	h.check(t, code, story.str(run+".cpu_ms"), story.str(run+".wall_ms"), story.text)
	if want := outs[h.Name]; want != "" {
		c.get("/devices/"+eui).expect("server_attrs.out", want)
	}
	if h.Delivery != "" && code == "ok" {
		h.checkDeliveries(t, story)
	}
	leaks := newLeakFinder(t, map[string]string{"the org param": hostileSecret})
	leaks.look(h.Name, story.text)
}

func (h *hostileCase) check(t *testing.T, code, cpu, wall, story string) {
	t.Helper()
	if !slices.Contains(h.Expect, code) {
		t.Errorf("%s, want one of %v: %.500s", code, h.Expect, story)
	}
	if n, _ := strconv.ParseFloat(cpu, 64); n > hostileCPU {
		t.Errorf("it used %s ms of CPU time", cpu)
	}
	if n, _ := strconv.ParseFloat(wall, 64); n > hostileWall {
		t.Errorf("it took %s ms", wall)
	}
}

// checkDeliveries: every action that was queued has failed for good, and for the reason that the index names.
func (h *hostileCase) checkDeliveries(t *testing.T, story *reply) {
	t.Helper()
	n := story.count("deliveries")
	if n == 0 {
		t.Errorf("nothing was queued: %s", story.text)
	}
	for i := range n {
		at := "deliveries." + strconv.Itoa(i)
		story.expect(at+".state", "discarded").expect(at+".attempts.0.outcome", "permanent")
		if h.Delivery != "permanent" {
			story.expect(at+".error.code", h.Delivery)
		}
	}
}
