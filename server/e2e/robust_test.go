package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// TestNothingThatIsSentMakesA500 sends every route what it does not expect.
func TestNothingThatIsSentMakesA500(t *testing.T) {
	t.Parallel()
	_, c := malformedServer(t)
	bodies := []string{
		"", "null", "true", "0", "1e999", "-", `"`, `"x"`, "[]", "[[[[]]]]", "{", "{}", `{"a"}`, `{"a":}`, "\xff\xfe{}", "\xef\xbb\xbf{}", `{"\u0000":"\ud800"}`,
		`{"name":null,"source":null,"value":null,"eui":null,"params":null,"body":null}`, `{"eui":{},"name":{},"source":{},"value":{},"method":{},"params":{},"limit":{},"ok":{},"kind":{},"version":{},"role":{},"scopes":{}}`,
		`{"limit":9223372036854775808,"version":-1,"lease_seconds":1e400}`, strings.Repeat("[", 100_000), `{"a":` + strings.Repeat(`{"a":`, 50_000), "{}{}", "{}\x00",
	}
	for _, r := range routes {
		if r.method == "GET" || r.method == "DELETE" {
			continue
		}
		path := strings.NewReplacer("nobody", "d1", "no%20body", "d1").Replace(r.path)
		if path == "" {
			path = r.pattern
		}
		for _, body := range bodies {
			checkNo500(t, c.do(r.method, path, body), body)
		}
	}
	for _, path := range []string{
		"/devices/%ff", "/devices/%00", "/devices/..%2f..", "/scripts/rpc/%00", "/scripts/rpc/..", "/executions/%ff%fe", "/executions/" + strings.Repeat("e", 5000),
		"/deliveries/-1", "/alarms?cursor=zzzzzzzzzzzzzzzzzzzzzzzz", "/executions?cursor=-9223372036854775808", "/devices?cursor=%ff", "/devices?search=%25%ff%00", "/scripts?search=%5c",
		"/deliveries?execution_id=%00", "/executions?eui=%ff", "/org-params/%ff?reveal=1", "/org-params?search=%00", "/audit?search=%27%22%3b", "/users/%00", "/orgs/%20", "/tokens?limit=%",
		"/scripts/rpc/give/versions/99999999999999999999", "/scripts/rpc/give/versions/-1", "//devices", "/devices//alarms", "/%2e%2e/%2e%2e/etc/passwd",
	} {
		checkNo500(t, c.do("GET", path, nil), path)
	}
	c.get("/devices/d1").expect("name", "One")
}

func checkNo500(t *testing.T, r *reply, sent string) {
	t.Helper()
	if r.status >= 500 {
		t.Errorf("%.120s with %.60q: %d: %s", r.call, sent, r.status, r.text)
	}
	if r.status >= 400 && !strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("%.120s with %.60q: %d is %s", r.call, sent, r.status, r.header.Get("Content-Type"))
	}
}

// TestBodiesOver1MBAreRefused, on every route that takes one.
func TestBodiesOver1MBAreRefused(t *testing.T) {
	t.Parallel()
	_, c := malformedServer(t)
	long := `{"name":"` + strings.Repeat("n", 1<<20) + `"}`
	for _, r := range routes {
		path := r.path
		if path == "" {
			path = r.pattern
		}
		if r.body == nil {
			continue
		}
		if got := c.do(r.method, path, long); got.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d: %s", got.call, got.status, got.text)
		} else {
			checkProblem(t, badInput{name: got.call}, got)
		}
	}
}

// TestEndsCleanlyUnderWork: a signal in the middle of everything, and the next process takes it up.
func TestEndsCleanlyUnderWork(t *testing.T) {
	t.Parallel()
	w := newAwaiting(t)
	listen(t, w.c, "/events")
	r := w.c.do("POST", "/uplinks", map[string]any{"eui": "d1", "thingModelId": "tm", "telemetry_data": map[string]any{"delayms": 0}}).want(202)
	timer := w.c.do("POST", "/uplinks", map[string]any{"eui": "d1", "thingModelId": "tm", "telemetry_data": map[string]any{"delayms": 100}}).want(202)
	eventually(t, "the script asks", func() bool { return len(w.receiver.where("/question")) == 1 })
	w.p.stop()
	close(w.answer)
	w.p.launch()
	for _, id := range []string{r.str("execution_id"), timer.str("execution_id")} {
		w.c.settled(id).expect("state", "completed")
	}
	if n := len(w.receiver.where("/tick/d1")); n != 2 {
		t.Errorf("%d ticks, want 2", n)
	}
	w.c.get("/alarms").expect("items.0.count", "2")
	if out := w.p.output.String(); strings.Contains(out, "panic") || strings.Contains(out, "level=ERROR") {
		t.Errorf("it printed:\n%s", out)
	}
}
