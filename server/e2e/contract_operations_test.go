package e2e

import (
	"bufio"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAlarms(t *testing.T) {
	t.Parallel()
	_, c, _ := timingServer(t, nil)
	change := func(action, name, desc string) {
		t.Helper()
		c.rpc("d1", "give", map[string]any{"actions": []any{map[string]any{"type": "alarm", "dnMsg": map[string]any{"action": action,
			"data": map[string]any{"alarm_name": name, "title": "T", "desc": desc, "level": "urgent", "notice_groups": []string{"ops"}}}}}}).expect("result.actions", "1")
	}
	change("new", "a", "one")
	change("new", "a", "one")
	one := c.get("/devices/d1/alarms")
	one.expect("items.0.count", "2").expect("items.0.level", "urgent").expect("items.0.desc", "one").expect("items.0.state", "active")
	for _, field := range []string{"id", "eui", "alarm_name", "title", "start_time", "update_time"} {
		if one.str("items.0."+field) == "" {
			t.Errorf("no %s: %s", field, one.text)
		}
	}
	change("new", "a", "two")
	c.get("/alarms").expect("items.0.desc", "two").expect("items.0.count", "3").expect("items.0.id", one.str("items.0.id"))
	change("clear", "a", "cooled down")
	change("clear", "a", "again") // of what is not active: nothing
	c.get("/alarms?state=cleared").expect("items.0.recovery_note", "cooled down").expect("items.0.desc", "two").expect("items.0.state", "cleared")
	if cleared := c.get("/alarms?state=cleared"); cleared.count("items") != 1 || cleared.str("items.0.cleared_time") == "" {
		t.Errorf("want one that says when it was cleared: %s", cleared.text)
	}

	change("new", "b", "x")
	id := c.get("/alarms").str("items.0.id")
	c.do("POST", "/alarms/"+id+"/acknowledge", nil).want(200).expect("acknowledged_by", "token:TRIPLINE_ADMIN_TOKEN").expect("state", "active")
	c.do("POST", "/alarms/"+id+"/clear", map[string]any{"note": "by hand"}).want(200).expect("state", "cleared").expect("recovery_note", "by hand")
	c.do("POST", "/alarms/"+id+"/clear", nil).want(409)
	c.do("POST", "/alarms/"+id+"/acknowledge", nil).want(409)
	change("new", "b", "y")
	if got := c.get("/alarms").str("items.0.id"); got == id {
		t.Error("an alarm that is raised anew has the old id")
	}
	c.get("/alarms?level=low").expect("items", "[]")
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	group := newWecom(t, "the-only-bot-of-the-group")
	p := start(t, map[string]string{"TRIPLINE_EGRESS_REWRITE": wecomHost + "=" + group.URL + ",https://refused.example=http://" + refusedAddress(t)})
	c := p.admin()
	c.publish("rpc", "say", `function rpc_script({ params }) { return [{ type: "axios", dnMsg: { method: "POST", url: params.url, data: { msgtype: "text", text: { content: "hi" } } } }]; }`, map[string]any{"org_wide": true})
	c.put("/devices/d1", map[string]any{})
	say := func(url, state, outcome string) *reply {
		t.Helper()
		r := c.rpc("d1", "say", map[string]any{"url": url})
		r.expect("result.deliveries.0.state", state).expect("result.deliveries.0.outcome", outcome)
		return c.get("/deliveries/"+r.str("result.deliveries.0.id")).expect("state", state).expect("execution_id", r.str("result.execution_id"))
	}
	good := say(botURL("the-only-bot-of-the-group"), "completed", "delivered")
	good.expect("attempts.0.status", "200").expect("destination", botURL("•••")).expect("attempts.0.outcome", "delivered")
	if !strings.Contains(good.str("attempts.0.reply"), "errcode") || good.str("attempts.0.at") == "" || !good.has("attempts.0.duration_ms") {
		t.Errorf("the attempt tells too little: %s", good.text)
	}
	c.do("POST", "/deliveries/"+good.str("id")+"/retry", nil).want(409)
	c.do("POST", "/deliveries/"+good.str("id")+"/cancel", nil).want(409)

	// Errors come inside HTTP 200. A bot that is gone: given up with a remedy, and retried by hand once mended.
	gone := say(botURL("a-bot-that-was-removed"), "discarded", "permanent")
	gone.expect("error.code", "93000")
	if gone.str("error.remedy") == "" || gone.str("error.message") == "" {
		t.Errorf("no remedy: %s", gone.text)
	}
	group.change(func() { group.bots["a-bot-that-was-removed"] = true })
	c.do("POST", "/deliveries/"+gone.str("id")+"/retry", nil).want(200)
	eventually(t, "the retry is delivered", func() bool { return c.get("/deliveries/"+gone.str("id")).str("state") == "completed" })
	c.get("/deliveries/"+gone.str("id")).expect("tries", "2").expect("attempts.1.outcome", "delivered")

	// Too many calls: not before a minute.
	group.change(func() { group.failures = []string{`{"errcode":45009,"errmsg":"api freq out of limit"}`} })
	limited := say(botURL("the-only-bot-of-the-group"), "retryable", "retryable").expect("error.code", "45009")
	if wait := time.Until(parseTime(t, limited.str("scheduled_at"))); wait < 50*time.Second {
		t.Errorf("the next attempt is due after %s", wait)
	}
	c.do("POST", "/deliveries/"+limited.str("id")+"/cancel", nil).want(200).expect("state", "cancelled")
	c.do("POST", "/deliveries/"+limited.str("id")+"/cancel", nil).want(409)
	c.get("/deliveries?state=cancelled").expect("items.0.id", limited.str("id"))

	// An answer without a code is no success.
	group.change(func() { group.failures = []string{`<html>blocked</html>`} })
	say(botURL("the-only-bot-of-the-group"), "retryable", "retryable")
	say("https://refused.example/", "retryable", "retryable").expect("error.code", "ECONNREFUSED")
	c.get("/deliveries?execution_id="+good.str("execution_id")).expect("items.0.id", good.str("id"))
	if n := len(group.delivered()); n < 2 {
		t.Errorf("%d messages came", n)
	}
}

func TestAnExecutionTellsTheWholeStory(t *testing.T) {
	t.Parallel()
	_, c, receiver := timingServer(t, nil)
	c.publish("rpc", "loud", `function rpc_script({ params, logger }) { logger.warn("going", { resp: { n: 1 } }); return [{ type: "axios", dnMsg: { url: params.url } }, { type: "alarm", dnMsg: { action: "new", data: { alarm_name: "a" } } }]; }`, map[string]any{"org_wide": true})
	r := c.uplink("d1", map[string]any{"give": map[string]any{"actions": []any{map[string]any{"method": "loud", "params": map[string]any{"url": receiver.URL + "/x"}}}}, "other": nil})
	story := c.settled(r.str("execution_id"))
	for path, want := range map[string]string{
		"id": r.str("execution_id"), "eui": "d1", "state": "completed", "uplink.uplink_id": r.str("uplink_id"), "uplink.thing_model_id": "tm",
		"runs.0.kind": "trigger", "runs.0.script": "give", "runs.0.version": "1", "runs.0.dispatch.calls": "1", "runs.1.script": "other",
		"runs.2.kind": "rpc", "runs.2.script": "loud", "runs.2.logs.0.text": "going", "runs.2.logs.0.level": "warn", "runs.2.logs.0.fields.resp.n": "1",
		"runs.0.result.actions.0.params.url": receiver.URL + "/x", "runs.2.actions.0.type": "axios", "runs.2.actions.1.type": "alarm",
		"deliveries.0.kind": "axios", "deliveries.0.outcome": "delivered", "deliveries.0.attempts.0.status": "200", "deliveries.1.kind": "alarm",
	} {
		story.expect(path, want)
	}
	for _, field := range []string{"created_at", "finished_at", "runs.2.started_at", "runs.2.cpu_ms", "runs.2.wall_ms", "runs.2.dispatch_id"} {
		if story.str(field) == "" {
			t.Errorf("no %s: %s", field, story.text)
		}
	}
	story.expect("runs.2.actions.0.delivery_id", story.str("deliveries.0.id"))
	c.get("/executions?state=completed&eui=d1").expect("items.0.id", r.str("execution_id"))
	bad := c.uplink("d1", map[string]any{"give": "no object", "other": nil})
	c.get("/executions?state=failed").expect("items.0.id", bad.str("execution_id")).expect("items.0.runs.0.error.code", "bad_result")
}

// listen reads server-sent events until the test ends.
func listen(t *testing.T, c *client, path string) <-chan map[string]string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", c.base()+"/api/v1"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%s: %d %s", path, resp.StatusCode, resp.Header)
	}
	events := make(chan map[string]string, 100)
	lines := bufio.NewScanner(resp.Body)
	lines.Scan() // the first line says that it listens
	go func() {
		defer resp.Body.Close()
		for lines.Scan() {
			var e map[string]string
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &e) == nil {
				events <- e
			}
		}
	}()
	return events
}

