package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Values that are awkward to find: characters that JSON and URLs escape, bytes beyond ASCII, lines.
var orgSecrets = map[string]string{
	"api_secret": `s3cr3t/with+odd&chars="quoted" <tag> ü%20`,
	"hex_secret": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
	"lines":      "-----BEGIN-----\nbm90IGEga2V5\tbut like one\n-----END-----",
	"chinese":    "一个非常秘密的口令",
}

const botSecret = "5e1f7a30-dead-4bad-9c0d-key0of0bot00"

// secretNeedles are what must never be found: of the webhook URL, its key.
func secretNeedles() map[string]string {
	out := map[string]string{"wecom_webhook_url": botSecret, "the admin token": adminToken, "a user's password": userPassword}
	for key, value := range orgSecrets {
		out[key] = value
	}
	return out
}

func readTestdata(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// echo answers with what it was sent: the worst that a receiver can do to a secret.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/redirect" {
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("X-Echo", r.URL.RawQuery)
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprintf(w, "cannot do %s %s\n%v\n", r.Method, r.URL, r.Header)
	_, _ = io.Copy(w, r.Body)
}

// refusedAddress is an address where nothing listens.
func refusedAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// leakyServer runs a server whose scripts let secrets out by every way they have.
func leakyServer(t *testing.T) (*process, *client) {
	t.Helper()
	group := newWecom(t) // knows no bot: every message is refused with errcode 93000
	receiver := newEcho(t)
	p := start(t, map[string]string{"TRIPLINE_EGRESS_REWRITE": strings.Join([]string{
		wecomHost + "=" + group.URL, "https://echo.example=" + receiver, "https://refused.example=http://" + refusedAddress(t),
	}, ",")})
	c := p.admin()
	for key, value := range orgSecrets {
		setParam(c, key, value)
	}
	setParam(c, "wecom_webhook_url", botURL(botSecret))
	c.publish("rpc", "leaky", readTestdata(t, "secrets", "leaky_rpc.js"), map[string]any{"org_wide": true})
	c.publish("trigger", "leaky", readTestdata(t, "secrets", "leaky_trigger.js"), nil)
	c.publish("parser", "leaky", readTestdata(t, "secrets", "leaky_parser.js"), nil)
	c.put("/devices/d1", map[string]any{"triggers": []string{"leaky"}, "thing_models": []string{"leaky"}})
	return p, c
}

func newEcho(t *testing.T) string { return newServer(t, echo) }

func TestNoSecretIsFoundAnywhere(t *testing.T) {
	t.Parallel()
	p, c := leakyServer(t)
	leaks := newLeakFinder(t, secretNeedles())
	ways := []string{"log", "throw", "throw_object", "not_actions", "bad_type", "bad_field", "bad_alarm", "bad_target", "attributes", "alarm",
		"clear", "downlink", "echo", "refused", "redirect", "errcode", "unresolved", "await", "cache"}
	for _, way := range ways {
		r := c.rpc("d1", "leaky", map[string]any{"way": way})
		leaks.look("reply to the RPC "+way, r.text)
		if r.str("error.message") == "" && r.str("result.execution_id") == "" {
			t.Errorf("%s: %s", way, r.text)
		}
	}
	for _, way := range append(ways, "throw_in_trigger", "bad_dispatch", "unknown_method") {
		leaks.look("reply to an uplink", c.uplink("d1", map[string]any{"way": way, "delayms": 0}).text)
	}
	timer := c.uplink("d1", map[string]any{"way": "echo", "delayms": 3600_000})
	c.get("/executions/"+timer.str("execution_id")).expect("state", "waiting")
	raw := c.do("POST", "/uplinks?wait=1", map[string]any{"eui": "d1", "f_port": 5, "payload_hex": "00ff"}).want(202)
	story := c.settled(raw.str("execution_id"))
	if got := c.get("/devices/d1").str("telemetry_data.leaky.org_params"); got != "undefined" {
		t.Errorf("to a parser org_params is %q: %s", got, story.text)
	}

	for _, real := range []bool{true, false} {
		for _, way := range ways {
			r := c.do("POST", "/scripts/test", map[string]any{"kind": "rpc", "name": "leaky", "device": "d1", "params": map[string]any{"way": way}, "real_org_params": real,
				"responses": []map[string]any{{"url": "https://echo.example", "status": 500, "data": "no"}}}).want(200)
			leaks.look("dry run of "+way, r.text)
		}
	}
	failed := c.get("/deliveries?limit=500")
	for _, code := range []string{"ECONNREFUSED", "http_500", "93000", "ENOTFOUND"} {
		if !strings.Contains(failed.text, `"`+code+`"`) && !(code == "ENOTFOUND" && strings.Contains(failed.text, `"EAI_AGAIN"`)) {
			t.Errorf("no delivery failed with %s; the test would show little: %s", code, failed.text)
		}
	}

	for who, caller := range lookAsEverybody(t, p, leaks) {
		if who != "admin" {
			leaks.secrets["the login of "+who] = encodings(caller.token + strings.TrimPrefix(caller.cookie, "tripline_session="))
		}
	}
	leaks.process("while it runs", p)
	p.stop()
	leaks.process("after its end", p)
	p.launch()
	lookAsEverybody(t, p, leaks)
	leaks.process("after a restart", p)
	revealIsAudited(t, p)
}

