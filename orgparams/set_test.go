package orgparams_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
)

func TestScriptsGetWhatTheyWereGranted(t *testing.T) {
	s := orgparams.NewSet([]orgparams.Param{
		{Key: "b", Value: "2"},
		{Key: "a", Value: `quote " and <tag>`, Scripts: []string{"wecom_*", "exact"}},
	}, nil)
	for script, want := range map[string]string{
		"wecom_notify": `{"a":"quote \" and \u003ctag\u003e","b":"2"}`,
		"exact":        `{"a":"quote \" and \u003ctag\u003e","b":"2"}`,
		"exactly":      `{"b":"2"}`,
		"":             `{"b":"2"}`,
	} {
		for range 2 { // the second is from the cache
			if got := string(s.ForScript(script)); got != want {
				t.Errorf("%q gets %s, want %s", script, got, want)
			}
		}
	}
	if got := string(s.Placeholders()); strings.Contains(got, "quote") || !strings.Contains(got, `"b":"https://`) {
		t.Errorf("placeholders are %s", got)
	}
	var none *orgparams.Set
	if string(none.ForScript("x")) != "{}" || none.Redactor().String("x") != "x" || none.Guard().Allow("h", runtime.HTTPRequest{}) != nil || len(none.Keys()) != 0 {
		t.Error("a nil set must be empty")
	}
}

func TestRedactorKnowsSupersededAndLeavesWhatIsNoSecret(t *testing.T) {
	s := orgparams.NewSet([]orgparams.Param{
		{Key: "a", Value: "current-value", Secret: true},
		{Key: "b", Value: "channel-name"},
	}, []string{"former-value"})
	const text = "current-value former-value channel-name"
	if got := s.Redactor().String(text); got != "••• ••• channel-name" {
		t.Error(got)
	}
	other := orgparams.NewSet([]orgparams.Param{{Key: "a", Value: "of-another-org", Secret: true}}, nil)
	if got := orgparams.RedactorOf(s, other).String(text + " of-another-org"); got != "••• ••• channel-name •••" {
		t.Error(got)
	}
}

func TestGuard(t *testing.T) {
	const value = "p4ss/w+rd & more"
	const hook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-4567-89ab"
	guard := orgparams.NewSet([]orgparams.Param{
		{Key: "bound", Value: value, Hosts: []string{"good.example", "*.sub.example", "10.0.0.5:8443", "[2001:db8::1]:443"}},
		{Key: "hook", Value: hook, Secret: true, Hosts: []string{"qyapi.weixin.qq.com"}},
		{Key: "free", Value: "goes anywhere"},
	}, nil).Guard()

	carried := map[string]runtime.HTTPRequest{
		"URL":           {URL: "https://HOST/?q=" + url.QueryEscape(value)},
		"path":          {URL: "https://HOST/" + url.PathEscape(value)},
		"header":        {URL: "https://HOST/", Header: []runtime.HeaderField{{Name: "X-Key", Value: value}}},
		"basic":         {URL: "https://HOST/", Header: []runtime.HeaderField{{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+value))}}},
		"body":          {URL: "https://HOST/", Body: []byte("x" + value)},
		"JSON body":     {URL: "https://HOST/", Body: []byte(`{"a":"p4ss\/w+rd \u0026 more"}`)},
		"hex body":      {URL: "https://HOST/", Body: []byte(hex.EncodeToString([]byte(value)))},
		"base64 + form": {URL: "https://HOST/", Body: []byte("a=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(value))))},
	}
	hosts := map[string]bool{
		"good.example": true, "GOOD.example": true, "good.example.": true, "good.example:8080": true, "a.sub.example": true, "10.0.0.5:8443": true,
		"2001:db8::1": true, "sub.example": false, "evil.example": false, "xgood.example": false, "good.example.evil.com": false, "10.0.0.5": false, "10.0.0.5:80": false,
	}
	for form, req := range carried {
		for host, allowed := range hosts {
			err := guard.Allow(host, req)
			if (err == nil) != allowed {
				t.Errorf("%s to %s: %v", form, host, err)
			}
			if err == nil {
				continue
			}
			refused, ok := errors.AsType[*runtime.FetchError](err)
			if !ok || refused.Code != "egress_blocked" || !strings.Contains(refused.Message, "bound") || !strings.Contains(refused.Message, host) || strings.Contains(refused.Message, "p4ss") {
				t.Errorf("%s to %s: error is %#v", form, host, err)
			}
		}
	}
	if err := guard.Allow("10.0.0.5", runtime.HTTPRequest{URL: "https://10.0.0.5:8443/?q=" + url.QueryEscape(value)}); err != nil {
		t.Errorf("the port of the URL counts: %v", err)
	}
	if err := guard.Allow("evil.example", runtime.HTTPRequest{URL: "https://evil.example/?key=0123-4567-89ab"}); err == nil {
		t.Error("the credential of a URL went elsewhere")
	}
	if err := guard.Allow("evil.example", runtime.HTTPRequest{URL: "https://evil.example/", Body: []byte("goes anywhere")}); err != nil {
		t.Error(err)
	}
}

func TestCheck(t *testing.T) {
	long := strings.Repeat("x", 64*1024)
	for _, c := range []struct {
		name string
		p    orgparams.Param
		at   string // "" is good
	}{
		{"good", orgparams.Param{Value: long, Scripts: []string{"a", "wecom_*", "[ab]?"}, Hosts: []string{"a.example", "*.b.example", "localhost", "127.0.0.1:9000", "::1", "[::1]:80"}}, ""},
		{"empty value", orgparams.Param{}, ""},
		{"long value", orgparams.Param{Value: long + "x"}, "value"},
		{"NUL", orgparams.Param{Value: "a\x00b"}, "value"},
		{"glob", orgparams.Param{Scripts: []string{"ok", "[a"}}, "scripts[1]"},
		{"empty glob", orgparams.Param{Scripts: []string{""}}, "scripts[0]"},
		{"URL as host", orgparams.Param{Value: "12345678", Hosts: []string{"https://a.example"}}, "hosts[0]"},
		{"path in host", orgparams.Param{Value: "12345678", Hosts: []string{"a.example/x"}}, "hosts[0]"},
		{"star alone", orgparams.Param{Value: "12345678", Hosts: []string{"*"}}, "hosts[0]"},
		{"upper case", orgparams.Param{Value: "12345678", Hosts: []string{"A.example"}}, "hosts[0]"},
		{"port", orgparams.Param{Value: "12345678", Hosts: []string{"a.example:99999"}}, "hosts[0]"},
		{"short and bound", orgparams.Param{Value: "1234567", Hosts: []string{"a.example"}}, "hosts"},
	} {
		err := c.p.Check()
		fields, _ := errors.AsType[invalid.Error](err)
		if c.at == "" && err != nil || c.at != "" && (len(fields) == 0 || fields[0].Location != c.at) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for key, good := range map[string]bool{"wecom_webhook_url": true, "_a.b-c1": true, "": false, "1a": false, "a b": false, "keys": false, "钥": false, "a/b": false, strings.Repeat("k", 128): true, strings.Repeat("k", 129): false} {
		if err := orgparams.CheckKey(key); (err == nil) != good {
			t.Errorf("key %q: %v", key, err)
		}
	}
	for value, want := range map[string]string{"123456789abcdef": "", "123456789abcdef0": "…def0", "密码密码密码密码密码密码密码密码": "…密码密码", "": ""} {
		if got := orgparams.Hint(value); got != want {
			t.Errorf("hint of %q is %q", value, got)
		}
	}
}
