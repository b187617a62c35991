package e2e

import "testing"

// TestDeletingADeviceCancelsWhatWasForIt: its downlinks and late changes are cancelled, on record; what
// others are to be told is still told.
func TestDeletingADeviceCancelsWhatWasForIt(t *testing.T) {
	t.Parallel()
	receiver := newReceiver(t, nil)
	p := start(t, map[string]string{"TRIPLINE_EGRESS_ALLOW": "127.0.0.1"})
	c := p.admin()
	c.publish("rpc", "late", `function rpc_script({ params }) { return [
		{ type: "default", dnMsg: { version: "3.0", type: "data", if: "loraWAN", moteeui: params._eui, token: 1, userdata: { port: 1, payload: "AQ==", confirmed: false } } },
		{ type: "modifyAttrs", sleepTimeMs: 600000, dnMsg: { server_attrs: { a: 1 } } },
	]; }`, map[string]any{"org_wide": true})
	c.publish("rpc", "tell", `function rpc_script({ params }) { return [{ type: "axios", sleepTimeMs: 1500, dnMsg: { method: "post", url: params.url, data: {} } }]; }`, map[string]any{"org_wide": true})
	c.put("/devices/d", map[string]any{})
	call := func(method string, params map[string]any) string {
		r := c.do("POST", "/rpc", map[string]any{"jsonrpc": "2.0", "id": "1", "method": method, "params": params}).want(200)
		return r.str("result.execution_id")
	}
	late := call("late", map[string]any{"_eui": "d"})
	call("tell", map[string]any{"_eui": "d", "url": receiver.URL + "/told"})
	c.do("DELETE", "/devices/d", nil).want(204)
	cancelled := c.get("/deliveries?execution_id=" + late)
	if cancelled.count("items") != 2 {
		t.Fatalf("want two deliveries: %s", cancelled.text)
	}
	for _, i := range []string{"0", "1"} {
		cancelled.expect("items."+i+".state", "cancelled").expect("items."+i+".error.code", "device_deleted")
	}
	eventually(t, "what others are to be told is told", func() bool { return len(receiver.where("/told")) == 1 })
}
