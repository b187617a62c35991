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

func TestReadConfig(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		check func(s instance.Settings) bool
		fails string
	}{
		"limits": {"limits:\n  cpu_ms: 50\n  source_kb: 64\n", func(s instance.Settings) bool {
			return s.Limits.CPU == 50*time.Millisecond && s.Limits.Source == 64<<10
		}, ""},
		"memory":       {"limits:\n  memory_mb: 64\n  input_kb: 100\n", func(s instance.Settings) bool { return s.Limits.Memory == 64<<20 && s.Limits.Input == 100<<10 }, ""},
		"left out":     {"limits:\n  cpu_ms: 50\n", func(s instance.Settings) bool { return s.Limits.Actions == 64 && s.Retry == deliver.DefaultRetry }, ""},
		"retention":    {"retention:\n  executions_days: 7\n", func(s instance.Settings) bool { return s.Retention.Executions == 7*24*time.Hour }, ""},
		"delivery":     {"delivery:\n  give_up_hours: 2\n", func(s instance.Settings) bool { return s.Retry.GiveUp == 2*time.Hour }, ""},
		"misspelt":     {"limits:\n  cpu: 50\n", nil, "cpu"},
		"negative":     {"limits:\n  actions: -1\n", nil, "limits.actions is -1"},
		"too large":    {"retention:\n  audit_days: 200000000\n", nil, "retention.audit_days is 200000000"},
		"not a number": {"limits:\n  cpu_ms: fast\n", nil, "cpu_ms"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tripline.yaml")
			if err := os.WriteFile(path, []byte(tc.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := instance.Settings{Limits: runtime.DefaultLimits(), Retention: store.DefaultRetention, Retry: deliver.DefaultRetry}
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
