package scripts_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/jsapi"
)

var update = flag.Bool("update", false, "write the generated parts of README.md")

const readme = "README.md"

func readReadme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// between returns the text between the line that begins with from and the line to.
func between(t *testing.T, text, from, to string) (before, inside, after string) {
	t.Helper()
	start := strings.Index(text, from)
	if start < 0 {
		t.Fatalf("there is no %s", from)
	}
	start += strings.Index(text[start:], "\n") + 1
	end := strings.Index(text, to)
	if end < start {
		t.Fatalf("there is no %s after %s", to, from)
	}
	return text[:start], text[start:end], text[end:]
}

func TestReadmeListsTheGlobals(t *testing.T) {
	var table strings.Builder
	table.WriteString("| global | in | what |\n|---|---|---|\n")
	for _, g := range jsapi.Globals() {
		kinds := "all"
		if g.Kinds != nil {
			kinds = strings.ReplaceAll(strings.Trim(fmt.Sprint(g.Kinds), "[]"), " ", ", ")
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", g.Name, kinds, strings.ReplaceAll(g.Doc, "|", `\|`))
	}
	before, inside, after := between(t, readReadme(t), "<!-- globals:", "<!-- end of globals -->")
	switch {
	case inside == table.String():
	case *update:
		if err := os.WriteFile(readme, []byte(before+table.String()+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the table of globals is out of date; run: go test ./scripts -run Readme -update\nwant\n%s", table.String())
	}
}

func TestReadmeNamesTheLimits(t *testing.T) {
	l := runtime.DefaultLimits()
	_, table, _ := between(t, readReadme(t), "<!-- limits:", "<!-- end of limits -->")
	for _, row := range []string{
		fmt.Sprintf("CPU time of a run | %.0f s", l.CPU.Seconds()),
		fmt.Sprintf("without `await` | %.0f s", l.SyncWall.Seconds()),
		fmt.Sprintf("`async` RPC | %.0f s", l.AsyncWall.Seconds()),
		fmt.Sprintf("memory | %d MB", l.Memory>>20),
		fmt.Sprintf("call depth | %d", l.CallDepth),
		fmt.Sprintf("source | %d KB", l.Source>>10),
		fmt.Sprintf("result | %d KB", l.Result>>10),
		fmt.Sprintf("log | %d KB", l.Log>>10),
		fmt.Sprintf("RPCs of one trigger | %d", l.Actions),
		fmt.Sprintf("inside one run | %d", l.Requests),
	} {
		if !strings.Contains(table, row+" ") && !strings.Contains(table, row+",") {
			t.Errorf("the table of limits does not say %q", row)
		}
	}
}

var example = regexp.MustCompile("(?s)```js\n(.*?)```\n\n```json\n(.*?)```")

func TestReadmeExamples(t *testing.T) {
	limits := runtime.DefaultLimits()
	runner := &casefile.Runner{Sandbox: engine.New(limits), Limits: limits}
	examples := example.FindAllStringSubmatch(readReadme(t), -1)
	if n := strings.Count(readReadme(t), "```js\n"); n == 0 || n != len(examples) {
		t.Fatalf("%d scripts, but %d of them with a case", n, len(examples))
	}
	for _, e := range examples {
		title, _, _ := strings.Cut(e[1], "\n")
		t.Run(title, func(t *testing.T) {
			var c casefile.Case
			if err := json.Unmarshal([]byte(e[2]), &c); err != nil {
				t.Fatal(err)
			}
			c.Source = e[1]
			for _, d := range runner.Run(t.Context(), "", &c).Differences {
				t.Error(d)
			}
		})
	}
}
