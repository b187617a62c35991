package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/breaker"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/runtime/typescript"
	"github.com/tripline/tripline/server"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// scriptAPI is a server that people write scripts on; nothing is dispatched.
type scriptAPI struct {
	t     *testing.T
	store *store.Store
	url   string
	dir   string
	close func()
}

const scriptAdmin = "an-admin-token-for-tests"

func newScriptAPI(t *testing.T) *scriptAPI {
	t.Helper()
	a := &scriptAPI{t: t, dir: t.TempDir()}
	a.open(secret.NewMasterKey())
	return a
}

func (a *scriptAPI) open(master secret.MasterKey) {
	a.t.Helper()
	s, err := store.Open(a.t.Context(), a.dir, store.Options{Keys: secret.NewKeyring(master)})
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := s.Bootstrap(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
	limits := runtime.DefaultLimits()
	sandbox := struct {
		*engine.Engine
		typescript.InProcess
	}{Engine: engine.New(limits)}
	srv := server.New(server.Config{Store: s, Sandbox: sandbox, Breaker: breaker.New(sandbox, breaker.Default), Limits: runtime.OrgLimits{Everyone: limits}, Now: time.Now, AdminToken: scriptAdmin,
		Events: server.NewEvents(), Metrics: server.NewMetrics(func() int { return 0 }),
	})
	web := httptest.NewServer(srv.Handler())
	a.close = sync.OnceFunc(func() {
		web.Close()
		srv.Stop()
		if err := s.Close(); err != nil {
			a.t.Error(err)
		}
	})
	a.t.Cleanup(a.close)
	a.store, a.url = s, web.URL+"/api/v1"
}

// call answers the body of the reply, decoded, and fails the test at another status.
func (a *scriptAPI) call(method, path, body string, status int) map[string]any {
	a.t.Helper()
	return a.callAs(scriptAdmin, method, path, body, status)
}

func (a *scriptAPI) callAs(token, method, path, body string, status int) map[string]any {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		a.t.Fatal(err)
	}
	if resp.StatusCode != status {
		a.t.Fatalf("%s %s: got %d %s, want %d", method, path, resp.StatusCode, text.String(), status)
	}
	var out map[string]any
	if text.Len() > 0 {
		if err := json.Unmarshal(text.Bytes(), &out); err != nil {
			a.t.Fatalf("%s %s: %v in %s", method, path, err, text.String())
		}
	}
	return out
}

func (a *scriptAPI) write(fn func(*store.Tx) error) {
	a.t.Helper()
	if err := a.store.Write(a.t.Context(), fn); err != nil {
		a.t.Fatal(err)
	}
}

func (a *scriptAPI) putDevice(d device.Device) {
	a.t.Helper()
	a.write(func(tx *store.Tx) error { return tx.PutDevice(auth.DefaultOrg, d) })
}

func publication(source string, more ...string) string {
	text, _ := json.Marshal(source)
	return `{"source":` + string(text) + strings.Join(more, "") + `}`
}

// at follows keys and indexes into a decoded reply.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

func (a *scriptAPI) want(v any, want string, path ...any) {
	a.t.Helper()
	text, _ := json.Marshal(at(v, path...))
	if string(text) != want {
		a.t.Errorf("%v: got %s, want %s", path, text, want)
	}
}

func TestVersionsOfAScript(t *testing.T) {
	a := newScriptAPI(t)
	const path = "/scripts/rpc/notify"
	one := a.call("PUT", path, publication("return null", `,"tags":["x"],"remark":"first","params":[{"name":"a","type":"number","default": 1}]`), 200)
	a.want(one, `1`, "version")
	a.want(one, `true`, "new_version")
	a.want(one, `"token:TRIPLINE_ADMIN_TOKEN"`, "created_by")
	again := a.call("PUT", path, publication("return null"), 200)
	a.want(again, `1`, "version")
	a.want(again, `false`, "new_version")
	a.want(again, `["x"]`, "tags")
	a.want(a.call("PUT", path, publication("return null", `,"params":[{"name":"a","type":"number","default":1}]`), 200), `1`, "version")
	a.want(a.call("PUT", path, publication("return null", `,"remark":"other","org_wide":true`), 200), `1`, "version")
	two := a.call("PUT", path, publication("return []"), 200)
	a.want(two, `2`, "version")
	a.want(two, `"other"`, "remark")
	a.want(two, `1`, "params", 0, "default")

	back := a.call("POST", path+"/rollback", `{"version":1}`, 200)
	a.want(back, `1`, "version")
	got := a.call("GET", path, "", 200)
	a.want(got, `"return null"`, "source")
	a.want(got, `1`, "version")
	three := a.call("PUT", path, publication("return []"), 200)
	a.want(three, `3`, "version")

	versions := a.call("GET", path+"/versions?limit=2", "", 200)
	a.want(versions, `3`, "items", 0, "version")
	a.want(versions, `true`, "items", 0, "current")
	a.want(versions, `2`, "items", 1, "version")
	rest := a.call("GET", path+"/versions?limit=2&cursor="+at(versions, "next_cursor").(string), "", 200)
	a.want(rest, `1`, "items", 0, "version")
	a.want(rest, `null`, "items", 1)
	a.want(rest, `null`, "next_cursor")
	a.want(a.call("GET", path+"/versions/2", "", 200), `"return []"`, "source")
	a.call("GET", path+"/versions/9", "", 404)
	a.call("POST", path+"/rollback", `{"version":9}`, 404)

	log := a.call("GET", "/audit?search=notify", "", 200)
	a.want(log, `"script.publish"`, "items", 0, "action")
	a.want(log, `"script.roll_back"`, "items", 1, "action")
	a.want(log, `2`, "items", 1, "before", "version")
	a.want(log, `1`, "items", 1, "after", "version")
}

