package e2e

import (
	"fmt"
	"testing"
)

// TestABotsLimitAndManyDeliveriesAtOnce: what is over a platform's limit waits and says so, and people
// retry and cancel many deliveries with one call.
func TestABotsLimitAndManyDeliveriesAtOnce(t *testing.T) {
	t.Parallel()
	group := newWecom(t, "the-busy-bot-of-the-group")
	p := start(t, group.env())
	c := p.admin()
	c.publish("rpc", "say", `function rpc_script({ params }) { return [{ type: "axios", dnMsg: { method: "POST", url: params.url, data: { msgtype: "text", text: { content: params.text } } } }]; }`, map[string]any{"org_wide": true})
	c.put("/devices/d1", map[string]any{})
	say := func(url string, n int) {
		for i := range n {
			c.do("POST", "/rpc", map[string]any{"jsonrpc": "2.0", "id": "1", "method": "say", "params": map[string]any{"_eui": "d1", "url": url, "text": fmt.Sprintf("text-%02d", i)}}).want(200)
		}
	}
	busy, gone := botURL("the-busy-bot-of-the-group"), botURL("a-bot-that-was-removed")
	say(busy, 25)
	eventually(t, "twenty messages came", func() bool { return len(group.delivered()) == 20 })
	eventually(t, "the rest says what it waits for", func() bool { return c.get("/deliveries?limit=1").str("items.0.waits_for") == "budget" })
	c.get("/deliveries?limit=1").expect("items.0.tries", "0").expect("items.0.state", "available")

	d := c.get("/deliveries/destinations")
	d.expect("items.0.url", botURL("•••")).expect("items.0.state", "up").expect("items.0.held_by", "budget").expect("items.0.waiting", "5").expect("items.0.ok", "20").
		expect("items.0.budgets.0.name", "wecom_bot").expect("items.0.budgets.0.limit", "20").expect("items.0.budgets.0.window_seconds", "60")
	if d.str("items.0.next_slot") == "" || !d.has("items.0.minutes.0.ok") {
		t.Errorf("it tells too little: %s", d.text)
	}
	c.do("POST", "/deliveries/cancel", map[string]any{}).want(422)
	c.do("POST", "/deliveries/cancel", map[string]any{"destination": botURL("•••"), "kind": "axios"}).want(200).expect("changed.4", c.get("/deliveries?limit=1").str("items.0.id")).expect("more", "false")
	c.get("/deliveries?state=cancelled&limit=5").expect("items.4.state", "cancelled")

	say(gone, 3)
	eventually(t, "a bot that is gone takes nothing", func() bool { return c.get("/deliveries?state=discarded").has("items.2.id") })
	group.change(func() { group.bots["a-bot-that-was-removed"] = true })
	c.do("POST", "/deliveries/retry", map[string]any{"state": "discarded"}).want(200).expect("skipped", "[]")
	eventually(t, "all of them are delivered", func() bool { return len(group.delivered()) == 23 })
	if got := group.delivered(); got[20].Text != "text-00" || got[22].Text != "text-02" {
		t.Errorf("they came as %s … %s", got[20].Text, got[22].Text)
	}
}
