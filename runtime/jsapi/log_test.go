package jsapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// runScript runs the body of an RPC in the real engine.
func runScript(t *testing.T, source string) (runtime.Result, error) {
	t.Helper()
	return engine.New(runtime.DefaultLimits()).Run(t.Context(), runtime.Invocation{
		Script: runtime.Script{Kind: runtime.KindRPC, Source: source},
		Input:  runtime.Input{Device: json.RawMessage(`{"eui":"1"}`), Params: json.RawMessage(`{}`)},
	})
}

// The texts are those that Node 20 prints.
func TestConsoleText(t *testing.T) {
	for arguments, want := range map[string]string{
		``:                              ``,
		`"a", "b"`:                      `a b`,
		`"a", 1, true, null, undefined`: `a 1 true null undefined`,
		`"%s is %d and %i", "x", 1.5, 2.9, "rest"`: `x is 1.5 and 2 rest`,
		`"%j %O", { a: 1 }, [1]`:                   `{"a":1} [ 1 ]`,
		`"100%", 5`:                                `100% 5`,
		`"%% %s %x", "a"`:                          `% a %x`,
		`"%s"`:                                     `%s`,
		`"%d", "12"`:                               `12`,
		`"%d", 5n`:                                 `5n`,
		`"%c styled", "color: red"`:                ` styled`,
		`{ a: 1, b: "x", c: [1, 2], d: { e: { f: { g: 1 } } } }`: `{ a: 1, b: 'x', c: [ 1, 2 ], d: { e: { f: [Object] } } }`,
		`[]`:                         `[]`,
		`{}`:                         `{}`,
		`[1, , , 4]`:                 `[ 1, <2 empty items>, 4 ]`,
		`[undefined, null, -0, NaN]`: `[ undefined, null, -0, NaN ]`,
		`new Map([["a", 1]])`:        `Map(1) { 'a' => 1 }`,
		`new Set([1, "b"])`:          `Set(2) { 1, 'b' }`,
		`new Date(0)`:                `1970-01-01T00:00:00.000Z`,
		`/a+/g`:                      `/a+/g`,
		`function named() {}`:        `[Function: named]`,
		`() => 1`:                    `[Function (anonymous)]`,
		`Symbol("s")`:                `Symbol(s)`,
		`10n`:                        `10n`,
		`new Uint8Array([1, 2])`:     `Uint8Array(2) [ 1, 2 ]`,
		`Buffer.from([1, 171])`:      `<Buffer 01 ab>`,
		`{ "a-b": 1, "1": 2 }`:       `{ '1': 2, 'a-b': 1 }`,
		`Object.create(null)`:        `[Object: null prototype] {}`,
		`new Number(3)`:              `[Number: 3]`,
		`{ get a() { return 1 } }`:   `{ a: [Getter] }`,
	} {
		got, err := runScript(t, `console.log(`+arguments+`)`)
		if err != nil || len(got.Logs) != 1 || got.Logs[0].Text != want {
			t.Errorf("%s: %v %v, want %q", arguments, got.Logs, err, want)
		}
	}
}

// Nothing of the script runs while its values are shown.
func TestConsoleRunsNoScript(t *testing.T) {
	for arguments, want := range map[string]string{
		`{ toString() { for (;;); }, toJSON() { for (;;); } }`:                         `{ toString: [Function: toString], toJSON: [Function: toJSON] }`,
		`new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } })`:              `[Proxy]`,
		`{ get a() { for (;;); } }`:                                                    `{ a: [Getter] }`,
		`(() => { const a = [1]; a.push(a); return a })()`:                             `[ 1, [Circular *1] ]`,
		`Object.assign(new Error("no"), { toString: null })`:                           `Error: no`,
		`Object.defineProperty(new Error("x"), "message", { get() { for (;;); } })`:    `Error`,
		`Object.setPrototypeOf({}, new Proxy({}, { getPrototypeOf() { for (;;); } }))`: `{}`,
	} {
		got, err := runScript(t, `console.log(`+arguments+`)`)
		if err != nil || len(got.Logs) != 1 || got.Logs[0].Text != want {
			t.Errorf("%s: %v %v, want %q", arguments, got.Logs, err, want)
		}
	}
}

func TestLongObjectsTakeLines(t *testing.T) {
	got, err := runScript(t, `console.log({ first: "x".repeat(40), second: { third: "y".repeat(40) } })`)
	want := "{\n  first: '" + strings.Repeat("x", 40) + "',\n  second: { third: '" + strings.Repeat("y", 40) + "' }\n}"
	if err != nil || got.Logs[0].Text != want {
		t.Errorf("%v %v, want %q", got.Logs, err, want)
	}
}

func TestHugeValuesAreShownInPart(t *testing.T) {
	for _, source := range []string{
		`console.log(new Array(4294967295))`,
		`const a = []; a[4294967294] = 1; console.log(a)`,
		`console.log(Array.from({ length: 1e5 }, (_, i) => ({ i })))`,
		`let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; console.log(o)`,
		`console.log(Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => ["k" + i, i])))`,
		`console.log(new Uint32Array(1e6))`,
	} {
		got, err := runScript(t, source)
		if err != nil || len(got.Logs) != 1 || len(got.Logs[0].Text) > 8<<10 {
			t.Errorf("%s: %v, %d lines", source, err, len(got.Logs))
		}
	}
}

func TestLogger(t *testing.T) {
	for source, want := range map[string]runtime.LogEntry{
		`logger.info("a")`:                           {Level: runtime.LevelInfo, Text: "a"},
		`logger.warn("a %s", 1)`:                     {Level: runtime.LevelWarn, Text: "a %s", Fields: json.RawMessage(`1`)},
		`logger.error("a", { params: { b: [1] } })`:  {Level: runtime.LevelError, Text: "a", Fields: json.RawMessage(`{"params":{"b":[1]}}`)},
		`logger.info({ a: 1 })`:                      {Level: runtime.LevelInfo, Text: "{ a: 1 }"},
		`logger.info("a", 1, "b")`:                   {Level: runtime.LevelInfo, Text: "a", Fields: json.RawMessage(`[1,"b"]`)},
		`logger.info()`:                              {Level: runtime.LevelInfo},
		`logger.info("a", undefined)`:                {Level: runtime.LevelInfo, Text: "a"},
		`const c = {}; c.c = c; logger.info("a", c)`: {Level: runtime.LevelInfo, Text: "a", Fields: json.RawMessage(`"{ c: [Circular *1] }"`)},
		`logger.info("a", { get b() { throw 1 } })`:  {Level: runtime.LevelInfo, Text: "a", Fields: json.RawMessage(`"{ b: [Getter] }"`)},
		`const { warn } = logger; warn("a")`:         {Level: runtime.LevelWarn, Text: "a"},
		`console.error(new TypeError("no"))`:         {Level: runtime.LevelError, Text: "TypeError: no"},
		`console.warn("x")`:                          {Level: runtime.LevelWarn, Text: "x"},
	} {
		got, err := runScript(t, source)
		if err != nil || len(got.Logs) != 1 {
			t.Errorf("%s: %v %v", source, got.Logs, err)
			continue
		}
		entry := got.Logs[0]
		if entry.Level != want.Level || entry.Text != want.Text || string(entry.Fields) != string(want.Fields) || entry.Time.IsZero() {
			t.Errorf("%s: %+v, want %+v", source, entry, want)
		}
	}
}
