package known_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/dingtalk"
	"github.com/tripline/tripline/runtime/platform/feishu"
	"github.com/tripline/tripline/runtime/platform/known"
	"github.com/tripline/tripline/runtime/platform/standin"
)

func TestSignatures(t *testing.T) {
	for _, c := range []struct {
		sign       func(string, time.Time) (string, string)
		secret     string
		at         time.Time
		time, want string
	}{
		{dingtalk.Sign, "this is secret", time.UnixMilli(1577808000000), "1577808000000", "ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0="},
		{dingtalk.Sign, "SECdemo", time.UnixMilli(1577808000000), "1577808000000", "SFqI8mtuQw6r87NiZIWLBWL38++gElAGVS/zEomx+fw="},
		{feishu.Sign, "demo", time.Unix(1599360473, 0), "1599360473", "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="},
		{feishu.Sign, "this is secret", time.Unix(1577808000, 0), "1577808000", "auEpGaeER5bQKROzNWMLY+1CepR1G6J5G+wGCBnAxDM="},
	} {
		if timestamp, sign := c.sign(c.secret, c.at); timestamp != c.time || sign != c.want {
			t.Errorf("%s: %s %s", c.secret, timestamp, sign)
		}
	}
}

func TestSignatureIsEncodedOnceInTheQuery(t *testing.T) {
	w := newWorld(t)
	w.now = time.UnixMilli(1577808000000)
	target := parse(t, "dingtalk", `{"groups":[{"name":"a","webhook_url":"https://oapi.dingtalk.com/robot/send?access_token=x","secret":"SECdemo"}]}`)[0]
	target.Send(t.Context(), platform.Message{ID: "1", Title: "t", Text: "x", Tries: 1}, w.via)
	if got := w.Requests(standin.DingRobot)[0].Path; got != "/robot/send?access_token=x&timestamp=1577808000000&sign=SFqI8mtuQw6r87NiZIWLBWL38%2B%2BgElAGVS%2FzEomx%2Bfw%3D" {
		t.Error(got)
	}
}

func TestTargetsOfSettings(t *testing.T) {
	for service, cases := range map[string]map[string]string{ // settings → names and masked destinations, or what is wrong
		"wecom": {
			worldSettings["wecom"]: "Ops https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=•••, account https://qyapi.weixin.qq.com/cgi-bin/message/send",
			`{"groups":[{"name":"Night&  Day","webhook_url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1234567890"}]}`: "Night & Day https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=•••",
			`{}`:             "groups: there is nowhere to send to: give groups or account",
			`null`:           "settings must be an object",
			`[]`:             "settings must be an object",
			`{"group":[]}`:   "group: there is no such setting; there are groups, account",
			`{"groups":"a"}`: "groups: must be a list of objects",
			`{"groups":[{"name":"a"},{"webhook_url":"ftp://very-secret-place/x"}]}`:                                                               "groups[0].webhook_url: is missing; groups[1].name: is missing; groups[1].webhook_url: must be a URL that begins with https://",
			`{"groups":[{"name":"a&","webhook_url":"https://h/x"}]}`:                                                                              "groups[0].name: has an empty name beside an &",
			`{"groups":[{"name":"a & b","webhook_url":"https://h/x"},{"name":"a&b","webhook_url":"https://h/y"}]}`:                                "groups[1].name: the name a & b is taken: groups[0] has it already",
			`{"groups":[{"name":"account","webhook_url":"https://h/x"}],"account":{"company_id":"w","agent_id":1,"secret":"s","accounts":["a"]}}`: "groups[0].name: the name account is taken",
			`{"account":{"company_id":"w","agent_id":"x","accounts":["a",""]}}`:                                                                   "account.agent_id: must be a whole number; account.secret: is missing; account.accounts[1]: must be text",
		},
		"dingtalk": {
			worldSettings["dingtalk"]: "Ops https://oapi.dingtalk.com/robot/send?access_token=•••, member https://api.dingtalk.com/v1.0/robot/oToMessages/batchSend",
			`{"member":{"client_id":"a","client_secret":"b","robot_code":"c","members":[]}}`: "member.members: is missing",
		},
		"feishu": {
			worldSettings["feishu"]: "Ops https://open.feishu.cn/open-apis/bot/v2/hook/•••",
			`{"groups":[]}`:         "groups: is missing",
		},
		"webhook": {
			`{"url":"https://hooks.example.com/services/T0/very-secret"}`:                                          "webhook https://hooks.example.com/•••",
			`{"url":"https://h","notification_method":"sms"}`:                                                      "notification_method: must be one of generic, wecom, dingtalk, feishu",
			`{"url":"https://h","keywords":["` + strings.Repeat("关", 40) + `","` + strings.Repeat("关", 41) + `"]}`: "keywords[1]: has 123 bytes of UTF-8; it may have 120 at most",
			`{"url":"https://h","keywords":["k"` + strings.Repeat(`,"k"`, 20) + `]}`:                               "keywords: has 21 texts; there may be 20 at most",
			`{"url":"https://h","headers":{"Host":"x"}}`:                                                           "headers.Host: is set by the server",
			`{"url":"https://h","headers":{"a b":"x"}}`:                                                            `headers: "a b" cannot be the name of a header`,
			`{"url":"https://h","headers":{"X-A":"very-secret\r\nX-B: 1"}}`:                                        "headers.X-A: has a character that a header cannot have",
			`{"url":"https://h","headers":{"X-A":1},"keywords":"x","remarks":1}`:                                   "headers.X-A: must be text; keywords: must be a list of texts; remarks: must be text",
		},
		"email": {
			`{"host":"smtp.example.com","port":587,"tls":"starttls","from":"a@b.c","to":["d@e.f"]}`: "email smtp://smtp.example.com:587",
			`{"host":"http://x","port":70000,"tls":"none","from":"a","to":["b@c.d","e"]}`:           `host: must be the name of a server, such as smtp.example.com; port: must be from 1 to 65535; from: "a" is no e-mail address; to[1]: "e" is no e-mail address`,
			`{"host":"h","port":25,"tls":"ssl","from":"a@b.c\r\nBcc: x@y.z","to":["d@e.f"]}`:        "tls: must be one of starttls, tls, none",
			`{"host":"h","port":25,"tls":"none","from":"a@b.c\r\nBcc: x@y.z","to":["d@e.f"]}`:       "from:",
		},
	} {
		for settings, want := range cases {
			got, err := outcome(service, settings)
			if !strings.HasPrefix(got, want) || strings.Contains(got, "very-secret") {
				t.Errorf("%s %s:\n%s, want\n%s", service, settings, got, want)
			}
			if _, ok := errors.AsType[invalid.Error](err); err != nil && !ok {
				t.Errorf("%s: %T is no error of package invalid", settings, err)
			}
		}
	}
}

