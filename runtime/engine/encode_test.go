package engine

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// The encoder must write what the interpreter's JSON.stringify writes, and throw what that throws.
func TestEncodeAsTheInterpreter(t *testing.T) {
	for _, expression := range []string{
		`null`, `undefined`, `true`, `false`, `0`, `-0`, `1`, `-1`, `255`, `256`, `9007199254740991`, `2**53`, `1e21`, `1e-7`, `123456.789`, `-1.5e300`, `5e-324`, `NaN`, `Infinity`, `-Infinity`,
		`1n`, `[1n]`, `Symbol("s")`, `() => 1`, `class A {}`, `""`, `"text"`, `"quote \" \\ / \b\f\n\r\t\u0000\u001f\u007f"`, `"°C 温度 \u2028\u2029"`, `"😀"`,
		`"\ud800"`, `"\udc00x"`, `"a\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\ude00\ud83d"`, `"\ufffd"`, `"x\ufffd\ud800"`, `"long enough to be kept as it came".slice(3)`,
		`"ab".repeat(1000)`, `"é".repeat(1000)`, `String.fromCharCode(0xfeff, 65)`,
		`{}`, `[]`, `[[], {}]`, `{ a: 1, b: "x", c: null, d: undefined, e: [undefined, null, () => 1, Symbol()], f: () => 1, g: Symbol() }`,
		`{ a: undefined }`, `{ a: undefined, b: 1, c: undefined }`, `{ 10: "b", 2: "a", x: 1, "-1": 2, "01": 3, 1: 0 }`, `{ "": 1, " ": 2, "a\"b": 3, "ключ": 4, "\n": 5 }`,
		`{ "\ud800": 1, b: 2 }`, `[{ a: { "\udfff": [1] } }]`, `{ "\ufffd": 1 }`, `{ ["__proto__"]: 1 }`, `{ __proto__: { inherited: 1 }, own: 2 }`,
		`[, 1, , 2, ,]`, `new Array(5)`, `Object.assign([1, 2], { name: "kept out" })`, `(() => { const a = []; a[200000] = 1; a.length = 4; return a })()`,
		`Object.create(null, { hidden: { value: 1 }, shown: { value: 2, enumerable: true } })`, `{ get a() { return { get b() { return [this.a === undefined] } } } }`,
		`{ get a() { throw new RangeError("no") } }`, `{ toJSON() { return 1 } }`, `{ toJSON: 1, b: 2 }`, `{ toJSON: {}, b: 2 }`, `{ a: { toJSON(key) { return key + "!" } } }`,
		`[{ toJSON(key) { return key + typeof key } }]`, `{ toJSON(key) { return [key] } }`, `{ toJSON() { return undefined } }`, `[{ toJSON() {} }]`, `{ a: { toJSON() {} }, b: 1 }`, `{ toJSON() { throw new TypeError("no") } }`,
		`new Date(0)`, `[new Date(NaN)]`, `{ at: new Date(1e12) }`, `new Map([[1, 2]])`, `new Set([1])`, `/x/g`, `new Error("e")`, `Object.assign(new Error("e"), { code: 7 })`,
		`new Number(3)`, `[new String("s"), new Boolean(false), Object(1n)]`, `Object(Symbol())`, `new Uint8Array([1, 2])`, `new ArrayBuffer(2)`, `Promise.resolve(1)`, `(function () { return arguments })(1, 2)`,
		`new (class A { x = 1; #y = 2; get z() { return 3 } static w = 4 })`, `new (class extends Array {})(1, 2, 3)`, `Object.freeze({ a: [1] })`, `Math`, `JSON.rawJSON("1.10")`,
		`new Proxy({ a: 1 }, {})`, `[new Proxy([1, 2], {})]`, `{ p: new Proxy(() => 1, {}) }`, `new Proxy({}, { ownKeys() { return ["k"] }, getOwnPropertyDescriptor() { return { value: 1, enumerable: true, configurable: true } }, get(t, k) { return typeof k + k } })`,
		`new Proxy({}, { get() { throw new Error("trap") } })`, `(() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return [proxy] })()`,
		`(() => { const a = []; a.push(a); return a })()`, `(() => { const o = {}; o.o = { o }; return [o] })()`,
		`(() => { const shared = { x: 1 }; return { a: shared, b: [shared, shared] } })()`, `(() => { let o = 1; for (let i = 0; i < 300; i++) o = i % 2 ? [o] : { o }; return o })()`,
		`(() => { const o = {}; let p = o; for (let i = 0; i < 300; i++) p = p.next = {}; p.next = o; return o })()`,
		`(() => { let n = 0; return { get a() { delete this.b; return n++ }, b: 1, get c() { return n++ } } })()`,
		`(() => { Object.prototype.toJSON = function () { return "forged" }; return { a: [1] } })()`, `(() => { Array.prototype.toJSON = function () { return this.length }; return { a: [1] } })()`,
		`(() => { String.prototype.toJSON = () => "no"; Number.prototype.toJSON = () => "no"; return ["s", 1] })()`, `(() => { BigInt.prototype.toJSON = function () { return "big" }; return [1n, { a: 2n }] })()`,
		`(() => { JSON.stringify = () => "forged"; return { a: 1 } })()`, `(() => { Object.prototype.inherited = 1; Object.defineProperty(Array.prototype, "0", { get() { return 9 } }); return [, { a: 1 }] })()`,
		`(() => { Object.keys = () => []; Object.prototype.length = 3; return { a: 1 } })()`, `globalThis.Object.prototype`, `Array.prototype`,
	} {
		own, ownFailure := encodeExpression(t, goja.New(), expression)
		vm := goja.New()
		call, _ := goja.AssertFunction(vm.Get("JSON").(*goja.Object).Get("stringify")) // as it is before the script
		v, err := vm.RunString("(" + expression + ")")
		if err != nil {
			t.Fatalf("%s: %v", expression, err)
		}
		want, wantFailure := call(goja.Undefined(), v)
		switch {
		case wantFailure != nil:
			if ownFailure == nil || firstLine(ownFailure) != firstLine(wantFailure) {
				t.Errorf("%s: failed with %v, want %v", expression, ownFailure, wantFailure)
			}
		case ownFailure != nil:
			t.Errorf("%s: failed with %v, want %s", expression, ownFailure, want)
		case goja.IsUndefined(want):
			if own != nil {
				t.Errorf("%s: is %s, want nothing", expression, own)
			}
		case string(own) != want.String():
			t.Errorf("%s: is\n%s, want\n%s", expression, own, want)
		}
	}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line, _, _ = strings.Cut(line, " at ")
	return line
}

