package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// badInput is a call that must be refused: with a status, naming a place, repeating nothing.
type badInput struct {
	name         string
	method, path string
	body         any
	status       int
	place        string // must stand in errors[].location, or in the detail when there are no errors
	line, column int    // of errors[0]; 0: not looked at
}

// marker stands in bad input as the value that must not come back.
const marker = "sw0rdf1sh-value"

// malformedServer runs a server on which every kind of thing exists once, so that a refused call could
// change something.
func malformedServer(t *testing.T) (*process, *client) {
	t.Helper()
	p := start(t, nil)
	c := p.admin()
	c.publish("rpc", "give", `function rpc_script({ params }) { return JSON.parse(params.result); }`, map[string]any{
		"params": []map[string]any{{"name": "level", "type": "number"}, {"name": "kind", "type": "string", "options": []map[string]any{{"key": "A", "value": "a"}}}},
	})
	c.publish("rpc", "unmounted", `return null;`, nil)
	c.publish("trigger", "give", `function trigger_script(device, id) { const { result } = device.telemetry_data[id]; return result === undefined ? null : JSON.parse(result); }`, nil)
	c.publish("parser", "give", `function decodeUplink(input) { return { data: { n: input.bytes.length } }; }`, nil)
	setParam(c, "known", "a-value-that-is-set")
	c.put("/devices/d1", map[string]any{"name": "One", "rpcs": []string{"give"}, "triggers": []string{"give"}, "thing_models": []string{"give"}, "server_attrs": map[string]any{"a": 1}})
	c.uplink("d1", map[string]any{"temperature": 1})
	c.rpc("d1", "give", map[string]any{"result": `[{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","title":"t","desc":"d","level":"low"}}}]`})
	c.rpc("d1", "give", map[string]any{"result": `[{"dnMsg":{"userdata":{"port":5,"payload":"AQI="}}}]`})
	return p, c
}

// snapshot is all that the interface shows, by the path that shows it.
func snapshot(c *client) map[string]string {
	c.t.Helper()
	out := map[string]string{}
	everyGet(c, func(call, text string) {
		switch {
		case strings.Contains(call, "/tokens"), strings.Contains(call, "/openapi"): // a token's last use changes with every call
		case strings.Contains(call, "/overview"):
			out[call] = timeless(c.t, text)
		default:
			out[call] = text
		}
	})
	return out
}

// timeless is an overview with the sum of its minutes in their place: the hour goes on by itself.
func timeless(t *testing.T, text string) string {
	t.Helper()
	var overview struct{ Minutes []struct{ Count int } }
	readJSON(t, text, &overview)
	sum := 0
	for _, m := range overview.Minutes {
		sum += m.Count
	}
	var all map[string]any
	readJSON(t, text, &all)
	all["minutes"] = sum
	return writtenJSON(t, all)
}

// leaveOut takes fields out of an object, and out of the items of a list.
func leaveOut(t *testing.T, text string, fields ...string) string {
	t.Helper()
	var all map[string]any
	readJSON(t, text, &all)
	items, _ := all["items"].([]any)
	for _, from := range append(items, all) {
		for _, field := range fields {
			delete(from.(map[string]any), field)
		}
	}
	return writtenJSON(t, all)
}