func TestEvents(t *testing.T) {
	t.Parallel()
	p, c, receiver := timingServer(t, nil)
	c.put("/orgs/acme", map[string]any{"name": "Acme"})
	stranger := p.as(c.do("POST", "/tokens", map[string]any{"name": "t", "scopes": []string{"read"}, "org": "acme"}).want(201).str("token"))
	all, none := listen(t, c, "/events"), listen(t, stranger, "/events")
	call := map[string]any{"method": "give", "params": map[string]any{"actions": []any{request(receiver.URL, 0)}}}
	timed := c.uplink("d1", map[string]any{"give": map[string]any{"delayms": 300, "actions": []any{call}}, "other": nil})
	one := listen(t, c, "/executions/"+timed.str("execution_id")+"/events")
	c.rpc("d1", "give", map[string]any{"actions": []any{}})
	next := func(from <-chan map[string]string) string {
		t.Helper()
		select {
		case e := <-from:
			return e["type"] + " " + e["execution_id"] + " " + e["state"]
		case <-time.After(patience):
			t.Fatal("no event came")
			return ""
		}
	}
	id := timed.str("execution_id")
	if got := next(all); got != "execution "+id+" waiting" {
		t.Errorf("the first event is %s", got)
	}
	got := []string{next(one), next(one)} // the execution and its delivery are told side by side
	slices.Sort(got)
	if got[0] != "delivery "+id+" completed" || got[1] != "execution "+id+" completed" {
		t.Errorf("of one execution: %v", got)
	}
	if e := next(all); strings.Contains(e, id) { // the call in between
		t.Errorf("the second event is %s", e)
	}
	if len(none) != 0 {
		t.Errorf("another organisation heard %v", <-none)
	}
	c.do("GET", "/executions/00000000-0000-7000-8000-000000000000/events", nil).want(404)
}

func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	p, c, _ := timingServer(t, nil)
	c.uplink("d1", map[string]any{"x": 1})
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "tripline_uplinks_total 1"} {
		if status, text := p.plain(path); status != 200 || !strings.Contains(text, want) {
			t.Errorf("%s: %d, want %q: %s", path, status, want, text)
		}
	}
	// A run is counted once, also when its execution was stored in several steps.
	c.settled(c.uplink("d1", map[string]any{"give": tick("m", 50, false), "other": nil}).str("execution_id"))
	_, counted := p.plain("/metrics")
	for _, want := range []string{`tripline_script_runs_total{code="ok",kind="trigger"} 4`, `tripline_script_runs_total{code="ok",kind="rpc"} 1`} {
		if !strings.Contains(counted, want) {
			t.Errorf("no %s in\n%s", want, counted)
		}
	}
	if _, text := p.plain("/metrics"); strings.Contains(text, "d1") || strings.Contains(text, "default") {
		t.Errorf("metrics tell of an organisation's content: %s", text)
	}
}
