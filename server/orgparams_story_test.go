package server_test

import (
	"strings"
	"testing"
)

func TestOrgParamsTellWhoReadsThemAndTheirHistory(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	const secret = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=5d0c7b1e"
	admin.must(200, "PUT", "/org-params/wecom_webhook_url", object{"value": secret, "scripts": []string{"wecom_*"}})
	admin.must(200, "PUT", "/org-params/wecom_webhook", object{"value": "the beginning of another key"})
	admin.must(200, "PUT", "/org-params/wecom_webhook_url", object{"value": secret + "2", "remark": "night shift"})
	admin.must(200, "GET", "/org-params/wecom_webhook_url?reveal=1", nil)

	usedBy := map[string][]string{}
	for _, item := range admin.must(200, "GET", "/org-params", nil).body["items"].([]any) {
		param := item.(object)
		readers, _ := param["used_by"].([]any)
		for _, r := range readers {
			if r.(object)["granted"] != true {
				t.Errorf("%v is not granted to %v", param["key"], r)
			}
			usedBy[param["key"].(string)] = append(usedBy[param["key"].(string)], r.(object)["name"].(string))
		}
	}
	if got := usedBy["wecom_webhook_url"]; len(got) != 1 || got[0] != "wecom_notify" {
		t.Errorf("wecom_webhook_url is read by %v, want the library's wecom_notify", got)
	}
	if got := usedBy["wecom_webhook"]; got != nil {
		t.Errorf("wecom_webhook is read by %v: only a longer key is", got)
	}

	history := admin.must(200, "GET", "/org-params/wecom_webhook_url/history", nil)
	var actions []string
	for _, item := range history.body["items"].([]any) {
		actions = append(actions, item.(object)["action"].(string))
	}
	if got := strings.Join(actions, " "); got != "org_param.reveal org_param.update org_param.create" {
		t.Errorf("history: %s", got)
	}
	if strings.Contains(history.text, "5d0c7b1e") {
		t.Error("a value stands in the history")
	}
	if got := admin.otherOrg(t).must(200, "GET", "/org-params/wecom_webhook_url/history", nil).body["items"].([]any); len(got) != 0 {
		t.Errorf("another organisation sees %v", got)
	}
	s.user("lin", "integrator").must(403, "GET", "/org-params/wecom_webhook_url/history", nil)
}

func TestListsAreSearched(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	admin.must(200, "PUT", "/devices/"+thermometer, object{"name": "Cold room"})
	admin.must(200, "PUT", "/devices/calm", object{"name": "Nothing wrong here"})
	s.raise("default", "new", "high")
	for path, want := range map[string]int{
		"/alarms?search=too%20HOT": 1, "/alarms?search=81c061": 1, "/alarms?search=overheat": 1, "/alarms?search=frost": 0,
		"/devices?alarms=true": 1, "/devices": 2, "/devices?alarms=true&search=nothing": 0,
	} {
		if got := len(admin.must(200, "GET", path, nil).body["items"].([]any)); got != want {
			t.Errorf("%s lists %d, want %d", path, got, want)
		}
	}
}

func TestAdminsOfDefaultMakeUsersOfOthers(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	other := admin.otherOrg(t)
	admin.must(200, "PUT", "/users/mara", object{"org": "other", "role": "admin", "password": "long enough"})
	other.must(200, "GET", "/users/mara", nil)
	admin.must(404, "GET", "/users/mara", nil)
	s.anybody().must(200, "POST", "/login", object{"org": "other", "name": "mara", "password": "long enough"})
	other.must(403, "PUT", "/users/mara", object{"org": "default", "role": "admin", "password": "long enough"})
	admin.must(422, "PUT", "/users/mara", object{"org": "nowhere", "role": "admin", "password": "long enough"})
}
