package e2e

import (
	"strings"
)

// badSyntax is one syntax error in every form that a script may have. The character @ is where the error
// is: no form of the language knows it there.
func badSyntax() []badInput {
	forms := []struct{ name, kind, source string }{
		{"trigger function", "trigger", "function trigger_script(device, thingModelId) {\n  return { delayms: @ };\n}"},
		{"trigger body", "trigger", "let t = device.telemetry_data;\nif (t) { return null; }\n  return @;"},
		{"trigger arrow", "trigger", "const trigger_script = (device) => {\n  @\n};"},
		{"RPC function", "rpc", "function rpc_script({ device, params, alarms, logger, org_params }) {\n  return [@];\n}"},
		{"async RPC function", "rpc", "async function rpc_script({ params }) {\n  const r = await axios({});\n\n      @\n}"},
		{"RPC arrow", "rpc", "\n\nconst rpc_script = async ({ params }) => { @ };"},
		{"RPC body", "rpc", "const { data } = await axios.get('https://a.example/');\nreturn [ @ ];"},
		{"one line", "rpc", "return @"},
		{"after Chinese text", "rpc", "// 中文注释\nconst s = \"温度\"; @"},
		{"Windows line ends", "rpc", "function rpc_script() {\r\n  return null;\r\n  @\r\n}"},
		{"ThinkLink parser", "parser", "function payload_parser({ device, msg }) {\n  let b = Buffer.from(msg.userdata.payload, 'base64');\n  return @;\n}"},
		{"parser body", "parser", "let b = msg.userdata;\nreturn @;"},
		{"TS013 codec", "parser", "function decodeUplink(input) {\n  return { data: { a: @ } };\n}"},
		{"ChirpStack codec", "parser", "function Decode(fPort, bytes, variables) {\n  @\n}"},
		{"TTN codec", "parser", "function Decoder(bytes, port) {\n  return @;\n}"},
		{"exported codec", "parser", "module.exports = {\n  decodeUplink(input) { return @; },\n};"},
		{"codec on driver", "parser", "var driver = {};\ndriver.decodeUplink = function (input) {\n  @\n};"},
	}
	var out []badInput
	for _, f := range forms {
		at := strings.Index(f.source, "@")
		line := 1 + strings.Count(f.source[:at], "\n")
		column := 1 + len([]rune(f.source[strings.LastIndex(f.source[:at], "\n")+1:at]))
		out = append(out, badInput{
			name: "syntax error in a " + f.name, method: "PUT", path: "/scripts/" + f.kind + "/give", body: map[string]any{"source": f.source},
			status: 422, place: "body.source", line: line, column: column,
		})
	}
	return out
}

func badScripts() []badInput {
	put := func(name, path string, body any, place string) badInput {
		return badInput{name: "script: " + name, method: "PUT", path: path, body: body, status: 422, place: place}
	}
	const ok = "return null;"
	param := func(fields map[string]any) any { return map[string]any{"source": ok, "params": []any{fields}} }
	typescript := put("a syntax error in TypeScript", "/scripts/rpc/give", map[string]any{"language": "typescript", "source": "const n: number = 1;\nconst s: string = ;"}, "body.source")
	typescript.line, typescript.column = 2, 19
	property := put("a regexp that the engine would misread", "/scripts/rpc/give", map[string]any{"source": "return null;\nreturn /\\p{L}/u.test('a');"}, "body.source")
	return []badInput{
		typescript, property,
		put("a kind that does not exist", "/scripts/cron/give", map[string]any{"source": ok}, "kind"),
		put("a name with a blank", "/scripts/rpc/gi%20ve", map[string]any{"source": ok}, "name"),
		put("a long name", "/scripts/rpc/"+strings.Repeat("n", 129), map[string]any{"source": ok}, "name"),
		put("no source", "/scripts/rpc/give", map[string]any{}, "body"),
		put("an empty source", "/scripts/rpc/give", map[string]any{"source": ""}, "body.source"),
		put("a source that is a number", "/scripts/rpc/give", map[string]any{"source": 5}, "body.source"),
		put("a source that is too long", "/scripts/rpc/give", map[string]any{"source": "//" + strings.Repeat("x", 256<<10)}, "body.source"),
		put("an unknown language", "/scripts/rpc/give", map[string]any{"source": ok, "language": "python"}, "body.language"),
		put("an unknown field", "/scripts/rpc/give", map[string]any{"source": ok, "sauce": marker}, "body.sauce"),
		put("a parameter without a name", "/scripts/rpc/give", param(map[string]any{"type": "string"}), "body.params[0]"),
		put("a reserved parameter", "/scripts/rpc/give", param(map[string]any{"name": "_eui", "type": "string"}), "body.params[0].name"),
		put("an unknown type", "/scripts/rpc/give", param(map[string]any{"name": "a", "type": "int"}), "body.params[0].type"),
		put("a default of another type", "/scripts/rpc/give", param(map[string]any{"name": "a", "type": "number", "default": marker}), "body.params[0].default"),
		put("an option of another type", "/scripts/rpc/give", param(map[string]any{"name": "a", "type": "number", "options": []any{map[string]any{"key": "k", "value": marker}}}), "body.params[0].options[0]"),
		{name: "script: not JSON", method: "PUT", path: "/scripts/rpc/give", body: "{", status: 400, place: "body"},
		{name: "script: a rollback to nothing", method: "POST", path: "/scripts/rpc/give/rollback", body: map[string]any{"version": 99}, status: 404},
		{name: "script: a rollback to a word", method: "POST", path: "/scripts/rpc/give/rollback", body: map[string]any{"version": marker}, status: 422, place: "body.version"},
		{name: "script: delete one that is mounted", method: "DELETE", path: "/scripts/rpc/give", status: 409, place: "d1"},
		{name: "script: delete one of the library", method: "DELETE", path: "/scripts/rpc/alarm", status: 409, place: "library"},
		{name: "dry run: no source", method: "POST", path: "/scripts/test", body: map[string]any{"kind": "rpc"}, status: 422, place: "body.source"},
		{name: "dry run: unknown kind", method: "POST", path: "/scripts/test", body: map[string]any{"kind": marker, "source": ok}, status: 422, place: "body.kind"},
		{name: "dry run: unknown name", method: "POST", path: "/scripts/test", body: map[string]any{"kind": "rpc", "name": "nobody"}, status: 404},
		{name: "dry run: a device that is an array", method: "POST", path: "/scripts/test", body: map[string]any{"kind": "rpc", "source": ok, "device": []any{marker}}, status: 422, place: "body.device"},
		{name: "dry run: a moment that is none", method: "POST", path: "/scripts/test", body: map[string]any{"kind": "rpc", "source": ok, "now": marker}, status: 422, place: "body.now"},
	}
}

