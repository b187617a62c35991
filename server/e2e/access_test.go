package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// may says who may do what: the table of the specification, by its lines.
var may = map[string][]string{
	"post uplinks": {"ingest", "scripts", "admin", "integrator", "admin user"},
	"call RPCs":    {"rpc", "scripts", "admin", "operator", "integrator", "admin user"},
	"read":         {"read", "scripts", "admin", "operator", "integrator", "admin user"},
	"operate":      {"scripts", "admin", "operator", "integrator", "admin user"},
	"write":        {"scripts", "admin", "integrator", "admin user"},
	"administer":   {"admin", "admin user"},
	"be known":     {"ingest", "rpc", "read", "scripts", "admin", "operator", "integrator", "admin user"},
}

const nobodyID = "00000000-0000-7000-8000-000000000000"

// routes is every route with the line that it belongs to, and a call of it that changes nothing even when
// it is allowed.
var routes = []struct {
	method, pattern, path string
	body                  any
	needs                 string
}{
	{"POST", "/uplinks", "", map[string]any{"eui": "nobody"}, "post uplinks"},
	{"POST", "/uplinks/batch", "", "", "post uplinks"},
	{"POST", "/downlinks/fetch", "", map[string]any{"limit": 0}, "post uplinks"},
	{"POST", "/downlinks/{id}/ack", "/downlinks/" + nobodyID + "/ack", map[string]any{"ok": true}, "post uplinks"},
	{"POST", "/rpc", "", map[string]any{}, "call RPCs"},
	{"GET", "/devices", "", nil, "read"},
	{"GET", "/devices/{eui}", "/devices/nobody", nil, "read"},
	{"PUT", "/devices/{eui}", "/devices/no%20body", map[string]any{}, "write"},
	{"DELETE", "/devices/{eui}", "/devices/nobody", nil, "write"},
	{"PATCH", "/devices/{eui}/attributes", "/devices/nobody/attributes", map[string]any{}, "write"},
	{"GET", "/devices/{eui}/alarms", "/devices/nobody/alarms", nil, "read"},
	{"GET", "/devices/{eui}/downlinks", "/devices/nobody/downlinks", nil, "read"},
	{"GET", "/devices/{eui}/telemetry", "/devices/nobody/telemetry", nil, "read"},
	{"GET", "/overview", "", nil, "read"},
	{"GET", "/alarms", "", nil, "read"},
	{"GET", "/alarms/{id}/history", "/alarms/" + nobodyID + "/history", nil, "read"},
	{"GET", "/alarms/{id}", "/alarms/" + nobodyID, nil, "read"},
	{"POST", "/alarms/{id}/clear", "/alarms/" + nobodyID + "/clear", nil, "operate"},
	{"POST", "/alarms/{id}/acknowledge", "/alarms/" + nobodyID + "/acknowledge", nil, "operate"},
	{"GET", "/executions", "", nil, "read"},
	{"GET", "/executions/{id}", "/executions/" + nobodyID, nil, "read"},
	{"GET", "/executions/{id}/events", "/executions/" + nobodyID + "/events", nil, "read"},
	{"GET", "/events", "", nil, "read"},
	{"GET", "/deliveries", "", nil, "read"},
	{"GET", "/deliveries/{id}", "/deliveries/" + nobodyID, nil, "read"},
	{"GET", "/deliveries/destinations", "", nil, "read"},
	{"POST", "/deliveries/retry", "", map[string]any{"ids": []string{nobodyID}}, "operate"},
	{"POST", "/deliveries/cancel", "", map[string]any{"ids": []string{nobodyID}}, "operate"},
	{"POST", "/deliveries/{id}/retry", "/deliveries/" + nobodyID + "/retry", nil, "operate"},
	{"POST", "/deliveries/{id}/cancel", "/deliveries/" + nobodyID + "/cancel", nil, "operate"},
	{"GET", "/scripts", "", nil, "read"},
	{"GET", "/scripts/{kind}/{name}", "/scripts/rpc/nobody", nil, "read"},
	{"GET", "/scripts/{kind}/{name}/versions", "/scripts/rpc/nobody/versions", nil, "read"},
	{"GET", "/scripts/{kind}/{name}/versions/{version}", "/scripts/rpc/nobody/versions/1", nil, "read"},
	{"PUT", "/scripts/{kind}/{name}", "/scripts/rpc/nobody", map[string]any{"source": "@"}, "write"},
	{"DELETE", "/scripts/{kind}/{name}", "/scripts/rpc/nobody", nil, "write"},
	{"POST", "/scripts/{kind}/{name}/rollback", "/scripts/rpc/nobody/rollback", map[string]any{"version": 1}, "write"},
	{"POST", "/scripts/{kind}/{name}/resume", "/scripts/rpc/nobody/resume", nil, "write"},
	{"PATCH", "/scripts/{kind}/{name}", "/scripts/rpc/nobody", map[string]any{}, "write"},
	{"PUT", "/scripts/{kind}/{name}/mounts/{eui}", "/scripts/rpc/nobody/mounts/nobody", nil, "write"},
	{"DELETE", "/scripts/{kind}/{name}/mounts/{eui}", "/scripts/rpc/nobody/mounts/nobody", nil, "write"},
	{"GET", "/scripts/{kind}/{name}/runs", "/scripts/rpc/nobody/runs", nil, "read"},
	{"GET", "/scripts/{kind}/{name}/cases", "/scripts/rpc/nobody/cases", nil, "read"},
	{"PUT", "/scripts/{kind}/{name}/cases/{case}", "/scripts/rpc/nobody/cases/none", map[string]any{}, "write"},
	{"DELETE", "/scripts/{kind}/{name}/cases/{case}", "/scripts/rpc/nobody/cases/none", nil, "write"},
	{"POST", "/scripts/{kind}/{name}/cases/run", "/scripts/rpc/nobody/cases/run", map[string]any{}, "write"},
	{"GET", "/scripts/{kind}/{name}/inputs", "/scripts/rpc/nobody/inputs", nil, "write"},
	{"GET", "/scripts/reference", "", nil, "read"},
	{"POST", "/scripts/check", "", map[string]any{"kind": "rpc"}, "write"},
	{"POST", "/scripts/test", "", map[string]any{"kind": "rpc"}, "write"},
	{"GET", "/org-params/keys", "", nil, "write"},
	{"GET", "/org-params", "", nil, "administer"},
	{"GET", "/org-params/{key}", "/org-params/nobody", nil, "administer"},
	{"GET", "/org-params/{key}/history", "/org-params/nobody/history", nil, "administer"},
	{"PUT", "/org-params/{key}", "/org-params/nobody", map[string]any{}, "administer"},
	{"DELETE", "/org-params/{key}", "/org-params/nobody", nil, "administer"},
	{"GET", "/notification-services", "", nil, "administer"},
	{"GET", "/notification-services/types", "", nil, "administer"},
	{"POST", "/notification-services/import", "", "no address book", "administer"},
	{"GET", "/notification-services/{name}", "/notification-services/nobody", nil, "administer"},
	{"PUT", "/notification-services/{name}", "/notification-services/nobody", map[string]any{}, "administer"},
	{"DELETE", "/notification-services/{name}", "/notification-services/nobody", nil, "administer"},
	{"POST", "/notification-services/{name}/test", "/notification-services/nobody/test", nil, "administer"},
	{"GET", "/notification-services/names", "", nil, "write"},
	{"GET", "/notification-rules", "", nil, "write"},
	{"GET", "/notification-rules/{name}", "/notification-rules/nobody", nil, "write"},
	{"PUT", "/notification-rules/{name}", "/notification-rules/nobody", map[string]any{"services": []string{}}, "write"},
	{"DELETE", "/notification-rules/{name}", "/notification-rules/nobody", nil, "write"},
	{"GET", "/users", "", nil, "administer"},
	{"GET", "/users/{name}", "/users/nobody", nil, "administer"},
	{"PUT", "/users/{name}", "/users/nobody", map[string]any{}, "administer"},
	{"DELETE", "/users/{name}", "/users/nobody", nil, "administer"},
	{"GET", "/tokens", "", nil, "administer"},
	{"POST", "/tokens", "", map[string]any{}, "administer"},
	{"DELETE", "/tokens/{id}", "/tokens/" + nobodyID, nil, "administer"},
	{"GET", "/orgs", "", nil, "administer"},
	{"GET", "/orgs/{code}", "/orgs/nobody", nil, "administer"},
	{"PUT", "/orgs/{code}", "/orgs/nobody", map[string]any{}, "administer"},
	{"DELETE", "/orgs/{code}", "/orgs/nobody", nil, "administer"},
	{"GET", "/audit", "", nil, "administer"},
	{"GET", "/me", "", nil, "be known"},
}

