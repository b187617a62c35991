package engine_test

import (
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

func TestCompileErrors(t *testing.T) {
	for name, c := range map[string]struct {
		kind   runtime.Kind
		source string
		want   outcome
	}{
		"function":              {runtime.KindRPC, "function rpc_script() {\n  return [1,\n  }", outcome{message: "Unexpected token }", line: 3, column: 3}},
		"body":                  {runtime.KindRPC, "const a = 1\nreturn a +* 2", outcome{message: "Unexpected token *", line: 2, column: 11}},
		"body, line 1":          {runtime.KindRPC, "return a +* 2", outcome{message: "Unexpected token *", line: 1, column: 11}},
		"async body, line 1":    {runtime.KindRPC, "await null; return a +* 2", outcome{message: "Unexpected token *", line: 1, column: 23}},
		"after a wide letter":   {runtime.KindRPC, "var s = '温度 😀'; return a +* 2", outcome{message: "Unexpected token *", line: 1, column: 28}},
		"after Windows lines":   {runtime.KindRPC, "const a = 1\r\n\r\nreturn a +* 2", outcome{message: "Unexpected token *", line: 3, column: 11}},
		"not closed":            {runtime.KindTrigger, "function trigger_script() {\n  return 1\n", outcome{message: "Unexpected end of input", line: 3, column: 1}},
		"closed too often":      {runtime.KindTrigger, "return 1\n})(); (function () {", outcome{message: "", line: 1, column: 1}},
		"import":                {runtime.KindRPC, "\nimport fs from 'fs'", outcome{message: "import is not available", line: 2, column: 1}},
		"export from":           {runtime.KindRPC, "export { rpc_script } from './rpc.js'", outcome{message: "export is not available", line: 1, column: 1}},
		"export of all":         {runtime.KindRPC, "function rpc_script() {}\nexport * from './rpc.js'", outcome{message: "export is not available", line: 2, column: 1}},
		"behind an export":      {runtime.KindRPC, "export const a = 1; let b =* 2", outcome{message: "Unexpected token *", line: 1, column: 28}},
		"import()":              {runtime.KindRPC, "async function rpc_script() {\n  await import('fs')\n}", outcome{message: "import is not available", line: 2, column: 9}},
		"property class":        {runtime.KindRPC, "function rpc_script() {\n  return /\\p{L}+/u.test('x')\n}", outcome{message: `\p{…}`, line: 2, column: 10}},
		"property class in new": {runtime.KindRPC, "return new RegExp('\\\\p{L}', 'u').test('x')", outcome{message: `\p{…}`, line: 1, column: 19}},
		"for await":             {runtime.KindRPC, "async function rpc_script() {\n  for await (const a of []) {}\n}", outcome{message: "for await is not available", line: 2, column: 7}},
		"async generator":       {runtime.KindRPC, "async function* f() {}", outcome{message: "", line: 1, column: 1}},
		"redeclared":            {runtime.KindRPC, "let a = 1\nlet a = 2", outcome{message: "already been declared", line: 2, column: 5}},
		"redeclared in a body":  {runtime.KindRPC, "let a = 1; let a = 2; return a", outcome{message: "already been declared", line: 1, column: 16}},
		"regular expression":    {runtime.KindRPC, "return /(/.test('')", outcome{message: "Unterminated group", line: 1, column: 8}},
		"trigger awaits":        {runtime.KindTrigger, "return await f()", outcome{message: "await is not available", line: 1, column: 14}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.code = runtime.CodeCompileError
			err := engine.New(runtime.DefaultLimits()).Check(t.Context(), runtime.Script{Kind: c.kind, Source: c.source})
			check(t, runtime.Result{}, err, c.want)
		})
	}
}

func TestAcceptedSources(t *testing.T) {
	for name, source := range map[string]string{
		"letter p without u":  `return /\p{L}/.test('p{L}')`,
		"escaped backslash":   `return /\\p{L}/u`,
		"octal":               `return 010`,
		"html comment":        "return 1 // <!-- no\n",
		"source map":          "return 1\n//# sourceMappingURL=file:///dev/zero",
		"a thousand concats":  `return ` + strings.Repeat(`"a" + `, 900) + `"b"`,
		"optional everything": `return device?.["a"]?.b?.() ?? [...[1], ...[]].at?.(-1)`,
		"classes":             `class A { #x = 1; static y = 2; static { A.z = 3 } get x() { return this.#x } } return new A().x`,
		"generators":          `function* g() { yield* [1]; const x = yield } return [...g()]`,
		"labels and loops":    `a: for (const x of [1]) { for (var k in {}) continue a; do { break a } while (0) } switch (1) { case 1: default: } return 1`,
		"template":            "return `a${1}b${`c`}`",
		"destructuring":       `const { a = 1, b: [c, ...d] = [], ...e } = {}; ({ x: globalThis.y, ...globalThis.z } = {}); return a`,
		"tagged":              "return String.raw`a`",
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range runtime.Kinds {
				if err := engine.New(runtime.DefaultLimits()).Check(t.Context(), runtime.Script{Kind: kind, Source: source}); err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			}
		})
	}
}

