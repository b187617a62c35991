package known_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/known"
	"github.com/tripline/tripline/runtime/platform/standin"
)

var morning = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// world is the stand-ins with one target of every kind.
type world struct {
	*standin.Platforms
	via     *standin.Carrier
	now     time.Time
	targets map[standin.Channel]platform.Target
}

// secrets are all that the settings of a world hide.
var secrets = []string{"bot-key-0123456789", "corp-secret-0123456789", "robot-token-0123456789", "SEC-robot-0123456789", "client-secret-0123456789", "hook-id-0123456789", "hook-sign-0123456789"}

var worldSettings = map[string]string{
	"wecom": `{"groups":[{"name":"Ops","webhook_url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=bot-key-0123456789"}],
		"account":{"company_id":"ww1","agent_id":"1000002","secret":"corp-secret-0123456789","accounts":["zhang","li","wang"]}}`,
	"dingtalk": `{"groups":[{"name":"Ops","webhook_url":"https://oapi.dingtalk.com/robot/send?access_token=robot-token-0123456789","secret":"SEC-robot-0123456789","keywords":["报警"]}],
		"member":{"client_id":"ding1","client_secret":"client-secret-0123456789","robot_code":"rc","members":["zhang","li","wang"]}}`,
	"feishu": `{"groups":[{"name":"Ops","webhook_url":"https://open.feishu.cn/open-apis/bot/v2/hook/hook-id-0123456789","secret":"hook-sign-0123456789","keywords":["报警"]}]}`,
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{now: morning, targets: map[standin.Channel]platform.Target{}}
	w.Platforms = standin.New(func() time.Time { return w.now })
	t.Cleanup(w.Close)
	w.via = &standin.Carrier{To: w.Platforms, Clock: func() time.Time { return w.now }}
	w.App("ww1", "corp-secret-0123456789")
	w.App("ding1", "client-secret-0123456789")
	w.Protect("robot-token-0123456789", standin.Security{Secret: "SEC-robot-0123456789", Keywords: []string{"报警"}})
	w.Protect("hook-id-0123456789", standin.Security{Secret: "hook-sign-0123456789", Keywords: []string{"报警"}})
	for service, channels := range map[string][]standin.Channel{
		"wecom": {standin.WeComBot, standin.WeComApp}, "dingtalk": {standin.DingRobot, standin.DingMember}, "feishu": {standin.FeishuBot},
	} {
		for i, target := range parse(t, service, worldSettings[service]) {
			w.targets[channels[i]] = target
		}
	}
	return w
}

func parse(t *testing.T, service, settings string) []platform.Target {
	t.Helper()
	for _, s := range known.Services() {
		if s.Type() == service {
			targets, err := s.Parse([]byte(settings))
			if err != nil {
				t.Fatal(err)
			}
			return targets
		}
	}
	t.Fatalf("there is no service %s", service)
	return nil
}

func overheat(desc string) platform.Notice {
	return platform.Notice{ID: "job-1", Event: platform.EventRaise, Origin: "[PROD]", Device: "Freezer 1", EUI: "24e124", Alarm: "overheat",
		Level: "high", Title: "Too hot", Desc: desc, Count: 1, StartedAt: morning, At: morning, Zone: "Asia/Shanghai"}
}

// send makes the first attempt at the first message of a notice.
func (w *world) send(t *testing.T, c standin.Channel, n platform.Notice) platform.Outcome {
	t.Helper()
	m := w.targets[c].Compose([]platform.Notice{n})[0]
	m.Tries = 1
	o := w.targets[c].Send(t.Context(), m, w.via)
	shown := fmt.Sprintf("%+v", o)
	for _, s := range secrets {
		if strings.Contains(shown, s) || strings.Contains(w.targets[c].Destination(), s) {
			t.Errorf("%s: the outcome shows a secret: %s", c, shown)
		}
	}
	if o.Need != platform.NeedNothing {
		t.Errorf("%s: an outcome asks for %s", c, o.Need)
	}
	if o.Class != platform.Delivered && (o.Code == "" || o.Meaning == "" || o.Remedy == "") {
		t.Errorf("%s: people learn too little from %+v", c, o)
	}
	return o
}

