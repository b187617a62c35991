package engine_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// outcome is what a script is expected to come to: a result as JSON, or the code of an error and where.
type outcome struct {
	value        string
	code         runtime.Code
	message      string // must be part of the error's
	line, column int
}

func check(t *testing.T, got runtime.Result, err error, want outcome) {
	t.Helper()
	if want.code == "" {
		if err != nil {
			t.Fatalf("failed: %v", err)
		}
		if string(got.Value) != want.value {
			t.Fatalf("result %s, want %s", got.Value, want.value)
		}
		return
	}
	if err == nil {
		t.Fatalf("result %s, want error %s", got.Value, want.code)
	}
	e := runtime.AsError(err)
	if e.Code != want.code || !strings.Contains(e.Message, want.message) {
		t.Fatalf("error %v, want %s with %q", e, want.code, want.message)
	}
	if e.Line != want.line || e.Column != want.column {
		t.Fatalf("error %v at %d:%d, want %d:%d", e, e.Line, e.Column, want.line, want.column)
	}
}

func invocation(kind runtime.Kind, source string) runtime.Invocation {
	return runtime.Invocation{
		Org:    "acme",
		Script: runtime.Script{Kind: kind, Name: "test", Source: source},
		Input: runtime.Input{
			Device:       json.RawMessage(`{"eui":"6353012af1090498","name":"Probe","telemetry_data":{"thermometer":{"temperature":41}}}`),
			Params:       json.RawMessage(`{"level":"high"}`),
			Alarms:       json.RawMessage(`{"overheat":{"level":"high"}}`),
			OrgParams:    json.RawMessage(`{"key":"k-1"}`),
			ThingModelID: "thermometer",
		},
	}
}

func TestTriggerForms(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   outcome
	}{
		"declaration":   {`function trigger_script(device, thingModelId) { return { a: device.eui, b: thingModelId } }`, outcome{value: `{"a":"6353012af1090498","b":"thermometer"}`}},
		"third":         {`function trigger_script(d, t, { alarms, org_params, logger }) { return [Object.keys(alarms), org_params.key, typeof logger.info] }`, outcome{value: `[["overheat"],"k-1","function"]`}},
		"const arrow":   {`const trigger_script = (device) => ({ a: device.eui })`, outcome{value: `{"a":"6353012af1090498"}`}},
		"let function":  {`let trigger_script = function () { return 1 }`, outcome{value: `1`}},
		"var function":  {`var trigger_script = function () { return 1 }`, outcome{value: `1`}},
		"implicit":      {`trigger_script = function () { return 1 }`, outcome{value: `1`}},
		"exports":       {`exports.trigger_script = () => 1`, outcome{value: `1`}},
		"module":        {`module.exports = { trigger_script() { return 1 } }`, outcome{value: `1`}},
		"module itself": {`module.exports = function () { return 1 }`, outcome{value: `1`}},
		"bundle": {`!function (root, make) { typeof exports === 'object' && typeof module !== 'undefined' ? module.exports = make() : root.x = make() }(this, function () { return { trigger_script: () => 1 } })`,
			outcome{value: `1`}},
		"body":               {`return device.telemetry_data[thingModelId].temperature > 40 ? { hot: true } : null`, outcome{value: `{"hot":true}`}},
		"body with comment":  {`return 1 // done`, outcome{value: `1`}},
		"body without value": {`const a = 1; a + 1`, outcome{}},
		"body and function":  {"if (!device) return null\nfunction trigger_script(d) { return d.eui }", outcome{value: `"6353012af1090498"`}},
		"own device":         {`const device = { eui: 1 }; function trigger_script() { return device.eui }`, outcome{value: `1`}},
		"own device in body": {`let device = { eui: 1 }; return device.eui`, outcome{value: `1`}},
		"var keeps input":    {`var device = device || {}; function trigger_script() { return device.eui }`, outcome{value: `"6353012af1090498"`}},
		"var in body":        {`var device = device || {}; return device.eui`, outcome{value: `"6353012af1090498"`}},
		"function device":    {`function device() { return 5 } function trigger_script(d) { return [device(), d.eui] }`, outcome{value: `[5,"6353012af1090498"]`}},
		"var console":        {`var console = console || {}; function trigger_script() { return typeof console.log }`, outcome{value: `"function"`}},
		"sloppy":             {`function trigger_script() { leaked = 010; return leaked }`, outcome{value: `8`}},
		"strict":             {`"use strict"; function trigger_script() { leaked = 1 }`, outcome{code: runtime.CodeScriptError, message: "leaked is not defined", line: 1, column: 43}},
		"strict body":        {"'use strict'\nleaked = 1; return 2", outcome{code: runtime.CodeScriptError, message: "leaked is not defined", line: 2, column: 1}},
		"null":               {`function trigger_script() { return null }`, outcome{}},
		"undefined":          {`function trigger_script() { }`, outcome{}},
		"promise":            {`async function trigger_script() { return 1 }`, outcome{code: runtime.CodeBadResult, message: "synchronous"}},
		"await":              {"const a = 1\nconst x = await f()\nreturn x", outcome{code: runtime.CodeCompileError, message: "await is not available", line: 2, column: 17}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindTrigger, c.source))
			check(t, got, err, c.want)
		})
	}
}

func TestRPCForms(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   outcome
	}{
		"declaration":    {`function rpc_script({ device, params, alarms, logger, org_params }) { return [device.eui, params.level, alarms.overheat.level, typeof logger.warn, org_params.key] }`, outcome{value: `["6353012af1090498","high","high","function","k-1"]`}},
		"values":         {`function rpc_script({ values }) { return values.level }`, outcome{value: `"high"`}},
		"one object":     {`function rpc_script(o) { return [Object.keys(o), o.device === device, o.params === globalThis.params] }`, outcome{value: `[["device","params","values","alarms","logger","org_params","thingModelId"],true,true]`}},
		"async":          {`async function rpc_script({ params }) { await null; return params.level }`, outcome{value: `"high"`}},
		"const async":    {`const rpc_script = async ({ params }) => { return await Promise.resolve(params.level) }`, outcome{value: `"high"`}},
		"promise":        {`function rpc_script() { return new Promise(done => done([1])) }`, outcome{value: `[1]`}},
		"body":           {`return [params.level]`, outcome{value: `["high"]`}},
		"awaiting body":  {`const x = await Promise.resolve(2); return x * 2`, outcome{value: `4`}},
		"await ( body":   {`const x = await (Promise.resolve(2)); return x * 2`, outcome{value: `4`}},
		"await no value": {`await (Promise.resolve(2))`, outcome{}},
		"await and function": {"const x = await Promise.resolve(2)\nasync function rpc_script({ params }) { return x + params.level }",
			outcome{value: `"2high"`}},
		"rejected":        {"async function rpc_script() {\n  throw new TypeError('no')\n}", outcome{code: runtime.CodeScriptError, message: "TypeError: no", line: 2, column: 9}},
		"rejected body":   {"await null; throw new Error('no')", outcome{code: runtime.CodeScriptError, message: "Error: no", line: 1, column: 19}},
		"never":           {`async function rpc_script() { await new Promise(() => {}) }`, outcome{code: runtime.CodeNeverSettled}},
		"await as a name": {`function rpc_script() { var await = 3; return await }`, outcome{value: `3`}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindRPC, c.source))
			check(t, got, err, c.want)
		})
	}
}
