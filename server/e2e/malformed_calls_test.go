package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestMalformedRPCCalls: each gets its JSON-RPC error, inside HTTP 200, and nothing is stored.
func TestMalformedRPCCalls(t *testing.T) {
	t.Parallel()
	_, c := malformedServer(t)
	before := snapshot(c)
	for _, in := range []struct{ name, body, code, place string }{
		{"not JSON", `{"jsonrpc":"2.0",`, "-32700", "JSON"},
		{"nothing", ``, "-32700", "JSON"},
		{"a word", marker, "-32700", "JSON"},
		{"something behind it", `{"jsonrpc":"2.0","id":1,"method":"give"} x`, "-32700", "JSON"},
		{"a string", `"` + marker + `"`, "-32600", "request"},
		{"a batch", `[{"jsonrpc":"2.0","id":1,"method":"give","params":{"_eui":"d1"}}]`, "-32600", "request"},
		{"null", `null`, "-32600", "jsonrpc"},
		{"no version", `{"id":1,"method":"give","params":{"_eui":"d1"}}`, "-32600", "jsonrpc"},
		{"version 1.0", `{"jsonrpc":"1.0","id":1,"method":"give","params":{"_eui":"d1"}}`, "-32600", "jsonrpc"},
		{"a version that is a number", `{"jsonrpc":2.5,"id":1,"method":"give","params":{"_eui":"d1"}}`, "-32600", "jsonrpc"},
		{"no id", `{"jsonrpc":"2.0","method":"give","params":{"_eui":"d1"}}`, "-32600", "id"},
		{"id null", `{"jsonrpc":"2.0","id":null,"method":"give","params":{"_eui":"d1"}}`, "-32600", "id"},
		{"an id that is an object", `{"jsonrpc":"2.0","id":{},"method":"give","params":{"_eui":"d1"}}`, "-32600", "id"},
		{"a method in another case", `{"jsonrpc":"2.0","id":1,"Method":"give","params":{"_eui":"d1"}}`, "-32600", "Method"},
		{"a number that is too large", `{"jsonrpc":"2.0","id":1,"method":"give","params":{"_eui":"d1","level":1e400}}`, "-32600", "too large"},
		{"an _EUI", `{"jsonrpc":"2.0","id":1,"method":"give","params":{"_EUI":"d1"}}`, "-32602", "params._eui"},
		{"no method", `{"jsonrpc":"2.0","id":1,"params":{"_eui":"d1"}}`, "-32600", "method"},
		{"a method that is a number", `{"jsonrpc":"2.0","id":1,"method":7,"params":{"_eui":"d1"}}`, "-32600", "method"},
		{"an unknown method", `{"jsonrpc":"2.0","id":1,"method":"nobody","params":{"_eui":"d1"}}`, "-32601", "nobody"},
		{"a method that is not mounted", `{"jsonrpc":"2.0","id":1,"method":"unmounted","params":{"_eui":"d1"}}`, "-32601", "unmounted"},
		{"a trigger", `{"jsonrpc":"2.0","id":1,"method":"trigger/give","params":{"_eui":"d1"}}`, "-32601", "trigger/give"},
		{"no params", `{"jsonrpc":"2.0","id":1,"method":"give"}`, "-32602", "_eui"},
		{"params that are an array", `{"jsonrpc":"2.0","id":1,"method":"give","params":["` + marker + `"]}`, "-32602", "params"},
		{"no _eui", `{"jsonrpc":"2.0","id":1,"method":"give","params":{}}`, "-32602", "params._eui"},
		{"an _eui that is a number", `{"jsonrpc":"2.0","id":1,"method":"give","params":{"_eui":5}}`, "-32602", "params._eui"},
		{"an _eui that is none", `{"jsonrpc":"2.0","id":1,"method":"give","params":{"_eui":"` + marker + ` x"}}`, "-32602", "params._eui"},
		{"an unknown device", `{"jsonrpc":"2.0","id":1,"method":"give","params":{"_eui":"nobody"}}`, "-32602", "nobody"},
		{"a parameter of another type", `{"jsonrpc":"2.0","id":1,"method":"give","params":{"_eui":"d1","level":"` + marker + `"}}`, "-32602", "params.level"},
		{"a parameter that is no option", `{"jsonrpc":"2.0","id":1,"method":"give","params":{"_eui":"d1","kind":"` + marker + `"}}`, "-32602", "params.kind"},
	} {
		r := c.do("POST", "/rpc?wait=1", in.body).want(200)
		r.expect("jsonrpc", "2.0").expect("error.code", in.code)
		if !strings.Contains(r.str("error.message"), in.place) || strings.Contains(r.text, marker) || r.has("result") || !r.has("id") {
			t.Errorf("%s: want %q and no value: %s", in.name, in.place, r.text)
		}
	}
	c.do("POST", "/rpc", `{"jsonrpc":"2.0","id":1,"method":"`+strings.Repeat("m", 1<<20)+`"}`).want(413)
	checkUnchanged(t, before, snapshot(c))
}

