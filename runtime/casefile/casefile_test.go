package casefile_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/engine"
)

func newRunner() *casefile.Runner {
	limits := runtime.DefaultLimits()
	return &casefile.Runner{Sandbox: engine.New(limits), Limits: limits}
}

// run runs the cases of a file with that text.
func run(t *testing.T, text string) []casefile.Outcome {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out []casefile.Outcome
	if err := newRunner().File(t.Context(), path, func(o casefile.Outcome) { out = append(out, o) }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFilesOfTheProject(t *testing.T) {
	files, err := filepath.Glob("../../testdata/cases/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			err := newRunner().File(t.Context(), file, func(o casefile.Outcome) {
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

func TestEveryShapeOfAFile(t *testing.T) {
	one := `{"name":"%s","kind":"rpc","source":"return null","whatever":[1]}`
	a, b := fmt.Sprintf(one, "a"), fmt.Sprintf(one, "b")
	for name, text := range map[string]string{
		"lines":              a + "\n" + b + "\n",
		"lines with a gap":   a + "\r\n\r\n" + b,
		"array":              "[" + a + ",\n" + b + "]",
		"one after another":  a + b,
		"objects over lines": strings.ReplaceAll(a+b, ",", ",\n"),
	} {
		t.Run(name, func(t *testing.T) {
			out := run(t, text)
			if len(out) != 2 || out[0].Name != "a" || out[1].Name != "b" || !out[0].OK || !out[1].OK {
				t.Errorf("got %+v", out)
			}
		})
	}
}

func TestAFileThatIsNotJSONNamesTheLine(t *testing.T) {
	_, err := casefile.Parse("x.jsonl", []byte("{\"name\":\"a\"}\n{\"name\":\"b\",}\n"))
	if err == nil || !strings.HasPrefix(err.Error(), "x.jsonl: line 2: ") {
		t.Errorf("got %v", err)
	}
}

func TestWhatDiffersIsNamedByItsPlace(t *testing.T) {
	for _, test := range []struct{ name, source, expect, want string }{
		{"equal, keys in another order", `return [{type:"modifyAttrs",dnMsg:{server_attrs:{a:1,b:[2.0]}}}]`, `{"result":[{"dnMsg":{"server_attrs":{"b":[2],"a":1}},"type":"modifyAttrs"}]}`, ``},
		{"a value", `return [{type:"modifyAttrs",dnMsg:{server_attrs:{a:[1,2]}}}]`, `{"result":[{"dnMsg":{"server_attrs":{"a":[1,3]}},"type":"modifyAttrs"}]}`, `result[0].dnMsg.server_attrs.a[1]: want 3, got 2`},
		{"a missing key", `return []`, `{"result":[{}]}`, `result[0]: want {}, got nothing`},
		{"a key too many", `return [{type:"alarm",dnMsg:{action:"clear",data:{alarm_name:"x"}}}]`, `{"result":[{"type":"alarm"}]}`, `result[0].dnMsg: want nothing, got {"action":"clear","data":{"alarm_name":"x"}}`},
		{"another type", `return null`, `{"result":"null"}`, `result: want "null", got null`},
		{"an action", `return [{type:"modifyAttrs",dnMsg:{server_attrs:{a:1}}}]`, `{"actions":[{"type":"modifyAttrs","sleep_time_ms":5,"attributes":{"server_attrs":{"a":1}}}]}`, `actions[0].sleep_time_ms: want 5, got 0`},
		{"an error that nobody expects", `throw new Error("no")`, `{}`, `error: want none, got script_error: Error: no (line 1, column 7)`},
		{"an error that does not come", `return null`, `{"error":true}`, `error: want true, got none`},
		{"an error by its code", `throw new Error("no")`, `{"error":"script_error"}`, ``},
		{"an error by its place", "\nthrow new Error('no')", `{"error":{"line":3}}`, `error.line: want 3, got 2`},
		{"a log line", `logger.warn("a",{b:1}); logger.info("c"); return null`, `{"logs":[{"level":"warn","fields":{"b":1}},"d"]}`, `logs[1].text: want "d", got "c"`},
		{"a log line too few", `logger.info("a"); return null`, `{"logs":["a","b"]}`, `logs[1]: want "b", got nothing`},
		{"an empty log", `logger.info("a"); return null`, `{"logs":[]}`, `logs[0]: want nothing, got`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := json.Marshal(map[string]any{"kind": "rpc", "source": test.source, "expect": json.RawMessage(test.expect)})
			if err != nil {
				t.Fatal(err)
			}
			o := run(t, string(text))[0]
			got := strings.Join(o.Differences, "; ")
			if o.OK != (test.want == "") || !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got ok=%v %q, want %q", o.OK, got, test.want)
			}
		})
	}
}

func TestACaseThatCannotBeRun(t *testing.T) {
	out := run(t, `{"kind":"rpc"}
		{"kind":"rpc","source":"return null","script":"x.js"}
		{"kind":"job","source":"return null"}
		{"kind":"rpc","source":7}
		{"kind":"rpc","script":"missing.js"}
		{"kind":"parser","source":"return {}","msg":{"userdata":{"payload":"%"}}}
		{"kind":"rpc","source":"return null","now":"yesterday"}
		{"kind":"rpc","source":"return null","name":"last"}`)
	for i, o := range out {
		if bad := i < len(out)-1; bad != (o.Error != nil && o.Error.Code == casefile.CodeBadCase) || o.OK == bad {
			t.Errorf("%s: got ok=%v, %v", o.Name, o.OK, o.Error)
		}
	}
}

func TestTheClockIsFrozen(t *testing.T) {
	text := `{"kind":"rpc","source":"logger.info(new Date().toString()); return [{type:'modifyAttrs',dnMsg:{server_attrs:{t:Date.now(),r:Math.random()}}}]","now":%s,"seed":%s}`
	a := run(t, fmt.Sprintf(text, `"2026-03-01T08:00:00+08:00"`, "7")+fmt.Sprintf(text, "1772323200000", "7")+fmt.Sprintf(text, "1772323200000", "8"))
	if !strings.Contains(string(a[0].Result), `"t":1772323200000`) || string(a[0].Result) != string(a[1].Result) || string(a[1].Result) == string(a[2].Result) {
		t.Errorf("got %s, %s and %s", a[0].Result, a[1].Result, a[2].Result)
	}
	if !strings.Contains(a[0].Logs[0].Text, "00:00:00 GMT+0000") {
		t.Errorf("the time zone is not UTC: %s", a[0].Logs[0].Text)
	}
}

func TestThousandsOfCasesKeepTheirOrder(t *testing.T) {
	var text strings.Builder
	const n = 3000
	for i := range n {
		fmt.Fprintf(&text, `{"name":"%d","kind":"rpc","source":"return [{type:'modifyAttrs',dnMsg:{server_attrs:{x:params.x}}}]","params":{"x":%d},"expect":{"result":[{"type":"modifyAttrs","dnMsg":{"server_attrs":{"x":%d}}}]}}`+"\n", i, i, i)
	}
	for i, o := range run(t, text.String()) {
		if o.Name != fmt.Sprint(i) || !o.OK {
			t.Fatalf("case %d: got %s, %v", i, o.Name, o.Differences)
		}
	}
}
