package jsapi_test

import "testing"

// Each expression is the body of an RPC and must be true.
func TestModules(t *testing.T) {
	for name, expression := range map[string]string{
		"buffer":            `require("buffer").Buffer === Buffer && require("node:buffer").Buffer.from("a").length === 1`,
		"crypto":            `typeof require("crypto").createHash === "function" && require("node:crypto") === require("crypto")`,
		"url":               `require("url").URL === URL && require("node:url").URLSearchParams === URLSearchParams`,
		"util":              `require("util") === require("util") && require("util").TextEncoder === TextEncoder`,
		"nothing else":      `["fs", "axios", "./x", "/etc/passwd", "node:fs", "__proto__", "constructor", ""].every(n => { try { require(n) } catch (e) { return e.code === "MODULE_NOT_FOUND" } })`,
		"not a name":        `(() => { try { require({ toString() { return "util" } }) } catch (e) { return e.code === "ERR_INVALID_ARG_TYPE" } })()`,
		"module":            `module.exports === exports && (module.exports = 1, module.exports === 1)`,
		"function names":    `require.name === "require" && logger.info.name === "info" && console.log.name === "log" && require("util").inspect.name === "inspect"`,
		"format":            `require("util").format("%s=%d", "a", 1, {}) === "a=1 {}"`,
		"inspect":           `require("util").inspect({ a: { b: { c: { d: 1 } } } }) === "{ a: { b: { c: [Object] } } }"`,
		"inspect deeper":    `require("util").inspect({ a: { b: { c: { d: 1 } } } }, { depth: null }) === "{ a: { b: { c: { d: 1 } } } }"`,
		"inherits":          `(() => { function A() {} function B() {} A.prototype.x = 1; require("util").inherits(B, A); return new B().x === 1 && B.super_ === A })()`,
		"promisify":         `await require("util").promisify((x, done) => done(null, x + 1))(1) === 2`,
		"promisify fails":   `await require("util").promisify(done => done(new Error("no")))().catch(e => e.message) === "no"`,
		"promisify throws":  `await require("util").promisify(() => { throw new Error("no") })().catch(e => e.message) === "no"`,
		"types":             `require("util").types.isDate(new Date()) && !require("util").types.isDate({}) && require("util").types.isPromise(Promise.resolve()) && require("util").types.isProxy(new Proxy({}, {}))`,
		"more types":        `require("util").types.isRegExp(/a/) && require("util").types.isMap(new Map()) && require("util").types.isSet(new Set()) && require("util").types.isNativeError(new TypeError()) && require("util").types.isUint8Array(Buffer.alloc(1)) && require("util").types.isTypedArray(new Int8Array(1))`,
		"equal":             `[[1, 1], [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }], [NaN, NaN], [new Date(1), new Date(1)], [/a/g, /a/g], [new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])], [new Set([1]), new Set([1])]].every(([a, b]) => require("util").isDeepStrictEqual(a, b))`,
		"not equal":         `[[1, "1"], [0, -0], [{ a: 1 }, { a: 2 }], [{ a: 1 }, { b: 1 }], [[1], { 0: 1 }], [new Date(1), new Date(2)], [/a/g, /a/i], [new Map([[1, 1]]), new Map([[1, 2]])], [new Error("a"), new Error("b")], [null, {}], [{ a: undefined }, {}]].every(([a, b]) => !require("util").isDeepStrictEqual(a, b))`,
		"equal with cycles": `(() => { const a = { x: 1 }, b = { x: 1 }; a.self = a; b.self = b; return require("util").isDeepStrictEqual(a, b) })()`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := runScript(t, "return ["+expression+"]")
			if err != nil || string(got.Value) != "[true]" {
				t.Fatalf("%s %v", got.Value, err)
			}
		})
	}
}
