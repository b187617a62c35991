package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// nothing is an RPC, or a trigger, that does nothing.
const nothing = "return null;"

func TestDevices(t *testing.T) {
	t.Parallel()
	c := start(t, nil).admin()
	c.publish("trigger", "watch", nothing, nil)
	made := c.put("/devices/A84041000181C061", map[string]any{
		"name": "Boiler", "device_type": "thermometer", "parent": "gw1", "tags": []string{"cellar"}, "triggers": []string{"watch"}, "rpcs": []string{"alarm"},
		"server_attrs": map[string]any{"limit": 30, "deep": map[string]any{"a": 1}}, "shared_attrs": map[string]any{"s": 1}, "client_attrs": map[string]any{"c": 1},
	})
	made.expect("eui", "a84041000181c061").expect("name", "Boiler").expect("triggers", `["watch"]`)
	// What a PUT leaves out stays; a group of attributes that it has is replaced.
	c.put("/devices/a84041000181c061", map[string]any{"name": "Boiler 2", "client_attrs": map[string]any{"d": 2}})
	got := c.get("/devices/A84041000181C061")
	got.expect("name", "Boiler 2").expect("device_type", "thermometer").expect("parent", "gw1").expect("tags", `["cellar"]`).
		expect("rpcs", `["alarm"]`).expect("server_attrs", `{"deep":{"a":1},"limit":30}`).expect("client_attrs", `{"d":2}`)
	// PATCH merges one level deep.
	c.do("PATCH", "/devices/a84041000181c061/attributes", map[string]any{"server_attrs": map[string]any{"deep": map[string]any{"b": 2}}, "shared_attrs": nil}).want(200).
		expect("server_attrs", `{"deep":{"b":2},"limit":30}`).expect("shared_attrs", `{"s":1}`)
	c.get("/devices?search=oiler").expect("items.0.eui", "a84041000181c061")
	c.do("DELETE", "/devices/a84041000181c061", nil).want(204)
	c.do("GET", "/devices/a84041000181c061", nil).want(404)
	c.do("DELETE", "/devices/a84041000181c061", nil).want(404)
}

func TestUplinks(t *testing.T) {
	t.Parallel()
	c := start(t, nil).admin()
	c.publish("parser", "codec", `function decodeUplink(input) { return { data: { temp: input.bytes[0] / 10, port: input.fPort } }; }`, nil)
	c.publish("trigger", "watch", `function trigger_script(device, id) { return { actions: [{ method: "alarm", params: { name: id, action: "new" } }] }; }`, nil)
	c.put("/devices/d1", map[string]any{"triggers": []string{"watch"}, "thing_models": []string{"codec"}})

	first := c.do("POST", "/uplinks?wait=1", map[string]any{"eui": "d1", "thing_model_id": "tm", "telemetry_data": map[string]any{"a": 1, "b": 2}, "id": "up-1",
		"server_attrs": map[string]any{"s": 1}, "shared_attrs": map[string]any{"h": 1}}).want(202)
	first.expect("uplink_id", "up-1").expect("dispatches", "1")
	if first.has("duplicate") {
		t.Errorf("the first is no duplicate: %s", first.text)
	}
	again := c.do("POST", "/uplinks?wait=1", map[string]any{"eui": "d1", "thing_model_id": "tm", "telemetry_data": map[string]any{"a": 99}, "id": "up-1"}).want(202)
	again.expect("duplicate", "true").expect("uplink_id", "up-1").expect("execution_id", first.str("execution_id"))
	c.uplink("d1", map[string]any{"b": 3})
	c.get("/devices/d1").expect("telemetry_data.tm.a", "1").expect("telemetry_data.tm.b", "3").expect("server_attrs.s", "1").expect("shared_attrs.h", "1")
	c.get("/devices/d1/alarms").expect("items.0.alarm_name", "tm").expect("items.0.count", "2")

	// A payload in its three forms.
	for i, body := range []map[string]any{
		{"f_port": 7, "payload_hex": "D7"}, {"f_port": 8, "payload_base64": "2A=="},
		{"msg": map[string]any{"moteeui": "d1", "userdata": map[string]any{"port": 9, "payload": "2Q=="}}},
	} {
		body["eui"] = "d1"
		c.do("POST", "/uplinks?wait=1", body).want(202).expect("dispatches", "1")
		c.get("/devices/d1").expect("telemetry_data.codec.temp", fmt.Sprintf("21.%d", 5+i)).expect("telemetry_data.codec.port", strconv.Itoa(7+i))
	}

	// A device that is new.
	c.do("POST", "/uplinks", map[string]any{"eui": "d2", "telemetry_data": map[string]any{"a": 1}}).want(404).expect("code", "unknown_device")
	c.put("/orgs/default", map[string]any{"unknown_devices": "create"})
	c.do("POST", "/uplinks?wait=1", map[string]any{"eui": "d2", "thingModelId": "tm", "telemetry_data": map[string]any{"a": 1}}).want(202)
	c.get("/devices/d2").expect("telemetry_data.tm.a", "1")
}

