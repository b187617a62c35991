package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// TestMain lets the test binary be the command itself, so that exit codes and streams are the real ones.
func TestMain(m *testing.M) {
	if os.Getenv("TRIPLINE_TEST_AS_COMMAND") == "1" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tripline runs the command in dir.
func tripline(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "TRIPLINE_TEST_AS_COMMAND=1")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// folder makes a folder with files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRun(t *testing.T) {
	dir := folder(t, map[string]string{
		"hot.js":      "function trigger_script(device, id) { return { delayms: 5, actions: [{ method: 'alarm', params: { t: device.telemetry_data[id].t, at: Date.now() } }] } }",
		"device.json": `{ "eui": "a1", "telemetry_data": { "th": { "t": 31 } } }`,
		"get.js":      "async function rpc_script({ params, org_params }) { logger.info((await axios.get(org_params.url)).data); return null }",
		"params.json": `{}`, "org.json": `{ "url": "https://a.example/x" }`, "responses.json": `[{ "url": "https://a.example/", "data": "hello" }]`,
		"fail.js":  "function rpc_script() {\n  logger.warn('before');\n  throw new Error('no luck');\n}",
		"level.js": "return null", "level.params.json": `[{ "name": "n", "type": "number" }]`, "wrong.json": `{ "n": "1" }`,
		"broken.json": `{`,
	})
	for _, test := range []struct {
		name         string
		args         []string
		code         int
		stdout, errs string
	}{
		{"a trigger", []string{"hot.js", "--kind", "trigger", "--device", "device.json", "--thing-model", "th", "--now", "2026-03-01T00:00:00Z"}, 0, `"params":{"t":31,"at":1772323200000}`, ""},
		{"its kind is found out", []string{"hot.js", "--device", "device.json", "--thing-model", "th"}, 0, `"type":"rpc"`, ""},
		{"axios is answered", []string{"get.js", "--kind", "rpc", "--params", "params.json", "--org-params", "org.json", "--responses", "responses.json"}, 0, `"text":"hello"`, ""},
		{"axios is refused", []string{"get.js", "--kind", "rpc", "--org-params", "org.json"}, 1, `"result":null`, "no response is given for GET https://a.example/x"},
		{"a script that throws", []string{"fail.js", "--kind", "rpc"}, 1, `"text":"before"`, "fail.js: script_error: Error: no luck (line 3, column 9)"},
		{"declared parameters", []string{"level.js", "--kind", "rpc", "--params", "wrong.json"}, 1, `"code":"bad_params"`, "params.n: must be a number, not a string"},
		{"a file that is not JSON", []string{"level.js", "--params", "broken.json"}, 1, "", "broken.json is not JSON"},
		{"another kind", []string{"level.js", "--kind", "job"}, 1, "", "--kind must be one of"},
		{"no file", []string{"nope.js"}, 1, "", "nope.js"},
	} {
		t.Run(test.name, func(t *testing.T) {
			stdout, stderr, code := tripline(t, dir, append([]string{"run"}, test.args...)...)
			var compact bytes.Buffer
			if stdout != "" && test.stdout != "" {
				if err := json.Compact(&compact, []byte(stdout)); err != nil {
					t.Fatalf("%v in %s", err, stdout)
				}
			}
			if test.code == 0 && code != 0 || test.code != 0 && code == 0 {
				t.Errorf("exit code: got %d, want %d; %s", code, test.code, stderr)
			}
			if !strings.Contains(compact.String(), test.stdout) {
				t.Errorf("stdout: got %s, want %s in it", stdout, test.stdout)
			}
			if !strings.Contains(stderr, test.errs) || test.errs == "" && stderr != "" {
				t.Errorf("stderr: got %q, want %q", stderr, test.errs)
			}
		})
	}
}