func encodeExpression(t *testing.T, vm *goja.Runtime, expression string) ([]byte, error) {
	t.Helper()
	v, err := vm.RunString("(" + expression + ")")
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	e := encoder{vm: vm, room: math.MaxInt, stopped: func() bool { return false }}
	return e.encode(v)
}

// Neither a length that nothing stands behind nor the same part over and over makes encoding long.
func TestEncodeGivesUp(t *testing.T) {
	for name, expression := range map[string]string{
		"holes":  `new Array(10000000)`,
		"shared": `(() => { let x = ["lol"]; for (let i = 0; i < 40; i++) x = [x, x]; return x })()`,
		"empty":  `(() => { let x = {}; for (let i = 0; i < 40; i++) x = { a: x, b: x }; return x })()`,
	} {
		for _, c := range []struct {
			room    int
			stopped bool
			want    error
		}{{1000, false, errNoRoom}, {math.MaxInt, true, errStopped}} {
			vm := goja.New()
			v, err := vm.RunString(expression)
			if err != nil {
				t.Fatal(err)
			}
			e := encoder{vm: vm, room: c.room, stopped: func() bool { return c.stopped }}
			if text, err := e.encode(v); !errors.Is(err, c.want) || text != nil {
				t.Errorf("%s: %d bytes, %v; want %v", name, len(text), err, c.want)
			}
			if len(e.text) > 100_000 {
				t.Errorf("%s: wrote %d bytes", name, len(e.text))
			}
		}
	}
}

func TestEncodeRefusesHollowArrays(t *testing.T) {
	vm := goja.New()
	v, err := vm.RunString(`({ a: [new Array(4294967295)] })`)
	if err != nil {
		t.Fatal(err)
	}
	e := encoder{vm: vm, room: math.MaxInt, stopped: func() bool { return false }}
	if text, err := e.encode(v); !errors.Is(err, errHollow) || text != nil {
		t.Errorf("%s, %v", text, err)
	}
}

// FuzzEncode compares the encoder with the interpreter's over whatever JSON can hold.
func FuzzEncode(f *testing.F) {
	f.Add(`{"a":[1,-0.0,1e21,"x\ud800\u0001°"],"10":null,"2":{"\udc00":true}}`)
	f.Add(`["\ufffd","😀",{"":""},{},[]]`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) || strings.Count(text, "[")+strings.Count(text, "{") > 1000 {
			return
		}
		vm := goja.New()
		v, err := decode(vm, []byte(text))
		if err != nil {
			return
		}
		e := encoder{vm: vm, room: math.MaxInt, stopped: func() bool { return false }}
		own, err := e.encode(v)
		if err != nil {
			t.Fatal(err)
		}
		call, _ := goja.AssertFunction(vm.Get("JSON").(*goja.Object).Get("stringify"))
		want, err := call(goja.Undefined(), v)
		if err != nil {
			t.Fatal(err)
		}
		if string(own) != want.String() {
			t.Fatalf("%s, want %s", own, want)
		}
	})
}
