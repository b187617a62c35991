package server_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const webhook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a2c41-7a0c-4bc4-97a0-0ec2fa5a4f2a"

func TestOrgParamsOverHTTP(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	made := admin.must(200, "PUT", "/org-params/wecom_webhook_url", object{"value": webhook, "remark": "alarm bot", "hosts": []string{"qyapi.weixin.qq.com"}, "rotate_days": 90})
	want := object{"key": "wecom_webhook_url", "remark": "alarm bot", "secret": true, "hint": "…4f2a", "rotate_days": 90.0, "rotate_by": "2026-05-30T08:00:00Z",
		"rotated_at": "2026-03-01T08:00:00Z", "updated_at": "2026-03-01T08:00:00Z", "updated_by": "token:TRIPLINE_ADMIN_TOKEN"}
	for field, value := range want {
		if made.body[field] != value {
			t.Errorf("%s is %v, want %v", field, made.body[field], value)
		}
	}
	s.wait(24 * time.Hour)
	admin.must(200, "PUT", "/org-params/wecom_webhook_url", object{"remark": "rotate quarterly", "scripts": []string{"wecom_*"}})
	admin.must(200, "PUT", "/org-params/channel", object{"value": "alarm", "secret": false})

	list := admin.must(200, "GET", "/org-params", nil)
	one := admin.must(200, "GET", "/org-params/wecom_webhook_url", nil)
	for _, r := range []reply{made, list, one} {
		if _, there := r.body["value"]; there || strings.Contains(r.text, "693a2c41") {
			t.Errorf("a reply carries the value: %s", r.text)
		}
	}
	if one.body["remark"] != "rotate quarterly" || one.body["rotated_at"] != "2026-03-01T08:00:00Z" || one.body["updated_at"] != "2026-03-02T08:00:00Z" || fmt.Sprint(one.body["hosts"]) != "[qyapi.weixin.qq.com]" || one.body["rotate_days"] != 90.0 {
		t.Errorf("after editing the remark: %s", one.text)
	}
	if got := list.items(); len(got) != 2 || got[0].(object)["key"] != "channel" || got[0].(object)["hint"] != nil {
		t.Errorf("the list says %s", list.text)
	}
	if got := admin.must(200, "GET", "/org-params?search=QUARTER", nil).items(); len(got) != 1 {
		t.Errorf("search finds %v", got)
	}
	first := admin.must(200, "GET", "/org-params?limit=1", nil)
	second := admin.must(200, "GET", "/org-params?limit=1&cursor="+first.body["next_cursor"].(string), nil)
	if second.items()[0].(object)["key"] != "wecom_webhook_url" || second.body["next_cursor"] != nil {
		t.Errorf("the second page is %s", second.text)
	}
	if got := s.user("int", "integrator").must(200, "GET", "/org-params/keys", nil).text; got != `{"items":[{"key":"channel","remark":""},{"key":"wecom_webhook_url","remark":"rotate quarterly"}]}`+"\n" {
		t.Errorf("integrators see %s", got)
	}
	if got := admin.must(200, "GET", "/org-params/wecom_webhook_url?reveal=1", nil).body["value"]; got != webhook {
		t.Errorf("revealed: %v", got)
	}
	seen := admin.must(200, "GET", "/audit?search=reveal", nil).items()
	if len(seen) != 1 || seen[0].(object)["target"] != "wecom_webhook_url" || seen[0].(object)["actor"] != "token:TRIPLINE_ADMIN_TOKEN" {
		t.Errorf("the audit log has %v", seen)
	}

	set, err := s.store.OrgParams(t.Context(), "default")
	if err != nil || !strings.Contains(string(set.ForScript("wecom_notify")), "693a2c41") || strings.Contains(string(set.ForScript("other")), "wecom") {
		t.Errorf("scripts get %s, %v", set.ForScript("other"), err)
	}
	admin.must(200, "PUT", "/org-params/channel", object{"value": "daily"})
	if set, _ = s.store.OrgParams(t.Context(), "default"); string(set.ForScript("other")) != `{"channel":"daily"}` {
		t.Errorf("after a change, scripts get %s", set.ForScript("other"))
	}
	admin.must(204, "DELETE", "/org-params/channel", nil)
	admin.must(404, "GET", "/org-params/channel", nil)
	admin.must(404, "GET", "/org-params/channel?reveal=1", nil)
	admin.must(404, "DELETE", "/org-params/channel", nil)
	if set, _ = s.store.OrgParams(t.Context(), "default"); string(set.ForScript("other")) != `{}` {
		t.Errorf("after deleting, scripts get %s", set.ForScript("other"))
	}
}