// A thrown error's place is the author's own wherever it is thrown.
func TestRuntimePlaces(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   outcome
	}{
		"function":         {"function rpc_script() {\n  throw new RangeError('x')\n}", outcome{message: "RangeError: x", line: 2, column: 9}},
		"callee":           {"function f() {\n    null.x\n}\nfunction rpc_script() { f() }", outcome{message: "TypeError: Cannot read properties of null (reading 'x')", line: 2, column: 10}},
		"body, line 1":     {"throw new Error('x')", outcome{message: "Error: x", line: 1, column: 7}},
		"body, line 2":     {"const a = 1\nthrow new Error('x' + a)", outcome{message: "Error: x1", line: 2, column: 7}},
		"returning body":   {"if (!params.none) throw new Error('x'); return 1", outcome{message: "Error: x", line: 1, column: 25}},
		"after letters":    {"var s = '温度😀'; throw new Error('x'); return 1", outcome{message: "Error: x", line: 1, column: 23}},
		"var as parameter": {"var params = params; if (params) throw new Error('x'); return 1", outcome{message: "Error: x", line: 1, column: 40}},
		"native callback":  {"return [1].map(x => {\n  return x.y.z\n})", outcome{message: "TypeError", line: 2, column: 14}},
		"async":            {"async function rpc_script() {\n  await null\n  throw new Error('x')\n}", outcome{message: "Error: x", line: 3, column: 9}},
		"async body":       {"await null; throw new Error('x')", outcome{message: "Error: x", line: 1, column: 19}},
		"global":           {"nothing.here\nfunction rpc_script() {}", outcome{message: "ReferenceError: nothing is not defined", line: 1, column: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.code = runtime.CodeScriptError
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindRPC, c.source))
			check(t, got, err, c.want)
		})
	}
}

func TestThrownValues(t *testing.T) {
	for source, message := range map[string]string{
		`throw "plain"`:     "plain",
		`throw 42`:          "42",
		`throw null`:        "null",
		`throw undefined`:   "undefined",
		`throw Symbol("s")`: "Symbol(s)",
		`throw 10n`:         "10",
		`throw { code: 7, text: "no", deep: {} }`: `an object was thrown: { code: 7, text: "no", deep: … }`,
		`throw { message: "like an error" }`:      "like an error",
		`throw function () {}`:                    "a function was thrown",
		`throw new Proxy({}, { get() { for (;;); }, getOwnPropertyDescriptor() { for (;;); }, getPrototypeOf() { for (;;); } })`: "a Proxy was thrown",
		`throw new Proxy(function () {}, {})`:                                                                   "a Proxy was thrown",
		`throw Object.create(new Proxy({}, { getPrototypeOf() { for (;;); } }))`:                                "an object was thrown: {  }",
		`throw { get message() { for (;;); } }`:                                                                 "an object was thrown: {  }",
		`throw { toString() { for (;;); } }`:                                                                    "an object was thrown: { toString: … }",
		`throw { message: { toString() { for (;;); } } }`:                                                       "an object was thrown: { message: … }",
		`class Mine extends Error { get name() { for (;;); } } throw new Mine("x")`:                             "x",
		`const e = new Error("x"); e.name = ""; throw e`:                                                        "x",
		`throw new TypeError()`:                                                                                 "TypeError",
		`Object.getOwnPropertyDescriptor = () => { for (;;); }; throw new Error("x")`:                           "Error: x",
		`Object.defineProperty(Object.prototype, "value", { get() { for (;;); } }); throw { get message() {} }`: "an object was thrown: {  }",
	} {
		for _, form := range []string{"%s", "await null; %s"} {
			e := runtime.AsError(func() error {
				_, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindRPC, strings.Replace(form, "%s", source, 1)))
				return err
			}())
			if e == nil || e.Code != runtime.CodeScriptError || e.Message != message {
				t.Errorf("%s: %v, want %q", source, e, message)
			}
		}
	}
}
