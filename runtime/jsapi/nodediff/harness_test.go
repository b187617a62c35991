package nodediff

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "embed"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

var update = flag.Bool("update", false, "write what Node answers to testdata")

//go:embed prelude.js
var prelude string

// input is one script for both sides: the body of an async function.
type input struct {
	Script string `json:"script"`
}

// nodeIsHere reports whether the reference can be asked; without it the answers in testdata count.
func nodeIsHere(t *testing.T, needsPackages bool) bool {
	t.Helper()
	version, err := exec.CommandContext(t.Context(), "node", "--version").Output()
	if err == nil && !strings.HasPrefix(string(version), "v20.") {
		t.Logf("this is Node.js %s: what 20 answered counts", version)
		return false
	}
	if _, missing := os.Stat("node_modules/axios/package.json"); err == nil && needsPackages {
		err = missing
	}
	if err != nil && os.Getenv("TRIPLINE_REQUIRE_NODE") != "" {
		t.Fatalf("the reference is missing (%v): install Node.js 20 and run npm --prefix runtime/jsapi/nodediff ci", err)
	}
	return err == nil
}

// reference returns what Node shows for each script: live, or as the file of that name in testdata has it.
func reference(t *testing.T, name string, scripts []string, arguments ...string) []string {
	t.Helper()
	file := filepath.Join("testdata", name+".jsonl")
	if !nodeIsHere(t, false) {
		return recorded(t, file, scripts)
	}
	shown := askNode(t, scripts, arguments, nil)
	if *update {
		record(t, file, scripts, shown)
	}
	return shown
}

func askNode(t *testing.T, scripts, arguments, environment []string) []string {
	t.Helper()
	var in bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, script := range scripts {
		if err := encoder.Encode(input{script}); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"node.js"}, arguments...)...)
	cmd.Env = append(os.Environ(), "TZ=UTC", "NO_PROXY=*", "NODE_OPTIONS=", "LANG=en_US.UTF-8", "LC_ALL=en_US.UTF-8")
	cmd.Env = append(cmd.Env, environment...)
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var shown []string
	for line := range bytes.Lines(out) {
		var text string
		if err := json.Unmarshal(line, &text); err != nil {
			t.Fatalf("node wrote %q: %v", line, err)
		}
		shown = append(shown, text)
	}
	if len(shown) != len(scripts) {
		t.Fatalf("node answered %d of %d scripts", len(shown), len(scripts))
	}
	return shown
}

// brief is a text, or the digest of a long one.
func brief(text string) string {
	if len(text) <= 1000 || strings.HasPrefix(text, `"Object `) { // the list of features is taken apart
		return text
	}
	return fmt.Sprintf("sha256 %x", sha256.Sum256([]byte(text)))
}

// same compares with an answer that may have been recorded as its digest.
func same(got, want string) bool {
	got = deliberate.Replace(got)
	return got == want || brief(got) == want
}

// deliberate are the texts that differ on purpose: a Buffer is smaller here, and some errors of the language
// itself are in the words of our interpreter.
var deliberate = strings.NewReplacer(
	"It must be >= 0 && <= 67108864.", "It must be >= 0 && <= 4294967296.",
	"RangeError: offset should be >= 0", "RangeError: offset is out of bounds",
	"RangeError: Source is too large", "RangeError: offset is out of bounds",
)

// vector is one line of testdata.
type vector struct {
	Script string `json:"script"`
	Shown  string `json:"shown"`
}

func record(t *testing.T, file string, scripts, shown []string) {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for i := range scripts {
		if err := encoder.Encode(vector{brief(scripts[i]), brief(shown[i])}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func recorded(t *testing.T, file string, scripts []string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	known := map[string]string{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		known[v.Script] = v.Shown
	}
	shown := make([]string, len(scripts))
	for i, script := range scripts {
		text, ok := known[brief(script)]
		if !ok {
			t.Fatalf("%s has no answer for a script: run the test with -update where Node.js is\n%s", file, script)
		}
		shown[i] = text
	}
	return shown
}

// ours is what our engine shows for a script, given as Node gets it.
func ours(t *testing.T, e *engine.Engine, host runtime.Host, base, script string) string {
	t.Helper()
	source := fmt.Sprintf("%s\n;const base = %q;\nreturn [await (async function () {\n%s\n})().then(show, (e) => \"! \" + showError(e))]", prelude, base, script)
	got, err := e.Run(t.Context(), runtime.Invocation{
		Script: runtime.Script{Kind: runtime.KindRPC, Source: source},
		Input:  runtime.Input{Device: json.RawMessage(`{}`), Params: json.RawMessage(`{}`), Alarms: json.RawMessage(`{}`), OrgParams: json.RawMessage(`{}`)},
		Host:   host,
	})
	if err != nil {
		return "! " + strings.TrimPrefix(err.Error(), "compile_error: ")
	}
	var shown []string
	if err := json.Unmarshal(got.Value, &shown); err != nil || len(shown) != 1 {
		t.Fatalf("%s: %v", got.Value, err)
	}
	return shown[0]
}

// compare runs every script on our side and reports where the two differ.
func compare(t *testing.T, scripts, want []string, host runtime.Host, base string) {
	t.Helper()
	limits := runtime.DefaultLimits()
	limits.Result = 64 << 20
	e := engine.New(limits)
	for i, script := range scripts {
		if got := ours(t, e, host, base, script); !same(got, want[i]) {
			t.Errorf("%s\n  got  %s\n  Node %s", script, shorten(got), shorten(want[i]))
		}
	}
}

func shorten(s string) string {
	if len(s) > 600 {
		return s[:600] + "…"
	}
	return s
}
