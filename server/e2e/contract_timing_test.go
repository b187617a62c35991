package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// timingServer runs a server with a device d1, an RPC that returns the actions it is given and a trigger
// that returns the dispatch it is given.
func timingServer(t *testing.T, handle http.HandlerFunc) (*process, *client, *receiver) {
	t.Helper()
	receiver := newReceiver(t, handle)
	p := start(t, map[string]string{"TRIPLINE_EGRESS_ALLOW": "127.0.0.1", "TRIPLINE_EGRESS_REWRITE": "https://refused.example=http://" + refusedAddress(t)})
	c := p.admin()
	c.publish("rpc", "give", `function rpc_script({ params }) { return params.actions; }`, map[string]any{"org_wide": true})
	for _, name := range []string{"give", "other"} {
		c.publish("trigger", name, fmt.Sprintf(`function trigger_script(device, id) { return device.telemetry_data[id].%s ?? null; }`, name), nil)
	}
	c.put("/devices/d1", map[string]any{"triggers": []string{"give", "other"}})
	return p, c, receiver
}

func request(url string, sleep int) map[string]any {
	return map[string]any{"type": "axios", "sleepTimeMs": sleep, "dnMsg": map[string]any{"url": url}}
}

func TestActionsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	_, c, receiver := timingServer(t, nil)
	downlink := map[string]any{"dnMsg": map[string]any{"userdata": map[string]any{"port": 1, "payload": "AQ=="}}}
	r := c.rpc("d1", "give", map[string]any{"actions": []any{
		map[string]any{"type": "modifyAttrs", "dnMsg": map[string]any{"server_attrs": map[string]any{"first": true}}},
		request("https://refused.example/", 0), // is tried again; what follows does not wait for that
		request(receiver.URL+"/a", 250),
		map[string]any{"type": "modifyAttrs", "sleepTimeMs": 150, "dnMsg": map[string]any{"server_attrs": map[string]any{"last": true}}},
		downlink,
	}})
	r.expect("result.actions", "5")
	if n := r.count("result.deliveries"); n != 4 { // the leading merge is applied at once
		t.Fatalf("%d deliveries, want 4: %s", n, r.text)
	}
	r.expect("result.deliveries.0.state", "retryable").expect("result.deliveries.1.state", "completed").expect("result.deliveries.2.state", "completed").
		expect("result.deliveries.3.state", "pending")
	c.get("/devices/d1").expect("server_attrs.first", "true").expect("server_attrs.last", "true")
	var at []time.Time
	for i := range 3 {
		d := c.get("/deliveries/" + r.str(fmt.Sprintf("result.deliveries.%d.id", i)))
		at = append(at, parseTime(t, d.str("attempts.0.at")))
	}
	for i, want := range []time.Duration{250 * time.Millisecond, 150 * time.Millisecond} {
		if gap := at[i+1].Sub(at[i]); gap < want-time.Millisecond {
			t.Errorf("%s between the attempts of actions %d and %d, want %s", gap, i+1, i+2, want)
		}
	}
	queued := c.get("/deliveries/" + r.str("result.deliveries.3.id"))
	if wait := parseTime(t, queued.str("scheduled_at")).Sub(at[2]); wait < 99*time.Millisecond {
		t.Errorf("a downlink that is not first is due after %s", wait)
	}
}

func parseTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// tick is a dispatch that leaves a mark on the device.
func tick(name string, delayms int, abort bool) map[string]any {
	mark := map[string]any{"type": "modifyAttrs", "dnMsg": map[string]any{"server_attrs": map[string]any{name: true}}}
	return map[string]any{"delayms": delayms, "abort_previous_timer": abort,
		"actions": []any{map[string]any{"method": "give", "params": map[string]any{"actions": []any{mark}}}}}
}

func TestTimers(t *testing.T) {
	t.Parallel()
	_, c, _ := timingServer(t, nil)
	marks := func() string { return c.get("/devices/d1").str("server_attrs") }
	begun := time.Now()
	c.uplink("d1", map[string]any{"give": tick("a", 400, false), "other": nil}).expect("dispatches", "1")
	c.uplink("d1", map[string]any{"give": tick("b", 700, false)})
	if got := marks(); got != "{}" {
		t.Errorf("before the time: %s", got)
	}
	eventually(t, "both timers fire on their own", func() bool { return marks() == `{"a":true,"b":true}` })
	if took := time.Since(begun); took < 700*time.Millisecond {
		t.Errorf("the later one fired after %s", took)
	}

	// An abort ends the timers of its own trigger and of its own device.
	c.put("/devices/d2", map[string]any{"triggers": []string{"give"}})
	aborted := c.uplink("d1", map[string]any{"give": tick("aborted", 500, false), "other": tick("other", 500, false)}).expect("dispatches", "2")
	c.do("POST", "/uplinks?wait=1", map[string]any{"eui": "d2", "thingModelId": "tm", "telemetry_data": map[string]any{"give": tick("d2", 500, false)}}).want(202)
	replaced := c.uplink("d1", map[string]any{"give": tick("replaced", 600, true), "other": nil})
	c.uplink("d1", map[string]any{"give": tick("now", 0, true), "other": nil})
	eventually(t, "the timers that are left fire", func() bool {
		return strings.Contains(marks(), "other") && c.get("/devices/d2").str("server_attrs") == `{"d2":true}`
	})
	// One of the same trigger, due after the aborted ones, shows that these had their time.
	c.uplink("d1", map[string]any{"give": tick("after", 700, false), "other": nil})
	eventually(t, "a later timer fires", func() bool { return strings.Contains(marks(), "after") })
	if got := marks(); got != `{"a":true,"after":true,"b":true,"now":true,"other":true}` {
		t.Errorf("marks are %s", got)
	}
	c.settled(aborted.str("execution_id")).expect("state", "completed")
	c.settled(replaced.str("execution_id")).expect("state", "completed")

	// Without actions, an abort is all that a trigger does.
	c.uplink("d1", map[string]any{"give": tick("never", 300, false), "other": nil})
	c.uplink("d1", map[string]any{"give": map[string]any{"abort_previous_timer": true}, "other": nil}).expect("dispatches", "0")
	c.uplink("d1", map[string]any{"give": tick("end", 500, false), "other": nil})
	eventually(t, "the last timer fires", func() bool { return strings.Contains(marks(), "end") })
	if strings.Contains(marks(), "never") {
		t.Errorf("an aborted timer fired: %s", marks())
	}
}