func readJSON(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

func writtenJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func checkUnchanged(t *testing.T, before, after map[string]string) {
	t.Helper()
	for _, path := range slices.Sorted(maps.Keys(after)) {
		if was, ok := before[path]; !ok || was != after[path] {
			t.Errorf("%s was\n%s\nand is\n%s", path, was, after[path])
		}
	}
	if len(before) != len(after) {
		t.Errorf("there were %d things and there are %d", len(before), len(after))
	}
}

func checkRefused(t *testing.T, c *client, in badInput) {
	t.Helper()
	r := c.do(in.method, in.path, in.body)
	if r.status != in.status {
		t.Errorf("%s: %d, want %d: %s", in.name, r.status, in.status, r.text)
		return
	}
	if strings.Contains(r.text, marker) {
		t.Errorf("%s: the reply repeats the value: %s", in.name, r.text)
	}
	checkProblem(t, in, r)
}

// checkProblem holds a reply to RFC 9457 and to the place that it must name.
func checkProblem(t *testing.T, in badInput, r *reply) {
	t.Helper()
	if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		t.Errorf("%s: it is %s", in.name, got)
	}
	var p struct {
		Status              int
		Title, Detail, Code string
		Errors              []struct {
			Location, Message string
			Line, Column      int
		}
	}
	if err := json.Unmarshal([]byte(r.text), &p); err != nil {
		t.Errorf("%s: %v: %s", in.name, err, r.text)
		return
	}
	if p.Status != r.status || p.Title == "" || p.Detail == "" || p.Code == "" {
		t.Errorf("%s: a part of the problem is missing: %s", in.name, r.text)
	}
	var places []string
	for _, e := range p.Errors {
		places = append(places, e.Location)
		if e.Message == "" {
			t.Errorf("%s: no message: %s", in.name, r.text)
		}
	}
	if len(p.Errors) == 0 {
		places = []string{p.Detail}
	}
	if !slices.ContainsFunc(places, func(s string) bool { return strings.Contains(s, in.place) }) {
		t.Errorf("%s: it names %q and not %q: %s", in.name, places, in.place, r.text)
	}
	if in.line > 0 && (len(p.Errors) == 0 || p.Errors[0].Line != in.line || p.Errors[0].Column != in.column) {
		t.Errorf("%s: want line %d, column %d: %s", in.name, in.line, in.column, r.text)
	}
}

func TestMalformedInputIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	_, c := malformedServer(t)
	before := snapshot(c)
	all := slices.Concat(badUplinks(), badScripts(), badSyntax(), badDevices(), badSettings(), badQueries())
	for _, in := range all {
		checkRefused(t, c, in)
	}
	checkUnchanged(t, before, snapshot(c))
	if len(all) < 40 {
		t.Errorf("only %d cases", len(all))
	}
}

