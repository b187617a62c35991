package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/tripline/tripline/runtime"
)

// What a script cannot see may be left out, and nothing else: each script must come to the same with all
// of its inputs. left says whether the analysis leaves anything out at all.
func TestNeeds(t *testing.T) {
	input := runtime.Input{
		Device:       json.RawMessage(`{"eui":"1","name":"n","tags":["a"],"server_attrs":{"limit":3},"telemetry_data":{"m":{"t":4}}}`),
		Params:       json.RawMessage(`{"a":1}`),
		Alarms:       json.RawMessage(`{"hot":{"level":"high"}}`),
		OrgParams:    json.RawMessage(`{"key":"k"}`),
		ThingModelID: "m",
	}
	for _, c := range []struct {
		kind   runtime.Kind
		left   bool
		source string
	}{
		{runtime.KindTrigger, true, `function trigger_script(device, id) { return device?.telemetry_data?.[id].t > device.server_attrs.limit }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { if (!device) return 1; return device["name"] }`},
		{runtime.KindTrigger, true, `const trigger_script = device => device.eui`},
		{runtime.KindTrigger, true, `return device.eui`},
		{runtime.KindTrigger, true, `function trigger_script(device) { const { name } = device; return name }`},
		{runtime.KindTrigger, true, `function trigger_script(d) { return Object.keys(d) }`},
		{runtime.KindTrigger, false, `function trigger_script() { return [Object.keys(arguments[0]), Object.keys(arguments[2])] }`},
		{runtime.KindTrigger, true, `function trigger_script(...all) { return all }`},
		{runtime.KindTrigger, true, `function trigger_script(device, id, extra) { return [device.eui, extra] }`},
		{runtime.KindTrigger, true, `function name(id, device) { return device.name + id } function trigger_script(device, id) { return [device.eui, name(id, device)] }`},
		{runtime.KindTrigger, true, `function name(id, thing) { return Object.keys(thing) } function trigger_script(device, id) { return [device.eui, name(id, device)] }`},
		{runtime.KindTrigger, true, `function all(...device) { return device } function trigger_script(device, id) { return [device.eui, all(device)] }`},
		{runtime.KindTrigger, true, `function all(a, ...device) { return device } function trigger_script(device, id) { return [device.eui, all(1, device)] }`},
		{runtime.KindTrigger, true, `function tags(device, b) { return b } function trigger_script(device) { const a = [1]; return [device.eui, tags(...a, device)] }`},
		{runtime.KindTrigger, true, `function tags(device) { return device.eui } function trigger_script(device) { { function tags(x) { return x } return [device.eui, tags(device)] } }`},
		{runtime.KindTrigger, true, `function tags(device) { return device.eui } function trigger_script(device) { tags = x => x; return [device.eui, tags(device)] }`},
		{runtime.KindTrigger, true, `function tags(device) { return device.eui } function trigger_script(device) { const go = (tags) => tags(device); return [device.eui, go(x => x)] }`},
		{runtime.KindTrigger, false, `function tags(device) { return device.eui } function trigger_script(device) { class tags { constructor(x) { this.x = x } } return [device.eui, new tags(device)] }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { return [device.eui, String(device), Object.keys(device)] }`},
		{runtime.KindTrigger, true, `function first(device) { return second(device) } function second(device = {}) { const { tags } = device; return tags } function trigger_script(device) { return first(device) }`},
		{runtime.KindTrigger, true, `function first(device) { const { tags, ...rest } = device; return rest } function trigger_script(device) { return first(device) }`},
		{runtime.KindTrigger, true, `function first(device) { const { server_attrs: { limit }, name = 2 } = device; return [limit, name] } function trigger_script(device) { return first(device) }`},
		{runtime.KindTrigger, true, `function first(device) { const [x] = [device]; return x } function trigger_script(device) { return first(device) }`},
		{runtime.KindTrigger, true, `function helper(device) { return device } function trigger_script(device) { return [device.eui, helper(device)] }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { return [device.eui, device.valueOf()] }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { return { device } }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { const copy = { ...device }; return [device.eui, copy] }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { let n = 0; for (const k in device) n++; return n }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { return [device.eui, JSON.stringify(device)] }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { const k = "tags"; return [device.eui, device[k]] }`},
		{runtime.KindTrigger, true, `function trigger_script({ eui, tags }) { return [eui, tags] }`},
		{runtime.KindTrigger, true, `function trigger_script(device) { return 0 } trigger_script = d => Object.keys(d)`},
		{runtime.KindTrigger, true, `var trigger_script = function (d) { return Object.keys(d) }`},
		{runtime.KindTrigger, true, `function trigger_script() { return device.tags }`},
		{runtime.KindTrigger, true, `function trigger_script(device = {}) { return device.tags }`},
		{runtime.KindTrigger, true, `exports.trigger_script = d => d`},
		{runtime.KindTrigger, false, `function trigger_script() { return Object.keys(globalThis) }`},
		{runtime.KindTrigger, false, `function trigger_script() { return this.device }`},
		{runtime.KindTrigger, false, `function trigger_script() { with ({}) { return org_params } }`},
		{runtime.KindRPC, true, `function rpc_script({ device, params }) { return [device.name, params] }`},
		{runtime.KindRPC, true, `function rpc_script({ device, params }) { return text(device, params) } function text(device, params) { return device.name + params.a }`},
		{runtime.KindRPC, true, `function rpc_script({ device, params }) { return text?.(device, params) } function text(device, params) { return [device, params] }`},
		{runtime.KindRPC, true, `function rpc_script({ device: d, values: v }) { return [d, v] }`},
		{runtime.KindRPC, true, `function rpc_script({ device: { tags } }) { return tags }`},
		{runtime.KindRPC, true, `function rpc_script({ device = 1, missing = 2 }) { return [device.eui, missing] }`},
		{runtime.KindRPC, false, `function rpc_script({ device, ...rest }) { return [device.eui, Object.keys(rest)] }`},
		{runtime.KindRPC, false, `function rpc_script({ ["dev" + "ice"]: d }) { return d }`},
		{runtime.KindRPC, false, `function rpc_script(ctx) { return Object.keys(ctx) }`},
		{runtime.KindRPC, false, `var rpc_script = ctx => ctx.device`},
		{runtime.KindRPC, true, `const rpc_script = async ({ alarms }) => alarms`},
		{runtime.KindRPC, true, `function rpc_script({ device, params }) { return text() } function text() { return device.name + params.a }`},
		{runtime.KindRPC, true, `function rpc_script({ params: p }) { return [p, typeof params, (() => params)()] }`},
		{runtime.KindRPC, true, `function rpc_script({ params }) { const text = (params, more = device) => [params, more]; return text(params) }`},
		{runtime.KindRPC, true, `function rpc_script({ params }) { return [...(function* (params) { yield params })(1), new (class { x = alarms })] } alarms = 2`},
		{runtime.KindRPC, true, `const kept = org_params; function rpc_script({ org_params }) { org_params.key = "other"; return [kept, org_params] }`},
		{runtime.KindRPC, true, `function text(alarms) { return thingModelId } function rpc_script({ alarms, thingModelId }) { return [alarms, text(1)] }`},
		{runtime.KindRPC, true, `function rpc_script({ values }) { return Object.keys(values).concat(values === params) }`},
		{runtime.KindRPC, true, `const rpc_script = async function () { return org_params.key }`},
		{runtime.KindRPC, false, `const rpc_script = [c => Object.keys(c)][0]`},
		{runtime.KindRPC, false, `module.exports = ctx => ctx.alarms`},
		{runtime.KindRPC, true, `return [values, device.tags]`},
		{runtime.KindRPC, true, `await null; return [params, device]`},
		{runtime.KindRPC, false, `await null; async function rpc_script(ctx) { return ctx.device }`},
		{runtime.KindRPC, true, `var device = device; return device`},
		{runtime.KindRPC, true, "return `${typeof device} ${device}` + (device && 1)"},
	} {
		p, err := compile(runtime.Script{Kind: c.kind, Source: c.source})
		if err != nil {
			t.Fatalf("%s: %v", c.source, err)
		}
		if p.needs.all == c.left {
			t.Errorf("%s: needs all is %v", c.source, p.needs.all)
		}
		inv := runtime.Invocation{Script: runtime.Script{Kind: c.kind}, Input: input}
		got, err := newRun(runtime.DefaultLimits(), p, inv).do(t.Context())
		everything := *p
		everything.needs = needs{all: true, third: true, json: true}
		want, wantErr := newRun(runtime.DefaultLimits(), &everything, inv).do(t.Context())
		if err != nil || wantErr != nil || string(got.Value) != string(want.Value) {
			t.Errorf("%s: %s %v, with all inputs %s %v", c.source, got.Value, err, want.Value, wantErr)
		}
	}
}

