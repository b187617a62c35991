package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func TestCheckSaysWhatIsWrong(t *testing.T) {
	a := newScriptAPI(t)
	for _, c := range []struct{ name, body, want string }{
		{"nothing", `{"kind":"rpc","source":"return null"}`, `{}`},
		{"a syntax error", `{"kind":"trigger","source":"function trigger_script() {\n  return (1 + ;\n}"}`, `"line":2`},
		{"TypeScript", `{"kind":"rpc","language":"typescript","source":"const a: number = 1;\nreturn [a as;"}`, `"line":2`},
		{"another kind", `{"kind":"trigger","source":"function rpc_script() {}"}`, `"other_kind":"rpc"`},
		{"a declaration", `{"kind":"rpc","source":"return null","params":[{"name":"_x","type":"number"}]}`, `"location":"params[0].name"`},
	} {
		text, err := json.Marshal(a.call("POST", "/scripts/check", c.body, 200))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), c.want) {
			t.Errorf("%s: got %s, want %s", c.name, text, c.want)
		}
	}
	if r := a.call("GET", "/scripts/reference", "", 200); !strings.Contains(r["declarations"].(string), "declare const logger") || len(r["globals"].([]any)) < 20 {
		t.Error("the reference is not whole")
	}
}

func TestPublishingOverSomebodyElse(t *testing.T) {
	a := newScriptAPI(t)
	a.call("PUT", "/scripts/rpc/x", publication("return 1", `,"replaces":0`), 200)
	a.call("PUT", "/scripts/rpc/x", publication("return 2", `,"replaces":0`), 409)
	a.call("PUT", "/scripts/rpc/x", publication("return 2", `,"replaces":1`), 200)
	a.call("PUT", "/scripts/rpc/x", publication("return 3"), 200)
	if v := a.call("GET", "/scripts/rpc/x", "", 200)["version"]; v != 3.0 {
		t.Errorf("version %v", v)
	}
}

func TestMountsAndWhatStandsBesideTheCode(t *testing.T) {
	a := newScriptAPI(t)
	a.call("PUT", "/scripts/trigger/hot", publication("return null"), 200)
	for i := range 3 {
		a.call("PUT", fmt.Sprintf("/devices/d%d", i), `{"triggers":[]}`, 200)
		a.call("PUT", fmt.Sprintf("/scripts/trigger/hot/mounts/d%d", i), "", 204)
	}
	a.call("PUT", "/scripts/trigger/hot/mounts/d0", "", 204)
	a.call("DELETE", "/scripts/trigger/hot/mounts/d1", "", 204)
	a.call("DELETE", "/devices/d2", "", 204)
	a.call("PUT", "/scripts/trigger/hot/mounts/nowhere", "", 404)
	a.call("PUT", "/scripts/trigger/none/mounts/d0", "", 404)
	if got := a.call("GET", "/scripts/trigger/hot", "", 200)["mounts"]; fmt.Sprint(got) != "[d0]" {
		t.Errorf("mounted on %v", got)
	}
	if got := a.call("GET", "/devices/d0", "", 200)["triggers"]; fmt.Sprint(got) != "[hot]" {
		t.Errorf("the device has %v", got)
	}
	if got := a.listed("hot")["mount_count"]; got != 1.0 {
		t.Errorf("counted %v", got)
	}
	a.call("PATCH", "/scripts/trigger/hot", `{"org_wide":true,"remark":"for all"}`, 200)
	a.call("PATCH", "/scripts/rpc/wecom_notify", `{"remark":"mine"}`, 409)
	if got := a.call("GET", "/scripts/trigger/hot", "", 200); got["version"] != 1.0 || got["org_wide"] != true || got["source"] != "return null" {
		t.Errorf("got %v", got)
	}
}

// listed is a script as the list shows it.
func (a *scriptAPI) listed(name string) map[string]any {
	a.t.Helper()
	for _, item := range a.call("GET", "/scripts?limit=500", "", 200)["items"].([]any) {
		if item.(map[string]any)["name"] == name {
			return item.(map[string]any)
		}
	}
	a.t.Fatalf("%s is not listed", name)
	return nil
}

