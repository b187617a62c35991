package worker_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

const (
	hostileFolder = "../../testdata/hostile"
	stopWithin    = 100 * time.Millisecond
	maxGrowth     = 16 << 20 // of the supervisor, over all scripts
)

type hostileCase struct {
	Name     string   `json:"name"`
	Expect   []string `json:"expect"`
	Victim   string   `json:"victim"`
	File     string   `json:"file"`
	Generate string   `json:"generate"`
	Category string   `json:"category"`
}

func (c *hostileCase) source(t *testing.T) string {
	t.Helper()
	if c.Generate != "" {
		return "/*" + strings.Repeat("x", 1_200_003) + "*/function rpc_script() { return [] }\n"
	}
	text, err := os.ReadFile(filepath.Join(hostileFolder, c.File))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// values are results that the index asks for in words: what the script's action sets the attribute out to.
var values = map[string]string{
	"B03-regexp-nested-re2":   "false",
	"B24-regexp-counted-loop": "false",
	"D23-source-map-dev-zero": "1",
	"D24-source-map-passwd":   "1",
	"D29-reviver-deep":        "1",
	"F01-global-leak":         "1",
	"C04-toString-at-String":  "{}",
}

// codes are those that the sandbox may answer: what a script returned is for runtime/action to refuse.
func (c *hostileCase) codes() []string {
	if c.Category == "actions" || c.Category == "ssrf" {
		return append(c.Expect, "ok")
	}
	return c.Expect
}

func hostileCases(t *testing.T) []hostileCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(hostileFolder, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Cases []hostileCase }
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Cases) < 80 {
		t.Fatalf("%d cases", len(index.Cases))
	}
	return index.Cases
}

func codeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return string(runtime.AsError(err).Code)
}

func TestHostile(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.SyncWall = time.Minute // a busy machine must not decide the test
	limits.CPU = 5 * time.Second  // for what is to end by itself, the race detector on or not
	patient := newPool(t, worker.Config{Limits: runtime.OrgLimits{Everyone: limits}})
	limits.CPU = 400 * time.Millisecond // what is to be stopped is stopped sooner, so that all take less time
	p := newPool(t, worker.Config{Limits: runtime.OrgLimits{Everyone: limits}})
	benign := invocation("benign", "function rpc_script({ device }) { return [device.eui] }")
	mustRun(t, p, benign, `["6353012af1090498"]`)
	before := memoryHeld()
	for _, c := range hostileCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			sandbox := patient
			if slices.Contains(c.Expect, "time_limit") {
				sandbox = p
			}
			got, err := sandbox.Run(t.Context(), invocation("hostile", c.source(t)))
			if code := codeOf(err); !slices.Contains(c.codes(), code) {
				t.Errorf("%s %.200s %v, want one of %v", code, got.Value, err, c.codes())
			}
			if want := values[c.Name]; want != "" && !strings.Contains(string(got.Value), `{"out":`+want+`}`) {
				t.Errorf("result %s, want out to be %s", got.Value, want)
			}
			if sandbox == p && got.CPU > limits.CPU+stopWithin {
				t.Errorf("over %v after its limit", got.CPU-limits.CPU)
			}
			if c.Victim != "" {
				mustRun(t, sandbox, invocation("victim", "return ["+c.Victim+"]"), "[true]")
			}
			mustRun(t, sandbox, benign, `["6353012af1090498"]`)
		})
	}
	if growth := memoryHeld() - before; growth > maxGrowth {
		t.Errorf("the supervisor grew by %d MB", growth>>20)
	}
}

func mustRun(t *testing.T, p *worker.Pool, inv runtime.Invocation, want string) {
	t.Helper()
	got, err := p.Run(t.Context(), inv)
	if err != nil || string(got.Value) != want {
		t.Errorf("%s: %.200s %v, want %s", inv.Org, got.Value, err, want)
	}
}

// memoryHeld is what this process has of the system's memory and still needs, in bytes. What the race
// detector takes beside it does not count.
func memoryHeld() int {
	debug.FreeOSMemory()
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}
