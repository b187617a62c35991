package e2e

import (
	"fmt"
	"strings"
	"testing"
)

const (
	bytesParser = `function decodeUplink({ bytes, fPort }) { return { data: { first: bytes[0], port: fPort } }; }`
	// dtuParser reports for the device at the address in the first byte.
	dtuParser = `function payload_parser({ msg }) {
  const b = Buffer.from(msg.userdata.payload, "base64");
  return { sub_device: b[0], telemetry_data: { value: b[1] }, shared_attrs: { bus: 1 } };
}`
	// gatewayParser reports for itself and for several devices at once.
	gatewayParser = `return {
  telemetry_data: { uptime: bytes[0] },
  server_attrs: null,
  sub_device: [
    { address: 1, name: "Kitchen", telemetry_data: { t: bytes[1] } },
    { eui: "Probe-7", telemetry_data: { t: bytes[2] }, server_attrs: { via: device.eui } },
    { address: "3", shared_attrs: { period: 60 } },
  ],
};`
)

// raw posts a payload and waits until its triggers ran; it returns the execution.
func raw(c *client, eui, hex string) *reply {
	c.t.Helper()
	r := c.do("POST", "/uplinks?wait=1", map[string]any{"eui": eui, "f_port": 5, "payload_hex": hex}).want(202)
	return c.get("/executions/" + r.str("execution_id"))
}

func TestSeveralThingModelsParseOneUplink(t *testing.T) {
	_, c := startEcho(t)
	c.publish("parser", "codec", bytesParser, nil)
	c.publish("parser", "plain", `function Decoder(bytes, port) { return { twice: bytes[0] * 2, data: {}, errors: ["kept"] }; }`, nil)
	c.publish("parser", "settings", `return { telemetry_data: null, server_attrs: { s: 1 }, shared_attrs: { port: msg.userdata.port, first: input.bytes[0], notice: noticeAttrs } };`, nil)
	c.publish("parser", "broken", `function payload_parser() { return { telemetry_data: [1] }; }`, nil)
	c.publish("parser", "throws", "function payload_parser() {\n  throw new Error('no')\n}", nil)
	c.publish("parser", "warns", `function decodeUplink() { return { data: { ok: 1 }, warnings: ["low"], errors: [] }; }`, nil)
	c.publish("parser", "reports", `function decodeUplink() { return { data: { ok: 1 }, errors: ["too short", "port"] }; }`, nil)
	c.put("/devices/multi", map[string]any{"thing_models": []string{"codec", "plain", "settings", "broken", "throws", "warns", "reports"}})
	e := raw(c, "multi", "07ff").expect("state", "failed")
	d := c.get("/devices/multi")
	for path, want := range map[string]string{
		"telemetry_data.codec.first": "7", "telemetry_data.codec.port": "5", "server_attrs.seen codec.first": "7",
		"telemetry_data.plain.twice": "14", "server_attrs.seen plain.twice": "14", "telemetry_data.plain.errors.0": "kept",
		"server_attrs.s": "1", "shared_attrs.port": "5", "shared_attrs.first": "7", "shared_attrs.notice.telemetry_data": "true", "shared_attrs.notice.shared_attrs": "false",
		"telemetry_data.warns.ok": "1",
	} {
		d.expect(path, want)
	}
	for _, model := range []string{"settings", "broken", "throws", "reports"} {
		if d.has("telemetry_data."+model) || d.has("server_attrs.seen "+model) {
			t.Errorf("%s has telemetry: %s", model, d.text)
		}
	}
	triggers := 0
	for i := range e.count("runs") {
		run := fmt.Sprintf("runs.%d.", i)
		switch e.str(run + "script") {
		case "echo":
			triggers++
		case "broken":
			e.expect(run+"error.code", "bad_result")
		case "throws":
			e.expect(run+"error.code", "script_error").expect(run+"error.line", "2")
		case "warns":
			e.expect(run+"logs.0.text", "low").expect(run+"logs.0.level", "warn")
		case "reports":
			e.expect(run+"error.message", "the parser reports: too short; port")
		}
	}
	if triggers != 3 {
		t.Errorf("the trigger ran %d times, want once for each of the 3 thing models whose telemetry changed", triggers)
	}

	// An uplink in AS form, and one that names the thing model it is for.
	c.do("POST", "/uplinks?wait=1", map[string]any{"eui": "multi", "thingModelId": "codec", "msg": map[string]any{"userdata": map[string]any{"port": 9, "payload": "Cw=="}}}).want(202)
	c.get("/devices/multi").expect("server_attrs.seen codec.first", "11").expect("server_attrs.seen codec.port", "9").expect("telemetry_data.plain.twice", "14")

	// Nothing reads the payloads of a device without a parser; the record says so.
	c.put("/devices/bare", map[string]any{})
	raw(c, "bare", "01").expect("state", "failed").expect("runs.0.kind", "parser").expect("uplink.payload", "AQ==")
}