// open are the routes that need no login.
var open = []string{"POST /login", "POST /logout", "POST /setup"}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	admin := p.admin()
	callers := map[string]*client{"admin": admin, "operator": p.signIn("otto", "operator"), "integrator": p.signIn("ina", "integrator"), "admin user": p.signIn("ada", "admin")}
	for _, scope := range []string{"ingest", "rpc", "read", "scripts"} {
		callers[scope] = p.as(newToken(admin, scope))
	}
	for _, r := range routes {
		path := r.path
		if path == "" {
			path = r.pattern
		}
		for who, c := range callers {
			status := statusOf(t, c, r.method, path, r.body)
			allowed := slices.Contains(may[r.needs], who)
			if allowed && (status == 401 || status == 403 || status >= 500) || !allowed && status != 403 {
				t.Errorf("%s may %v %s: %s %s answers %d", who, allowed, r.needs, r.method, r.pattern, status)
			}
		}
		for name, token := range map[string]string{"nobody": "", "an unknown token": "tl_unknown"} {
			if status := statusOf(t, p.as(token), r.method, path, r.body); status != 401 {
				t.Errorf("%s: %s %s answers %d, want 401", name, r.method, r.pattern, status)
			}
		}
	}
	// A token with two scopes may what either may.
	both := p.as(newToken(admin, "ingest", "read"))
	both.get("/devices")
	both.do("POST", "/uplinks/batch", "").want(200)
	both.do("POST", "/rpc", map[string]any{}).want(403)
}