// effects is what scripts can change, without the record of their runs.
func effects(c *client) map[string]string {
	c.t.Helper()
	out := map[string]string{}
	for path, text := range snapshot(c) {
		switch {
		case strings.Contains(path, "/executions"), strings.Contains(path, "/audit"), strings.HasSuffix(path, "/runs"):
		case strings.Contains(path, "/overview"):
			out[path] = leaveOut(c.t, text, "minutes", "scripts") // it counts the runs, and names scripts that failed
		case strings.Contains(path, "/scripts"):
			out[path] = leaveOut(c.t, text, "last_used", "last_error")
		default:
			out[path] = text
		}
	}
	return out
}

// TestMalformedActions: one bad field, and none of the array is performed.
func TestMalformedActions(t *testing.T) {
	t.Parallel()
	_, c := malformedServer(t)
	before := effects(c)
	const good = `{"type":"modifyAttrs","dnMsg":{"server_attrs":{"changed":true}}}`
	for _, in := range []struct{ name, result, place string }{
		{"an object", `{}`, "rpc_script must return an array of actions or null"},
		{"a string", `"x"`, "rpc_script must return an array of actions or null"},
		{"true", `true`, "rpc_script must return an array of actions or null"},
		{"an action that is null", `[` + good + `,null]`, "[1]"},
		{"an action that is an array", `[` + good + `,[]]`, "[1]"},
		{"an unknown type", `[` + good + `,{"type":"mail","dnMsg":{}}]`, "[1].type"},
		{"a type that is a number", `[` + good + `,{"type":1,"dnMsg":{}}]`, "[1].type"},
		{"no dnMsg", `[` + good + `,{"type":"alarm"}]`, "[1].dnMsg"},
		{"a negative wait", `[` + good + `,{"sleepTimeMs":-1,` + good[1:] + `]`, "[1].sleepTimeMs"},
		{"a wait that is a string", `[` + good + `,{"sleepTimeMs":"5",` + good[1:] + `]`, "[1].sleepTimeMs"},
		{"a target that is a number", `[` + good + `,{"target":1,` + good[1:] + `]`, "[1].target"},
		{"a target that is unknown", `[` + good + `,{"target":"nobody",` + good[1:] + `]`, "[1].target"},
		{"an unknown group", `[` + good + `,{"type":"modifyAttrs","dnMsg":{"attrs":{}}}]`, "[1].dnMsg"},
		{"a group that is an array", `[` + good + `,{"type":"modifyAttrs","dnMsg":{"server_attrs":[]}}]`, "[1].dnMsg.server_attrs"},
		{"an alarm with another action", `[` + good + `,{"type":"alarm","dnMsg":{"action":"no","data":{"alarm_name":"a"}}}]`, "[1].dnMsg.action"},
		{"an alarm without a name", `[` + good + `,{"type":"alarm","dnMsg":{"action":"new","data":{}}}]`, "[1].dnMsg.data.alarm_name"},
		{"an alarm of no level", `[` + good + `,{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","level":"loud"}}}]`, "[1].dnMsg.data.level"},
		{"an alarm for no name", `[` + good + `,{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","notice_groups":[1]}}}]`, "[1].dnMsg.data.notice_groups[0]"},
		{"a request without a URL", `[` + good + `,{"type":"axios","dnMsg":{"method":"POST"}}]`, "[1].dnMsg.url"},
		{"a URL that is a number", `[` + good + `,{"type":"axios","dnMsg":{"url":5}}]`, "[1].dnMsg.url"},
		{"a URL without a host", `[` + good + `,{"type":"axios","dnMsg":{"url":"/send"}}]`, "[1].dnMsg.url"},
		{"a file", `[` + good + `,{"type":"axios","dnMsg":{"url":"file:///etc/passwd"}}]`, "[1].dnMsg.url"},
		{"a method that is none", `[` + good + `,{"type":"axios","dnMsg":{"url":"https://a.example/","method":"G T"}}]`, "[1].dnMsg.method"},
		{"an unknown option", `[` + good + `,{"type":"axios","dnMsg":{"url":"https://a.example/","retries":3}}]`, "[1].dnMsg.retries"},
		{"an unsafe option", `[` + good + `,{"type":"axios","dnMsg":{"url":"https://a.example/","proxy":{"host":"x"}}}]`, "[1].dnMsg.proxy"},
		{"an unsafe header", `[` + good + `,{"type":"axios","dnMsg":{"url":"https://a.example/","headers":{"Host":"b.example"}}}]`, "[1].dnMsg.headers.Host"},
		{"a header with a line end", `[` + good + `,{"type":"axios","dnMsg":{"url":"https://a.example/","headers":{"X-A":"a\r\nX-B: b"}}}]`, "[1].dnMsg.headers.X-A"},
		{"a timeout that is negative", `[` + good + `,{"type":"axios","dnMsg":{"url":"https://a.example/","timeout":-5}}]`, "[1].dnMsg.timeout"},
		{"a downlink to port 0", `[` + good + `,{"dnMsg":{"userdata":{"port":0,"payload":"AQI="}}}]`, "[1].dnMsg.userdata.port"},
		{"a downlink that is no bytes", `[` + good + `,{"dnMsg":{"userdata":{"port":5,"payload":"*"}}}]`, "[1].dnMsg.userdata.payload"},
		{"too many", `[` + strings.Repeat(good+",", 64) + good + `]`, "64"},
	} {
		params := map[string]any{"_eui": "d1", "result": in.result}
		r := c.do("POST", "/rpc", map[string]any{"jsonrpc": "2.0", "id": "1", "method": "give", "params": params}).want(200)
		r.expect("error.code", "-32603")
		if !strings.Contains(r.str("error.message"), in.place) {
			t.Errorf("%s: want %q: %s", in.name, in.place, r.text)
		}
		story := c.get("/executions/"+r.str("error.data.execution_id")).expect("state", "failed")
		if !strings.Contains(story.str("runs.0.error.message"), in.place) || story.count("deliveries") != 0 {
			t.Errorf("%s: the record does not tell the same: %s", in.name, story.text)
		}
	}
	checkUnchanged(t, before, effects(c))
}