func TestDevicesUnderADevice(t *testing.T) {
	p, c := startEcho(t)
	c.publish("parser", "dtu", dtuParser, nil)
	c.publish("parser", "gateway", gatewayParser, nil)
	c.put("/devices/dtu1", map[string]any{"thing_models": []string{"dtu"}})
	c.put("/devices/gw1", map[string]any{"thing_models": []string{"gateway"}})

	// By default an unknown device is refused: the run says which, and the rest is kept.
	e := raw(c, "dtu1", "0c2a").expect("state", "failed").expect("runs.0.error.code", "unknown_device")
	if !strings.Contains(e.str("runs.0.error.message"), "dtu1-12") {
		t.Errorf("the error does not name the device: %s", e.text)
	}
	c.do("GET", "/devices/dtu1-12", nil).want(404)
	raw(c, "gw1", "090101").expect("state", "failed")
	c.get("/devices/gw1").expect("server_attrs.seen gateway.uptime", "9")

	// One that an integrator made is found by its EUI, by its own address and by its parent.
	c.put("/devices/dtu1-12", map[string]any{"parent": "dtu1"})
	c.put("/devices/13", map[string]any{"parent": "dtu1"})
	c.put("/devices/dtu1-14", map[string]any{"parent": "other"})
	raw(c, "dtu1", "0c2a").expect("state", "completed")
	c.get("/devices/dtu1-12").expect("telemetry_data.dtu.value", "42").expect("shared_attrs.bus", "1").expect("server_attrs.seen dtu.value", "42")
	raw(c, "dtu1", "0d2b").expect("state", "completed")
	c.get("/devices/13").expect("server_attrs.seen dtu.value", "43")
	raw(c, "dtu1", "0e2c").expect("state", "failed").expect("runs.0.error.code", "bad_result")
	if d := c.get("/devices/dtu1"); d.has("telemetry_data.dtu") || d.has("shared_attrs.bus") {
		t.Errorf("what belongs to a device under it is in the device: %s", d.text)
	}

	// With the organisation's consent they are made.
	c.put("/orgs/default", map[string]any{"name": "Default", "unknown_devices": "create"})
	raw(c, "gw1", "0a1516").expect("state", "completed")
	c.get("/devices/gw1").expect("server_attrs.seen gateway.uptime", "10")
	c.get("/devices/gw1-1").expect("parent", "gw1").expect("name", "Kitchen").expect("server_attrs.seen gateway.t", "21")
	c.get("/devices/Probe-7").expect("parent", "gw1").expect("server_attrs.seen gateway.t", "22").expect("server_attrs.via", "gw1")
	if d := c.get("/devices/gw1-3").expect("shared_attrs.period", "60"); d.has("server_attrs.seen gateway") {
		t.Errorf("a trigger ran without telemetry: %s", d.text)
	}
	p.kill()
	p.launch()
	c.get("/devices/gw1-1").expect("telemetry_data.gateway.t", "21")
	raw(c, "gw1", "0b1718").expect("state", "completed")
	c.get("/devices/gw1-1").expect("server_attrs.seen gateway.t", "23").expect("name", "Kitchen")
}

func TestDriversKeepTheirStateAcrossAKill(t *testing.T) {
	p, c := startEcho(t)
	const counts = `function decodeUplink({ bytes }) { context.push(bytes[0]); return { data: { seen: context.join() } }; }`
	c.publish("parser", "one", counts, nil)
	c.publish("parser", "two", `driver = { decodeUplink({ bytes }) { context.length = 0; context.push({ last: bytes[0] }); return { data: { n: context.length } }; } }`, nil)
	c.publish("parser", "grows", `function decodeUplink() { context.push("x".repeat(9000)); return { data: { n: context.length } }; }`, nil)
	c.put("/devices/a", map[string]any{"thing_models": []string{"one", "two", "grows"}})
	c.put("/devices/b", map[string]any{"thing_models": []string{"one"}})
	raw(c, "a", "01").expect("state", "completed")
	raw(c, "b", "64")
	e := raw(c, "a", "02").expect("state", "completed")
	c.get("/devices/a").expect("server_attrs.seen one.seen", "1,2").expect("server_attrs.seen two.n", "1").expect("server_attrs.seen grows.n", "2")
	if !strings.Contains(e.text, "has grown over 16384 bytes") {
		t.Errorf("nothing was said of a context that is too large: %s", e.text)
	}
	p.kill()
	p.launch()
	raw(c, "a", "03")
	d := c.get("/devices/a").expect("server_attrs.seen one.seen", "1,2,3").expect("server_attrs.seen grows.n", "2")
	if strings.Contains(d.text, "xxxx") || strings.Contains(d.text, `"last"`) {
		t.Errorf("the device shows its drivers' state: %s", d.text)
	}
	c.get("/devices/b").expect("server_attrs.seen one.seen", "100")
	// A change of the device leaves the state alone; a parser that is taken off loses it.
	c.put("/devices/a", map[string]any{"name": "A", "thing_models": []string{"one"}})
	raw(c, "a", "04")
	c.get("/devices/a").expect("server_attrs.seen one.seen", "1,2,3,4")
}