func TestBatchKeepsTheOrderOfADevice(t *testing.T) {
	t.Parallel()
	c := start(t, nil).admin()
	c.publish("rpc", "note", `function rpc_script({ device, params }) { return [{ type: "modifyAttrs", dnMsg: { server_attrs: { seen: [...(device.server_attrs.seen ?? []), params.n] } } }]; }`, map[string]any{"org_wide": true})
	c.publish("trigger", "note", `function trigger_script(device, id) { return { actions: [{ method: "note", params: { n: device.telemetry_data[id].n } }] }; }`, nil)
	var lines, want []string
	for n := range 50 {
		for _, eui := range []string{"d1", "d2"} {
			lines = append(lines, fmt.Sprintf(`{"eui":%q,"thingModelId":"tm","telemetry_data":{"n":%d}}`, eui, n))
		}
		want = append(want, strconv.Itoa(n))
	}
	for _, eui := range []string{"d1", "d2"} {
		c.put("/devices/"+eui, map[string]any{"triggers": []string{"note"}})
	}
	r := c.do("POST", "/uplinks/batch", strings.Join(lines, "\n")).want(200)
	if n := strings.Count(r.text, `"status":202`); n != len(lines) {
		t.Fatalf("%d of %d were accepted: %s", n, len(lines), r.text)
	}
	for _, eui := range []string{"d1", "d2"} {
		all := "[" + strings.Join(want, ",") + "]"
		eventually(t, "all of "+eui+" ran", func() bool { return len(c.get("/devices/"+eui).str("server_attrs.seen")) >= len(all) })
		c.get("/devices/"+eui).expect("server_attrs.seen", all)
	}
}

func TestScripts(t *testing.T) {
	t.Parallel()
	c := start(t, nil).admin()
	const v1, v2 = `function rpc_script() { logger.info("one"); return null; }`, `function rpc_script() { logger.info("two"); return null; }`
	c.put("/devices/d1", map[string]any{"name": "One"})
	said := func() string {
		r := c.rpc("d1", "say", nil)
		return c.get("/executions/" + r.str("result.execution_id")).str("runs.0.logs.0.text")
	}
	c.put("/scripts/rpc/say", map[string]any{"source": v1, "org_wide": true, "tags": []string{"x"}, "remark": "r",
		"params": []map[string]any{{"name": "n", "type": "number", "default": 5, "unit": "s", "alias": "N", "index": 1}}}).expect("version", "1")
	c.put("/scripts/rpc/say", map[string]any{"source": v1}).expect("version", "1")
	if got := said(); got != "one" {
		t.Errorf("it says %q", got)
	}
	c.put("/scripts/rpc/say", map[string]any{"source": v2}).expect("version", "2")
	if got := said(); got != "two" {
		t.Errorf("it says %q", got)
	}
	c.get("/scripts/rpc/say").expect("version", "2").expect("source", v2).expect("remark", "r").expect("params.0.default", "5")
	versions := c.get("/scripts/rpc/say/versions")
	versions.expect("items.0.version", "2").expect("items.1.version", "1")
	c.get("/scripts/rpc/say/versions/1").expect("source", v1)
	c.do("GET", "/scripts/rpc/say/versions/3", nil).want(404)
	c.do("POST", "/scripts/rpc/say/rollback", map[string]any{"version": 1}).want(200).expect("version", "1")
	if got := said(); got != "one" {
		t.Errorf("after the rollback it says %q", got)
	}

	// Mounts: without org_wide a device must name it.
	c.put("/scripts/rpc/say", map[string]any{"source": v1, "org_wide": false})
	c.rpc("d1", "say", nil).expect("error.code", "-32601")
	c.put("/devices/d1", map[string]any{"rpcs": []string{"say"}})
	if got := said(); got != "one" {
		t.Errorf("mounted, it says %q", got)
	}
	c.do("DELETE", "/scripts/rpc/say", nil).want(409)
	c.put("/devices/d1", map[string]any{"rpcs": []string{}})
	c.do("DELETE", "/scripts/rpc/say", nil).want(204)
	c.do("GET", "/scripts/rpc/say", nil).want(404)
	if library := c.get("/scripts?kind=rpc"); !strings.Contains(library.text, `"alarm"`) || !strings.Contains(library.text, `"wecom_notify"`) {
		t.Errorf("the library is not listed: %s", library.text)
	}
	typescript := `interface P { n: number }
function rpc_script({ params }: { params: P }) { const twice: number = params.n * 2; logger.info("" + twice); return null; }`
	c.put("/scripts/rpc/typed", map[string]any{"source": typescript, "language": "typescript", "org_wide": true})
	r := c.rpc("d1", "typed", map[string]any{"n": 21})
	c.get("/executions/"+r.str("result.execution_id")).expect("runs.0.logs.0.text", "42")
}

