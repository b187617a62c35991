package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/server/instance"
	"github.com/tripline/tripline/server/store"
)

const everyLimit = `limits:
  cpu_ms: 1
  sync_wall_ms: 2
  async_wall_ms: 3
  compile_ms: 4
  memory_mb: 85
  call_depth: 6
  source_kb: 7
  input_kb: 8
  result_kb: 9
  log_kb: 10
  actions: 11
  requests: 12
`

func TestReadConfig(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		check func(s instance.Settings) bool
		fails string
	}{
		"limits": {"limits:\n  cpu_ms: 50\n  source_kb: 64\n", func(s instance.Settings) bool {
			return s.Limits.Everyone.CPU == 50*time.Millisecond && s.Limits.Everyone.Source == 64<<10
		}, ""},
		"memory": {"limits:\n  memory_mb: 96\n  input_kb: 100\n", func(s instance.Settings) bool {
			return s.Limits.Everyone.Memory == 96<<20 && s.Limits.Everyone.Input == 100<<10
		}, ""},
		"left out": {"limits:\n  cpu_ms: 50\n", func(s instance.Settings) bool {
			return s.Limits.Everyone.Actions == 64 && s.Retry == deliver.DefaultRetry
		}, ""},
		"retention": {"retention:\n  executions_days: 7\n", func(s instance.Settings) bool { return s.Retention.Executions == 7*24*time.Hour }, ""},
		"delivery":  {"delivery:\n  give_up_hours: 2\n", func(s instance.Settings) bool { return s.Retry.GiveUp == 2*time.Hour }, ""},
		"every limit": {everyLimit, func(s instance.Settings) bool {
			return s.Limits.Everyone == runtime.Limits{
				CPU: time.Millisecond, SyncWall: 2 * time.Millisecond, AsyncWall: 3 * time.Millisecond, Compile: 4 * time.Millisecond,
				Memory: 85 << 20, CallDepth: 6, Source: 7 << 10, Input: 8 << 10, Result: 9 << 10, Log: 10 << 10, Actions: 11, Requests: 12,
			}
		}, ""},
		"an organisation's own": {"limits:\n  cpu_ms: 50\n  actions: 5\norganisations:\n  north:\n    limits:\n      cpu_ms: 70\n  100:\n    limits:\n", func(s instance.Settings) bool {
			want := s.Limits.Everyone
			want.CPU = 70 * time.Millisecond
			return s.Limits.Of("north") == want && s.Limits.Of("south") == s.Limits.Everyone && s.Limits.Of("100") == s.Limits.Everyone && want.Actions == 5
		}, ""},
		"misspelt, of an organisation": {"organisations:\n  north:\n    limits:\n      cpu: 1\n", nil, "organisations[north].limits' has invalid keys: cpu"},
		"not a limit":                  {"organisations:\n  north:\n    retention: {}\n", nil, "organisations[north]' has invalid keys: retention"},
		"negative, of an organisation": {"organisations:\n  north:\n    limits:\n      requests: -1\n", nil, "organisations.north.limits.requests is -1: give a whole number from 1 to 10000"},
		"too little":                   {"limits:\n  memory_mb: 64\n", nil, "limits.memory_mb is 64: give at least 80"},
		"a fraction":                   {"limits:\n  cpu_ms: 0.5\n", nil, "limits.cpu_ms' is 0.5: give a whole number"},
		"no such code":                 {"organisations:\n  North!:\n    limits: {}\n", nil, "organisations.North! "},
		"several":                      {"limits:\n  actions: -1\n  log_kb: 100000000\n", nil, "limits.log_kb is 100000000"},
		"misspelt":                     {"limits:\n  cpu: 50\n", nil, "cpu"},
		"negative":                     {"limits:\n  actions: -1\n", nil, "limits.actions is -1"},
		"too large":                    {"retention:\n  audit_days: 200000000\n", nil, "retention.audit_days is 200000000"},
		"not a number":                 {"limits:\n  cpu_ms: fast\n", nil, "cpu_ms"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tripline.yaml")
			if err := os.WriteFile(path, []byte(tc.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := instance.Settings{Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()}, Retention: store.DefaultRetention, Retry: deliver.DefaultRetry}
			err := readConfig(path, &s)
			switch {
			case tc.fails != "" && (err == nil || !strings.Contains(err.Error(), tc.fails)):
				t.Fatalf("error %v, want one that names %q", err, tc.fails)
			case tc.fails == "" && err != nil:
				t.Fatal(err)
			case tc.fails == "" && !tc.check(s):
				t.Fatalf("settings: %+v", s)
			}
		})
	}
}