// Reactions that the specification calls for.
const (
	backOff = "R"
	token   = "T"
	giveUp  = "G"
	split   = "S"
	signing = "sign once again, then G"
)

var reactions = []struct {
	channel standin.Channel
	codes   string // of all with the message
	message string
	want    string
	after   time.Duration // of backOff: at least
}{
	{standin.WeComBot, "-1", "busy", backOff, 0},
	{standin.WeComBot, "45009", "api freq out of limit", backOff, time.Minute},
	{standin.WeComBot, "45033", "too many at once", backOff, 0},
	{standin.WeComBot, "40058", "markdown.content exceed max length 4096", split, 0},
	{standin.WeComBot, "40058", "invalid field", giveUp, 0},
	{standin.WeComBot, "45002", "too long", split, 0},
	{standin.WeComBot, "93000 93004 93008 40008 44004", "no", giveUp, 0},
	{standin.WeComBot, "99999", "news", backOff, 0},
	{standin.WeComApp, "40014 42001 40001", "token", token, 0},
	{standin.WeComApp, "-1 45033", "busy", backOff, 0},
	{standin.WeComApp, "45009", "freq", backOff, time.Minute},
	{standin.WeComApp, "45002", "too long", split, 0},
	{standin.WeComApp, "60011 81013 40031 301002 48002 40056 40008 44004 60020 40058", "no", giveUp, 0},
	{standin.DingRobot, "310000", "keywords not in content", giveUp, 0},
	{standin.DingRobot, "310000", "invalid timestamp", signing, 0},
	{standin.DingRobot, "130101 410100 660026", "too fast", backOff, time.Minute},
	{standin.DingRobot, "-1 99999", "busy", backOff, 0},
	{standin.DingRobot, "400013 400102 400106 400101 300005 300001 400105 40035 43002 43004 430101 430102 430103 430104", "no", giveUp, 0},
	{standin.DingRobot, "460101 101002", "too long", split, 0},
	{standin.DingMember, "InvalidAuthentication invalidParameter.token.invalid token.notExisted", "token", token, 0},
	{standin.DingMember, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi Forbidden.AccessDenied.QpsLimitForApi", "slower", backOff, time.Second},
	{standin.DingMember, "Forbidden.AccessDenied.ApiCountLimitForOrg invalidParameter.robotCode.empty invalidParameter.whatever", "no", giveUp, 0},
	{standin.DingMember, "invalidParameter.msgParam.tooLong msgParam.tooLong", "too long", split, 0},
	{standin.DingMember, "somethingNew", "news", backOff, 0},
	{standin.FeishuBot, "9499", "too many request", backOff, 0},
	{standin.FeishuBot, "9499", "the content is too long", split, 0},
	{standin.FeishuBot, "9499 19001 19002 19022 19024", "no", giveUp, 0},
	{standin.FeishuBot, "11232 99999", "frequency limited", backOff, 0},
	{standin.FeishuBot, "19021", "sign match fail", signing, 0},
	{standin.FeishuBot, "19036", "too long", split, 0},
}

func TestEveryCodeOnTheWire(t *testing.T) {
	for _, r := range reactions {
		for code := range strings.FieldsSeq(r.codes) {
			t.Run(fmt.Sprintf("%s %s %s", r.channel, code, r.message), func(t *testing.T) {
				answer := standin.Code(r.channel, code, r.message)
				w := newWorld(t)
				w.Always(r.channel, answer)
				stays := w.send(t, r.channel, overheat("it is 31 °C"))
				requests := len(w.Requests(r.channel))
				w2 := newWorld(t)
				w2.Next(r.channel, answer)
				passes := w2.send(t, r.channel, overheat(strings.Repeat("温度过高,请处理。\n", 60)))
				again := len(w2.Requests(r.channel))
				var class, once platform.Class
				var most, exactly int
				switch r.want {
				case backOff:
					class, once, most, exactly = platform.Retryable, platform.Retryable, 1, 1
				case giveUp:
					class, once, most, exactly = platform.Permanent, platform.Permanent, 1, 1
				case token:
					class, once, most, exactly = platform.Retryable, platform.Delivered, 2, 2
				case signing:
					class, once, most, exactly = platform.Permanent, platform.Delivered, 2, 2
				case split:
					class, once, most, exactly = platform.Permanent, platform.Delivered, 2, 3
				}
				if stays.Class != class || requests > most || stays.RetryAfter < r.after {
					t.Errorf("while it stays so: %d requests, %+v", requests, stays)
				}
				if passes.Class != once || again != exactly {
					t.Errorf("when it passes: %d requests, %+v", again, passes)
				}
				if r.want == split && !strings.Contains(read(w2.Messages()), read([]standin.Message{{Text: strings.Repeat("温度过高,请处理。", 60)}})) {
					t.Errorf("the pieces are not the text: %s", read(w2.Messages()))
				}
			})
		}
	}
}

// mark is the line that keeps messages of an app apart.
var mark = regexp.MustCompile(`<font color="comment">#[0-9a-f]{8}</font>`)

// read is what people read in messages: no markup, no spaces.
func read(messages []standin.Message) string {
	text := ""
	for _, m := range messages {
		text += m.Text
	}
	text = mark.ReplaceAllString(text, "")
	return strings.NewReplacer("\n报警", "", "\n", "", "> ", "", " ", "", ">", "").Replace(text)
}

func TestOddAnswersAreNoSuccess(t *testing.T) {
	for _, c := range []standin.Channel{standin.WeComBot, standin.WeComApp, standin.DingRobot, standin.DingMember, standin.FeishuBot} {
		for name, answer := range map[string]standin.Answer{
			"a page": standin.HTMLPage, "a punishment": standin.Punished, "nothing": standin.Nothing, "no code": standin.NoCode,
			"a redirect": {Status: 302, Body: "", Header: map[string][]string{"Location": {"https://example.com/"}}}, "a failure": {Status: 502, Body: "bad gateway"},
		} {
			w := newWorld(t)
			w.Always(c, answer)
			if o := w.send(t, c, overheat("x")); o.Class == platform.Delivered || len(w.Requests(c)) != 1 {
				t.Errorf("%s, %s: %d requests, %+v", c, name, len(w.Requests(c)), o)
			}
		}
	}
	for c, answer := range map[standin.Channel]standin.Answer{standin.DingRobot: standin.StringOK, standin.FeishuBot: standin.OldFeishu} {
		w := newWorld(t)
		w.Next(c, answer)
		if o := w.send(t, c, overheat("x")); o.Class != platform.Delivered {
			t.Errorf("%s: %+v", c, o)
		}
	}
}

func TestBadSecretIsSentOnce(t *testing.T) {
	for c, service := range map[standin.Channel]string{standin.WeComApp: "wecom", standin.DingMember: "dingtalk"} {
		w := newWorld(t)
		w.App("ww1", "another")
		w.App("ding1", "another")
		o := w.send(t, c, overheat("x"))
		if o.Class != platform.Permanent || len(w.Requests(standin.WeComToken))+len(w.Requests(standin.DingToken)) != 1 || len(w.Requests(c)) != 0 {
			t.Errorf("%s: %+v", service, o)
		}
	}
}

// TestEchoedSecretsAreMasked: what a platform says may hold what it was sent.
func TestEchoedSecretsAreMasked(t *testing.T) {
	for c, said := range map[standin.Channel]string{
		standin.WeComBot: "no such key bot-key-0123456789", standin.WeComApp: "token token-ww1-1 of corp-secret-0123456789",
		standin.DingRobot: "robot-token-0123456789 with SEC-robot-0123456789", standin.DingMember: "token token-ding1-1 of client-secret-0123456789",
		standin.FeishuBot: "hook-id-0123456789 with hook-sign-0123456789",
	} {
		w := newWorld(t)
		w.Always(c, standin.Code(c, map[bool]string{true: "newCode", false: "99999"}[c == standin.DingMember], said))
		if o := w.send(t, c, overheat("x")); !strings.Contains(o.Message, "•••") || strings.Contains(o.Message, "token-ww1-1") || strings.Contains(o.Message, "token-ding1-1") {
			t.Errorf("%s: %+v", c, o)
		}
	}
	w := newWorld(t)
	w.Always(standin.DingMember, standin.Code(standin.DingMember, "client-secret-0123456789", "no"))
	if o := w.send(t, standin.DingMember, overheat("x")); o.Code != "•••" {
		t.Errorf("a code that is a secret: %+v", o)
	}
	for c, sign := range map[standin.Channel]standin.Channel{standin.WeComApp: standin.WeComToken, standin.DingMember: standin.DingToken} {
		w := newWorld(t)
		w.Always(sign, standin.Code(sign, map[bool]string{true: "newCode", false: "99999"}[c == standin.DingMember], map[standin.Channel]string{standin.WeComToken: "corp-secret-0123456789", standin.DingToken: "client-secret-0123456789"}[sign]))
		if o := w.send(t, c, overheat("x")); o.Class != platform.Retryable {
			t.Errorf("%s: %+v", c, o)
		}
	}
}

func TestTokensThatEndEarly(t *testing.T) {
	for _, c := range []standin.Channel{standin.WeComApp, standin.DingMember} {
		w := newWorld(t)
		for range 2 {
			if o := w.send(t, c, overheat("x")); o.Class != platform.Delivered {
				t.Fatalf("%s: %+v", c, o)
			}
		}
		w.ExpireTokens()
		w.now = w.now.Add(time.Minute)
		if o := w.send(t, c, overheat("y")); o.Class != platform.Delivered {
			t.Errorf("%s: %+v", c, o)
		}
		if fetched := len(w.Requests(standin.WeComToken)) + len(w.Requests(standin.DingToken)); fetched != 2 {
			t.Errorf("%s: %d tokens were fetched", c, fetched)
		}
	}
}

func TestSomePeopleAreLeft(t *testing.T) {
	w := newWorld(t)
	w.Unknown("li")
	w.Slow("wang", 1)
	if o := w.send(t, standin.WeComApp, overheat("x")); o.Class != platform.Delivered || fmt.Sprint(o.Missed) != "[user li]" || o.Retry != nil {
		t.Errorf("WeCom: %+v", o)
	}
	target := w.targets[standin.DingMember]
	m := target.Compose([]platform.Notice{overheat("x")})[0]
	m.Tries = 1
	o := target.Send(t.Context(), m, w.via)
	if o.Class != platform.Retryable || fmt.Sprint(o.Missed, o.Retry) != "[user li] [wang]" {
		t.Fatalf("DingTalk: %+v", o)
	}
	m.Recipients, m.Tries = o.Retry, 2
	if o = target.Send(t.Context(), m, w.via); o.Class != platform.Delivered || o.Missed != nil {
		t.Errorf("DingTalk, the one who was left: %+v", o)
	}
	got := map[string]int{}
	for _, m := range w.Messages() {
		for _, name := range m.Recipients {
			got[name+" "+string(m.Channel)]++
		}
	}
	if want := map[string]int{"zhang wecom_app": 1, "wang wecom_app": 1, "zhang dingtalk_member": 1, "wang dingtalk_member": 1}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	w.Unknown("zhang", "wang")
	if o := target.Send(t.Context(), platform.Message{ID: "2", Title: "t", Text: "x", Recipients: []string{"zhang", "wang"}, Tries: 1}, w.via); o.Class != platform.Permanent || len(o.Missed) != 2 {
		t.Errorf("DingTalk knows nobody: %+v", o)
	}
}

func TestManyPeople(t *testing.T) {
	w := newWorld(t)
	var names []string
	for i := range 1001 {
		names = append(names, fmt.Sprintf("u%d", i))
	}
	list := `["` + strings.Join(names, `","`) + `"]`
	wecom := parse(t, "wecom", `{"account":{"company_id":"ww1","agent_id":1000002,"secret":"corp-secret-0123456789","accounts":`+list+`}}`)[0]
	ding := parse(t, "dingtalk", `{"member":{"client_id":"ding1","client_secret":"client-secret-0123456789","robot_code":"rc","members":`+list+`}}`)[0]
	for target, calls := range map[platform.Target]int{wecom: 2, ding: 51} {
		messages := target.Compose([]platform.Notice{overheat("x")})
		if len(messages) != calls || messages[calls-1].Finishes != 1 || messages[0].Finishes != 0 || messages[0].ID == messages[1].ID {
			t.Errorf("%d messages", len(messages))
		}
		for _, m := range messages {
			w.now, m.Tries = w.now.Add(time.Second), 1
			if o := target.Send(t.Context(), m, w.via); o.Class != platform.Delivered {
				t.Fatalf("%+v", o)
			}
		}
	}
	got := map[string]int{}
	for _, m := range w.Messages() {
		for _, name := range m.Recipients {
			got[name]++
		}
	}
	for _, name := range names {
		if got[name] != 2 {
			t.Errorf("%s got %d messages", name, got[name])
		}
	}
}

// TestClockIsOff: a signature is made again with the platform's own time.
func TestClockIsOff(t *testing.T) {
	for _, c := range []standin.Channel{standin.DingRobot, standin.FeishuBot} {
		w := newWorld(t)
		w.via.Clock = func() time.Time { return w.now.Add(-3 * time.Hour) }
		if o := w.send(t, c, overheat("x")); o.Class != platform.Delivered || len(w.Requests(c)) != 2 {
			t.Errorf("%s: %d requests, %+v", c, len(w.Requests(c)), o)
		}
	}
}

func TestRepeatedAttemptsAreOneMessage(t *testing.T) {
	for c, times := range map[standin.Channel]int{standin.DingRobot: 1, standin.WeComApp: 1, standin.WeComBot: 3} {
		w := newWorld(t)
		n := overheat("x")
		for range 3 {
			w.send(t, c, n)
		}
		if got := len(w.Messages()); got != times {
			t.Errorf("%s: %d messages of one notice", c, got)
		}
		n.ID, n.Template = "job-2", "{{device}}: {{title}}"
		w.send(t, c, n)
		n.ID = "job-3"
		w.send(t, c, n)
		if got := len(w.Messages()); got != times+2 {
			t.Errorf("%s: %d messages, another alarm in the same words is lost", c, got)
		}
	}
}

func TestBudgetsAreShared(t *testing.T) {
	w := newWorld(t)
	for c, limits := range map[standin.Channel]string{
		standin.WeComBot: "wecom_bot 20 1m0s", standin.DingRobot: "dingtalk_robot 20 1m0s", standin.FeishuBot: "feishu_bot_second 5 1s, feishu_bot 100 1m0s",
		standin.WeComApp: "wecom_app 30 1m0s, wecom_app_hour 1000 1h0m0s", standin.DingMember: "dingtalk_app 20 1s",
	} {
		var got []string
		for _, b := range w.targets[c].Budgets() {
			got = append(got, fmt.Sprintf("%s %d %s", b.Name, b.Limit, b.Window))
			for _, s := range secrets {
				if strings.Contains(b.Key, s) {
					t.Errorf("%s: the key shows a secret", c)
				}
			}
		}
		if strings.Join(got, ", ") != limits {
			t.Errorf("%s: %v", c, got)
		}
		if c == standin.WeComApp || c == standin.DingMember {
			continue
		}
		w.send(t, c, overheat("x"))
		req := w.Requests(c)[0]
		host := map[standin.Channel]string{standin.WeComBot: "https://qyapi.weixin.qq.com", standin.DingRobot: "https://oapi.dingtalk.com", standin.FeishuBot: "https://open.feishu.cn"}[c]
		action := known.Platforms().Budgets(platform.Get(host + req.Path))
		if fmt.Sprint(action) != fmt.Sprint(w.targets[c].Budgets()) {
			t.Errorf("%s: an action to the same bot has %v", c, action)
		}
	}
}