const secretValue = "https://qyapi.example/send?key=0123456789abcdef"

func (a *scriptAPI) putSecret() {
	a.t.Helper()
	a.write(func(tx *store.Tx) error {
		return tx.PutOrgParam(auth.DefaultOrg, orgparams.Param{Key: "hook", Value: secretValue, Secret: true})
	})
}

func TestCasesAreKeptAndRun(t *testing.T) {
	a := newScriptAPI(t)
	a.putSecret()
	a.call("PUT", "/scripts/rpc/double", publication("return [{ type: 'modifyAttrs', dnMsg: { server_attrs: { n: params.n * 2 } } }]"), 200)
	const expected = `,"expect":{"actions":[{"type":"modifyAttrs","sleep_time_ms":0,"attributes":{"server_attrs":{"n":4}}}]}`
	a.call("PUT", "/scripts/rpc/double/cases/two", `{"params":{"n":2}`+expected+`}`, 200)
	a.call("PUT", "/scripts/rpc/double/cases/three%20or%20so", `{"params":{"n":3}`+expected+`}`, 200)
	a.call("PUT", "/scripts/rpc/double/cases/looks", `{"params":{"n":1,"url":"`+secretValue+`"}}`, 200)
	a.call("PUT", "/scripts/rpc/none/cases/x", `{}`, 404)
	a.call("PUT", "/scripts/rpc/double/cases/bad", `{"alarms":[]}`, 422)

	text, _ := json.Marshal(a.call("GET", "/scripts/rpc/double/cases", "", 200))
	if strings.Contains(string(text), "0123456789abcdef") || !strings.Contains(string(text), "looks") {
		t.Errorf("saved as %s", text)
	}
	verdicts := func(body string) string {
		var out []string
		for _, item := range a.call("POST", "/scripts/rpc/double/cases/run", body, 200)["items"].([]any) {
			o := item.(map[string]any)
			out = append(out, fmt.Sprint(o["name"], " ", o["ok"], " ", o["compared"]))
		}
		return strings.Join(out, ", ")
	}
	if got := verdicts(`{}`); got != "looks true false, three or so false true, two true true" {
		t.Errorf("the current version: %s", got)
	}
	if got := verdicts(`{"source":"throw new Error('no')"}`); got != "looks false false, three or so false true, two false true" {
		t.Errorf("another source: %s", got)
	}
	a.call("DELETE", "/scripts/rpc/double/cases/looks", "", 204)
	a.call("DELETE", "/scripts/rpc/double/cases/looks", "", 404)
	a.call("DELETE", "/scripts/rpc/double", "", 204)
	a.call("PUT", "/scripts/rpc/double", publication("return null"), 200)
	if got := a.call("GET", "/scripts/rpc/double/cases", "", 200)["items"]; fmt.Sprint(got) != "[]" {
		t.Errorf("a new script of the same name has the cases %v", got)
	}
}

func objectOf(t *testing.T, text string) *device.Object {
	t.Helper()
	var o device.Object
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return &o
}