func badDevices() []badInput {
	put := func(name string, body any, place string) badInput {
		return badInput{name: "device: " + name, method: "PUT", path: "/devices/d1", body: body, status: 422, place: place}
	}
	return []badInput{
		put("a name that is a number", map[string]any{"name": 5}, "body.name"),
		put("a long name", map[string]any{"name": strings.Repeat(marker, 20)}, "body.name"),
		put("an unknown field", map[string]any{"nmae": marker}, "body.nmae"),
		put("a field in another case", map[string]any{"Name": marker}, "body.Name"),
		{name: "device: a number that is too large", method: "PUT", path: "/devices/d1", body: `{"server_attrs":{"a":1e400}}`, status: 400, place: "body"},
		put("a trigger that does not exist", map[string]any{"triggers": []string{"give", "nobody"}}, "body.triggers[1]"),
		put("an RPC that does not exist", map[string]any{"rpcs": []string{"nobody"}}, "body.rpcs[0]"),
		put("a thing model that does not exist", map[string]any{"thing_models": []string{"nobody"}}, "body.thing_models[0]"),
		put("attributes that are an array", map[string]any{"server_attrs": []any{marker}}, "body.server_attrs"),
		put("tags that are a string", map[string]any{"tags": marker}, "body.tags"),
		{name: "device: an EUI with a blank", method: "PUT", path: "/devices/a%20b", body: map[string]any{"name": "x"}, status: 422, place: "eui"},
		{name: "device: not JSON", method: "PUT", path: "/devices/d1", body: `{"name":`, status: 400, place: "body"},
		{name: "device: an array", method: "PUT", path: "/devices/d1", body: `[]`, status: 422, place: "body"},
		{name: "attributes: a string", method: "PATCH", path: "/devices/d1/attributes", body: map[string]any{"shared_attrs": marker}, status: 422, place: "body.shared_attrs"},
		{name: "attributes: an unknown group", method: "PATCH", path: "/devices/d1/attributes", body: map[string]any{"attrs": map[string]any{}}, status: 422, place: "body.attrs"},
		{name: "attributes: an unknown device", method: "PATCH", path: "/devices/nobody/attributes", body: map[string]any{}, status: 404},
	}
}