func TestBadOrgParamsChangeNothing(t *testing.T) {
	s := newSite(t)
	const value = "do-not-repeat-me"
	for name, c := range map[string]struct {
		path   string
		body   any
		status int
		places string
	}{
		"no value":       {"/org-params/p", object{"remark": "r"}, 422, "body.value"},
		"key":            {"/org-params/1" + value, object{"value": value}, 422, "path.key"},
		"taken key":      {"/org-params/keys", object{"value": value}, 422, "path.key"},
		"hosts":          {"/org-params/p", object{"value": value, "hosts": []string{"a.example", "http://" + value}}, 422, "body.hosts[1]"},
		"short and host": {"/org-params/p", object{"value": "short", "hosts": []string{"a.example"}}, 422, "body.hosts"},
		"scripts":        {"/org-params/p", object{"value": value, "scripts": []string{"[" + value}}, 422, "body.scripts[0]"},
		"long":           {"/org-params/p", object{"value": strings.Repeat(value, 5000)}, 422, "body.value"},
		"number":         {"/org-params/p", object{"value": 1}, 422, "body.value"},
		"unknown field":  {"/org-params/p", object{"value": value, "vaule": value}, 422, "body.vaule"},
		"rotate_days":    {"/org-params/p", object{"value": value, "rotate_days": -1}, 422, "body.rotate_days"},
		"no JSON":        {"/org-params/p", `{"value":"` + value, 400, "body"},
		"a list":         {"/org-params/p", `["` + value + `"]`, 422, "body"},
		"nothing":        {"/org-params/p", ``, 400, ""},
		"too large":      {"/org-params/p", `{"value":"` + strings.Repeat(value, 70_000) + `"}`, 413, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.admin().must(c.status, "PUT", c.path, c.body)
			if r.places() != c.places {
				t.Errorf("bad fields %q in %s", r.places(), r.text)
			}
			if strings.Contains(r.text, value) {
				t.Errorf("the reply repeats what was sent: %s", r.text)
			}
		})
	}
	if r := s.admin().with("Content-Type", "text/plain").must(415, "PUT", "/org-params/p", `{"value":"`+value+`"}`); strings.Contains(r.text, value) {
		t.Error(r.text)
	}
	if got := s.admin().must(200, "GET", "/org-params", nil).items(); len(got) != 0 {
		t.Errorf("there are params now: %v", got)
	}
	if got := s.admin().must(200, "GET", "/audit", nil).items(); len(got) != 0 {
		t.Errorf("the audit log has %v", got)
	}
}