// What a script sees only as parameters is no global.
func TestNeedsOfGlobals(t *testing.T) {
	for source, want := range map[string][]string{
		`function rpc_script({ device, params }) { return text(device, params) } function text(device, params) { return device.name + params.a }`: nil,
		`function rpc_script({ device, params }) { return text(device) } function text(device) { return device.name + params.a }`:                 {"params"},
		`const rpc_script = ({ params }) => params => params`:                                                                                     nil,
		`const rpc_script = ({ params: p }) => params => [p, alarms]`:                                                                             {"alarms"},
		`function rpc_script({ params }, n = params) { var device; return device }`:                                                               {"device"},
		`return params.a`: {"params"},
	} {
		p, err := compile(runtime.Script{Kind: runtime.KindRPC, Source: source})
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if !slices.Equal(p.needs.globals, want) || p.needs.all {
			t.Errorf("%s: needs the globals %v, want %v", source, p.needs.globals, want)
		}
	}
}

// A helper that names what it reads spares the rest of the device.
func TestNeedsOfHelpers(t *testing.T) {
	p, err := compile(runtime.Script{Kind: runtime.KindRPC, Source: `
		function rpc_script({ device }) { const { tags } = device; return [tags, text(1, device)] }
		function text(n, device) { return device.name + n }`})
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(p.needs.device)); !slices.Equal(got, []string{"name", "tags"}) {
		t.Errorf("the script needs %v of its device", got)
	}
}
