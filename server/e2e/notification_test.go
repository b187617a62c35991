package e2e

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the "sqlite" driver: a test moves what is due
)

const (
	onCallKey = "key-of-the-on-call-bot"
	coldRoom  = "a84041000181c0a1"
)

// overheatTrigger raises an alarm from 30 °C on and clears it below.
const overheatTrigger = `function trigger_script(device, id) {
  const t = device.telemetry_data[id].temperature, hot = t >= 30;
  return { actions: [{ method: "alarm", params: { name: "overheat", action: hot ? "new" : "clear", level: "high",
    title: hot ? "Too hot" : "", desc: hot ? "It is warm in there." : "Cooled down to " + t + " degrees." } }] };
}`

// onCallServer runs a server with a device that can overheat and a service for one WeCom group.
func onCallServer(t *testing.T, env map[string]string) (*process, *client) {
	t.Helper()
	p := start(t, env)
	c := p.admin()
	c.put("/orgs/default", map[string]any{"origin_tag": "[PROD]", "time_zone": "Asia/Shanghai"})
	c.publish("trigger", "overheat", overheatTrigger, nil)
	c.put("/devices/"+coldRoom, map[string]any{"name": "Cold room 2", "tags": []string{"cold-room"}, "triggers": []string{"overheat"}})
	putOnCall(c)
	return p, c
}

func putOnCall(c *client) *reply {
	c.t.Helper()
	return c.put("/notification-services/on-call", map[string]any{"type": "wecom", "settings": map[string]any{
		"groups": []any{map[string]any{"name": "night shift", "webhook_url": botURL(onCallKey)}},
	}})
}

func putRule(c *client, rule map[string]any) *reply {
	c.t.Helper()
	body := map[string]any{"services": []string{"on-call"}, "on": []string{"raise", "clear"}, "alarm_name": "over*", "tags": []string{"cold-room"}, "levels": []string{"high", "urgent"}}
	for name, value := range rule {
		body[name] = value
	}
	return c.put("/notification-rules/cold-rooms", body)
}

// awaitMessages waits until a group has got so many messages, and returns them.
func awaitMessages(t *testing.T, group *wecom, n int) []wecomMessage {
	t.Helper()
	eventually(t, "the messages arrive", func() bool { return len(group.delivered()) >= n })
	got := group.delivered()
	if len(got) != n {
		t.Fatalf("%d messages, want %d: %+v", len(got), n, got)
	}
	return got
}

func wantIn(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in %q", part, text)
		}
	}
}

func TestARuleTellsAService(t *testing.T) {
	t.Parallel()
	group := newWecom(t, onCallKey)
	_, c := onCallServer(t, group.env())
	putRule(c, nil).expect("enabled", "true").expect("services.0", "on-call")
	c.put("/devices/other", map[string]any{"triggers": []string{"overheat"}}) // without the tag
	c.uplink("other", map[string]any{"temperature": 50})

	hot := c.uplink(coldRoom, map[string]any{"temperature": 42})
	story := c.settled(hot.str("execution_id"))
	story.expect("deliveries.0.kind", "notification").expect("deliveries.0.outcome", "delivered").
		expect("deliveries.0.notification.service", "on-call").expect("deliveries.0.notification.target", "night shift").
		expect("deliveries.0.notification.rule", "cold-rooms").expect("deliveries.0.notification.event", "raise").
		expect("deliveries.0.destination", wecomHost+"/cgi-bin/webhook/send?key=•••")
	wantIn(t, awaitMessages(t, group, 1)[0].Text, "[PROD]", "Cold room 2", "Too hot", "It is warm in there.")

	c.uplink(coldRoom, map[string]any{"temperature": 43}) // counts it
	cool := c.uplink(coldRoom, map[string]any{"temperature": 21})
	c.settled(cool.str("execution_id")).expect("deliveries.0.notification.event", "clear")
	wantIn(t, awaitMessages(t, group, 2)[1].Text, "Cold room 2", "Cooled down to 21 degrees.")
	c.uplink(coldRoom, map[string]any{"temperature": 20})

	id := c.get("/devices/" + coldRoom + "/alarms?state=cleared").str("items.0.id")
	told := c.get("/alarms/" + id)
	told.expect("state", "cleared").expect("count", "2").expect("notifications.0.event", "clear").expect("notifications.1.event", "raise").
		expect("notifications.1.service", "on-call").expect("notifications.1.outcome", "delivered").expect("notifications.1.state", "completed")
	if told.count("notifications") != 2 || told.count("upcoming") != 0 || !strings.Contains(told.str("notifications.1.reply"), "errcode") {
		t.Errorf("the alarm tells %s", told.text)
	}
	awaitMessages(t, group, 2)
}

