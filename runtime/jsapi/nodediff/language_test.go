package nodediff

import (
	"os"
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	text, err := os.ReadFile("testdata/language-cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var scripts []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") {
			scripts = append(scripts, line)
		}
	}
	compare(t, scripts, reference(t, "language", scripts, "--fresh"), nil, "")
}