func TestScriptsOutliveTheProcess(t *testing.T) {
	a := &scriptAPI{t: t, dir: t.TempDir()}
	master := secret.NewMasterKey()
	a.open(master)
	a.call("PUT", "/scripts/trigger/hot", publication("const x: number = 1; return null", `,"language":"typescript","org_wide":true,"tags":["a"]`), 200)
	a.call("PUT", "/scripts/trigger/hot", publication("return 'newer'"), 200)
	a.call("POST", "/scripts/trigger/hot/rollback", `{"version":1}`, 200)
	before := a.call("GET", "/scripts/trigger/hot", "", 200)
	a.want(before, `"typescript"`, "language")
	a.close()
	a.open(master)
	after := a.call("GET", "/scripts/trigger/hot", "", 200)
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("was %v, is %v", before, after)
	}
	catalog, err := a.store.Catalog(t.Context(), auth.DefaultOrg)
	if err != nil {
		t.Fatal(err)
	}
	if s := catalog.Triggers(device.Device{})[0]; strings.Contains(s.Compiled, "number") || s.SourceMap == "" {
		t.Errorf("what runs is %q with the map %q", s.Compiled, s.SourceMap)
	}
}

func TestRefusedPublications(t *testing.T) {
	a := newScriptAPI(t)
	for _, test := range []struct {
		name, path, body string
		status           int
		code, location   string
		line, column     string
	}{
		{"syntax", "rpc/x", publication("function rpc_script() {\n  return [;\n}"), 422, "compile_error", "body.source", "2", "11"},
		{"syntax of TypeScript", "rpc/x", publication("let a = 1;\nlet b: = 2;", `,"language":"typescript"`), 422, "compile_error", "body.source", "2", "8"},
		{"await in a trigger", "trigger/x", publication("await 1; return null"), 422, "compile_error", "body.source", "1", ""},
		{"too large", "rpc/x", publication(strings.Repeat("//3456789\n", 30_000)), 422, "source_too_large", "body.source", "", ""},
		{"no source", "rpc/x", `{}`, 422, "invalid", "body", "", ""},
		{"another kind", "job/x", publication("return null"), 422, "invalid", "path.kind", "", ""},
		{"bad name", "rpc/a%20b", publication("return null"), 422, "invalid", "path.name", "", ""},
		{"language", "rpc/x", publication("return null", `,"language":"python"`), 422, "invalid", "body.language", "", ""},
		{"parameter", "rpc/x", publication("return null", `,"params":[{"name":"a","type":"number"},{"name":"_b","type":"number"}]`), 422, "invalid", "body.params[1].name", "", ""},
		{"unknown field", "rpc/x", publication("return null", `,"version":3`), 422, "invalid", "body.version", "", ""},
		{"no JSON", "rpc/x", `{"source":`, 400, "bad_request", "body", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := &scriptAPI{t: t, store: a.store, url: a.url}
			got := b.call("PUT", "/scripts/"+test.path, test.body, test.status)
			if code := at(got, "code"); code != test.code {
				t.Errorf("code: got %v in %v, want %s", code, got, test.code)
			}
			if where := at(got, "errors", 0, "location"); where != test.location {
				t.Errorf("location: got %v in %v, want %s", where, got, test.location)
			}
			if test.line != "" {
				b.want(got, test.line, "errors", 0, "line")
			}
			if test.column != "" {
				b.want(got, test.column, "errors", 0, "column")
			}
		})
	}
	a.call("GET", "/scripts/rpc/x", "", 404)
}