func TestAnAlarmNamesItsServices(t *testing.T) {
	t.Parallel()
	group := newWecom(t, onCallKey)
	_, c := onCallServer(t, group.env())
	r := c.rpc(coldRoom, "alarm", map[string]any{"action": "new", "name": "door", "title": "Door open", "notify": []string{"on-call", "nobody", "nowhere"}})
	wantIn(t, awaitMessages(t, group, 1)[0].Text, "Door open")
	story := c.get("/executions/" + r.str("result.execution_id"))
	story.expect("runs.0.logs.0.level", "warn")
	wantIn(t, story.str("runs.0.logs.0.text"), "notice_groups", "nobody, nowhere")
	alarm := c.get("/alarms/" + c.get("/alarms").str("items.0.id"))
	alarm.expect("unknown_groups.1", "nowhere").expect("notifications.0.service", "on-call")

	// A clear by hand is told with its note, and so is one whose turn comes later.
	c.do("POST", "/alarms/"+alarm.str("id")+"/clear", map[string]any{"note": "Somebody shut it"}).want(200)
	wantIn(t, awaitMessages(t, group, 2)[1].Text, "Somebody shut it")
	c.publish("rpc", "late", `function rpc_script() { return [{ type: "alarm", sleepTimeMs: 20, dnMsg: { action: "new", data: {
		alarm_name: "late", notice_groups: ["on-call"], title: "Late alarm", desc: "", level: "low" } } }]; }`, map[string]any{"org_wide": true})
	c.rpc(coldRoom, "late", nil)
	wantIn(t, awaitMessages(t, group, 3)[2].Text, "Late alarm")
}

// passTime has a server that is not running find all reminders and held notices due when it starts.
func passTime(t *testing.T, p *process) (timers int64) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.data, "tripline.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	result, err := db.Exec("UPDATE notification_timers SET due_at = 1")
	if err != nil {
		t.Fatal(err)
	}
	timers, err = result.RowsAffected()
	if err != nil {
		t.Fatal(err)
	}
	return timers
}

func TestRemindersSurviveAKillUntilSomebodyIsOnIt(t *testing.T) {
	t.Parallel()
	group := newWecom(t, onCallKey)
	p, c := onCallServer(t, group.env())
	putRule(c, map[string]any{"repeat_minutes": 30})
	c.uplink(coldRoom, map[string]any{"temperature": 42})
	awaitMessages(t, group, 1)
	id := c.get("/alarms").str("items.0.id")
	for n := 2; n <= 3; n++ {
		c.get("/alarms/"+id).expect("upcoming.0.event", "repeat").expect("upcoming.0.service", "on-call").expect("upcoming.0.rule", "cold-rooms")
		p.kill()
		passTime(t, p)
		p.launch()
		wantIn(t, awaitMessages(t, group, n)[n-1].Text, "Too hot")
	}
	c.get("/alarms/"+id).expect("notifications.0.event", "repeat")
	c.do("POST", "/alarms/"+id+"/acknowledge", nil).want(200)
	p.kill()
	if left := passTime(t, p); left != 0 {
		t.Errorf("after the acknowledgement %d reminders are left", left)
	}
	p.launch()
	c.uplink(coldRoom, map[string]any{"temperature": 20})
	wantIn(t, awaitMessages(t, group, 4)[3].Text, "Cooled down")
}

func TestQuietHoursHoldBack(t *testing.T) {
	t.Parallel()
	group := newWecom(t, onCallKey)
	p, c := onCallServer(t, group.env())
	now := time.Now().UTC()
	quiet := map[string]any{"from": now.Add(-2 * time.Hour).Format("15:04"), "to": now.Add(2 * time.Hour).Format("15:04"), "time_zone": "UTC"}
	putRule(c, map[string]any{"quiet_hours": quiet})
	hot := c.uplink(coldRoom, map[string]any{"temperature": 42})
	id := c.get("/alarms").str("items.0.id")
	c.get("/alarms/"+id).expect("upcoming.0.event", "raise").expect("notifications", "[]")
	c.rpc(coldRoom, "alarm", map[string]any{"action": "clear", "name": "overheat", "desc": "Cooled down in the night."})
	p.kill()
	passTime(t, p) // it looks, and the quiet hours go on
	p.launch()
	eventually(t, "the held notice is looked at", func() bool {
		at, err := time.Parse(time.RFC3339, c.get("/alarms/"+id).str("upcoming.0.at"))
		return err == nil && at.After(now)
	})
	awaitMessages(t, group, 0)

	putRule(c, nil) // no quiet hours any more: one message tells all of it
	wantIn(t, awaitMessages(t, group, 1)[0].Text, "Too hot", "Cooled down in the night.")
	told := c.get("/alarms/" + id)
	told.expect("notifications.0.event", "clear").expect("upcoming", "[]")
	c.get("/executions/"+hot.str("execution_id")).expect("deliveries.0.id", told.str("notifications.0.delivery_id"))
}

