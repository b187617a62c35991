package invalid

import (
	"errors"
	"fmt"
	"testing"
)

func TestUnder(t *testing.T) {
	for location, want := range map[string]string{"": "body", "name": "body.name", "[1].name": "body[1].name", "a.b[0]": "body.a.b[0]"} {
		before := At(location, "is %s", "wrong")
		got := Under("body", before)
		if got.Error() != want+": is wrong" {
			t.Errorf("%q: %v, want %s", location, got, want)
		}
		if before[0].Location != location {
			t.Errorf("%q has become %q", location, before[0].Location)
		}
	}
	if got := Under("body", fmt.Errorf("wrapped: %w", At("a", "x"))).Error(); got != "body.a: x" {
		t.Errorf("wrapped: %s", got)
	}
	other := errors.New("disk")
	if Under("body", other) != other || Under("body", nil) != nil {
		t.Error("another error is not left as it is")
	}
	two := Under("p", Error{{Location: "a", Message: "x", Line: 3, Column: 4}, {Location: "[0]", Message: "y"}})
	fields, ok := errors.AsType[Error](two)
	if !ok || two.Error() != "p.a: x; p[0]: y" || fields[0].Line != 3 || fields[0].Column != 4 {
		t.Errorf("%#v", two)
	}
}