func TestInputsFromWhatWasRecorded(t *testing.T) {
	a := newScriptAPI(t)
	a.putSecret()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	d := device.New("d1", at)
	d.Triggers, d.ThingModels = []string{"hot"}, []string{"th"}
	d = d.WithTelemetry("th", *objectOf(t, `{"temperature":1,"humidity":50}`), at.Add(time.Hour))
	a.putDevice(d)
	accept := func(e dispatch.Execution) {
		e.Org, e.EUI, e.State, e.CreatedAt = auth.DefaultOrg, "d1", dispatch.Completed, at
		if _, err := a.store.Accept(t.Context(), &e, false, func() {}); err != nil {
			t.Fatal(err)
		}
	}
	const ready, raw, called = "01953e1c-0000-7000-8000-000000000001", "01953e1c-0001-7000-8000-000000000002", "01953e1c-0002-7000-8000-000000000003"
	accept(dispatch.Execution{ID: ready, Uplink: &dispatch.Uplink{EUI: "d1", Telemetry: objectOf(t, `{"temperature":41}`), ReceivedAt: at}, Runs: []dispatch.Run{
		{Kind: runtime.KindTrigger, Script: "hot", EUI: "d1", Result: json.RawMessage(`{"actions":[{"method":"tell","params":{"level":"high","url":"` + secretValue + `"}}]}`)},
	}})
	accept(dispatch.Execution{ID: raw, Uplink: &dispatch.Uplink{EUI: "d1", FPort: 2, Payload: []byte{1, 2}, ReceivedAt: at}, Runs: []dispatch.Run{
		{Kind: runtime.KindParser, Script: "th", EUI: "d1", Result: json.RawMessage(`{"data":{"temperature":7}}`)},
	}})
	accept(dispatch.Execution{ID: called, Call: &dispatch.Call{EUI: "d1", Method: "tell", Params: json.RawMessage(`{"level":"low"}`)}})

	for _, c := range []struct {
		name, path string
		want       []string
	}{
		{"a trigger sees the uplink's telemetry", "/scripts/trigger/hot/inputs?execution_id=" + ready,
			[]string{`"temperature":41`, `"humidity":50`, `"thing_model_id":"th"`, `"now":"2026-03-01T08:00:00Z"`}},
		{"a trigger sees what the parser made", "/scripts/trigger/hot/inputs?execution_id=" + raw, []string{`"temperature":7`}},
		{"an RPC gets what the trigger gave it", "/scripts/rpc/tell/inputs?execution_id=" + ready, []string{`"level":"high"`, `"alarms":{}`}},
		{"an RPC gets what it was called with", "/scripts/rpc/tell/inputs?execution_id=" + called, []string{`"level":"low"`}},
		{"a parser gets the payload", "/scripts/parser/th/inputs?execution_id=" + raw, []string{`"bytes":[1,2]`, `"payload":"AQI="`, `"port":2`}},
		{"a device as it is", "/scripts/trigger/hot/inputs?eui=d1", []string{`"temperature":1`, `"eui":"d1"`}},
	} {
		text, err := json.Marshal(a.call("GET", c.path, "", 200))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: %s lacks %s", c.name, text, want)
			}
		}
		if strings.Contains(string(text), "0123456789abcdef") {
			t.Errorf("%s: a secret is in %s", c.name, text)
		}
	}
	a.call("GET", "/scripts/trigger/hot/inputs", "", 422)
	a.call("GET", "/scripts/trigger/hot/inputs?eui=none", "", 404)
	a.call("PUT", "/scripts/trigger/hot", publication("return null"), 200)
	runs := a.call("GET", "/scripts/trigger/hot/runs", "", 200)["items"].([]any)
	if len(runs) != 1 || runs[0].(map[string]any)["execution_id"] != ready {
		t.Errorf("runs %v", runs)
	}
}

func TestRunsPageByExecution(t *testing.T) {
	a := newScriptAPI(t)
	a.putDevice(device.New("d1", time.Now()))
	for i := range 7 {
		run := dispatch.Run{Kind: runtime.KindTrigger, Script: "hot", EUI: "d1", StartedAt: time.UnixMilli(int64(i))}
		if i%2 == 1 {
			run.Error = runtime.Errorf(runtime.CodeTimeLimit, "too slow")
		}
		e := dispatch.Execution{ID: fmt.Sprintf("01953e1c-%04d-7000-8000-000000000001", i), Org: auth.DefaultOrg, EUI: "d1", State: dispatch.Failed,
			Uplink: &dispatch.Uplink{EUI: "d1"}, Runs: []dispatch.Run{run, {Kind: runtime.KindRPC, Script: "hot"}}}
		if _, err := a.store.Accept(t.Context(), &e, false, func() {}); err != nil {
			t.Fatal(err)
		}
	}
	a.call("PUT", "/scripts/trigger/hot", publication("return null"), 200)
	var sizes []int
	cursor := ""
	for {
		page := a.call("GET", "/scripts/trigger/hot/runs?limit=3&cursor="+cursor, "", 200)
		sizes = append(sizes, len(page["items"].([]any)))
		if cursor, _ = page["next_cursor"].(string); cursor == "" {
			break
		}
	}
	if fmt.Sprint(sizes) != "[3 3 1]" {
		t.Errorf("pages of %v", sizes)
	}
	if got := len(a.call("GET", "/scripts/trigger/hot/runs?failed=true", "", 200)["items"].([]any)); got != 3 {
		t.Errorf("%d failed runs", got)
	}
}