// lookAsEverybody reads whatever there is to be read, as everyone who may read.
func lookAsEverybody(t *testing.T, p *process, leaks *leakFinder) map[string]*client {
	t.Helper()
	all := everybody(p)
	for who, c := range all {
		n := everyGet(c, func(call, text string) { leaks.look(who+": "+call, text) })
		if n < 15 {
			t.Errorf("%s: only %d replies", who, n)
		}
	}
	for _, path := range []string{"/metrics", "/healthz", "/readyz", "/"} {
		_, text := p.plain(path)
		leaks.look(path, text)
	}
	return all
}

// everybody is a caller of every kind that may read.
func everybody(p *process) map[string]*client {
	p.t.Helper()
	c := p.admin()
	return map[string]*client{
		"admin": c, "integrator": p.as(newToken(c, "scripts")), "reader": p.as(newToken(c, "read")), "operator": p.signIn("otto", "operator"),
	}
}

// newToken makes an API token in the caller's organisation.
func newToken(c *client, scopes ...string) string {
	c.t.Helper()
	return c.do("POST", "/tokens", map[string]any{"name": strings.Join(scopes, "+"), "scopes": scopes}).want(201).str("token")
}

const userPassword = "correct horse battery"

// signIn makes a user and signs in as them.
func (p *process) signIn(name, role string) *client {
	p.t.Helper()
	p.admin().put("/users/"+name, map[string]any{"role": role, "password": userPassword})
	return p.signInAgain("default", name, userPassword)
}

func (p *process) signInAgain(org, name, password string) *client {
	p.t.Helper()
	c := p.as("")
	r := c.do("POST", "/login", map[string]any{"org": org, "name": name, "password": password}).want(200)
	cookie, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";")
	c.cookie = cookie
	return c
}

// revealIsAudited shows that the one route that gives a value away says so.
func revealIsAudited(t *testing.T, p *process) {
	t.Helper()
	c := p.admin()
	reveals := func() int {
		return strings.Count(c.get("/audit?limit=500&search=org_param.reveal").text, "org_param.reveal")
	}
	before := reveals()
	for key, value := range orgSecrets {
		c.get("/org-params/"+key+"?reveal=1").expect("value", value)
	}
	if n := reveals(); n != before+len(orgSecrets) {
		t.Errorf("the audit has %d reveals more, want %d", n-before, len(orgSecrets))
	}
	for _, who := range []*client{p.as(newToken(c, "scripts")), p.signIn("ina", "integrator"), p.signIn("otto", "operator"), p.as(newToken(c, "read"))} {
		r := who.do("GET", "/org-params/api_secret?reveal=1", nil).want(403)
		newLeakFinder(t, secretNeedles()).look("a refused reveal", r.text)
	}
}

// TestFormerValueStaysMasked: what was queued before a change still carries the value.
func TestFormerValueStaysMasked(t *testing.T) {
	t.Parallel()
	p, c := leakyServer(t)
	former := "the-value-before-the-change"
	setParam(c, "api_secret", former)
	r := c.uplink("d1", map[string]any{"way": "echo", "delayms": 300})
	setParam(c, "api_secret", "the-value-after-the-change")
	c.settled(r.str("execution_id")).expect("deliveries.0.error.code", "http_500")
	leaks := newLeakFinder(t, map[string]string{"former value": former, "new value": "the-value-after-the-change"})
	lookAsEverybody(t, p, leaks)
	leaks.process("after a change", p)
}
