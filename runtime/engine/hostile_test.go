package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

const hostileFolder = "../../testdata/hostile"

type hostileCase struct {
	Name     string   `json:"name"`
	Expect   []string `json:"expect"`
	Victim   string   `json:"victim"`
	File     string   `json:"file"`
	Generate string   `json:"generate"`
	Category string   `json:"category"`
}

// beyondInterrupts are the cases that only the end of the process stops, by what they sit in. The tests of
// the worker processes run them.
var beyondInterrupts = map[string]string{
	"B01-regexp-lookahead-redos":        "backtracking regular expression",
	"B02-regexp-backref-redos":          "backtracking regular expression",
	"B05-indexof-arraylike-2e53":        "native loop",
	"B07-array-fill-1e9":                "native loop and its memory",
	"B08-sparse-join":                   "native loop and its memory",
	"B10-array-sort-1e7":                "native sort",
	"B11-typedarray-alloc-fill":         "native loop and its memory",
	"B12-string-repeat-1g":              "memory of one call",
	"B13-string-repeat-1t":              "memory of one call",
	"B15-split-chars":                   "memory of one call",
	"B17-replaceall-fn":                 "native loop over its matches",
	"B18-bigint-pow":                    "one BigInt operation",
	"B20-bigint-parse":                  "one BigInt operation",
	"B21-json-stringify-billion-laughs": "native encoder",
	"C07-sparse-array-at-export":        "native encoder",
	"C08-deep-object-at-export":         "memory, then the Go stack",
	"D01-string-doubling":               "memory",
	"D02-array-doubling":                "memory",
	"D03-object-flood":                  "memory",
	"D05-arraybuffer-1t":                "memory of one call",
	"D11-json-stringify-deep":           "memory, then the Go stack",
	"D13-flat-deep":                     "memory, then the Go stack",
	"D14-proto-chain":                   "memory, then a native loop",
	"D20-regexp-deep-groups":            "the compiler of regular expressions",
	"D28-map-flood":                     "memory",
	"E05-arrow-chain":                   "the parser, which goes on after its caller has left",
}

func TestHostile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(hostileFolder, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Cases []hostileCase }
	if err := json.Unmarshal(text, &index); err != nil || len(index.Cases) == 0 {
		t.Fatal(err)
	}
	limits := runtime.DefaultLimits()
	limits.CPU = 200 * time.Millisecond
	impatient := engine.New(limits)
	limits.CPU = 5 * time.Second // for what is to end by itself, the race detector on or not
	patient := engine.New(limits)
	for _, c := range index.Cases {
		if beyondInterrupts[c.Name] != "" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			e := patient
			if slices.Contains(c.Expect, "time_limit") {
				e = impatient
			}
			got, err := e.Run(t.Context(), hostileInvocation(hostileSource(t, c)))
			if code := codeOf(err); !slices.Contains(engineCodes(c), code) {
				t.Fatalf("%s %.200s %v, want one of %v", code, got.Value, err, c.Expect)
			}
			if c.Victim == "" {
				c.Victim = "true"
			}
			got, err = e.Run(t.Context(), hostileInvocation("return ["+c.Victim+"]"))
			check(t, got, err, outcome{value: "[true]"})
		})
	}
}

func hostileInvocation(source string) runtime.Invocation {
	inv := invocation(runtime.KindRPC, source)
	inv.Input.OrgParams = json.RawMessage(`{"api_key":"sk-live-0123456789"}`)
	return inv
}

func hostileSource(t *testing.T, c hostileCase) string {
	t.Helper()
	if c.Generate != "" {
		script := "function rpc_script() { return [] }\n"
		return "/*" + strings.Repeat("x", 1_200_003) + "*/" + script
	}
	source, err := os.ReadFile(filepath.Join(hostileFolder, c.File))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

func codeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return string(runtime.AsError(err).Code)
}

// engineCodes adds what the engine answers where a later part of the host refuses.
func engineCodes(c hostileCase) []string {
	codes := c.Expect
	if c.Category == "actions" || c.Category == "ssrf" {
		codes = append(codes, "ok") // what the script returned is for runtime/action to refuse
	}
	return codes
}