func TestUsesOutliveTheProcess(t *testing.T) {
	a := &scriptAPI{t: t, dir: t.TempDir()}
	master := secret.NewMasterKey()
	a.open(master)
	a.call("PUT", "/scripts/trigger/hot", publication("return null"), 200)
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	a.store.Used(&dispatch.Execution{ID: "e1", Org: auth.DefaultOrg, Runs: []dispatch.Run{
		{Kind: runtime.KindTrigger, Script: "hot", Version: 1, StartedAt: at, Error: runtime.Errorf(runtime.CodeScriptError, "no luck")},
	}})
	a.store.Used(&dispatch.Execution{ID: "e2", Org: auth.DefaultOrg, Runs: []dispatch.Run{{Kind: runtime.KindTrigger, Script: "hot", StartedAt: at.Add(time.Minute)}}})
	look := func() {
		t.Helper()
		got := a.listed("hot")
		if last, _ := got["last_error"].(map[string]any); got["last_used"] != "2026-03-01T08:01:00Z" || last["execution_id"] != "e1" || last["message"] != "no luck" {
			t.Errorf("got %v", got)
		}
	}
	look()
	if err := a.store.SaveUses(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.close()
	a.open(master)
	look()
	a.call("DELETE", "/scripts/trigger/hot", "", 204)
	a.call("PUT", "/scripts/trigger/hot", publication("return null"), 200)
	if _, ok := a.listed("hot")["last_used"]; ok {
		t.Error("a new script of the same name has been used")
	}
}

func TestWhoMayWorkOnScripts(t *testing.T) {
	a := newScriptAPI(t)
	a.call("PUT", "/scripts/rpc/x", publication("return null"), 200)
	a.call("PUT", "/scripts/rpc/x/cases/c", `{}`, 200)
	a.call("PUT", "/devices/d1", `{}`, 200)
	a.call("PUT", "/orgs/acme", `{"name":"Acme"}`, 200)
	token := func(scope, org string) string {
		t.Helper()
		return a.call("POST", "/tokens", fmt.Sprintf(`{"name":"t","scopes":[%q],"org":%q}`, scope, org), 201)["token"].(string)
	}
	reader, writer, ingest, stranger := token("read", "default"), token("scripts", "default"), token("ingest", "default"), token("scripts", "acme")
	for _, c := range []struct {
		method, path, body string
		ok                 int  // the status of who may
		readers            bool // whether those who only read may
		elsewhere          int  // the status in another organisation
	}{
		{"GET", "/scripts/reference", "", 200, true, 200},
		{"GET", "/scripts/rpc/x/cases", "", 200, true, 404},
		{"GET", "/scripts/rpc/x/runs", "", 200, true, 404},
		{"POST", "/scripts/check", `{"kind":"rpc","source":"return null"}`, 200, false, 200},
		{"GET", "/scripts/rpc/x/inputs?eui=d1", "", 200, false, 404},
		{"PUT", "/scripts/rpc/x/cases/c", `{}`, 200, false, 404},
		{"POST", "/scripts/rpc/x/cases/run", `{}`, 200, false, 404},
		{"PATCH", "/scripts/rpc/x", `{"remark":"r"}`, 200, false, 404},
		{"PUT", "/scripts/rpc/x/mounts/d1", "", 204, false, 404},
		{"DELETE", "/scripts/rpc/x/mounts/d1", "", 204, false, 404},
		{"DELETE", "/scripts/rpc/x/cases/c", "", 204, false, 404},
	} {
		read := 403
		if c.readers {
			read = c.ok
		}
		a.callAs(ingest, c.method, c.path, c.body, 403)
		a.callAs("nobody's", c.method, c.path, c.body, 401)
		a.callAs(reader, c.method, c.path, c.body, read)
		a.callAs(stranger, c.method, c.path, c.body, c.elsewhere)
		a.callAs(writer, c.method, c.path, c.body, c.ok)
	}
}