// statusOf makes a call and returns its status without waiting for the end of a stream.
func statusOf(t *testing.T, c *client, method, path string, body any) int {
	t.Helper()
	if !strings.HasSuffix(path, "/events") {
		return c.do(method, path, body).status
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.base()+"/api/v1"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	req.Header.Set("Cookie", c.cookie)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// document is the part of an OpenAPI document that is looked at.
type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Parameters  []struct{ Name, In string }
		Responses   map[string]any
		Security    []map[string][]string
	}
}

func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	t.Parallel()
	c := start(t, nil).admin()
	text := c.get("/openapi.json").text
	var doc document
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("the version is %q", doc.OpenAPI)
	}
	known := slices.Clone(open)
	for _, r := range routes {
		known = append(known, r.method+" "+r.pattern)
	}
	var described []string
	ids := map[string]bool{}
	for path, operations := range doc.Paths {
		for method, op := range operations {
			described = append(described, strings.ToUpper(method)+" "+path)
			if op.OperationID == "" || ids[op.OperationID] || len(op.Responses) == 0 {
				t.Errorf("%s %s: the id %q is empty or taken, or there are no responses", method, path, op.OperationID)
			}
			ids[op.OperationID] = true
			for _, part := range strings.Split(path, "/") {
				name, variable := strings.CutPrefix(strings.TrimSuffix(part, "}"), "{")
				if variable && !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name && p.In == "path" }) {
					t.Errorf("%s %s does not describe %s", method, path, name)
				}
			}
			if call := strings.ToUpper(method) + " " + path; len(op.Security) == 0 && !slices.Contains(open, call) {
				t.Errorf("%s does not say that it needs a login", call)
			}
		}
	}
	for _, call := range known {
		if !slices.Contains(described, call) {
			t.Errorf("%s is not described", call)
		}
	}
	for _, call := range described {
		if !slices.Contains(known, call) {
			t.Errorf("%s is described, and no test knows it: add it to routes", call)
		}
	}
	checkReferences(t, text)
}

