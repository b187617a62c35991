package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const seedDevice = "a84041000181c061"

// seedServer runs a server with the scripts published and a device that may be 30 °C warm.
func seedServer(t *testing.T, group *wecom, scripts wecomScripts) (*process, *client) {
	t.Helper()
	p := start(t, group.env())
	c := p.admin()
	c.publish("rpc", "wecom_notify", scripts.notify, map[string]any{"org_wide": true, "params": []map[string]any{
		{"name": "name", "type": "string"}, {"name": "action", "type": "string"}, {"name": "title", "type": "string"},
		{"name": "level", "type": "string"}, {"name": "desc", "type": "string"},
	}})
	c.publish("trigger", "overheat", scripts.trigger, nil)
	c.put("/devices/"+seedDevice, map[string]any{
		"name": "Cold room 2", "triggers": []string{"overheat"}, "server_attrs": map[string]any{"alarm_temp": 30},
	})
	return p, c
}

func setParam(c *client, key, value string) {
	c.t.Helper()
	c.put("/org-params/"+key, map[string]any{"value": value})
}

func TestOneHotUplinkRaisesOneAlarmAndSendsOneMessage(t *testing.T) {
	t.Parallel()
	scripts := loadWecomScripts(t)
	for name, trigger := range map[string]string{"alarm first": scripts.trigger, "wecom_notify first": scripts.swapped(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			group := newWecom(t, "key-of-the-alarm-bot")
			_, c := seedServer(t, group, scripts)
			c.publish("trigger", "overheat", trigger, nil)
			setParam(c, "wecom_webhook_url", botURL("key-of-the-alarm-bot"))
			overheatAndRecover(t, c, group, scripts)
		})
	}
}

func overheatAndRecover(t *testing.T, c *client, group *wecom, scripts wecomScripts) {
	t.Helper()
	cool := c.uplink(seedDevice, map[string]any{"temperature": 20.5})
	if story := c.settled(cool.str("execution_id")); story.count("deliveries") != 0 {
		t.Fatalf("a cool uplink before any alarm sends: %s", story.text)
	}

	hot := c.uplink(seedDevice, map[string]any{"temperature": 42.5})
	hot.expect("dispatches", "1")
	story := c.settled(hot.str("execution_id"))
	story.expect("state", "completed").expect("deliveries.0.state", "completed").expect("deliveries.0.outcome", "delivered")
	if story.count("deliveries") != 1 || story.count("runs") != 3 {
		t.Errorf("want one delivery of three runs: %s", story.text)
	}
	raised := c.get("/alarms")
	if raised.count("items") != 1 {
		t.Fatalf("want one alarm: %s", raised.text)
	}
	raised.expect("items.0.alarm_name", scripts.alarm).expect("items.0.eui", seedDevice).expect("items.0.level", "high").
		expect("items.0.state", "active").expect("items.0.count", "1")
	checkMessages(t, group, scripts.raised)
	if text := group.delivered()[0].Text; !strings.Contains(text, "42.5") || !strings.Contains(text, seedDevice) || !strings.Contains(text, "Cold room 2") {
		t.Errorf("the message does not say what is hot and how hot: %s", text)
	}

	cool = c.uplink(seedDevice, map[string]any{"temperature": 21})
	c.settled(cool.str("execution_id")).expect("deliveries.0.outcome", "delivered")
	checkMessages(t, group, scripts.raised, scripts.recovered)
	if active := c.get("/alarms"); active.count("items") != 0 {
		t.Errorf("still active: %s", active.text)
	}
	c.get("/alarms?state=cleared").expect("items.0.id", raised.str("items.0.id")).expect("items.0.state", "cleared")

	for i := range 3 {
		cool = c.uplink(seedDevice, map[string]any{"temperature": 20 - i})
		if story := c.settled(cool.str("execution_id")); story.count("deliveries") != 0 || story.str("state") != "completed" {
			t.Errorf("a further cool uplink: %s", story.text)
		}
	}
	checkMessages(t, group, scripts.raised, scripts.recovered)
}