func TestAKillBetweenAlarmAndDeliveryLosesNothing(t *testing.T) {
	t.Parallel()
	group := newWecom(t, onCallKey)
	var hanging atomic.Bool
	hanging.Store(true)
	release := make(chan struct{})
	arrived := make(chan struct{}, 16)
	front := newReceiver(t, func(w http.ResponseWriter, r *http.Request) {
		if hanging.Load() {
			arrived <- struct{}{}
			<-release
			return
		}
		group.Config.Handler.ServeHTTP(w, r)
	})
	t.Cleanup(func() { close(release) })
	p, c := onCallServer(t, map[string]string{"TRIPLINE_EGRESS_REWRITE": wecomHost + "=" + front.URL})
	putRule(c, nil)
	c.uplink(coldRoom, map[string]any{"temperature": 42})
	<-arrived
	p.kill()
	hanging.Store(false)
	p.launch()
	wantIn(t, awaitMessages(t, group, 1)[0].Text, "Too hot")
	c.get("/alarms/"+c.get("/alarms").str("items.0.id")).expect("notifications.0.event", "raise")
}

func TestServiceSecretsAreNeverSeen(t *testing.T) {
	t.Parallel()
	group := newWecom(t, onCallKey)
	p, c := onCallServer(t, group.env())
	putRule(c, nil)
	shown := c.get("/notification-services/on-call")
	shown.expect("settings.groups.0.webhook_url", wecomHost+"/cgi-bin/webhook/send?key=•••").expect("targets.0.name", "night shift").expect("rules.0", "cold-rooms")
	c.do("POST", "/notification-services/on-call/test", nil).want(200).expect("items.0.target", "night shift").expect("items.0.outcome", "delivered")
	wantIn(t, awaitMessages(t, group, 1)[0].Text, "[PROD]")

	// What it shows can be sent back, with a change beside it.
	c.put("/notification-services/on-call", map[string]any{"description": "nights", "settings": map[string]any{
		"groups": []any{map[string]any{"name": "night shift", "webhook_url": shown.str("settings.groups.0.webhook_url")}},
	}})
	// A platform that repeats the key, and a script that tells it, are masked.
	group.change(func() { group.failures = []string{`{"errcode":93000,"errmsg":"no bot for ` + onCallKey + `"}`} })
	hot := c.uplink(coldRoom, map[string]any{"temperature": 42})
	refused := c.settled(hot.str("execution_id")).expect("deliveries.0.outcome", "permanent").expect("deliveries.0.error.code", "93000")
	c.publish("rpc", "tell", `function rpc_script({ params, logger }) { logger.info(params.what); return null; }`, map[string]any{"org_wide": true})
	said := c.rpc(coldRoom, "tell", map[string]any{"what": "the key is " + onCallKey})
	group.change(func() { group.failures = []string{`{"errcode":93000,"errmsg":"no bot for ` + onCallKey + `"}`} })
	tried := c.do("POST", "/notification-services/on-call/test", nil).want(200).expect("items.0.outcome", "permanent")
	wantIn(t, tried.str("items.0.detail"), "•••")
	for _, r := range []*reply{refused, tried, c.get("/executions/" + said.str("result.execution_id")), c.get("/audit?limit=100"), c.get("/notification-services"), c.get("/notification-services/names")} {
		if strings.Contains(r.text, onCallKey) {
			t.Errorf("%s shows the key: %s", r.call, r.text)
		}
	}
	c.do("POST", "/deliveries/"+refused.str("deliveries.0.id")+"/retry", nil).want(200)
	wantIn(t, awaitMessages(t, group, 2)[1].Text, "Too hot")
	p.stop()
	for name, text := range p.databaseFiles() {
		if strings.Contains(string(text), onCallKey) {
			t.Errorf("%s holds the key", name)
		}
	}
	if strings.Contains(p.output.String(), onCallKey) {
		t.Error("the log holds the key")
	}
}