// checkReferences wants every $ref to lead somewhere inside the document.
func checkReferences(t *testing.T, text string) {
	t.Helper()
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && !resolves(doc, ref) {
				t.Errorf("%s leads nowhere", ref)
			}
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(v[name])
			}
		}
	}
	walk(doc)
}

func resolves(doc any, ref string) bool {
	path, local := strings.CutPrefix(ref, "#/")
	if !local {
		return false
	}
	for name := range strings.SplitSeq(path, "/") {
		in, ok := doc.(map[string]any)
		if !ok {
			return false
		}
		if doc, ok = in[name]; !ok {
			return false
		}
	}
	return true
}

func TestOrganisationsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	p, c, receiver := timingServer(t, nil)
	setParam(c, "secret_of_default", "value-of-the-default-organisation")
	c.publish("parser", "own", "return null;", nil)
	alarm := map[string]any{"type": "alarm", "dnMsg": map[string]any{"action": "new", "data": map[string]any{"alarm_name": "a"}}}
	// The downlink is due long after the test, so that its own time coming does not look like another's doing.
	downlink := map[string]any{"sleepTimeMs": 600_000, "dnMsg": map[string]any{"userdata": map[string]any{"port": 1, "payload": "AQ=="}}}
	r := c.rpc("d1", "give", map[string]any{"actions": []any{alarm, request(receiver.URL, 0), downlink}})
	token := c.do("POST", "/tokens", map[string]any{"name": "t", "scopes": []string{"read"}}).want(201).str("id")
	p.signIn("otto", "operator")

	c.put("/orgs/acme", map[string]any{"name": "Acme", "time_zone": "Asia/Shanghai"}).expect("code", "acme")
	acme := p.as(c.do("POST", "/tokens", map[string]any{"name": "acme", "scopes": []string{"admin"}, "org": "acme"}).want(201).str("token"))
	before := snapshot(c)
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/devices/d1", nil}, {"DELETE", "/devices/d1", nil}, {"PATCH", "/devices/d1/attributes", map[string]any{"server_attrs": map[string]any{"x": 1}}},
		{"GET", "/devices/d1/alarms", nil}, {"GET", "/devices/d1/downlinks", nil},
		{"POST", "/alarms/" + c.get("/alarms").str("items.0.id") + "/clear", nil}, {"POST", "/alarms/" + c.get("/alarms").str("items.0.id") + "/acknowledge", nil},
		{"GET", "/executions/" + r.str("result.execution_id"), nil}, {"GET", "/executions/" + r.str("result.execution_id") + "/events", nil},
		{"GET", "/deliveries/" + r.str("result.deliveries.0.id"), nil}, {"POST", "/deliveries/" + r.str("result.deliveries.0.id") + "/retry", nil},
		{"POST", "/deliveries/" + r.str("result.deliveries.1.id") + "/cancel", nil}, {"POST", "/downlinks/" + r.str("result.deliveries.1.id") + "/ack", map[string]any{"ok": true}},
		{"GET", "/scripts/parser/own", nil}, {"GET", "/scripts/parser/own/versions", nil}, {"GET", "/scripts/parser/own/versions/1", nil}, {"DELETE", "/scripts/parser/own", nil},
		{"POST", "/scripts/parser/own/rollback", map[string]any{"version": 1}}, {"POST", "/scripts/test", map[string]any{"kind": "parser", "name": "own"}},
		{"POST", "/scripts/test", map[string]any{"kind": "rpc", "source": "return null", "device": "d1"}},
		{"GET", "/org-params/secret_of_default?reveal=1", nil}, {"DELETE", "/org-params/secret_of_default", nil},
		{"GET", "/users/otto", nil}, {"DELETE", "/users/otto", nil}, {"DELETE", "/tokens/" + token, nil},
		{"GET", "/orgs/default", nil}, {"PUT", "/orgs/default", map[string]any{"name": "taken"}}, {"DELETE", "/orgs/default", nil}, {"PUT", "/orgs/another", map[string]any{"name": "x"}},
		{"POST", "/uplinks", map[string]any{"eui": "d1", "telemetry_data": map[string]any{"x": 1}}},
	} {
		if got := acme.do(call.method, call.path, call.body); got.status != 404 || strings.Contains(got.text, "value-of-the") {
			t.Errorf("%s %s: %d, want 404: %s", call.method, call.path, got.status, got.text)
		}
	}
	acme.rpc("d1", "give", nil).expect("error.code", "-32602")
	acme.do("POST", "/tokens", map[string]any{"name": "t", "scopes": []string{"admin"}, "org": "default"}).want(403)
	for _, list := range []string{"/devices", "/alarms", "/executions", "/deliveries", "/org-params", "/org-params/keys", "/users"} {
		if got := acme.get(list); got.count("items") != 0 {
			t.Errorf("%s: %s", list, got.text)
		}
	}
	if got := acme.do("POST", "/downlinks/fetch", map[string]any{"limit": 10}).want(200); got.count("items") != 0 {
		t.Errorf("downlinks: %s", got.text)
	}
	acme.get("/orgs").expect("items.0.code", "acme")
	checkUnchanged(t, before, snapshot(c))

	// The same names mean other things.
	acme.put("/devices/d1", map[string]any{"name": "Acme's own"})
	acme.publish("rpc", "give", "return null;", map[string]any{"org_wide": true})
	acme.rpc("d1", "give", nil).expect("result.actions", "0")
	c.get("/devices/d1").expect("name", "d1")
	c.do("DELETE", "/orgs/acme", nil).want(204)
	acme.do("GET", "/devices", nil).want(401)
}

