package worker_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

func newPool(t testing.TB, c worker.Config) *worker.Pool {
	t.Helper()
	if c.Limits.Everyone == (runtime.Limits{}) {
		c.Limits.Everyone = runtime.DefaultLimits()
	}
	p, err := worker.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func invocation(org, source string) runtime.Invocation {
	return runtime.Invocation{
		Org:    org,
		Script: runtime.Script{Kind: runtime.KindRPC, Name: "test", Source: source},
		Input: runtime.Input{
			Device:    json.RawMessage(`{"eui":"6353012af1090498","name":"Probe","telemetry_data":{"thermometer":{"temperature":41}}}`),
			Params:    json.RawMessage(`{"level":"high"}`),
			Alarms:    json.RawMessage(`{"overheat":{"level":"high"}}`),
			OrgParams: json.RawMessage(`{"api_key":"sk-live-0123456789"}`),
		},
	}
}

func TestRun(t *testing.T) {
	p := newPool(t, worker.Config{})
	for _, c := range []struct {
		source, value string
		code          runtime.Code
	}{
		{source: "return [device.eui, params.level]", value: `["6353012af1090498","high"]`},
		{source: "return null"},
		{source: "throw new Error('no')", code: runtime.CodeScriptError},
		{source: "return [", code: runtime.CodeCompileError},
		{source: "for (;;);", code: runtime.CodeTimeLimit},
		{source: "return /(?=(a+)+$)b/.test('a'.repeat(40)+'!') || [].indexOf.call({length: 2**53}, 1)", code: runtime.CodeTimeLimit},
		{source: "return 'x'.repeat(2**30)", code: runtime.CodeMemoryLimit},
	} {
		for range 2 {
			got, err := p.Run(t.Context(), invocation("acme", c.source))
			t.Logf("%s: %s %v cpu %v wall %v", c.source, got.Value, err, got.CPU, got.Wall)
			switch {
			case c.code == "" && (err != nil || string(got.Value) != c.value):
				t.Errorf("%s: %s %v", c.source, got.Value, err)
			case c.code != "" && (err == nil || runtime.AsError(err).Code != c.code):
				t.Errorf("%s: %s %v, want %s", c.source, got.Value, err, c.code)
			}
		}
	}
	t.Logf("%+v", p.Stats())
}

// A process that has checked a script knows it, though its supervisor cannot tell: a run gets its whole time
// nevertheless.
func TestRunAfterACheckHasItsOwnTime(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.Compile, limits.CPU = 20*time.Millisecond, 300*time.Millisecond
	p := newPool(t, worker.Config{Limits: runtime.OrgLimits{Everyone: limits}, Running: 1})
	inv := invocation("acme", "[].indexOf.call({length: 2**53}, 1)")
	if err := p.Check(t.Context(), inv.Script); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), inv); codeOf(err) != "time_limit" {
		t.Errorf("%v, want a time_limit", err)
	}
}
