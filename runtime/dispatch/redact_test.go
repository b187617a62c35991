package dispatch

import (
	"testing"

	"github.com/tripline/tripline/runtime/secret"
)

// Whoever is told of an execution keeps what its failed runs say: the caller's own text may hold a secret.
func TestWhatFailedRunsSayIsMasked(t *testing.T) {
	u := &unit{redact: secret.NewRedactor([]string{"battery staple"})}
	runs := []Run{{Script: "fine"}, {Script: "none-battery staple", Error: errNoMethod("none-battery staple", "d")}}
	got := u.redactRuns(runs)
	if want := errNoMethod("none-"+secret.Mask, "d"); got[0].Script != "fine" || got[1].Script != "none-"+secret.Mask || *got[1].Error != *want {
		t.Errorf("told are %+v with %+v", got, got[1].Error)
	}
	if runs[1].Script != "none-battery staple" || runs[1].Error.Message != errNoMethod("none-battery staple", "d").Message {
		t.Errorf("the execution itself is changed: %+v", runs[1])
	}
}
