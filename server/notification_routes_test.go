package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/server/store"
)

const hookOf = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="

func group(name, url string) object { return object{"name": name, "webhook_url": url} }

func wecomGroups(groups ...any) object {
	return object{"type": "wecom", "settings": object{"groups": groups}}
}

// at returns what stands at a path of a reply, such as settings.groups.0.name.
func (r reply) at(path string) any {
	var v any = r.body
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case object:
			v = in[name]
		case []any:
			if i := int(name[0] - '0'); i < len(in) {
				v = in[i]
			} else {
				v = nil
			}
		default:
			return nil
		}
	}
	return v
}

func TestServicesKeepTheirSecrets(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	made := admin.must(200, "PUT", "/notification-services/on-call", object{"type": "dingtalk", "description": "nights", "settings": object{"groups": []any{
		object{"name": "night", "webhook_url": "https://oapi.dingtalk.com/robot/send?access_token=token-of-the-night", "secret": "SEC-of-the-night"},
	}}})
	want := map[string]any{
		"name": "on-call", "type": "dingtalk", "description": "nights", "updated_by": "token:TRIPLINE_ADMIN_TOKEN", "targets.0.name": "night",
		"settings.groups.0.webhook_url": "https://oapi.dingtalk.com/robot/send?access_token=•••", "settings.groups.0.secret": "•••",
		"targets.0.destination": "https://oapi.dingtalk.com/robot/send?access_token=•••",
	}
	for _, r := range []reply{made, admin.must(200, "GET", "/notification-services/on-call", nil)} {
		for path, value := range want {
			if r.at(path) != value {
				t.Errorf("%s is %v, want %v", path, r.at(path), value)
			}
		}
	}
	stored := func() string {
		set, err := s.store.Notifications(t.Context(), "default")
		if err != nil {
			t.Fatal(err)
		}
		service, _ := set.Service("on-call")
		return string(service.Settings)
	}
	before := stored()
	for name, body := range map[string]object{
		"its own reply":  {"settings": made.body["settings"]},
		"secrets left":   {"settings": object{"groups": []any{object{"name": "night"}}}},
		"no settings":    {"description": "nights"},
		"a changed name": {"settings": object{"groups": []any{object{"name": "night"}}}, "type": "dingtalk"},
	} {
		admin.must(200, "PUT", "/notification-services/on-call", body)
		if stored() != before {
			t.Errorf("%s: the settings become %s", name, stored())
		}
	}
	admin.must(200, "PUT", "/notification-services/on-call", object{"settings": object{"groups": []any{object{"name": "night", "secret": "another-secret"}}}})
	if now := stored(); !strings.Contains(now, "another-secret") || !strings.Contains(now, "token-of-the-night") {
		t.Errorf("after a new secret the settings are %s", now)
	}

	// Former secrets are masked as well as those in use.
	params, err := s.store.OrgParams(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	said := "token-of-the-night SEC-of-the-night another-secret"
	if got := params.Redactor().String(said); got != "••• ••• •••" {
		t.Errorf("masked it is %q", got)
	}
	log := admin.must(200, "GET", "/audit", nil)
	for secret := range strings.FieldsSeq(said) {
		if strings.Contains(log.text, secret) {
			t.Errorf("the audit log has %s", secret)
		}
	}
	if log.at("items.0.action") != "notification_service.update" || log.at("items.0.after.secrets_changed") != true || log.at("items.4.action") != "notification_service.update" {
		t.Errorf("the audit log says %s", log.text)
	}
}

// TestTargetsAreKnownByTheirID: a reply says it, and sent back under another name it is the same target.
func TestTargetsAreKnownByTheirID(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	path := "/notification-services/s"
	made := admin.must(200, "PUT", path, wecomGroups(group("Day", hookOf+"k1"), group("Night", hookOf+"k2")))
	settings := made.at("settings").(object)
	settings["groups"].([]any)[1].(object)["name"] = "Late"
	renamed := admin.must(200, "PUT", path, object{"settings": settings})
	swapped := admin.must(200, "PUT", path, wecomGroups(group("Late", hookOf+"k2"), group("Early", hookOf+"k1")))
	for _, c := range []struct {
		r          reply
		path, want string
	}{
		{made, "settings.groups.1.id", "Night"}, {made, "targets.1.id", "Night"}, {made, "targets.1.name", "Night"},
		{renamed, "targets.1.id", "Night"}, {renamed, "targets.1.name", "Late"}, {renamed, "targets.0.id", "Day"},
		{swapped, "targets.0.id", "Night"}, {swapped, "targets.0.name", "Late"}, {swapped, "targets.1.id", "Day"}, {swapped, "targets.1.name", "Early"},
	} {
		if got := c.r.at(c.path); got != c.want {
			t.Errorf("%s is %v, want %s", c.path, got, c.want)
		}
	}
	twice := object{"id": "x", "name": "a", "webhook_url": hookOf + "k1"}
	if r := admin.must(422, "PUT", path, wecomGroups(twice, object{"id": "x", "name": "b", "webhook_url": hookOf + "k2"})); r.places() != "body.settings.groups[1].id" {
		t.Errorf("one ID twice is refused with %s", r.text)
	}
}

// TestStoredServicesLoad: rules that came after a service was stored are for whoever changes its settings.
func TestStoredServicesLoad(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	keywords := strings.Split(strings.Repeat("k,", 30)+"k", ",")
	settings, err := json.Marshal(object{"url": "https://h.example/x", "keywords": keywords})
	if err != nil {
		t.Fatal(err)
	}
	err = s.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutNotificationService("default", notify.Service{Name: "s", Type: "webhook", Settings: settings})
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/notification-services/s"
	if r := admin.must(200, "GET", path, nil); r.at("targets.0.name") != "webhook" || r.at("problem") != nil {
		t.Errorf("it is shown as %s", r.text)
	}
	admin.must(200, "PUT", path, object{"description": "nights"})
	if r := admin.must(422, "PUT", path, object{"settings": object{"url": "https://h.example/x", "keywords": keywords}}); r.places() != "body.settings.keywords" {
		t.Errorf("its settings are refused with %s", r.text)
	}
}

func TestSecretsStayWithTheirAddress(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	for _, c := range []struct {
		kind           string
		before, change object
		place          string
	}{
		{"webhook", object{"url": "https://a.example/x", "headers": object{"X-Key": "kept-secret"}}, object{"url": "https://b.example/x", "headers": object{"X-Key": "•••"}}, "body.settings.headers.X-Key"},
		{"email", object{"host": "a.example", "port": 465, "tls": "tls", "user": "u", "password": "kept-secret", "from": "a@b.c", "to": []string{"d@e.f"}},
			object{"host": "b.example", "port": 465, "tls": "tls", "user": "u", "from": "a@b.c", "to": []string{"d@e.f"}}, "body.settings.password"},
		{"email", object{"host": "a.example", "port": 465, "tls": "tls", "user": "u", "password": "kept-secret", "from": "a@b.c", "to": []string{"d@e.f"}},
			object{"host": "a.example", "port": 465, "tls": "none", "user": "u", "from": "a@b.c", "to": []string{"d@e.f"}}, "body.settings.password"},
		{"wecom", object{"account": object{"company_id": "a", "agent_id": 1, "secret": "kept-secret", "accounts": []string{"li"}}},
			object{"account": object{"company_id": "b", "agent_id": 1, "accounts": []string{"li"}}}, "body.settings.account.secret"},
		{"dingtalk", object{"member": object{"client_id": "a", "client_secret": "kept-secret", "robot_code": "r", "members": []string{"li"}}},
			object{"member": object{"client_id": "b", "client_secret": "•••", "robot_code": "r", "members": []string{"li"}}}, "body.settings.member.client_secret"},
		{"feishu", object{"groups": []any{object{"name": "g", "webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/k1", "secret": "kept-secret"}}},
			object{"groups": []any{object{"name": "g", "webhook_url": "https://b.example/k1"}}}, "body.settings.groups[0].secret"},
	} {
		admin.must(200, "PUT", "/notification-services/s", object{"type": c.kind, "settings": c.before})
		r := admin.must(422, "PUT", "/notification-services/s", object{"settings": c.change})
		if r.places() != c.place || !strings.Contains(r.text, "has changed") || strings.Contains(r.text, "kept-secret") {
			t.Errorf("%s: refused with %s, want %s", c.kind, r.text, c.place)
		}
	}
}

func TestBadServicesAreRefusedByPlace(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	for _, c := range []struct {
		name  string
		body  object
		place string
	}{
		{"s", object{"settings": object{}}, "body.type"},
		{"s", object{"type": "pigeon", "settings": object{}}, "body.type"},
		{"s", object{"type": "wecom"}, "body.settings"},
		{"s", wecomGroups(group("a", "not a URL")), "body.settings.groups[0].webhook_url"},
		{"s", wecomGroups(group("a", hookOf+"k1"), group("a", hookOf+"k2")), "body.settings.groups[1].name"},
		{"s", wecomGroups(group("a", hookOf+"•••")), "body.settings.groups[0].webhook_url"},
		{"s", object{"type": "wecom", "settings": object{"grops": []any{}}}, "body.settings.grops"},
		{"s", object{"type": "wecom", "settings": object{"account": object{"company_id": "c", "agent_id": "x", "secret": "s", "accounts": []string{"a"}}}}, "body.settings.account.agent_id"},
		{"s", object{"type": "webhook", "settings": object{"url": "https://h.example/x", "headers": object{"Host": "h"}}}, "body.settings.headers.Host"},
		{"s", object{"type": "webhook", "settings": object{"url": "https://h.example/x", "keywords": []string{strings.Repeat("关", 2000)}}}, "body.settings.keywords[0]"},
		{"types", wecomGroups(group("a", hookOf+"k")), "path.name"},
		{"%20", wecomGroups(group("a", hookOf+"k")), "path.name"},
	} {
		r := admin.must(422, "PUT", "/notification-services/"+c.name, c.body)
		if !strings.Contains(r.places(), c.place) {
			t.Errorf("%v: refused at %q, want %s", c.body, r.places(), c.place)
		}
	}
	admin.must(404, "GET", "/notification-services/s", nil)
	admin.must(404, "DELETE", "/notification-services/s", nil)
	admin.must(404, "POST", "/notification-services/s/test", nil)
}

func TestRules(t *testing.T) {
	s := newSite(t)
	admin, integrator := s.admin(), s.scoped("scripts")
	admin.must(200, "PUT", "/notification-services/值班群", wecomGroups(group("a", hookOf+"k1")))
	path := "/notification-rules/cold-rooms"
	whole := integrator.must(200, "PUT", path, object{
		"services": []string{"值班群"}, "on": []string{"raise"}, "levels": []string{"high"}, "alarm_name": "over*", "tags": []string{"t"}, "devices": []string{"A84041000181C061"},
		"template": "{{device}}", "repeat_minutes": 5, "quiet_hours": object{"from": "22:00", "to": "07:00", "time_zone": "Asia/Shanghai"}, "enabled": false,
	})
	if whole.at("devices.0") != "a84041000181c061" || whole.at("quiet_hours.to") != "07:00" || whole.at("enabled") != false {
		t.Errorf("the rule is %s", whole.text)
	}
	// A PUT replaces: what it leaves out has its default.
	plain := integrator.must(200, "PUT", path, object{"services": []string{"值班群"}})
	if plain.at("on.0") != "raise" || plain.at("on.1") != "clear" || plain.at("enabled") != true || plain.at("quiet_hours") != nil || plain.at("template") != "" {
		t.Errorf("the rule is %s", plain.text)
	}
	for _, c := range []struct {
		body  object
		place string
	}{
		{object{}, "body"},
		{object{"services": []string{"值班群", "nobody"}}, "body.services[1]"},
		{object{"services": []string{"值班群"}, "template": "{{nothing}}"}, "body.template"},
		{object{"services": []string{"值班群"}, "on": []string{"count"}}, "body.on[0]"},
		{object{"services": []string{"值班群"}, "quiet_hours": object{"from": "7", "to": "8:00"}}, "body.quiet_hours.from"},
	} {
		if r := integrator.must(422, "PUT", path, c.body); !strings.Contains(r.places(), c.place) || strings.Contains(c.place, "services[1]") && !strings.Contains(r.text, "nobody") {
			t.Errorf("%v: refused with %s, want one at %s", c.body, r.text, c.place)
		}
	}
	if r := admin.must(409, "DELETE", "/notification-services/值班群", nil); !strings.Contains(r.text, "cold-rooms") {
		t.Errorf("it does not say who names it: %s", r.text)
	}
	if r := integrator.must(200, "GET", "/notification-services/names", nil); r.at("items.0.name") != "值班群" || strings.Contains(r.text, "webhook") {
		t.Errorf("integrators see %s", r.text)
	}
	integrator.must(403, "GET", "/notification-services/值班群", nil)

	admin.must(200, "PUT", "/orgs/acme", object{"name": "Acme"})
	acme := s.token(admin.must(201, "POST", "/tokens", object{"name": "t", "scopes": []string{"admin"}, "org": "acme"}).body["token"].(string))
	for _, other := range []string{path, "/notification-services/值班群"} {
		acme.must(404, "GET", other, nil)
		acme.must(404, "DELETE", other, nil)
	}
	acme.must(422, "PUT", path, object{"services": []string{"值班群"}})
	if n := len(acme.must(200, "GET", "/notification-rules", nil).items()) + len(acme.must(200, "GET", "/notification-services", nil).items()); n != 0 {
		t.Errorf("another organisation sees %d of them", n)
	}
	for _, list := range []string{"/notification-rules?limit=1", "/notification-services?search=值", "/notification-services/names"} {
		if r := admin.must(200, "GET", list, nil); len(r.items()) != 1 {
			t.Errorf("%s: %s", list, r.text)
		}
	}
	integrator.must(204, "DELETE", path, nil)
	integrator.must(404, "GET", path, nil)
	admin.must(204, "DELETE", "/notification-services/值班群", nil)
	log := admin.must(200, "GET", "/audit?search=notification_", nil)
	var actions []string
	for _, entry := range log.items() {
		actions = append(actions, entry.(object)["action"].(string))
	}
	if got := strings.Join(actions, " "); got != "notification_service.delete notification_rule.delete notification_rule.update notification_rule.create notification_service.create" {
		t.Errorf("the audit log says %s", got)
	}
}

func TestTypesDescribeTheirSettings(t *testing.T) {
	types := newSite(t).admin().must(200, "GET", "/notification-services/types", nil)
	var names []string
	for _, item := range types.items() {
		names = append(names, item.(object)["type"].(string))
	}
	if got := strings.Join(names, " "); got != "wecom dingtalk feishu webhook email" {
		t.Errorf("types are %s", got)
	}
	if types.at("items.0.settings.0.name") != "groups" || types.at("items.0.settings.0.fields.1.secret") != true {
		t.Errorf("wecom is %v", types.at("items.0"))
	}
}

func TestAddressBookIsRead(t *testing.T) {
	admin := newSite(t).admin()
	export := "填写须知,,\n姓名,账号,手机\n张三,zhangsan,13800000000\n李四,lisi,\n"
	r := admin.with("Content-Type", "text/csv").must(200, "POST", "/notification-services/import", export)
	if len(r.items()) != 2 || r.at("items.0.id") != "zhangsan" || r.at("items.1.name") != "李四" {
		t.Errorf("found is %s", r.text)
	}
	if r := admin.with("Content-Type", "application/octet-stream").must(422, "POST", "/notification-services/import", "PK\x03\x04 no workbook"); r.places() != "body" {
		t.Errorf("refused with %s", r.text)
	}
	admin.with("Content-Type", "text/csv").must(http.StatusRequestEntityTooLarge, "POST", "/notification-services/import", strings.Repeat("a,b\n", 300_000))
}
