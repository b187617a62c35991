package engine_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// Each expression is the body of an RPC and must be true.
func TestRealm(t *testing.T) {
	e := engine.New(runtime.DefaultLimits())
	for name, expression := range map[string]string{
		"inputs are the globals":      `device === globalThis.device && params === values && this.alarms === alarms`,
		"inputs are plain objects":    `Object.getPrototypeOf(device) === Object.prototype && device.constructor === Object`,
		"arrays are arrays":           `Array.isArray(params.list) && params.list instanceof Array && params.list.map(x => x + 1).join() === "2,3"`,
		"own data property":           `JSON.stringify(Object.getOwnPropertyDescriptor(device, "eui")) === '{"value":"6353012af1090498","writable":true,"enumerable":true,"configurable":true}'`,
		"inputs freeze":               `(Object.freeze(device), device.eui = 1, delete device.name, device.eui !== 1 && device.name === "Probe" && Object.isFrozen(device))`,
		"inputs take definitions":     `(Object.defineProperty(device, "x", { get() { return 7 }, enumerable: false }), device.x === 7 && !Object.keys(device).includes("x"))`,
		"keys keep their order":       `Object.keys(params).join() === "1,10,b,a,__proto__,list"`,
		"__proto__ is data":           `params.__proto__.evil === 1 && params.evil === undefined && Object.getPrototypeOf(params) === Object.prototype`,
		"globals of inputs configure": `Object.getOwnPropertyDescriptor(globalThis, "device").configurable && delete globalThis.device && typeof device === "undefined"`,
		"missing inputs":              `typeof msg === "undefined" && typeof noticeAttrs === "undefined"`,
		"console is there":            `typeof console === "object" && "console" in globalThis && globalThis.console === console`,
		"nothing is enumerated":       `!Object.keys(globalThis).includes("console")`,
		"globals can be assigned":     `(console = 5, console === 5 && globalThis.console === 5)`,
		"globals can be shadowed":     `(() => { let console = 1; const Buffer = 2; var logger = 3; return console + Buffer + logger === 6 })()`,
		"closed: eval":                `refused(() => eval("1"))`,
		"closed: indirect eval":       `refused(() => (0, eval)("1")) && refused(() => globalThis["ev" + "al"]("1"))`,
		"closed: Function":            `refused(() => new Function("return 1")) && refused(() => Function("return 1")) && refused(() => [].at.constructor("1"))`,
		"closed: generator":           `refused(() => Object.getPrototypeOf(function* () {}).constructor("yield 1"))`,
		"closed: async function":      `refused(() => Object.getPrototypeOf(async () => {}).constructor("await 1"))`,
		"closed: Reflect.construct":   `refused(() => Reflect.construct(Function, ["1"])) && refused(() => class extends Function {} && new (class extends Function {})("1"))`,
		"Function is still a class":   `(() => {}) instanceof Function && Function.prototype.call.length === 1`,
		"global":                      `global === globalThis && typeof global.Buffer === "function"`,
		"absent":                      `["process", "setTimeout", "WebAssembly", "fetch", "Deno", "__dirname"].every(n => !(n in globalThis))`,
		"rpc has no context":          `typeof context === "undefined"`,
		"require":                     `require("util") === require("node:util") && refused(() => require("fs"), "MODULE_NOT_FOUND")`,
		"module":                      `module.exports === exports`,
		"JSON.parse":                  `JSON.parse('{"__proto__":1,"a":[1,-0,1e3]}').a[2] === 1000 && JSON.parse("[1]", (k, v) => v).length === 1 && refused(() => JSON.parse("{"))`,
		"JSON.parse keeps halves":     `JSON.parse('"\\ud83d"').charCodeAt(0) === 0xd83d && JSON.parse.name === "parse" && JSON.parse.length === 2`,
		"JSON.parse is bounded":       `refused(() => JSON.parse("[".repeat(1e6)))`,
		"BigInt powers":               `2n ** 10n === 1024n && 1n << 4n === 16n`,
		"Math.random is random":       `Math.random() !== Math.random()`,
	} {
		t.Run(name, func(t *testing.T) {
			inv := invocation(runtime.KindRPC, `
				const refused = (f, code) => { try { f(); return false } catch (e) { return e instanceof Error && (!code || e.code === code) } };
				return [`+expression+`]`)
			inv.Input.Params = json.RawMessage(`{"b":1,"10":1,"a":1,"1":1,"__proto__":{"evil":1},"list":[1,2]}`)
			got, err := e.Run(t.Context(), inv)
			check(t, got, err, outcome{value: `[true]`})
		})
	}
}