func TestDownlinks(t *testing.T) {
	t.Parallel()
	_, c, receiver := timingServer(t, nil)
	send := func(token int) {
		t.Helper()
		c.rpc("d1", "give", map[string]any{"actions": []any{map[string]any{"type": "thinkOne", "dnMsg": map[string]any{
			"version": "3.0", "type": "data", "if": "loraWAN", "moteeui": "d1", "token": token,
			"userdata": map[string]any{"port": 9, "payload": "AQI=", "confirmed": true}}}}}).expect("result.actions", "1").expect("result.deliveries.0.state", "pending")
	}
	send(1)
	send(2)
	send(3)
	listed := c.get("/devices/d1/downlinks")
	listed.expect("items.0.state", "available").expect("items.0.kind", "downlink")
	ns := c // a network server's token fetches and acknowledges, see the matrix
	first := ns.do("POST", "/downlinks/fetch", map[string]any{"limit": 2, "lease_seconds": 1}).want(200)
	first.expect("items.0.downlink.token", "1").expect("items.1.downlink.token", "2").expect("items.0.eui", "d1").expect("items.0.downlink.userdata.payload", "AQI=")
	if first.count("items") != 2 || first.str("items.0.id") != listed.str("items.2.id") {
		t.Errorf("want the two oldest: %s of %s", first.text, listed.text)
	}
	ns.do("POST", "/downlinks/fetch", map[string]any{"limit": 10, "lease_seconds": 60}).want(200).expect("items.0.downlink.token", "3")
	ns.do("POST", "/downlinks/"+first.str("items.0.id")+"/ack", map[string]any{"ok": true}).want(200).expect("state", "completed")
	ns.do("POST", "/downlinks/"+first.str("items.0.id")+"/ack", map[string]any{"ok": false}).want(200).expect("state", "completed") // a repetition changes nothing
	eventually(t, "the lease of the other ends", func() bool {
		again := ns.do("POST", "/downlinks/fetch", map[string]any{"limit": 10, "lease_seconds": 60}).want(200)
		return again.count("items") == 1 && again.str("items.0.downlink.token") == "2"
	})
	ns.do("POST", "/downlinks/"+first.str("items.1.id")+"/ack", map[string]any{"ok": false, "detail": "no gateway"}).want(200).
		expect("state", "discarded").expect("outcome", "permanent").expect("error.message", "no gateway")

	// With a push URL the host hands them over itself.
	c.put("/orgs/default", map[string]any{"downlink_url": receiver.URL + "/push"})
	r := c.rpc("d1", "give", map[string]any{"actions": []any{map[string]any{"dnMsg": map[string]any{"token": 4, "userdata": map[string]any{"port": 1, "payload": ""}}}}})
	r.expect("result.deliveries.0.state", "completed").expect("result.deliveries.0.outcome", "delivered")
	pushed := receiver.where("/push")
	if len(pushed) != 1 || !strings.Contains(pushed[0].Body, `"token":4`) || !strings.Contains(pushed[0].Body, `"eui":"d1"`) ||
		pushed[0].Header.Get("Idempotency-Key") != r.str("result.deliveries.0.id") {
		t.Errorf("pushed: %+v", pushed)
	}
}

// TestOtherDevices: calls and actions may go to other devices, whatever the case of a hexadecimal EUI.
func TestOtherDevices(t *testing.T) {
	t.Parallel()
	_, c, _ := timingServer(t, nil)
	c.put("/devices/a84041000181c0ff", map[string]any{"name": "Other"})
	attrs := map[string]any{"type": "modifyAttrs", "target": "A84041000181C0FF", "dnMsg": map[string]any{"server_attrs": map[string]any{"by": "target"}}}
	c.rpc("d1", "give", map[string]any{"actions": []any{attrs}}).expect("result.actions", "1")
	c.get("/devices/a84041000181c0ff").expect("server_attrs.by", "target")
	here := map[string]any{"type": "modifyAttrs", "dnMsg": map[string]any{"shared_attrs": map[string]any{"by": "_eui"}}}
	call := map[string]any{"method": "give", "params": map[string]any{"_eui": "A84041000181C0FF", "actions": []any{here}}}
	r := c.uplink("d1", map[string]any{"give": map[string]any{"actions": []any{call}}, "other": nil})
	c.settled(r.str("execution_id")).expect("state", "completed").expect("runs.2.eui", "a84041000181c0ff")
	c.get("/devices/a84041000181c0ff").expect("shared_attrs.by", "_eui")
	c.get("/devices/d1").expect("shared_attrs", "{}")
	alarm := map[string]any{"type": "alarm", "target": "a84041000181c0ff", "dnMsg": map[string]any{"action": "new", "data": map[string]any{"alarm_name": "a"}}}
	c.rpc("d1", "give", map[string]any{"actions": []any{alarm}}).expect("result.actions", "1")
	c.get("/devices/a84041000181c0ff/alarms").expect("items.0.eui", "a84041000181c0ff")
}