func TestTest(t *testing.T) {
	dir := folder(t, map[string]string{
		"s/double.js":    "return [{ type: 'modifyAttrs', dnMsg: { server_attrs: { x: params.x * 2 } } }]",
		"s/good.jsonl":   `{"name":"doubles","kind":"rpc","script":"double.js","values":{"x":2},"expect":{"result":[{"type":"modifyAttrs","dnMsg":{"server_attrs":{"x":4}}}]}}` + "\n" + `{"name":"throws","kind":"rpc","source":"throw 1"}`,
		"bad.cases.json": `[{"name":"wrong","kind":"rpc","script":"s/double.js","params":{"x":2},"expect":{"result":[{"type":"modifyAttrs","dnMsg":{"server_attrs":{"x":5}}}]}}]`,
		"broken.jsonl":   "{\n",
	})
	stdout, stderr, code := tripline(t, dir, "test", "s")
	if code != 0 || stdout != "2 of 2 cases passed\n" || stderr != "" {
		t.Errorf("good cases: got %d, %q, %q", code, stdout, stderr)
	}
	stdout, stderr, code = tripline(t, dir, "test", "s", "bad.cases.json")
	if code != 1 || !strings.Contains(stdout, "FAIL bad.cases.json: wrong\n  result[0].dnMsg.server_attrs.x: want 5, got 4\n") || !strings.Contains(stderr, "1 of 3 cases failed") {
		t.Errorf("a bad case: got %d, %q, %q", code, stdout, stderr)
	}
	stdout, _, code = tripline(t, dir, "test", "--json", "bad.cases.json", "s/good.jsonl")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != 1 || len(lines) != 3 {
		t.Fatalf("--json: got %d, %q", code, stdout)
	}
	for i, want := range []struct {
		name string
		ok   bool
		err  string
	}{{"wrong", false, ""}, {"doubles", true, ""}, {"throws", true, "script_error"}} {
		var got struct {
			Name   string
			OK     bool
			Result json.RawMessage
			Logs   []any
			Error  struct{ Code string }
		}
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil || got.Name != want.name || got.OK != want.ok || got.Error.Code != want.err || got.Logs == nil || got.Result == nil {
			t.Errorf("line %d: got %s, %v, want %+v", i, lines[i], err, want)
		}
	}
	if _, stderr, code = tripline(t, dir, "test", "broken.jsonl"); code != 1 || !strings.Contains(stderr, "broken.jsonl: line ") {
		t.Errorf("a broken file: got %d, %q", code, stderr)
	}
}

func TestLint(t *testing.T) {
	dir := folder(t, map[string]string{
		"good/a.js":             "return null",
		"good/b.ts":             "const n: number = 1; return n ? null : [];",
		"good/c.parser.js":      "return { telemetry_data: {} }",
		"good/types.d.ts":       "declare const x: number;",
		"bad/triggers/x.js":     "await 1; return null",
		"bad/y.js":              "function trigger_script() {\n  return [;\n}",
		"bad/z.ts":              "let a = 1;\nlet b: = 2;",
		"bad/w.js":              "return null",
		"bad/w.params.json":     `[{ "name": "_x", "type": "string" }]`,
		"bad/node_modules/m.js": "not looked at",
	})
	if stdout, stderr, code := tripline(t, dir, "lint", "good"); code != 0 || stdout+stderr != "" {
		t.Errorf("good scripts: got %d, %q, %q", code, stdout, stderr)
	}
	stdout, stderr, code := tripline(t, dir, "lint", "bad")
	if code != 1 || !strings.Contains(stderr, "4 of 4 scripts are not right") {
		t.Errorf("bad scripts: got %d, %q", code, stderr)
	}
	for _, want := range []string{"bad/triggers/x.js:1:", "bad/y.js:2:11: compile_error: ", "bad/z.ts:2:8: compile_error: ", `bad/w.js: bad_case: bad/w.params.json: [0].name: "_x" starts with _`} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
}

func TestTypesAreTypeScript(t *testing.T) {
	stdout, _, code := tripline(t, t.TempDir(), "types")
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	out := api.Transform(stdout, api.TransformOptions{Loader: api.LoaderTS, LogLevel: api.LogLevelSilent})
	for _, m := range out.Errors {
		t.Errorf("line %d: %s: %s", m.Location.Line, m.Text, m.Location.LineText)
	}
	for _, want := range []string{"interface Device {", "declare const logger", "declare function require("} {
		if !strings.Contains(stdout, want) {
			t.Errorf("there is no %q", want)
		}
	}
}