func TestTheLibraryIsReadableAndCanBeOverridden(t *testing.T) {
	a := newScriptAPI(t)
	a.want(a.call("GET", "/scripts/rpc/alarm", "", 200), `true`, "library")
	a.want(a.call("GET", "/scripts/rpc/alarm/versions", "", 200), `true`, "items", 0, "current")
	a.want(a.call("DELETE", "/scripts/rpc/alarm", "", 409), `"library_script"`, "code")
	a.want(a.call("POST", "/scripts/rpc/alarm/rollback", `{"version":1}`, 409), `"library_script"`, "code")

	a.putDevice(device.Device{EUI: "a1", RPCs: []string{"alarm"}})
	own := a.call("PUT", "/scripts/rpc/alarm", publication("return null"), 200)
	a.want(own, `1`, "version")
	a.want(own, `false`, "library")
	a.want(a.call("GET", "/scripts/rpc/alarm", "", 200), `false`, "library")
	a.call("DELETE", "/scripts/rpc/alarm", "", 204)
	a.want(a.call("GET", "/scripts/rpc/alarm", "", 200), `true`, "library")
}

func TestAMountedScriptIsNotDeleted(t *testing.T) {
	a := newScriptAPI(t)
	a.call("PUT", "/scripts/trigger/hot", publication("return null"), 200)
	a.putDevice(device.Device{EUI: "a1", Triggers: []string{"hot"}})
	a.putDevice(device.Device{EUI: "a2", RPCs: []string{"hot"}})
	a.want(a.call("GET", "/scripts/trigger/hot", "", 200), `["a1"]`, "mounts")
	refused := a.call("DELETE", "/scripts/trigger/hot", "", 409)
	a.want(refused, `"script_mounted"`, "code")
	a.want(refused, `"the script is mounted on a1; take it out of their lists first"`, "detail")
	a.putDevice(device.Device{EUI: "a1"})
	a.call("DELETE", "/scripts/trigger/hot", "", 204)
	a.call("GET", "/scripts/trigger/hot", "", 404)
	a.call("DELETE", "/scripts/trigger/hot", "", 404)
}