func TestEverybodyIsNotSentTwice(t *testing.T) {
	target := parse(t, "wecom", `{"account":{"company_id":"w","agent_id":1,"secret":"s","accounts":["li","@all"]}}`)[0]
	if m := target.Compose([]platform.Notice{overheat("x")}); len(m) != 1 || fmt.Sprint(m[0].Recipients) != "[@all]" {
		t.Errorf("%+v", m)
	}
}

// TestStoredSettingsLoad: what later rules would refuse was stored once and is sent to all the same.
func TestStoredSettingsLoad(t *testing.T) {
	const hook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1234567890"
	for service, cases := range map[string]map[string]string{ // targets, by settings
		"wecom": {
			`{"groups":[{"name":"a","webhook_url":"` + hook + `","colour":"red"}],"channel":"x"}`:                                               "a",
			`{"groups":[{"name":"a & ","webhook_url":"` + hook + `"},{"name":"b","webhook_url":"not a URL","id":7}]}`:                           "a b",
			`{"groups":[{"name":"account","webhook_url":"` + hook + `"}],"account":{"company_id":"w","agent_id":"seven","accounts":["a"," "]}}`: "account account",
			`{"groups":[{"name":"a","webhook_url":"` + hook + `","keywords":"k"}]}`:                                                             "a",
		},
		"dingtalk": {`{"groups":[{"name":"a","webhook_url":"` + hook + `","keywords":["k"` + strings.Repeat(`,"k"`, 40) + `]}],"member":{"client_id":"a"}}`: "a member"},
		"feishu":   {`{"groups":[{"name":"a","webhook_url":"` + hook + `","keywords":["` + strings.Repeat("关", 100) + `"]}]}`: "a"},
		"webhook":  {`{"url":"` + hook + `","notification_method":"pigeon","headers":{"Host":"h","n":1},"keywords":["k"` + strings.Repeat(`,"k"`, 40) + `]}`: "webhook"},
		"email":    {`{"host":"a b","port":"many","tls":"maybe","from":"nobody","to":["x"]}`: "email"},
	} {
		for settings, want := range cases {
			if shown, err := outcome(service, settings); err == nil {
				t.Errorf("%s %s can be stored: %s", service, settings, shown)
			}
			var got []string
			for _, target := range parse(t, service, settings) {
				got = append(got, target.Name())
				for _, m := range target.Compose([]platform.Notice{overheat("x")}) {
					target.Send(t.Context(), m, &nowhere{})
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s %s: targets are %v, want %s", service, settings, got, want)
			}
		}
	}
	for _, s := range known.Services() {
		for _, settings := range []string{`{}`, `null`, `no JSON`} {
			if targets, err := s.Parse([]byte(settings)); err == nil {
				t.Errorf("%s takes %s for %d targets", s.Type(), settings, len(targets))
			}
		}
	}
}

// nowhere is a carrier without a network.
type nowhere struct{ standin.Carrier }

func (*nowhere) Do(context.Context, runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ECONNREFUSED", Message: "no"}
}

func (*nowhere) Dial(context.Context, string) (net.Conn, error) {
	return nil, &runtime.FetchError{Code: "ECONNREFUSED", Message: "no"}
}

func (*nowhere) Now() time.Time { return morning }

func outcome(service, settings string) (string, error) {
	for _, s := range known.Services() {
		if s.Type() != service {
			continue
		}
		if err := s.Check([]byte(settings)); err != nil {
			return strings.TrimPrefix(err.Error(), ": "), err
		}
		targets, err := s.Parse([]byte(settings))
		if err != nil {
			return strings.TrimPrefix(err.Error(), ": "), err
		}
		var out []string
		for _, target := range targets {
			out = append(out, target.Name()+" "+target.Destination())
		}
		return strings.Join(out, ", "), nil
	}
	return "", nil
}

func TestFieldsAreDescribed(t *testing.T) {
	var check func(at string, fields platform.Fields)
	check = func(at string, fields platform.Fields) {
		for _, f := range fields {
			here := at + "." + f.Name
			if f.Label != here || f.Help == "" || f.Type == "" {
				t.Errorf("%s: label %q, help %q, type %q", here, f.Label, f.Help, f.Type)
			}
			if (f.Type == platform.FieldChoice) != (f.Options != nil) || (f.Type == platform.FieldObject || f.Type == platform.FieldObjects) != (f.Fields != nil) {
				t.Errorf("%s: options %v, fields %v of a %s", here, f.Options, f.Fields, f.Type)
			}
			check(here, f.Fields)
		}
	}
	types := ""
	for _, s := range known.Services() {
		types += s.Type() + " "
		check(s.Type(), s.Settings())
	}
	if types != "wecom dingtalk feishu webhook email " {
		t.Error(types)
	}
}

// TestStandInLimits holds the stand-ins to what the vendors say: tests of delivery rely on them.
func TestStandInLimits(t *testing.T) {
	for _, c := range []struct {
		channel      standin.Channel
		burst        int
		gap          time.Duration // between messages of the burst
		open, closed time.Duration // after the burst: when it takes one again, and when it does not yet
	}{
		{standin.WeComBot, 20, 0, time.Minute, 59 * time.Second},
		{standin.DingRobot, 20, 0, 12 * time.Minute, 9 * time.Minute},
		{standin.FeishuBot, 5, 0, time.Second, 900 * time.Millisecond},
		{standin.FeishuBot, 100, 250 * time.Millisecond, time.Minute, 30 * time.Second},
		{standin.DingMember, 20, 0, time.Second, 900 * time.Millisecond},
	} {
		w := newWorld(t)
		start := w.now
		send := func(i int) platform.Outcome {
			n := overheat("报警")
			n.ID = fmt.Sprint(i)
			return w.send(t, c.channel, n)
		}
		for i := range c.burst {
			if o := send(i); o.Class != platform.Delivered {
				t.Fatalf("%s: %d: %+v", c.channel, i, o)
			}
			w.now = w.now.Add(c.gap)
		}
		if o := send(-1); o.Class != platform.Retryable {
			t.Errorf("%s takes more than %d: %+v", c.channel, c.burst, o)
		}
		w.now = start.Add(c.closed)
		if o := send(-2); o.Class != platform.Retryable {
			t.Errorf("%s after %s: %+v", c.channel, c.closed, o)
		}
		w.now = start.Add(c.open).Add(c.gap)
		if o := send(-3); o.Class != platform.Delivered {
			t.Errorf("%s after %s: %+v", c.channel, c.open, o)
		}
	}
}

func TestStandInProtects(t *testing.T) {
	for c, code := range map[standin.Channel]string{standin.DingRobot: "310000", standin.FeishuBot: "19021"} {
		w := newWorld(t)
		w.Protect("robot-token-0123456789", standin.Security{Secret: "another", Keywords: []string{"报警"}})
		w.Protect("hook-id-0123456789", standin.Security{Secret: "another"})
		if o := w.send(t, c, overheat("x")); o.Code != code || o.Class != platform.Permanent {
			t.Errorf("%s with another secret: %+v", c, o)
		}
	}
	for c, code := range map[standin.Channel]string{standin.DingRobot: "310000", standin.FeishuBot: "19024"} {
		w := newWorld(t)
		w.Protect("robot-token-0123456789", standin.Security{Keywords: []string{"something else"}})
		w.Protect("hook-id-0123456789", standin.Security{Keywords: []string{"something else"}})
		if o := w.send(t, c, overheat("x")); o.Code != code || o.Class != platform.Permanent {
			t.Errorf("%s with another keyword: %+v", c, o)
		}
	}
	w := newWorld(t)
	w.App("ww1", "another")
	for range 6 {
		w.send(t, standin.WeComApp, overheat("x"))
	}
	if got := w.Requests(standin.WeComToken)[5].Reply; !strings.Contains(got, "banned") {
		t.Errorf("WeCom answers the sixth wrong secret with %s", got)
	}
}
