package engine_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

func TestLimits(t *testing.T) {
	small := runtime.DefaultLimits()
	small.CPU = 50 * time.Millisecond
	small.Source, small.Input, small.Result, small.CallDepth = 2000, 1000, 100, 100
	for name, c := range map[string]struct {
		kind   runtime.Kind
		source string
		want   outcome
	}{
		"loop":               {runtime.KindTrigger, `function trigger_script() { for (;;); }`, outcome{code: runtime.CodeTimeLimit, message: "50ms of CPU"}},
		"finally":            {runtime.KindTrigger, `for (;;) { try { for (;;); } catch (e) {} finally { for (;;); } } return 1`, outcome{code: runtime.CodeTimeLimit}},
		"microtasks":         {runtime.KindRPC, `function f() { Promise.resolve().then(f) } f(); return 1`, outcome{code: runtime.CodeTimeLimit}},
		"await loop":         {runtime.KindRPC, `for (;;) await 0`, outcome{code: runtime.CodeTimeLimit}},
		"toJSON":             {runtime.KindRPC, `return { toJSON() { for (;;); } }`, outcome{code: runtime.CodeTimeLimit}},
		"getter":             {runtime.KindRPC, `return { get a() { for (;;); } }`, outcome{code: runtime.CodeTimeLimit}},
		"global getter":      {runtime.KindRPC, `Object.defineProperty(globalThis, "rpc_script", { get() { for (;;); } })`, outcome{code: runtime.CodeTimeLimit}},
		"log":                {runtime.KindRPC, `for (;;) console.log("x")`, outcome{code: runtime.CodeTimeLimit}},
		"recursion":          {runtime.KindRPC, "function f() {\n  return f() + 1\n}\nreturn f()", outcome{code: runtime.CodeStackLimit, message: "100 deep", line: 2, column: 11}},
		"caught recursion":   {runtime.KindRPC, `function f() { try { f() } catch (e) { f() } } return f()`, outcome{code: runtime.CodeStackLimit, line: 1, column: 23}},
		"depth within":       {runtime.KindRPC, `function f(n) { return n ? f(n - 1) : 1 } return [f(80)]`, outcome{value: `[1]`}},
		"source":             {runtime.KindRPC, `return 1 //` + strings.Repeat("x", 2000), outcome{code: runtime.CodeSourceTooLarge, message: "2011 bytes, at most 2000"}},
		"result":             {runtime.KindRPC, `return "x".repeat(200)`, outcome{code: runtime.CodeResultTooLarge, message: "more than 100 bytes of JSON"}},
		"cyclic":             {runtime.KindRPC, `const a = []; a.push(a); return a`, outcome{code: runtime.CodeBadResult, message: "circular"}},
		"BigInt":             {runtime.KindRPC, `return [1n]`, outcome{code: runtime.CodeBadResult, message: "BigInt"}},
		"holes":              {runtime.KindRPC, `const a = []; a[4294967290] = 1; return [a]`, outcome{code: runtime.CodeBadResult, message: "holes"}},
		"the same again":     {runtime.KindRPC, `let x = ["lol"]; for (let i = 0; i < 40; i++) x = [x, x]; return x`, outcome{code: runtime.CodeResultTooLarge, message: "more than 100 bytes"}},
		"a function":         {runtime.KindRPC, `function rpc_script() { return () => 1 }`, outcome{code: runtime.CodeBadResult, message: "a function or a symbol"}},
		"a symbol":           {runtime.KindRPC, `return Symbol()`, outcome{code: runtime.CodeBadResult, message: "a function or a symbol"}},
		"throwing toJSON":    {runtime.KindRPC, `return { toJSON() { throw new Error("no") } }`, outcome{code: runtime.CodeBadResult, message: "the result is not JSON: Error: no", line: 1, column: 27}},
		"undefined members":  {runtime.KindRPC, `return [undefined, { a: undefined, b: NaN, c: new Date(0), d: () => 1 }]`, outcome{value: `[null,{"b":null,"c":"1970-01-01T00:00:00.000Z"}]`}},
		"primitives":         {runtime.KindRPC, `return "\ud83d\u2028\"温"`, outcome{value: "\"\\ud83d\u2028\\\"温\""}},
		"nested too deep":    {runtime.KindRPC, `return ` + strings.Repeat("[", 600) + strings.Repeat("]", 600), outcome{value: strings.Repeat("[", 600) + strings.Repeat("]", 600)}},
		"arrows in defaults": {runtime.KindRPC, strings.Repeat("(a=", 40) + "1" + strings.Repeat(")=>1", 40), outcome{code: runtime.CodeCompileLimit}},
	} {
		t.Run(name, func(t *testing.T) {
			limits := small
			if name == "nested too deep" {
				limits.Result = 10_000
			}
			got, err := engine.New(limits).Run(t.Context(), invocation(c.kind, c.source))
			check(t, got, err, c.want)
		})
	}
}