func TestListOfScripts(t *testing.T) {
	a := newScriptAPI(t)
	for _, path := range []string{"rpc/b", "rpc/a", "trigger/a", "parser/zz"} {
		a.call("PUT", "/scripts/"+path, publication("return null", `,"remark":"Cold room"`), 200)
	}
	names := func(query string) string {
		t.Helper()
		var out []string
		for cursor := ""; ; {
			page := a.call("GET", "/scripts?limit=2"+query+"&cursor="+cursor, "", 200)
			items, _ := at(page, "items").([]any)
			for _, item := range items {
				if at(item, "source") != nil {
					t.Errorf("the list carries sources: %v", item)
				}
				out = append(out, fmt.Sprint(at(item, "kind"), "/", at(item, "name")))
			}
			next, ok := at(page, "next_cursor").(string)
			if !ok {
				return strings.Join(out, " ")
			}
			cursor = next
		}
	}
	for query, want := range map[string]string{
		"":                      "parser/zz rpc/a rpc/alarm rpc/b rpc/dingtalk_member_notify rpc/dingtalk_notify rpc/feishu_notify rpc/wecom_app_notify rpc/wecom_notify trigger/a",
		"&kind=rpc":             "rpc/a rpc/alarm rpc/b rpc/dingtalk_member_notify rpc/dingtalk_notify rpc/feishu_notify rpc/wecom_app_notify rpc/wecom_notify",
		"&search=cOLD":          "parser/zz rpc/a rpc/b trigger/a",
		"&kind=rpc&search=WeCo": "rpc/wecom_app_notify rpc/wecom_notify",
	} {
		if got := names(query); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
}

func TestDryRun(t *testing.T) {
	a := newScriptAPI(t)
	const secretURL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef"
	a.write(func(tx *store.Tx) error {
		if err := tx.PutDevice(auth.DefaultOrg, device.Device{EUI: "a1", Name: "Freezer"}); err != nil {
			return err
		}
		if err := tx.PutAlarm(auth.DefaultOrg, alarm.Alarm{ID: "1", EUI: "a1", Name: "hot", State: alarm.Active, Level: "high"}); err != nil {
			return err
		}
		return tx.PutOrgParam(auth.DefaultOrg, orgparams.Param{Key: "hook", Value: secretURL, Secret: true})
	})
	run := func(status int, fields string) map[string]any {
		t.Helper()
		return a.call("POST", "/scripts/test", "{"+fields+"}", status)
	}
	source := func(js string) string { return `"kind":"rpc",` + strings.Trim(publication(js), "{}") }

	t.Run("actions are readable and nothing is performed", func(t *testing.T) {
		got := run(200, source(`return [{type:"modifyAttrs",sleepTimeMs:5,dnMsg:{server_attrs:{n:device.name}}}]`)+`,"device":"a1"`)
		a.want(got, `{"attributes":{"server_attrs":{"n":"Freezer"}},"sleep_time_ms":5,"type":"modifyAttrs"}`, "actions", 0)
		a.want(got, `[]`, "logs")
		state, err := a.store.Device(t.Context(), auth.DefaultOrg, "a1")
		if err != nil || state.Device.ServerAttrs.Len() != 0 {
			t.Errorf("the device is %+v, %v", state, err)
		}
	})
	t.Run("a device that exists comes with its alarms", func(t *testing.T) {
		js := source(`logger.info(Object.keys(alarms).join()); return null`)
		a.want(run(200, js+`,"device":"a1"`), `"hot"`, "logs", 0, "text")
		a.want(run(200, js+`,"device":"a1","alarms":{"cold":{}}`), `"cold"`, "logs", 0, "text")
		run(404, js+`,"device":"b2"`)
		run(422, js+`,"device":[]`)
	})
	t.Run("failures are outcomes", func(t *testing.T) {
		got := run(200, source("logger.warn('so far');\nthrow new Error('no')")+`,"device":{}`)
		a.want(got, `{"code":"script_error","column":7,"line":2,"message":"Error: no"}`, "error")
		a.want(got, `"so far"`, "logs", 0, "text")
		a.want(got, `null`, "result")
		a.want(run(200, source("return [")+`,"device":{}`), `"compile_error"`, "error", "code")
		a.want(run(200, source("return 1")+`,"device":{}`), `"rpc_script must return an array of actions or null"`, "error", "message")
		a.want(run(200, source("let x: = 1")+`,"language":"typescript"`), `8`, "error", "column")
	})
	t.Run("a published script with its declared parameters", func(t *testing.T) {
		a.want(run(200, `"kind":"rpc","name":"alarm","device":"a1","params":{"name":"hot","action":"new"}`), `"mid"`, "actions", 0, "alarm", "level")
		a.want(run(200, `"kind":"rpc","name":"alarm","device":"a1","params":{"name":"hot","action":"new","level":7}`), `"params.level: must be a string, not a number"`, "error", "message")
		run(404, `"kind":"rpc","name":"nope","device":"a1"`)
		run(422, `"kind":"rpc","device":"a1"`)
		run(422, `"kind":"job","source":"return null"`)
	})
	t.Run("a trigger", func(t *testing.T) {
		got := run(200, `"kind":"trigger","source":"return {delayms:9,actions:[{method:'alarm',params:{_eui:'b',id:thingModelId}}]}","device":{},"thingModelId":"th"`)
		a.want(got, `{"delay_ms":9,"method":"alarm","params":{"_eui":"b","id":"th"},"target":"b","type":"rpc"}`, "actions", 0)
	})
	t.Run("org params", func(t *testing.T) {
		js := source(`logger.info(org_params.hook); return null`)
		a.want(run(200, js), `"https://org-params.invalid/hook"`, "logs", 0, "text")
		a.want(run(200, js+`,"org_params":{"hook":"mine"}`), `"mine"`, "logs", 0, "text")
		length := source(`logger.info(String(org_params.hook.length)); return null`) + `,"real_org_params":true`
		a.want(run(200, length), fmt.Sprintf("%q", fmt.Sprint(len(secretURL))), "logs", 0, "text")
		real := run(200, source(`logger.info("to " + org_params.hook); return [{type:"axios",dnMsg:{url:org_params.hook}}]`)+`,"real_org_params":true`)
		if text, _ := json.Marshal(real); bytes.Contains(text, []byte("0123456789abcdef")) {
			t.Errorf("the value of an org param is in the reply: %s", text)
		}
		made := a.call("POST", "/tokens", `{"name":"author","scopes":["scripts"]}`, 201)
		author := at(made, "token").(string)
		a.callAs(author, "POST", "/scripts/test", "{"+js+"}", 200)
		a.callAs(author, "POST", "/scripts/test", "{"+js+`,"real_org_params":true}`, 403)
	})
	t.Run("the clock", func(t *testing.T) {
		a.want(run(200, source(`logger.info(new Date().toISOString()); return null`)+`,"now":"2026-03-01T00:00:00Z"`), `"2026-03-01T00:00:00.000Z"`, "logs", 0, "text")
		run(422, source(`return null`)+`,"now":"soon"`)
	})
}