func badSettings() []badInput {
	param := func(name string, body any, place string) badInput {
		return badInput{name: "org param: " + name, method: "PUT", path: "/org-params/fresh", body: body, status: 422, place: place}
	}
	org := func(name string, body map[string]any, place string) badInput {
		return badInput{name: "organisation: " + name, method: "PUT", path: "/orgs/default", body: body, status: 422, place: place}
	}
	return []badInput{
		param("no value", map[string]any{"remark": "r"}, "body.value"),
		param("a value that is a number", map[string]any{"value": 123}, "body.value"),
		param("a value that is an object", map[string]any{"value": map[string]any{"v": marker}}, "body.value"),
		param("a value with a NUL", map[string]any{"value": marker + "\x00"}, "body.value"),
		param("a value that is too long", map[string]any{"value": strings.Repeat(marker, 5000)}, "body.value"),
		param("an unknown field", map[string]any{"value": marker, "vaule": marker}, "body.vaule"),
		param("a host with a scheme", map[string]any{"value": marker, "hosts": []string{"ok.example", "https://x"}}, "body.hosts[1]"),
		param("a short value bound to hosts", map[string]any{"value": "short", "hosts": []string{"x.example"}}, "body.hosts"),
		param("a bad glob", map[string]any{"value": marker, "scripts": []string{"[a"}}, "body.scripts[0]"),
		param("a negative age", map[string]any{"value": marker, "rotate_days": -1}, "body.rotate_days"),
		{name: "org param: a key with a blank", method: "PUT", path: "/org-params/a%20b", body: map[string]any{"value": marker}, status: 422, place: "key"},
		{name: "org param: the key of the list", method: "PUT", path: "/org-params/keys", body: map[string]any{"value": marker}, status: 422, place: "key"},
		{name: "org param: not JSON", method: "PUT", path: "/org-params/fresh", body: `{"value": "` + marker, status: 400, place: "body"},
		{name: "org param: delete an unknown one", method: "DELETE", path: "/org-params/nobody", status: 404},
		org("a time zone that is none", map[string]any{"time_zone": marker}, "body.time_zone"),
		org("a host with a path", map[string]any{"egress_hosts": []string{"a/b"}}, "body.egress_hosts[0]"),
		org("a downlink URL that is none", map[string]any{"downlink_url": marker}, "body.downlink_url"),
		org("another way with unknown devices", map[string]any{"unknown_devices": marker}, "body.unknown_devices"),
		{name: "organisation: a new one without a name", method: "PUT", path: "/orgs/fresh", body: map[string]any{}, status: 422, place: "body.name"},
		{name: "organisation: a code with capitals", method: "PUT", path: "/orgs/Fresh", body: map[string]any{"name": "x"}, status: 422, place: "code"},
		{name: "organisation: delete the first", method: "DELETE", path: "/orgs/default", status: 409, place: "default"},
		{name: "user: an unknown role", method: "PUT", path: "/users/u", body: map[string]any{"role": "king", "password": marker}, status: 422, place: "body.role"},
		{name: "user: a short password", method: "PUT", path: "/users/u", body: map[string]any{"role": "operator", "password": "short"}, status: 422, place: "body.password"},
		{name: "user: no password", method: "PUT", path: "/users/u", body: map[string]any{"role": "operator"}, status: 422, place: "body.password"},
		{name: "token: no scope", method: "POST", path: "/tokens", body: map[string]any{"name": "t", "scopes": []string{}}, status: 422, place: "body.scopes"},
		{name: "token: an unknown scope", method: "POST", path: "/tokens", body: map[string]any{"name": "t", "scopes": []string{"everything"}}, status: 422, place: "body.scopes"},
		{name: "token: expired already", method: "POST", path: "/tokens", body: map[string]any{"name": "t", "scopes": []string{"read"}, "expires_at": "2020-01-01T00:00:00Z"}, status: 422, place: "body.expires_at"},
		{name: "token: an unknown organisation", method: "POST", path: "/tokens", body: map[string]any{"name": "t", "scopes": []string{"read"}, "org": "nobody"}, status: 422, place: "body.org"},
		{name: "login: no password", method: "POST", path: "/login", body: map[string]any{"name": "admin"}, status: 422, place: "body"},
	}
}

func badQueries() []badInput {
	get := func(path, place string) badInput {
		return badInput{name: "GET " + path, method: "GET", path: path, status: 422, place: place}
	}
	const nobody = "00000000-0000-7000-8000-000000000000"
	return []badInput{
		get("/devices?limit=0", "query.limit"), get("/devices?limit=501", "query.limit"), get("/executions?limit=many", "query.limit"),
		get("/executions?cursor=!", "query.cursor"), get("/deliveries?cursor=-1", "query.cursor"), get("/alarms?cursor=%20", "query.cursor"),
		get("/alarms?state=loud", "query.state"), get("/deliveries?state=lost", "query.state"), get("/executions?state=lost", "query.state"),
		{name: "an unknown route", method: "GET", path: "/nothing", status: 404, place: "no such route"},
		{name: "an unknown method", method: "PATCH", path: "/alarms", status: 405, place: "PATCH"},
		{name: "an unknown execution", method: "GET", path: "/executions/" + nobody, status: 404},
		{name: "an id that is none", method: "GET", path: "/executions/x%27%3B--", status: 404},
		{name: "an unknown delivery", method: "POST", path: "/deliveries/" + nobody + "/retry", status: 404},
		{name: "an unknown alarm", method: "POST", path: "/alarms/" + nobody + "/clear", status: 404},
		{name: "an unknown downlink", method: "POST", path: "/downlinks/" + nobody + "/ack", body: map[string]any{"ok": true}, status: 404},
		{name: "an acknowledgement without a word", method: "POST", path: "/downlinks/" + nobody + "/ack", body: map[string]any{}, status: 422, place: "body"},
		{name: "a fetch of nothing", method: "POST", path: "/downlinks/fetch", body: map[string]any{"limit": 0}, status: 422, place: "body.limit"},
		{name: "a lease of days", method: "POST", path: "/downlinks/fetch", body: map[string]any{"limit": 1, "lease_seconds": 100_000}, status: 422, place: "body.lease_seconds"},
	}
}
