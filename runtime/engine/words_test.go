package engine_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// What a script catches says what it says in Node; the expectations are Node's.
func TestWordsOfCaughtErrors(t *testing.T) {
	for source, want := range map[string]string{
		`input.none.x`:                          "Cannot read properties of undefined (reading 'x')",
		`input.bytes[9].toString(16)`:           "Cannot read properties of undefined (reading 'toString')",
		`input.none[0]`:                         "Cannot read properties of undefined (reading '0')",
		`input.none["a b"]()`:                   "Cannot read properties of undefined (reading 'a b')",
		`input.none.x = 1`:                      "Cannot set properties of undefined (setting 'x')",
		`input.none["x"] = 1`:                   "Cannot set properties of undefined (setting 'x')",
		`input.none[0] = 1`:                     "Cannot set properties of undefined (setting '0')",
		`Object.keys(input.none)`:               "Cannot convert undefined or null to object",
		`input.decode()`:                        "input.decode is not a function",
		`input.bytes.slice(1).readUInt8()`:      "input.bytes.slice(...).readUInt8 is not a function",
		`input["de-code"](1)`:                   "input.de-code is not a function",
		`input.bytes[0](1)`:                     "input.bytes[0] is not a function",
		`input.bytes[input.fPort](1)`:           "input.bytes[input.fPort] is not a function",
		`(function () { this.go() }).call({})`:  "this.go is not a function",
		`input()`:                               "input is not a function",
		`new input.Codec()`:                     "input.Codec is not a constructor",
		`new input()`:                           "input is not a constructor",
		`"a".match(/b/)[0]`:                     "Cannot read properties of null (reading '0')",
		`/b/.exec("a").index`:                   "Cannot read properties of null (reading 'index')",
		`"a".match(/b/g).map(String)`:           "Cannot read properties of null (reading 'map')",
		`var m = "a".match(/b/); m[1]`:          "Cannot read properties of null (reading '1')",
		`var m; m = "a".match(/b/); m.slice(1)`: "Cannot read properties of null (reading 'slice')",
		`let n = null; n.x`:                     "Cannot read properties of null (reading 'x')",
		`new Map([1])`:                          "Iterator value 1 is not an entry object",
		`for (const b of input.none) ;`:         "input.none is not iterable",
		`[...input.none]`:                       "input.none is not iterable",
		`var n; for (const b of n) ;`:           "n is not iterable",
		`for (const b of input.fPort) ;`:        "input.fPort is not iterable",
		`none()`:                                "none is not defined",
		`[].reduce((a, b) => a)`:                "Reduce of empty array with no initial value",
		`decodeURIComponent("%")`:               "URI malformed",
		`throw new TypeError("mine")`:           "mine",
		`throw new Error("Cannot read property 'x' of undefined")`: "Cannot read property 'x' of undefined",
		`throw { message: "No initial value" }`:                    "No initial value",
		`throw Object.freeze(new TypeError("frozen"))`:             "frozen",
	} {
		t.Run(source, func(t *testing.T) {
			wanted, err := json.Marshal(map[string]any{"errors": []string{want}})
			if err != nil {
				t.Fatal(err)
			}
			inv := invocation(runtime.KindParser, "function decodeUplink(input) {\n  try {\n    "+source+"\n  } catch (error) {\n    return { errors: [error.message] }\n  }\n}")
			inv.Input.Payload = json.RawMessage(`{"bytes":[7],"fPort":0}`)
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
			check(t, got, err, outcome{value: string(wanted)})
		})
	}
}

// A clause that takes the error apart, or leaves it alone, does what it did.
func TestCatchClauses(t *testing.T) {
	for source, want := range map[string]string{
		`try { null.x } catch ({ message, name: kind }) { return [message, kind] }`:                        `["Cannot read properties of null (reading 'x')","TypeError"]`,
		`try { throw { code: 1 } } catch ({ code, text = "none", ...rest }) { return [code, text, rest] }`: `[1,"none",{}]`,
		`try { throw [1, 2] } catch ([a, b]) { { let a = 5 } return [b, a] }`:                              `[2,1]`,
		`try { throw 1 } catch { return [2] }`:                                                             `[2]`,
		`try { throw 1 } catch (e) { e += 1; return [e, f()]; function f() { return e } }`:                 `[2,2]`,
		`try { throw 1 } catch ({ length }) { return [typeof length, typeof f]; function f() {} }`:         `["undefined","function"]`,
		`try { try { throw undefined } catch ({ x }) { } } catch (e) { return [e.name] }`:                  `["TypeError"]`,
		`const e = 7; try { throw 1 } catch (e) { (() => { e = 3 })(); var seen = e } return [e, seen]`:    `[7,3]`,
	} {
		t.Run(source, func(t *testing.T) {
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindRPC, source))
			check(t, got, err, outcome{value: want})
		})
	}
}

// A chain of calls is not written at every one of its links.
func TestLongChainsOfCalls(t *testing.T) {
	name := strings.Repeat("n", 200)
	inv := invocation(runtime.KindRPC, "try { x"+strings.Repeat("."+name+"()", 300)+" } catch (e) { return [e.message] }")
	got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
	check(t, got, err, outcome{value: `["x is not defined"]`})
	deep := "try { " + "x" + strings.Repeat("()", 100_000) + " } catch (e) { return e }"
	err = engine.New(runtime.DefaultLimits()).Check(t.Context(), runtime.Script{Kind: runtime.KindRPC, Source: deep})
	check(t, runtime.Result{}, err, outcome{code: runtime.CodeCompileLimit})
}