// TestMalformedTriggerResults: the uplink is accepted, the failure stands on its record, nothing follows.
func TestMalformedTriggerResults(t *testing.T) {
	t.Parallel()
	_, c := malformedServer(t)
	const good = `{"method":"give","params":{"result":"[{\"dnMsg\":{}}]"}}`
	deliveries := c.get("/deliveries").text
	for _, in := range []struct{ name, result, place string }{
		{"an array", `[]`, "trigger_script must return an object"},
		{"a number", `5`, "trigger_script must return an object"},
		{"a negative delay", `{"delayms":-1,"actions":[` + good + `]}`, "delayms"},
		{"a delay that is a string", `{"delayms":"5","actions":[` + good + `]}`, "delayms"},
		{"a delay without end", `{"delayms":1e300,"actions":[` + good + `]}`, "delayms"},
		{"abort_previous_timer that is a string", `{"abort_previous_timer":"yes","actions":[` + good + `]}`, "abort_previous_timer"},
		{"actions that are an object", `{"actions":{}}`, "actions"},
		{"a call that is a string", `{"actions":[` + good + `,"give"]}`, "actions[1]"},
		{"a call without a method", `{"actions":[` + good + `,{"params":{}}]}`, "actions[1].method"},
		{"a method that is a number", `{"actions":[` + good + `,{"method":5}]}`, "actions[1].method"},
		{"params that are an array", `{"actions":[` + good + `,{"method":"give","params":[]}]}`, "actions[1].params"},
		{"an _eui that is a number", `{"actions":[` + good + `,{"method":"give","params":{"_eui":1}}]}`, "actions[1].params._eui"},
	} {
		if !json.Valid([]byte(in.result)) {
			t.Fatalf("%s: the case itself is not JSON", in.name)
		}
		r := c.uplink("d1", map[string]any{"result": in.result}).expect("dispatches", "0")
		story := c.get("/executions/"+r.str("execution_id")).expect("state", "failed").expect("runs.0.error.code", "bad_result")
		if !strings.Contains(story.str("runs.0.error.message"), in.place) || story.count("runs") != 1 {
			t.Errorf("%s: want %q: %s", in.name, in.place, story.text)
		}
	}
	// One call that fails does not stop the next.
	r := c.uplink("d1", map[string]any{"result": `{"actions":[{"method":"nobody"},{"method":"give","params":{"_eui":"nobody"}},{"method":"alarm","params":{"name":"after","action":"new"}}]}`})
	story := c.get("/executions/"+r.str("execution_id")).expect("state", "failed").
		expect("runs.1.error.code", "unknown_method").expect("runs.2.error.code", "unknown_device").expect("runs.3.script", "alarm")
	if story.has("runs.3.error") {
		t.Errorf("the last call failed too: %s", story.text)
	}
	if got := c.get("/deliveries").text; got != deliveries {
		t.Errorf("deliveries were\n%s\nand are\n%s", deliveries, got)
	}
}