func TestNoSecretIsOnDisk(t *testing.T) {
	s := newSite(t)
	s.admin().must(200, "PUT", "/users/ann", object{"role": "admin", "password": "password-of-ann-on-disk"})
	ann := s.signIn("ann", "password-of-ann-on-disk")
	token := ann.must(201, "POST", "/tokens", object{"name": "t", "scopes": []string{"admin"}}).body["token"].(string)
	values := []string{webhook, "second-value-of-p", "third-value-of-p"}
	for _, value := range values {
		ann.must(200, "PUT", "/org-params/p", object{"value": value})
		s.token(token).must(200, "GET", "/org-params/p?reveal=1", nil)
		// A remark that repeats a value must not bring it into the audit log.
		ann.must(200, "PUT", "/org-params/q", object{"value": "of q, which is long", "remark": "same as p"})
	}
	ann.must(204, "DELETE", "/org-params/p", nil)
	hidden := append(values, "693a2c41-7a0c-4bc4-97a0-0ec2fa5a4f2a", "password-of-ann-on-disk", token, adminToken,
		strings.TrimPrefix(ann.header.Get("Cookie"), "tripline_session="))
	files, err := filepath.Glob(filepath.Join(s.dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	seen := false
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen = seen || bytes.Contains(content, []byte("org_param.reveal"))
		for _, text := range hidden {
			for _, form := range []string{text, hex.EncodeToString([]byte(text)), base64.StdEncoding.EncodeToString([]byte(text))[:12]} {
				if bytes.Contains(content, []byte(form)) {
					t.Errorf("%s has %q", filepath.Base(file), form)
				}
			}
		}
	}
	if !seen {
		t.Error("the test read the wrong files")
	}
}

func TestAuditLog(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	admin.must(200, "PUT", "/org-params/p", object{"value": "a long secret value", "remark": "one"})
	// Values are masked in it even where somebody wrote one into a remark.
	admin.must(200, "PUT", "/org-params/p", object{"remark": "is a long secret value"})
	admin.must(200, "PUT", "/org-params/p", object{"value": "another secret value"})
	admin.must(200, "PUT", "/orgs/default", object{"downlink_url": "https://ns.example/push?token=abc"})
	admin.must(200, "PUT", "/users/ann", object{"role": "operator", "password": "password of ann"})
	admin.must(204, "DELETE", "/users/ann", nil)

	all := admin.must(200, "GET", "/audit", nil)
	var actions []string
	for _, item := range all.items() {
		actions = append(actions, item.(object)["action"].(string))
	}
	if got := strings.Join(actions, " "); got != "user.delete user.create org.update org_param.update org_param.update org_param.create" {
		t.Errorf("actions are %s", got)
	}
	for _, secret := range []string{"long secret", "another secret", "abc", "password of"} {
		if strings.Contains(all.text, secret) {
			t.Errorf("the log carries %q: %s", secret, all.text)
		}
	}
	last := all.items()[3].(object)
	if last["after"].(object)["value_changed"] != true || last["before"].(object)["remark"] != "is •••" || last["time"] != "2026-03-01T08:00:00Z" || last["id"] == "" {
		t.Errorf("the change of a value is recorded as %v", last)
	}

	var paged []string
	for cursor := ""; ; {
		r := admin.must(200, "GET", "/audit?limit=4&cursor="+cursor, nil)
		for _, item := range r.items() {
			paged = append(paged, item.(object)["action"].(string))
		}
		next, more := r.body["next_cursor"].(string)
		if !more {
			break
		}
		cursor = next
	}
	if strings.Join(paged, " ") != strings.Join(actions, " ") {
		t.Errorf("in pages: %v", paged)
	}
	for search, want := range map[string]int{"USER": 2, "ann": 2, "p": 4, "nothing like it": 0, "token:trip": 6} {
		r := admin.must(200, "GET", "/audit?search="+strings.ReplaceAll(search, " ", "%20"), nil)
		if search == "p" {
			want = 6 // every action, actor or target has one
		}
		if len(r.items()) != want {
			t.Errorf("search %q finds %d", search, len(r.items()))
		}
	}
	admin.must(422, "GET", "/audit?cursor=!", nil)
	admin.must(422, "GET", "/audit?limit=501", nil)
}

func TestBadOrganisationsAndUsers(t *testing.T) {
	s := newSite(t)
	for name, c := range map[string]struct {
		path, places string
		body         object
	}{
		"no name":       {"/orgs/acme", "body.name", object{}},
		"code":          {"/orgs/Acme", "path.code", object{"name": "x"}},
		"time zone":     {"/orgs/acme", "body.time_zone", object{"name": "x", "time_zone": "Mars/Base"}},
		"local":         {"/orgs/acme", "body.time_zone", object{"name": "x", "time_zone": "Local"}},
		"unknown":       {"/orgs/acme", "body.unknown_devices", object{"name": "x", "unknown_devices": "maybe"}},
		"hosts":         {"/orgs/acme", "body.egress_hosts[0]", object{"name": "x", "egress_hosts": []string{"a.example:80"}}},
		"downlink":      {"/orgs/acme", "body.downlink_url", object{"name": "x", "downlink_url": "ftp://a"}},
		"no role":       {"/users/ann", "body.role", object{"password": "password"}},
		"no password":   {"/users/ann", "body.password", object{"role": "admin"}},
		"role":          {"/users/ann", "body.role", object{"role": "king", "password": "password"}},
		"short":         {"/users/ann", "body.password", object{"role": "admin", "password": "1234567"}},
		"name of users": {"/users/a%20b", "path.name", object{"role": "admin", "password": "password"}},
	} {
		if got := s.admin().must(422, "PUT", c.path, c.body).places(); got != c.places {
			t.Errorf("%s: bad fields %q", name, got)
		}
	}
	s.admin().must(404, "GET", "/orgs/acme", nil)
	s.admin().must(404, "GET", "/users/ann", nil)
}
