package nodediff

import (
	"os"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// A case of the language table is marked when we know that it differs from Node.
const (
	otherWords  = "~ "  // both throw an error of the same class, in other words
	otherAnswer = "~~ " // our answer is another, for the reason above the case
)

func TestLanguage(t *testing.T) {
	text, err := os.ReadFile("testdata/language-cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var scripts, marks []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		mark := ""
		for _, known := range []string{otherAnswer, otherWords} {
			if rest, marked := strings.CutPrefix(line, known); marked {
				mark, line = known, rest
				break
			}
		}
		scripts, marks = append(scripts, line), append(marks, mark)
	}
	want := reference(t, "language", scripts, "--fresh")
	e := engine.New(runtime.DefaultLimits())
	for i, script := range scripts {
		got := ours(t, e, nil, "", script)
		switch {
		case marks[i] == "" && !same(got, want[i]):
			t.Errorf("%s\n  got  %s\n  Node %s", script, shorten(got), shorten(want[i]))
		case marks[i] != "" && same(got, want[i]):
			t.Errorf("%s\n  no longer differs: take the mark away", script)
		case marks[i] == otherWords && errorClass(got) != errorClass(want[i]):
			t.Errorf("%s\n  another error: got  %s\n  Node %s", script, shorten(got), shorten(want[i]))
		}
	}
}

// errorClass is the name of the error that a script ended with, "" when it returned.
func errorClass(shown string) string {
	shown, thrown := strings.CutPrefix(shown, "! ")
	if !thrown {
		return ""
	}
	class, _, _ := strings.Cut(shown, ":")
	return class
}
