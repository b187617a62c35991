package worker_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

// One process serves organisations with different limits, run by run: each is held to its own.
func TestOrganisationsOwnLimits(t *testing.T) {
	everyone := runtime.DefaultLimits()
	everyone.CPU, everyone.SyncWall = time.Minute, 2*time.Minute // of a machine that does much else
	quick, small, wide := everyone, everyone, everyone
	quick.CPU, quick.SyncWall, quick.AsyncWall = 60*time.Millisecond, 600*time.Millisecond, 700*time.Millisecond
	small.Memory, small.CallDepth, small.Source, small.Input = 80<<20, 60, 2000, 3000
	small.Result, small.Log, small.Requests = 500, 400, 2
	wide.Memory, wide.Result, wide.CallDepth = 1<<30, 2<<20, 2000
	p := newPool(t, worker.Config{Running: 1, Max: 2, Limits: runtime.OrgLimits{
		Everyone: everyone, Own: map[string]runtime.Limits{"quick": quick, "small": small, "wide": wide},
	}})
	fill := func(mb int) string {
		return fmt.Sprintf("const all = []; for (let i = 0; i < %d; i++) all.push('x'.repeat(1 << 20)); return all.length", mb)
	}
	deep := func(n int) string { return fmt.Sprintf("const f = n => n ? f(n - 1) : 0; return f(%d)", n) }
	for _, c := range []struct{ what, org, source, want string }{
		{"CPU", "wide", busyFor(150 * time.Millisecond), "ok"},
		{"CPU", "quick", busyFor(time.Second), "time_limit"},
		{"CPU", "other", busyFor(150 * time.Millisecond), "ok"},
		{"wall time", "quick", `await axios.get("https://a.example/hang")`, "time_limit"},
		{"memory", "wide", fill(300), "ok"},
		{"memory", "small", fill(200), "memory_limit"},
		{"memory", "wide", fill(300), "ok"},
		{"memory", "other", fill(300), "memory_limit"},
		{"memory", "small", fill(10), "ok"},
		{"calls", "wide", deep(1500), "ok"},
		{"calls", "other", deep(1500), "stack_limit"},
		{"calls", "small", deep(300), "stack_limit"},
		{"calls", "other", deep(300), "ok"},
		{"source", "small", "return 1 //" + strings.Repeat(".", 3000), "source_too_large"},
		{"source", "other", "return 1 //" + strings.Repeat(".", 3000), "ok"},
		{"result", "wide", "return 'x'.repeat(1000000)", "ok"},
		{"result", "other", "return 'x'.repeat(1000000)", "result_too_large"},
		{"result", "small", "return 'x'.repeat(1000)", "result_too_large"},
		{"requests", "other", `for (let i = 0; i < 3; i++) await axios.get("https://a.example/echo")`, "ok"},
		{"requests", "small", `for (let i = 0; i < 3; i++) await axios.get("https://a.example/echo")`, "too_many_requests"},
	} {
		_, err := p.Run(t.Context(), withHost(invocation(c.org, c.source), newTestHost()))
		if got := codeOf(err); got != c.want {
			t.Errorf("%s of %s: %q, want %q (%v)", c.what, c.org, got, c.want, err)
		}
	}
	t.Run("inputs", func(t *testing.T) {
		inv := invocation("small", "return 1")
		inv.Input.Params = []byte(`"` + strings.Repeat(".", 4000) + `"`)
		if _, err := p.Run(t.Context(), inv); codeOf(err) != "input_too_large" {
			t.Error(err)
		}
		inv.Org = "other"
		mustRun(t, p, inv, "1")
	})
	t.Run("log", func(t *testing.T) {
		sizes := map[string]int{}
		for _, org := range []string{"small", "other"} {
			r, err := p.Run(t.Context(), invocation(org, "for (let i = 0; i < 50; i++) logger.info('0123456789'.repeat(4))"))
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range r.Logs {
				sizes[org] += len(l.Text)
			}
		}
		if sizes["small"] > 600 || sizes["other"] != 2000 {
			t.Errorf("bytes of log: %v", sizes)
		}
	})
	t.Run("a source that is checked", func(t *testing.T) {
		s := runtime.Script{Kind: runtime.KindRPC, Source: "return 1 //" + strings.Repeat(".", 3000)}
		if err := p.Check(worker.ForOrg(context.Background(), "small"), s); codeOf(err) != "source_too_large" {
			t.Error(err)
		}
		if err := p.Check(worker.ForOrg(context.Background(), "other"), s); err != nil {
			t.Error(err)
		}
	})
}