func TestDryRuns(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	c := p.admin()
	setParam(c, "webhook", "https://hook.example/?key=the-real-one")
	c.put("/devices/d1", map[string]any{"name": "One", "server_attrs": map[string]any{"a": 1}})
	run := func(c *client, body map[string]any) *reply {
		t.Helper()
		return c.do("POST", "/scripts/test", body).want(200)
	}
	ok := run(c, map[string]any{"kind": "rpc", "device": "d1", "params": map[string]any{"n": 2}, "source": `logger.info("n", { n: params.n });
		const { data } = await axios.get("https://api.example/x", { params: { q: 1 } });
		return [{ type: "modifyAttrs", dnMsg: { server_attrs: { got: data.v, name: device.name } } }];`,
		"responses": []map[string]any{{"url": "https://api.example/", "status": 200, "data": map[string]any{"v": 7}}}})
	ok.expect("result.0.dnMsg.server_attrs", `{"got":7,"name":"One"}`).expect("actions.0.type", "modifyAttrs").expect("logs.0.text", "n").expect("logs.0.fields.n", "2")
	for _, field := range []string{"cpu_ms", "wall_ms"} {
		if !ok.has(field) {
			t.Errorf("no %s: %s", field, ok.text)
		}
	}
	if ok.has("error") && ok.str("error") != "" {
		t.Errorf("an error: %s", ok.text)
	}
	c.get("/devices/d1").expect("server_attrs", `{"a":1}`) // nothing is performed
	if list := c.get("/executions"); list.count("items") != 0 {
		t.Errorf("a dry run is recorded: %s", list.text)
	}
	run(c, map[string]any{"kind": "rpc", "source": "return null;\nthrow new Error('no');", "device": map[string]any{}}).expect("result", "")
	run(c, map[string]any{"kind": "rpc", "source": "let x = 1;\n  throw new Error('no');", "device": map[string]any{}}).
		expect("error.code", "script_error").expect("error.line", "2").expect("error.column", "9")
	run(c, map[string]any{"kind": "rpc", "source": "return [", "device": map[string]any{}}).expect("error.code", "compile_error").expect("error.line", "1")
	run(c, map[string]any{"kind": "trigger", "source": "while (true) {}", "device": map[string]any{}}).expect("error.code", "time_limit")
	run(c, map[string]any{"kind": "rpc", "source": `await axios.get("https://other.example/")`, "device": map[string]any{}}).expect("error.code", "egress_blocked")
	run(c, map[string]any{"kind": "parser", "source": `function Decode(fPort, bytes) { return { n: bytes.length + fPort }; }`, "entry": "decodeUplink",
		"input": map[string]any{"bytes": []int{1, 2}, "fPort": 3}}).expect("result.n", "5")
	run(c, map[string]any{"kind": "trigger", "source": `return { delayms: 5, actions: [{ method: "alarm", params: { t: thingModelId } }] }`, "device": map[string]any{}, "thingModelId": "tm"}).
		expect("actions.0.method", "alarm").expect("result.delayms", "5")
	run(c, map[string]any{"kind": "rpc", "source": `logger.info(new Date().toISOString()); return null`, "device": map[string]any{}, "now": "2026-01-02T03:04:05Z"}).
		expect("logs.0.text", "2026-01-02T03:04:05.000Z")

	// Org params: placeholders, given ones, the real ones for an admin only.
	const tell = `logger.info(Object.keys(org_params).join() + (org_params.webhook.includes("the-real-one") ? " real" : " not real")); return null`
	integrator := p.as(newToken(c, "scripts"))
	run(integrator, map[string]any{"kind": "rpc", "source": tell, "device": map[string]any{}}).expect("logs.0.text", "webhook not real")
	run(integrator, map[string]any{"kind": "rpc", "source": tell, "device": map[string]any{}, "org_params": map[string]any{"webhook": "x", "y": "z"}}).expect("logs.0.text", "webhook,y not real")
	integrator.do("POST", "/scripts/test", map[string]any{"kind": "rpc", "source": tell, "device": map[string]any{}, "real_org_params": true}).want(403)
	run(c, map[string]any{"kind": "rpc", "source": tell, "device": map[string]any{}, "real_org_params": true}).expect("logs.0.text", "webhook real")
}

