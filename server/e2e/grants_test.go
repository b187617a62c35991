package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// grantServer runs a server with two hosts that scripts can talk to: api.example, which also redirects,
// and other.example.
func grantServer(t *testing.T) (c *client, api, other *receiver) {
	t.Helper()
	api = newReceiver(t, func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
			return
		}
		writeJSON(w, map[string]any{})
	})
	other = newReceiver(t, nil)
	p := start(t, map[string]string{"TRIPLINE_EGRESS_REWRITE": strings.Join([]string{
		"https://api.example=" + api.URL, "https://eu.api.example=" + api.URL, "https://other.example=" + other.URL, "https://api.example.other.example=" + other.URL,
	}, ",")})
	c = p.admin()
	c.put("/devices/d1", map[string]any{})
	c.publish("rpc", "sender", readTestdata(t, "secrets", "sender_rpc.js"), map[string]any{"org_wide": true})
	return c, api, other
}

const grantedSecret = `granted/to one+host & "no other"`

func TestParamWithHostsCannotBeSentElsewhere(t *testing.T) {
	t.Parallel()
	c, api, other := grantServer(t)
	c.put("/org-params/api_secret", map[string]any{"value": grantedSecret, "hosts": []string{"api.example", "*.api.example"}})
	leaks := newLeakFinder(t, map[string]string{"api_secret": grantedSecret})
	forms := []string{"raw", "url", "json", "hex", "base64"}
	places := []string{"query", "path", "header", "body", "text body"}
	for _, how := range []string{"action", "await"} {
		for _, place := range places {
			for _, form := range forms {
				for _, host := range []string{"other.example", "api.example.other.example"} {
					blocked := send(c, how, place, form, host)
					if blocked != "egress_blocked" {
						t.Errorf("%s of %s in the %s to %s: %s", how, form, place, host, blocked)
					}
				}
			}
			if blocked := send(c, how, place, "url", "eu.api.example"); blocked != "" {
				t.Errorf("%s in the %s to a granted host: %s", how, place, blocked)
			}
		}
		if blocked := send(c, how, "redirect", "hex", "other.example"); blocked != "egress_blocked" {
			t.Errorf("%s through a redirect: %s", how, blocked)
		}
	}
	if got := other.all(); len(got) != 0 {
		t.Errorf("other.example got %+v", got)
	}
	if n := len(api.all()); n != 2*len(places)+2 {
		t.Errorf("api.example got %d requests, want %d", n, 2*len(places)+2)
	}
	for _, list := range []string{"/executions?limit=500", "/deliveries?limit=500"} {
		leaks.look(list, c.get(list).text)
	}
	// A request without the value may go anywhere.
	c.publish("rpc", "sender", strings.Replace(readTestdata(t, "secrets", "sender_rpc.js"), "org_params.api_secret", `"nothing secret"`, 1), nil)
	if blocked := send(c, "action", "body", "raw", "other.example"); blocked != "" || len(other.all()) != 1 {
		t.Errorf("a harmless request: %q", blocked)
	}
}

// send has the script send the secret and returns the code by which it was stopped, or "".
func send(c *client, how, place, form, host string) string {
	c.t.Helper()
	r := c.rpc("d1", "sender", map[string]any{"how": how, "place": place, "form": form, "host": host})
	story := c.get("/executions/" + r.str("result.execution_id"))
	if how == "action" {
		if story.str("deliveries.0.state") == "completed" {
			return ""
		}
		if story.str("deliveries.0.state") != "discarded" {
			return "the delivery is " + story.str("deliveries.0.state") // it must not be tried again
		}
		return story.str("deliveries.0.error.code")
	}
	if story.str("runs.0.logs.0.text") == "sent" {
		return ""
	}
	return story.str("runs.0.logs.0.fields.code")
}

func TestParamWithScriptsIsNotGivenToOthers(t *testing.T) {
	t.Parallel()
	c, _, _ := grantServer(t)
	c.put("/org-params/api_secret", map[string]any{"value": grantedSecret, "scripts": []string{"may_*", "exactly_me"}})
	c.put("/org-params/free", map[string]any{"value": "for every script", "secret": false})
	const source = `function rpc_script({ org_params }) { return [{ type: "modifyAttrs", dnMsg: { server_attrs: { keys: Object.keys(org_params), global: typeof globalThis.org_params.api_secret } } }]; }`
	for name, given := range map[string]string{
		"may_see": `["api_secret","free"]`, "exactly_me": `["api_secret","free"]`, "exactly_me_2": `["free"]`, "maybe": `["free"]`, "sender2": `["free"]`,
	} {
		c.publish("rpc", name, source, map[string]any{"org_wide": true})
		c.rpc("d1", name, nil).expect("result.actions", "1")
		c.get("/devices/d1").expect("server_attrs.keys", given).
			expect("server_attrs.global", map[bool]string{true: "string", false: "undefined"}[strings.Contains(given, "api_secret")])
	}
	// Triggers are scripts too, and so is a dry run of another source under no name.
	c.publish("trigger", "watch", `function trigger_script() { logger.info(Object.keys(org_params).join()); return null; }`, nil)
	c.put("/devices/d1", map[string]any{"triggers": []string{"watch"}})
	r := c.uplink("d1", map[string]any{"x": 1})
	c.get("/executions/"+r.str("execution_id")).expect("runs.0.logs.0.text", "free")
	c.do("POST", "/scripts/test", map[string]any{"kind": "rpc", "source": source, "device": "d1", "real_org_params": true}).want(200).
		expect("result.0.dnMsg.server_attrs.keys", `["free"]`)
}

func TestPrivateAddressesAndUnlistedHostsAreRefused(t *testing.T) {
	t.Parallel()
	c, _, other := grantServer(t)
	private := newReceiver(t, nil)
	c.publish("rpc", "call", `async function rpc_script({ params }) {
		if (params.how === "action") return [{ type: "axios", dnMsg: { url: params.url } }];
		await axios.get(params.url);
	}`, map[string]any{"org_wide": true})
	refused := func(url string) {
		t.Helper()
		action := c.rpc("d1", "call", map[string]any{"how": "action", "url": url})
		c.get("/executions/"+action.str("result.execution_id")).expect("deliveries.0.error.code", "egress_blocked").expect("deliveries.0.state", "discarded")
		r := c.rpc("d1", "call", map[string]any{"how": "await", "url": url})
		if story := c.get("/executions/" + r.str("error.data.execution_id")); r.str("error.code") != "-32603" || !strings.Contains(story.text, "egress_blocked") && r.str("error.data.code") != "egress_blocked" {
			t.Errorf("await of %s: %s %s", url, r.text, story.text)
		}
	}
	refused(private.URL)
	refused("http://169.254.169.254/latest/meta-data/")
	refused("http://[::1]:80/")
	c.put("/orgs/default", map[string]any{"egress_hosts": []string{"api.example"}})
	refused("https://other.example/")
	c.rpc("d1", "call", map[string]any{"how": "action", "url": "https://api.example/"}).expect("result.deliveries.0.outcome", "delivered")
	if len(private.all())+len(other.all()) != 0 {
		t.Errorf("got %+v %+v", private.all(), other.all())
	}
}
