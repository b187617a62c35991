package jsapi

import "testing"

func TestURLVectors(t *testing.T) {
	runVectors(t, "url", nil)
}

// TestURLsBeyondReason are refused before the parser spends seconds on them.
func TestURLsBeyondReason(t *testing.T) {
	for _, text := range []string{`"http://" + "u@".repeat(1e5) + "h"`, `"http://a/" + "x".repeat(2e6)`, `"x".repeat(2e6), "http://a"`, `"/", "http://" + "u@".repeat(1e5) + "h"`} {
		expectJSON(t, `try { new URL(`+text+`) } catch (e) { return e.code }`, `"ERR_INVALID_URL"`)
	}
}