func TestInputLimit(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.Input = 1000
	inv := invocation(runtime.KindRPC, `return 1`)
	inv.Input.Params = json.RawMessage(`{"a":"` + strings.Repeat("x", 1000) + `"}`)
	got, err := engine.New(limits).Run(t.Context(), inv)
	check(t, got, err, outcome{code: runtime.CodeInputTooLarge, message: "at most 1000"})
}

func TestInputThatIsNotJSON(t *testing.T) {
	inv := invocation(runtime.KindRPC, `return params`)
	inv.Input.Params = json.RawMessage(`{"a":tru}`)
	got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
	check(t, got, err, outcome{code: runtime.CodeBadParams, message: `the input params is not JSON: Unexpected token 't' in JSON at position 5`})
}

func TestSyncWallLimit(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.CPU, limits.SyncWall = time.Hour, 50*time.Millisecond
	got, err := engine.New(limits).Run(t.Context(), invocation(runtime.KindTrigger, `for (;;); return 1`))
	check(t, got, err, outcome{code: runtime.CodeTimeLimit, message: "took longer than 50ms"})
	if got.CPU <= 0 || got.Wall < 50*time.Millisecond {
		t.Errorf("CPU %v, wall %v", got.CPU, got.Wall)
	}
}

func TestCancelledRun(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	got, err := engine.New(runtime.DefaultLimits()).Run(ctx, invocation(runtime.KindTrigger, `for (;;); return 1`))
	check(t, got, err, outcome{code: runtime.CodeHostUnavailable, message: "cancelled"})
}

func TestLogIsCut(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.Log = 1000
	for name, source := range map[string]string{
		"one long line":   `logger.info("温".repeat(1e5)); logger.info("later"); return 1`,
		"many lines":      `for (let i = 0; i < 1e4; i++) logger.info("line"); return 1`,
		"many fields":     `for (let i = 0; i < 1e3; i++) logger.warn("", { i: "x".repeat(90) }); return 1`,
		"many empty ones": `for (let i = 0; i < 1e4; i++) logger.info(""); return 1`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := engine.New(limits).Run(t.Context(), invocation(runtime.KindRPC, source))
			if err != nil {
				t.Fatal(err)
			}
			size, notes := 0, 0
			for i, entry := range got.Logs {
				if strings.Contains(entry.Text, "the log was cut here: it reached 1000 bytes") {
					if notes++; i != len(got.Logs)-1 {
						t.Errorf("lines after the note: %v", got.Logs[i+1:])
					}
					continue
				}
				size += len(entry.Text) + len(entry.Fields)
			}
			if notes != 1 || size > limits.Log {
				t.Errorf("%d notes, %d bytes in %d lines", notes, size, len(got.Logs))
			}
		})
	}
}

// A failed run keeps its log and its times.
func TestFailedRunKeepsItsLog(t *testing.T) {
	got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindRPC, `logger.error("before", { a: 1 }); throw new Error("x")`))
	if err == nil || len(got.Logs) != 1 || got.Logs[0].Text != "before" || string(got.Logs[0].Fields) != `{"a":1}` || got.Logs[0].Level != runtime.LevelError {
		t.Fatalf("%+v %v", got.Logs, err)
	}
	if got.Wall <= 0 || got.CPU <= 0 {
		t.Errorf("CPU %v, wall %v", got.CPU, got.Wall)
	}
}

func TestUnknownKind(t *testing.T) {
	err := engine.New(runtime.DefaultLimits()).Check(t.Context(), runtime.Script{Kind: "cron", Source: "1"})
	check(t, runtime.Result{}, err, outcome{code: runtime.CodeCompileError, message: `"cron" is no kind`})
}

// An error says little of a long text, and never the beginning of a secret that a cut goes through.
func TestErrorsAreCut(t *testing.T) {
	const secret = "sk-live-0123456789"
	for name, source := range map[string]string{
		"message":         `throw new Error("x".repeat(4096 - "Error: ".length - 10) + org_params.api_key)`,
		"property":        `throw { a: "x".repeat(190) + org_params.api_key, b: 1 }`,
		"pattern":         "return /" + strings.Repeat("(", 50_000) + strings.Repeat(")", 50_000) + "/",
		"escapes":         `return "` + strings.Repeat(`\u{10FFFF}`, 20_000) + `"`,
		"one long string": `throw "x".repeat(1e6)`,
	} {
		t.Run(name, func(t *testing.T) {
			inv := invocation(runtime.KindRPC, source)
			inv.Input.OrgParams = json.RawMessage(`{"api_key":"` + secret + `"}`)
			_, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
			if err == nil {
				t.Fatal("no error")
			}
			text := runtime.AsError(err).Message
			if len(text) > 4096 {
				t.Errorf("%d bytes", len(text))
			}
			if strings.Contains(strings.ReplaceAll(text, secret, "•••"), secret[:8]) {
				t.Error("a part of the secret is shown")
			}
		})
	}
}