func TestSessionsAndTokensEnd(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	c := p.admin()
	user := p.signIn("otto", "operator")
	user.get("/me").expect("role", "operator").expect("name", "otto")
	for path, want := range map[string]int{"https://evil.example": 403, p.url: 404} {
		req, err := http.NewRequest("POST", p.url+"/api/v1/alarms/"+nobodyID+"/clear", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", user.cookie)
		req.Header.Set("Origin", path)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("a request that %s made the browser send: %d, want %d", path, resp.StatusCode, want)
		}
	}
	other := p.signInAgain("default", "otto", userPassword)
	user.do("POST", "/logout", nil).want(204)
	user.do("GET", "/devices", nil).want(401)
	other.get("/devices")
	c.put("/users/otto", map[string]any{"password": "another long one"})
	other.do("GET", "/devices", nil).want(401)
	p.as("").do("POST", "/login", map[string]any{"name": "otto", "password": userPassword}).want(401)
	last := p.signInAgain("default", "otto", "another long one")
	c.put("/users/otto", map[string]any{"role": "integrator"})
	last.get("/org-params/keys")
	c.do("DELETE", "/users/otto", nil).want(204)
	last.do("GET", "/devices", nil).want(401)

	made := c.do("POST", "/tokens", map[string]any{"name": "short", "scopes": []string{"read"}, "expires_at": time.Now().Add(time.Second).UTC()}).want(201)
	short := p.as(made.str("token"))
	short.get("/devices")
	eventually(t, "the token expires", func() bool { return short.do("GET", "/devices", nil).status == 401 })
	kept := p.as(newToken(c, "read"))
	kept.get("/devices")
	listed := c.get("/tokens").expect("items.0.name", "read")
	if strings.Contains(listed.text, kept.token) || strings.Contains(listed.text, made.str("token")) {
		t.Errorf("a token is shown again: %s", listed.text)
	}
	c.do("DELETE", "/tokens/"+listed.str("items.0.id"), nil).want(204)
	kept.do("GET", "/devices", nil).want(401)
	p.kill()
	p.launch()
	kept.do("GET", "/devices", nil).want(401)
}
