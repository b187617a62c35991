package nodediff

import (
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// compareLines is compare for scripts whose answer has many lines: it reports the first that differs.
func compareLines(t *testing.T, scripts, want []string) {
	t.Helper()
	limits := runtime.DefaultLimits()
	limits.Result = 64 << 20
	e := engine.New(limits)
	for i, script := range scripts {
		whole := ours(t, e, nil, "", script)
		if same(whole, want[i]) {
			continue
		}
		got := strings.Split(whole, `\n`)
		node := strings.Split(want[i], `\n`)
		different := 0
		first := ""
		for j := range node {
			if j >= len(got) || got[j] != node[j] {
				if different++; first == "" {
					first = "\n  got  " + got[min(j, len(got)-1)] + "\n  Node " + node[j]
				}
			}
		}
		t.Errorf("%d of %d differ: %s%s", different, len(node), strings.TrimPrefix(script, doubles), first)
	}
}
