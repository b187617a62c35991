package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

func TestParserForms(t *testing.T) {
	for name, c := range map[string]struct {
		entry, source string
		want          outcome
	}{
		"ThinkLink":          {"", `function payload_parser({ device, msg, thingModelId, noticeAttrs }) { return [device.eui, msg.userdata.port, thingModelId, noticeAttrs.a] }`, outcome{value: `["6353012af1090498",11,"thermometer",1]`}},
		"body":               {"", `return { telemetry_data: { port: msg.userdata.port } }`, outcome{value: `{"telemetry_data":{"port":11}}`}},
		"TS013":              {"", `function decodeUplink(input) { return { data: { sum: input.bytes[0] + input.bytes[1], port: input.fPort } } }`, outcome{value: `{"data":{"sum":3,"port":2}}`}},
		"TS013 by name":      {"decodeUplink", `function decodeUplink(input) { return { data: input.fPort } }`, outcome{value: `{"data":2}`}},
		"ThinkLink by name":  {"decodeUplink", `function payload_parser({ msg }) { return msg.userdata.port }`, outcome{value: `11`}},
		"ChirpStack v3":      {"", `function Decode(fPort, bytes, variables) { return { fPort, first: bytes[0], v: variables.v } }`, outcome{value: `{"fPort":2,"first":1,"v":5}`}},
		"TTN v2":             {"", `function Decoder(bytes, port) { return { port, first: bytes[0] } }`, outcome{value: `{"port":2,"first":1}`}},
		"encodeDownlink":     {"encodeDownlink", `function encodeDownlink(input) { return { bytes: [input.data.a], fPort: input.fPort } }`, outcome{value: `{"bytes":[9],"fPort":2}`}},
		"ChirpStack encoder": {"encodeDownlink", `function Encode(fPort, obj, variables) { return [fPort, obj.a, variables.v] }`, outcome{value: `[2,9,5]`}},
		"TTN encoder":        {"encodeDownlink", `function Encoder(obj, port) { return [obj.a, port] }`, outcome{value: `[9,2]`}},
		"driver":             {"decodeUplink", `const driver = { decodeUplink: input => input.fPort }`, outcome{value: `2`}},
		"global driver":      {"", `driver = { decodeUplink(input) { return input.fPort } }`, outcome{value: `2`}},
		"exports.driver":     {"extractPoints", `exports.driver = { extractPoints: input => Object.keys(input) }`, outcome{value: `["bytes","fPort","variables","data"]`}},
		"module.exports":     {"", `module.exports = { decodeUplink: input => input.fPort }`, outcome{value: `2`}},
		"method with helper": {"", `module.exports = { offset: 1, shift(n) { return n + this.offset }, decodeUplink(input) { return this.shift(input.fPort) } }`, outcome{value: `3`}},
		"instance":           {"", `class Codec { constructor() { this.k = 10 } scale(n) { return n * this.k } decodeUplink(input) { return this.scale(input.fPort) } }; module.exports = new Codec()`, outcome{value: `20`}},
		"static methods":     {"", `class Codec { static port(i) { return i.fPort } static decodeUplink(i) { return this.port(i) } }; exports.driver = Codec`, outcome{value: `2`}},
		"exports.default":    {"", `Object.defineProperty(exports, "__esModule", { value: true }); exports.default = { decodeUplink: i => i.fPort }`, outcome{value: `2`}},
		"default.driver":     {"", `exports.default = { driver: { decodeUplink: i => i.fPort } }`, outcome{value: `2`}},
		"driver.default":     {"", `var driver = (() => ({ default: { Decode: (fPort, bytes) => bytes.length + fPort } }))()`, outcome{value: `4`}},
		"exported function":  {"", `module.exports = function decodeUplink(input) { return input.fPort }`, outcome{value: `2`}},
		"exported Decoder":   {"decodeUplink", `module.exports = function Decoder(bytes, port) { return [bytes[1], port] }`, outcome{value: `[2,2]`}},
		"export default":     {"", `exports.default = input => input.fPort`, outcome{value: `2`}},
		"getter":             {"", `Object.defineProperty(module.exports, "decodeUplink", { enumerable: true, get: () => i => i.fPort })`, outcome{value: `2`}},
		"var Decoder":        {"decodeUplink", `var Decoder = function (bytes, port) { return port }`, outcome{value: `2`}},
		"const Decode":       {"decodeUplink", `const Decode = (fPort, bytes, variables) => variables.v`, outcome{value: `5`}},
		"this at the top":    {"", `this.decodeUplink = i => i.fPort`, outcome{value: `2`}},
		"payload_parser":     {"payload_parser", `function payload_parser({ msg }) { return msg.userdata.port }`, outcome{value: `11`}},
		"body by name":       {"decodeUplink", `return { telemetry_data: { port: msg.userdata.port } }`, outcome{value: `{"telemetry_data":{"port":11}}`}},
		"body is no encoder": {"encodeDownlink", `return { telemetry_data: {} }`, outcome{code: runtime.CodeNoEntry, message: "encodeDownlink, Encode, Encoder"}},
		"no such function":   {"normalizeUplink", `function decodeUplink() {}`, outcome{code: runtime.CodeNoEntry, message: "normalizeUplink"}},
	} {
		t.Run(name, func(t *testing.T) {
			inv := invocation(runtime.KindParser, c.source)
			inv.Entry = c.entry
			inv.Input.Msg = json.RawMessage(`{"userdata":{"port":11,"payload":"AQI="}}`)
			inv.Input.NoticeAttrs = json.RawMessage(`{"a":1}`)
			inv.Input.Payload = json.RawMessage(`{"bytes":[1,2],"fPort":2,"variables":{"v":5},"data":{"a":9}}`)
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
			check(t, got, err, c.want)
		})
	}
}

func TestDriverState(t *testing.T) {
	inv := invocation(runtime.KindParser, `function decodeUplink(input) { context.push(input.fPort); return context.length }`)
	inv.Input.Payload = json.RawMessage(`{"fPort":2}`)
	inv.Input.Context = json.RawMessage(`[7]`)
	got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
	check(t, got, err, outcome{value: `2`})
	if string(got.Context) != `[7,2]` {
		t.Errorf("context %s", got.Context)
	}
	inv.Script.Source, inv.Input.Context = `function decodeUplink() { return 1 }`, nil
	if got, err = engine.New(runtime.DefaultLimits()).Run(t.Context(), inv); err != nil || got.Context != nil {
		t.Errorf("context %s %v", got.Context, err)
	}
}

// A script may have a use of its own for the name of the driver's state.
func TestWhatIsNoArrayIsNoState(t *testing.T) {
	for _, source := range []string{
		`function context() {} function decodeUplink() { return 1 }`,
		`var context = { a: 1 }; function decodeUplink() { return 1 }`,
		`const context = new Proxy([1], { get() { throw 1 } }); function decodeUplink() { return 1 }`,
	} {
		got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindParser, source))
		check(t, got, err, outcome{value: `1`})
		if got.Context != nil {
			t.Errorf("%s: context %s", source, got.Context)
		}
	}
}

func TestReceiveTimeIsADate(t *testing.T) {
	inv := invocation(runtime.KindParser, `function decodeUplink({ recvTime }) { return [recvTime instanceof Date, recvTime, recvTime.getTime()] }`)
	inv.Input.Payload = json.RawMessage(`{"bytes":[],"fPort":2}`)
	inv.Input.ReceivedAt = time.UnixMilli(1772323200123)
	got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
	check(t, got, err, outcome{value: `[true,"2026-03-01T00:00:00.123Z",1772323200123]`})
}
