package casefile_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime/casefile"
)

const parsers = "../../testdata/parsers"

// Every form of parser has at least twenty scripts, each with what Node makes of it.
func TestParsersAsInNode(t *testing.T) {
	files, err := filepath.Glob(parsers + "/*/cases.jsonl")
	if err != nil || len(files) < 7 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		form := filepath.Base(filepath.Dir(file))
		t.Run(form, func(t *testing.T) {
			cases, err := casefile.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			scripts := map[string]bool{}
			for _, c := range cases {
				if c.Expect == nil {
					t.Fatalf("%s expects nothing", c.Name)
				}
				scripts[c.Script] = true
			}
			if form != "typescript" && len(scripts) < 20 {
				t.Errorf("%d scripts", len(scripts))
			}
			err = newRunner().File(t.Context(), file, func(o casefile.Outcome) {
				for _, d := range o.Differences {
					t.Errorf("%s: %s", o.Name, d)
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// Where Node is, what is committed must be what it says.
func TestParsersHaveNotDrifted(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil && os.Getenv("TRIPLINE_REQUIRE_NODE") != "" {
		t.Fatal("node is not on this machine, and TRIPLINE_REQUIRE_NODE asks for it: install Node.js 20")
	}
	if err != nil {
		t.Skip("no node on this machine: the committed results stand; make test asks for it")
	}
	cmd := exec.Command(node, filepath.Join(parsers, "generate.js"), "--print")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("generate.js: %v", err)
	}
	now := map[string]*bytes.Buffer{}
	scanner := bufio.NewScanner(bytes.NewReader(out))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		form, line, _ := strings.Cut(scanner.Text(), "\t")
		if now[form] == nil {
			now[form] = &bytes.Buffer{}
		}
		now[form].WriteString(line + "\n")
	}
	if len(now) < 6 { // typescript is not among them where esbuild is not
		t.Fatalf("Node printed %d forms", len(now))
	}
	for form, want := range now {
		got, err := os.ReadFile(filepath.Join(parsers, form, "cases.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want.String() {
			t.Errorf("testdata/parsers/%s/cases.jsonl is not what Node says: run node testdata/parsers/generate.js", form)
		}
	}
}