func TestOrgParams(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	c := p.admin()
	c.put("/org-params/long", map[string]any{"value": "0123456789abcdef4f2a", "remark": "r", "rotate_days": 90}).expect("hint", "…4f2a")
	short := c.put("/org-params/short", map[string]any{"value": "123456789012345"})
	if short.str("hint") != "" || short.has("value") {
		t.Errorf("a short value has a hint, or shows itself: %s", short.text)
	}
	list := c.get("/org-params")
	list.expect("items.0.key", "long").expect("items.0.hint", "…4f2a").expect("items.0.secret", "true").expect("items.0.rotate_days", "90")
	if strings.Contains(list.text, "0123456789") || strings.Contains(c.get("/org-params/long").text, "0123456789") {
		t.Errorf("a value without reveal: %s", list.text)
	}
	keys := p.as(newToken(c, "scripts")).get("/org-params/keys")
	keys.expect("items.0.key", "long").expect("items.0.remark", "r").expect("items.1.key", "short")
	if strings.Contains(keys.text, "4f2a") {
		t.Errorf("integrators get a hint: %s", keys.text)
	}
	c.put("/org-params/long", map[string]any{"remark": "other"}).expect("remark", "other").expect("hint", "…4f2a")
	c.do("DELETE", "/org-params/long", nil).want(204)
	c.do("GET", "/org-params/long", nil).want(404)
}

func TestListsPage(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{"TRIPLINE_EGRESS_ALLOW": "127.0.0.1"})
	c := p.admin()
	receiver := newReceiver(t, nil)
	c.publish("rpc", "act", `function rpc_script({ params }) { return [
		{ type: "alarm", dnMsg: { action: "new", data: { alarm_name: "n" + params.n } } },
		{ type: "alarm", dnMsg: { action: "new", data: { alarm_name: "c" + params.n } } },
		{ type: "alarm", dnMsg: { action: "clear", data: { alarm_name: "c" + params.n } } },
		{ type: "axios", dnMsg: { url: params.url } }, { dnMsg: { userdata: { port: 1, payload: "AQ==" } } } ]; }`, map[string]any{"org_wide": true})
	for n := range 5 {
		name := "x" + strconv.Itoa(n)
		c.put("/devices/"+name, map[string]any{})
		setParam(c, name, "value-"+name)
		c.put("/users/"+name, map[string]any{"role": "operator", "password": "long enough"})
		c.put("/orgs/"+name, map[string]any{"name": name})
		c.publish("trigger", name, nothing, nil)
		c.publish("parser", "many", "return { telemetry_data: { n: "+strconv.Itoa(n)+" } };", nil)
		newToken(c, "read")
		c.rpc("x0", "act", map[string]any{"n": n, "url": receiver.URL}).expect("result.actions", "5")
	}
	for _, path := range []string{
		"/devices", "/org-params", "/org-params/keys", "/users", "/orgs", "/scripts", "/scripts?kind=trigger", "/scripts/parser/many/versions", "/tokens", "/executions", "/executions?eui=x0",
		"/deliveries", "/deliveries?state=completed", "/alarms", "/alarms?state=cleared", "/devices/x0/alarms", "/devices/x0/downlinks", "/audit",
	} {
		checkPages(t, c, path)
	}
}

// checkPages walks through a list two at a time and compares with the list as a whole.
func checkPages(t *testing.T, c *client, path string) {
	t.Helper()
	sep := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
	whole := c.get(path + sep + "limit=500")
	if whole.count("items") < 5 || whole.str("next_cursor") != "" {
		t.Errorf("%s: want five or more and no cursor: %s", path, whole.text)
		return
	}
	at := 0
	for cursor := ""; ; {
		page := c.get(path + sep + "limit=2" + map[bool]string{true: "", false: "&cursor=" + cursor}[cursor == ""])
		for i := range page.count("items") {
			if got, want := page.str("items."+strconv.Itoa(i)), whole.str("items."+strconv.Itoa(at)); got != want {
				t.Errorf("%s: item %d is %s, want %s", path, at, got, want)
			}
			at++
		}
		cursor = page.str("next_cursor")
		if cursor == "" {
			break
		}
		if page.count("items") != 2 {
			t.Errorf("%s: a page that is not the last has %d items", path, page.count("items"))
			return
		}
	}
	if at != whole.count("items") {
		t.Errorf("%s: the pages have %d items, the list %d", path, at, whole.count("items"))
	}
}