func badUplinks() []badInput {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	cases := []struct {
		name, body string
		status     int
		place      string
	}{
		{"not JSON", `{"eui": "d1", "telemetry_data": {`, 400, "body"},
		{"a syntax error", "{\n  \"eui\": nope\n}", 400, "body"},
		{"an array", `[{"eui":"d1"}]`, 400, "body"},
		{"a string", `"` + marker + `"`, 400, "body"},
		{"nothing", ``, 400, "body"},
		{"something behind it", `{"eui":"d1","telemetry_data":{}} {}`, 400, "body"},
		{"an unknown field", `{"eui":"d1","telemetry_data":{},"colour":"` + marker + `"}`, 422, "body.colour"},
		{"a field in another case", `{"EUI":"d1","telemetry_data":{}}`, 422, "body.EUI"},
		{"a field twice, in two cases", `{"eui":"d1","Eui":"` + marker + `","telemetry_data":{}}`, 422, "body.Eui"},
		{"a number that is too large", `{"eui":"d1","telemetry_data":{"t":1e400}}`, 422, "body"},
		{"no EUI", `{"telemetry_data":{}}`, 422, "body.eui"},
		{"an EUI that is a number", `{"eui":77,"telemetry_data":{}}`, 422, "body.eui"},
		{"an EUI with a blank", `{"eui":"` + marker + ` x","telemetry_data":{}}`, 422, "body.eui"},
		{"a long EUI", `{"eui":"` + strings.Repeat("e", 65) + `","telemetry_data":{}}`, 422, "body.eui"},
		{"an unknown device", `{"eui":"nobody","telemetry_data":{}}`, 404, "body.eui"},
		{"nothing carried", `{"eui":"d1"}`, 422, "body.telemetry_data"},
		{"two things carried", `{"eui":"d1","telemetry_data":{},"payload_hex":"00","f_port":1}`, 422, "body.telemetry_data"},
		{"telemetry that is an array", `{"eui":"d1","telemetry_data":["` + marker + `"]}`, 422, "body.telemetry_data"},
		{"telemetry that is a string", `{"eui":"d1","telemetry_data":"` + marker + `"}`, 422, "body.telemetry_data"},
		{"telemetry that is null", `{"eui":"d1","telemetry_data":null}`, 422, "body.telemetry_data"},
		{"telemetry that is too deep", `{"eui":"d1","telemetry_data":{"a":` + deep + `}}`, 400, "body"},
		{"half a byte of hex", `{"eui":"d1","f_port":1,"payload_hex":"abc"}`, 422, "body.payload_hex"},
		{"no hex", `{"eui":"d1","f_port":1,"payload_hex":"` + marker + `"}`, 422, "body.payload_hex"},
		{"no base64", `{"eui":"d1","f_port":1,"payload_base64":"` + marker + `!"}`, 422, "body.payload_base64"},
		{"a payload that is a number", `{"eui":"d1","f_port":1,"payload_base64":7}`, 422, "body.payload_base64"},
		{"a payload without a port", `{"eui":"d1","payload_hex":"00"}`, 422, "body.f_port"},
		{"a port that is too high", `{"eui":"d1","payload_hex":"00","f_port":256}`, 422, "body.f_port"},
		{"a port with a fraction", `{"eui":"d1","payload_hex":"00","f_port":1.5}`, 422, "body.f_port"},
		{"a msg that is a string", `{"eui":"d1","msg":"` + marker + `"}`, 422, "body.msg"},
		{"a msg without a payload", `{"eui":"d1","msg":{"userdata":{"port":1}}}`, 422, "body.msg.userdata.payload"},
		{"a msg whose payload is no base64", `{"eui":"d1","msg":{"userdata":{"port":1,"payload":"` + marker + `*"}}}`, 422, "body.msg.userdata.payload"},
		{"a long id", `{"eui":"d1","telemetry_data":{},"id":"` + strings.Repeat("i", 201) + `"}`, 422, "body.id"},
		{"an id that is a number", `{"eui":"d1","telemetry_data":{},"id":12}`, 422, "body.id"},
		{"attributes that are an array", `{"eui":"d1","telemetry_data":{},"server_attrs":[1]}`, 422, "body.server_attrs"},
		{"shared attributes that are a string", `{"eui":"d1","telemetry_data":{},"shared_attrs":"` + marker + `"}`, 422, "body.shared_attrs"},
		{"a thing model that is an object", `{"eui":"d1","telemetry_data":{},"thingModelId":{}}`, 422, "body.thingModelId"},
		{"more than 1 MB", `{"eui":"d1","telemetry_data":{"a":"` + strings.Repeat("a", 1<<20) + `"}}`, 413, "1 MB"},
	}
	var out []badInput
	for _, in := range cases {
		out = append(out, badInput{name: "uplink: " + in.name, method: "POST", path: "/uplinks?wait=1", body: in.body, status: in.status, place: in.place})
	}
	return out
}

func TestMalformedLinesOfABatch(t *testing.T) {
	t.Parallel()
	_, c := malformedServer(t)
	r := c.do("POST", "/uplinks/batch", strings.Join([]string{
		`{"eui":"d1","telemetry_data":{"n":1},"id":"b1"}`, `{"eui":"d1","telemetry_data":`, `{"eui":"nobody","telemetry_data":{}}`,
		``, `{"eui":"d1","telemetry_data":{"n":2},"id":"b2"}`, `{"eui":"d1","telemetry_data":{"n":3},"id":"b1"}`, `{"eui":"d1","telemetry_data":["` + marker + `"]}`,
	}, "\n")).want(200)
	lines := strings.Split(strings.TrimSpace(r.text), "\n")
	if len(lines) != 6 || strings.Contains(r.text, marker) {
		t.Fatalf("want six lines and no value:\n%s", r.text)
	}
	for i, want := range []struct{ status, path, value string }{
		{"202", "uplink_id", "b1"}, {"400", "code", "bad_json"}, {"404", "errors.0.location", "body.eui"},
		{"202", "uplink_id", "b2"}, {"202", "duplicate", "true"}, {"422", "errors.0.location", "body.telemetry_data"},
	} {
		line := &reply{t: t, call: "line", text: lines[i]}
		line.expect("status", want.status).expect(want.path, want.value)
	}
	eventually(t, "both uplinks ran", func() bool { return c.get("/devices/d1").str("telemetry_data.give.n") == "2" })
}