func TestRunsLeaveNothingBehind(t *testing.T) {
	e := engine.New(runtime.DefaultLimits())
	spoil := `leak = 1; Object.prototype.isAdmin = true; Array.prototype.push = null; JSON.stringify = () => "stolen"; JSON.parse = null
		Promise.prototype.then = function () { return "stolen" }; console.log = null; logger.info = null; device.eui = "x"; org_params.key = "y"; params.evil = 1
		Object.freeze(Math); Math.max = null; globalThis.undefined2 = 1; require("util").format = null; module.exports.x = 1; return [1]`
	look := `return [typeof leak, ({}).isAdmin, typeof [].push, JSON.stringify(1), typeof JSON.parse, typeof console.log, typeof logger.info, device.eui,
		org_params.key, params.evil, Object.isFrozen(Math), typeof Math.max, typeof require("util").format, typeof module.exports.x]`
	want := `["undefined",null,"function","1","function","function","function","6353012af1090498","k-1",null,false,"function","function","undefined"]`
	for range 3 {
		got, err := e.Run(t.Context(), invocation(runtime.KindRPC, spoil))
		check(t, got, err, outcome{value: `[1]`})
		got, err = e.Run(t.Context(), invocation(runtime.KindRPC, look))
		check(t, got, err, outcome{value: want})
	}
}

func TestInputBytesStayAsTheyAre(t *testing.T) {
	inv := invocation(runtime.KindRPC, `device.eui = "changed"; delete params.level; alarms.x = 1; return [device.eui]`)
	before := string(inv.Input.Device) + string(inv.Input.Params) + string(inv.Input.Alarms)
	got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
	check(t, got, err, outcome{value: `["changed"]`})
	if after := string(inv.Input.Device) + string(inv.Input.Params) + string(inv.Input.Alarms); after != before {
		t.Fatalf("inputs became %s", after)
	}
}

func TestFrozenClock(t *testing.T) {
	e := engine.New(runtime.DefaultLimits())
	inv := invocation(runtime.KindRPC, `const a = Math.random(); return [Date.now(), new Date().toISOString(), a === Math.random(), a]`)
	inv.Now = time.Date(2026, 9, 17, 8, 30, 0, 5e6, time.UTC)
	inv.Seed = 7
	first, err := e.Run(t.Context(), inv)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := e.Run(t.Context(), inv)
	if string(first.Value) != string(again.Value) {
		t.Errorf("%s, then %s", first.Value, again.Value)
	}
	var values []any
	if err := json.Unmarshal(first.Value, &values); err != nil || values[0] != 1789633800005.0 || values[1] != "2026-09-17T08:30:00.005Z" || values[2] != false {
		t.Errorf("%s %v", first.Value, err)
	}
	inv.Seed = 8
	if other, _ := e.Run(t.Context(), inv); string(other.Value) == string(first.Value) {
		t.Error("another seed gives the same numbers")
	}
	inv.Script.Source = `logger.info("x"); return null`
	logged, err := e.Run(t.Context(), inv)
	if err != nil || len(logged.Logs) != 1 || !logged.Logs[0].Time.Equal(inv.Now) {
		t.Errorf("%v %v", logged.Logs, err)
	}
}

func TestConcurrentRuns(t *testing.T) {
	e := engine.New(runtime.DefaultLimits())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				got, err := e.Run(t.Context(), invocation(runtime.KindRPC, `n = (globalThis.n || 0) + 1; console.log(n); await null; return [n, device.name]`))
				if err != nil || string(got.Value) != `[1,"Probe"]` || len(got.Logs) != 1 {
					t.Errorf("%s %v", got.Value, err)
					return
				}
			}
		})
	}
	wg.Wait()
}