// checkMessages compares the markdown messages that the group has got, each by what must stand in it.
func checkMessages(t *testing.T, group *wecom, want ...string) {
	t.Helper()
	got := group.delivered()
	if len(got) != len(want) {
		t.Fatalf("%d messages, want %d: %+v", len(got), len(want), got)
	}
	for i, m := range got {
		if m.Type != "markdown" || !strings.Contains(m.Text, want[i]) {
			t.Errorf("message %d is no markdown with %q: %+v", i, want[i], m)
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	scripts := loadWecomScripts(t)
	group := newWecom(t, "key-of-the-alarm-bot")
	_, c := seedServer(t, group, scripts)
	c.publish("rpc", "say", scripts.plain, map[string]any{"org_wide": true})

	missing := c.rpc(seedDevice, "say", map[string]any{"content": "nobody hears this"})
	missing.expect("result.actions", "0")
	story := c.get("/executions/" + missing.str("result.execution_id"))
	if story.str("runs.0.logs.0.level") != "error" || !strings.Contains(story.str("runs.0.logs.0.text"), "wecom_webhook_url") {
		t.Errorf("the run's log does not say which org param is missing: %s", story.text)
	}

	setParam(c, "wecom_webhook_url", botURL("key-of-the-alarm-bot"))
	c.rpc(seedDevice, "say", map[string]any{"content": "每日报告"}).expect("result.actions", "1").
		expect("result.deliveries.0.state", "completed").expect("result.deliveries.0.outcome", "delivered")
	c.rpc(seedDevice, "say", nil).expect("result.deliveries.0.outcome", "delivered")
	got := group.delivered()
	if len(got) != 2 || got[0].Type != "text" || got[0].Text != "每日报告" || !strings.Contains(got[1].Text, "Cold room 2") {
		t.Errorf("got %+v", got)
	}
}

func TestNewOrgParamIsUsedByTheNextUplink(t *testing.T) {
	t.Parallel()
	scripts := loadWecomScripts(t)
	group := newWecom(t, "the-first-bots-key", "the-second-bots-key")
	_, c := seedServer(t, group, scripts)
	for i, key := range []string{"the-first-bots-key", "the-second-bots-key"} {
		setParam(c, "wecom_webhook_url", botURL(key))
		hot := c.uplink(seedDevice, map[string]any{"temperature": 40 + i})
		c.settled(hot.str("execution_id")).expect("deliveries.0.outcome", "delivered")
		if got := group.delivered(); len(got) != i+1 || got[i].Bot != key {
			t.Fatalf("after setting %s: %+v", key, got)
		}
	}
}

func TestChannelPicksTheBot(t *testing.T) {
	t.Parallel()
	scripts := loadWecomScripts(t)
	group := newWecom(t, "the-group-bots-key", "the-smart-bots-key")
	_, c := seedServer(t, group, scripts)
	c.publish("rpc", "wecom_notify", scripts.withChannel(t), nil)
	setParam(c, "wecom_webhook_group", botURL("the-group-bots-key"))
	setParam(c, "wecom_webhook_smart", botURL("the-smart-bots-key"))
	for i, channel := range []struct{ name, key string }{{"smart", "the-smart-bots-key"}, {"group", "the-group-bots-key"}, {"", "the-group-bots-key"}} {
		params := map[string]any{"name": scripts.alarm, "action": "new", "title": "t", "level": "low", "desc": "d"}
		if channel.name != "" {
			params["channel"] = channel.name
		}
		c.rpc(seedDevice, "wecom_notify", params).expect("result.deliveries.0.outcome", "delivered")
		if got := group.delivered(); len(got) != i+1 || got[i].Bot != channel.key {
			t.Fatalf("channel %q: %+v", channel.name, got)
		}
	}
}

const (
	corpID     = "ww1234567890abcdef"
	corpSecret = "the-secret-of-the-self-built-app"
)

// appServer runs a server whose organisation has a self-built app.
func appServer(t *testing.T, scripts wecomScripts) (*process, *client, *wecom) {
	t.Helper()
	group := newWecom(t)
	group.apps[corpID], group.agents[1000002] = corpSecret, true
	p, c := seedServer(t, group, scripts)
	setParam(c, "wecom_corp_id", corpID)
	setParam(c, "wecom_corp_secret", corpSecret)
	c.put("/org-params/wecom_agent_id", map[string]any{"value": "1000002", "secret": false})
	return p, c, group
}

func TestSelfBuiltAppFetchesItsTokenAndSendsWithIt(t *testing.T) {
	t.Parallel()
	scripts := loadWecomScripts(t)
	_, c, group := appServer(t, scripts)
	c.publish("rpc", "wecom_notify", scripts.app, nil)
	overheatAndRecover(t, c, group, scripts)
	for i, m := range group.delivered() {
		if m.Token != "access-token-00"+strconv.Itoa(i+1)+"-issued-by-the-stand-in" || m.Body["touser"] != "@all" || m.Body["agentid"] != 1000002.0 {
			t.Errorf("message %d: %+v", i, m)
		}
		if _, given := m.Body["toparty"]; given {
			t.Errorf("an undefined member was sent: %+v", m.Body)
		}
	}

	// A wrong secret: the script logs what WeCom said and sends nothing.
	setParam(c, "wecom_corp_secret", "a-secret-that-is-wrong")
	refused := c.rpc(seedDevice, "wecom_notify", map[string]any{"name": "x", "action": "new"}).expect("result.actions", "0")
	if story := c.get("/executions/" + refused.str("result.execution_id")); !strings.Contains(story.text, "40001") {
		t.Errorf("the log does not show WeCom's answer: %s", story.text)
	}
}

func TestTokenCachedInAttributes(t *testing.T) {
	t.Parallel()
	scripts := loadWecomScripts(t)
	_, c, group := appServer(t, scripts)
	source, err := os.ReadFile(filepath.Join("testdata", "wecom", "cached_token.js"))
	if err != nil {
		t.Fatal(err)
	}
	c.publish("rpc", "say", string(source), map[string]any{"org_wide": true})
	say := func(wantActions string, wantIssued int) {
		t.Helper()
		r := c.rpc(seedDevice, "say", map[string]any{"content": "hello"})
		r.expect("result.actions", wantActions).expect("result.deliveries.0.outcome", "delivered")
		if n := group.tokensIssued(); n != wantIssued {
			t.Errorf("%d tokens were fetched, want %d", n, wantIssued)
		}
	}
	say("2", 1)
	for range 3 {
		say("1", 1)
	}
	attrs := c.get("/devices/" + seedDevice)
	attrs.expect("server_attrs.wecom_token.value", "access-token-001-issued-by-the-stand-in").expect("server_attrs.alarm_temp", "30")

	// When it has expired, another is fetched.
	past := time.Now().Add(-time.Minute).UnixMilli()
	c.do("PATCH", "/devices/"+seedDevice+"/attributes", map[string]any{"server_attrs": map[string]any{
		"wecom_token": map[string]any{"value": "stale", "expires_at": past},
	}}).want(200)
	say("2", 2)
	say("1", 2)
	if got := group.delivered(); len(got) != 6 {
		t.Errorf("%d messages, want 6", len(got))
	}
}
