package known_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/standin"
)

var sendable = []standin.Channel{standin.WeComBot, standin.WeComApp, standin.DingRobot, standin.DingMember, standin.FeishuBot}

// deliver sends messages, each within a minute of its own, to a stand-in that measures them.
func (w *world) deliver(t *testing.T, c standin.Channel, messages []platform.Message) {
	t.Helper()
	for i, m := range messages {
		w.now, m.Tries = w.now.Add(time.Minute), 1
		if o := w.targets[c].Send(t.Context(), m, w.via); o.Class != platform.Delivered || len(o.Missed) > 0 {
			t.Fatalf("%s: message %d of %d (%d bytes): %+v", c, i, len(messages), len(m.Text), o)
		}
		if !utf8.ValidString(m.Text) {
			t.Errorf("%s: message %d is no UTF-8", c, i)
		}
	}
	if got := len(w.Messages()); got != len(messages) {
		t.Errorf("%s: %d messages arrived, %d were sent", c, got, len(messages))
	}
}

func TestKeywordsLeaveRoomForTheText(t *testing.T) {
	c := platform.Composer{Dialect: platform.Dialect{Limit: 4096}, Keywords: []string{strings.Repeat("关", 2000)}}
	n := overheat(strings.Repeat("压缩机排气温度偏高。", 900))
	messages := c.Compose([]platform.Notice{n})
	if len(messages) < 10 {
		t.Errorf("27 KB go out in %d messages", len(messages))
	}
	for _, m := range messages {
		if text := strings.ReplaceAll(m.Text, c.Keywords[0], ""); len(text) > 4096 {
			t.Errorf("a part has %d bytes beside the keyword", len(text))
		}
	}
}

func TestLongChineseMessagesArriveWhole(t *testing.T) {
	for _, c := range sendable {
		for _, size := range []int{1 << 10, 4 << 10, 10 << 10, 20 << 10} {
			w := newWorld(t)
			var desc strings.Builder
			for i := 0; desc.Len() < size; i++ {
				fmt.Fprintf(&desc, "第 %d 行:压缩机**排气温度**偏高,「现场」\"值班\"人员请立即检查。", i)
				if i%3 == 0 {
					desc.WriteString("\n")
				}
			}
			n := overheat(desc.String())
			messages := w.targets[c].Compose([]platform.Notice{n})
			w.deliver(t, c, messages)
			if len(messages) > 1 && !strings.Contains(messages[0].Text, fmt.Sprintf("(1/%d)", len(messages))) {
				t.Errorf("%s: the parts are not numbered", c)
			}
			whole := ""
			for i, m := range w.Messages() {
				text := strings.ReplaceAll(m.Text, fmt.Sprintf("(%d/%d)", i+1, len(messages)), "")
				if strings.Count(text, "**")%2 != 0 || strings.Count(text, "<font")-strings.Count(text, "</font>") != 0 {
					t.Errorf("%s, %d bytes: markup of part %d is open", c, size, i+1)
				}
				whole += read([]standin.Message{{Text: text}})
			}
			plain := strings.NewReplacer("\n", "", " ", "", "**", "").Replace
			if !strings.Contains(plain(whole), plain(desc.String())) {
				t.Errorf("%s, %d bytes: the parts are not the text", c, size)
			}
		}
	}
}

func TestDigestListsEveryAlarm(t *testing.T) {
	for _, c := range sendable {
		w := newWorld(t)
		var notices []platform.Notice
		for i := range 280 {
			n := overheat("超过上限")
			n.ID, n.Title, n.Level = fmt.Sprintf("job-%d", i), fmt.Sprintf("冷库 %d 号过热", i), []string{"low", "mid", "high", "urgent"}[i%4]
			if i == 100 {
				n.Desc = strings.Repeat("很长的说明。", 2000)
			}
			notices = append(notices, n)
		}
		messages := w.targets[c].Compose(notices)
		finished := 0
		for _, m := range messages {
			finished += m.Finishes
		}
		if finished != len(notices) || len(messages) > 80 {
			t.Errorf("%s: %d messages finish %d notices", c, len(messages), finished)
		}
		w.deliver(t, c, messages)
		text, at := read(w.Messages()), 0
		for i := range notices {
			next := strings.Index(text[at:], fmt.Sprintf("冷库%d号过热", i))
			if next < 0 || strings.Count(text, fmt.Sprintf("冷库%d号过热", i)) != 1 {
				t.Fatalf("%s: alarm %d is not there once and in order", c, i)
			}
			at += next
		}
		if fmt.Sprint(w.targets[c].Compose(notices)) != fmt.Sprint(messages) {
			t.Errorf("%s: the same notices compose another way the second time", c)
		}
	}
}

func TestDefaultMessage(t *testing.T) {
	n := overheat("31 °C\n上限 30 °C")
	ended := n
	ended.Event, ended.Note, ended.At = platform.EventClear, "fan repaired", morning.Add(5*time.Minute)
	w := newWorld(t)
	for c, want := range map[standin.Channel]string{
		standin.WeComBot:  "### [PROD] Alarm raised\n> **Too hot**\n> 31 °C\n> 上限 30 °C\n> Level: <font color=\"warning\">HIGH</font>\n> Device: Freezer 1 `24e124`\n> Alarm: `overheat`\n> Time: 2026-03-01 16:00:00 CST",
		standin.DingRobot: "### [PROD] Alarm raised\n> **Too hot**\n> 31 °C\n> 上限 30 °C\n> Level: **HIGH**\n> Device: Freezer 1 `24e124`\n> Alarm: `overheat`\n> Time: 2026-03-01 16:00:00 CST\n报警",
		standin.FeishuBot: "**[PROD] Alarm raised**\n**Too hot**\n31 °C\n上限 30 °C\nLevel: <font color=\"red\">**HIGH**</font>\nDevice: Freezer 1 24e124\nAlarm: overheat\nTime: 2026-03-01 16:00:00 CST\n报警",
	} {
		m := w.targets[c].Compose([]platform.Notice{n})[0]
		if m.Text != want || m.Title != "[PROD] Alarm raised: Too hot" || m.ID != "job-1" || m.Level != "high" {
			t.Errorf("%s: %+v", c, m)
		}
		over := w.targets[c].Compose([]platform.Notice{ended})[0]
		if !strings.Contains(over.Text, "Alarm recovered") || !strings.Contains(over.Text, "Recovery note: fan repaired") || !strings.Contains(over.Text, "Active for: 5 min") || over.Level != "" {
			t.Errorf("%s: %+v", c, over)
		}
	}
}

func TestTemplates(t *testing.T) {
	w := newWorld(t)
	n := overheat("line one\nline two")
	n.Device = "Freezer <@all>\n**1**"
	n.Template = "# {{ origin }} {{title}} ({{level}})\n> {{desc}}\nNote: {{note}}\n{{device}} {{eui}} {{alarm}} {{event}} {{count}} {{time}} {{started}} {{lasted}}"
	want := "# [PROD] Too hot (<font color=\"warning\">HIGH</font>)\n> line one\n> line two\n" +
		"Freezer <\u200b@all> **1** 24e124 overheat Alarm raised 1 2026-03-01 16:00:00 CST 2026-03-01 16:00:00 CST less than a minute"
	if got := w.targets[standin.WeComBot].Compose([]platform.Notice{n})[0].Text; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	for text, wrong := range map[string]string{
		"{{device}} {{ desc }} {x} }": "", "{{devise}}": "{{devise}}", "{{}}": "{{}}", "{{device": "braces", "device}}": "braces", "{{de\nvice}}": "braces", "{{{device}}}": "",
	} {
		err := platform.CheckTemplate(text)
		if (err == nil) != (wrong == "") || err != nil && !strings.Contains(err.Error(), wrong) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, name := range platform.Variables() {
		if err := platform.CheckTemplate("{{" + name + "}}"); err != nil {
			t.Error(err)
		}
	}
}

func TestWebhook(t *testing.T) {
	w := newWorld(t)
	target := parse(t, "webhook", `{"url":"`+w.URL+`/in?token=very-secret-token","headers":{"X-Key":"header-value-1"},"keywords":["k"]}`)[0]
	if target.Destination() != w.URL+"/in?token=•••" {
		t.Error(target.Destination())
	}
	messages := target.Compose([]platform.Notice{overheat("31 °C"), overheat("32 °C")})
	messages[0].Tries = 1
	if o := target.Send(t.Context(), messages[0], w.via); o.Class != platform.Delivered || len(messages) != 2 || messages[0].Finishes != 1 {
		t.Fatalf("%+v", o)
	}
	got := w.Requests(standin.SomewhereElse)[0]
	var body map[string]any
	if err := json.Unmarshal(got.Body, &body); err != nil || body["title"] != "Too hot" || body["desc"] != "31 °C" || body["event"] != "raise" || !strings.Contains(fmt.Sprint(body["text"]), "Level: HIGH") {
		t.Errorf("%v %s", err, got.Body)
	}
	if got.Header.Get("X-Key") != "header-value-1" || got.Header.Get("Idempotency-Key") != "job-1" || got.Path != "/in?token=very-secret-token" {
		t.Errorf("%s %v", got.Path, got.Header)
	}
	for status, class := range map[int]platform.Class{204: platform.Delivered, 302: platform.Permanent, 404: platform.Permanent, 429: platform.Retryable, 500: platform.Retryable} {
		w.Next(standin.SomewhereElse, standin.Answer{Status: status})
		if o := target.Send(t.Context(), messages[1], w.via); o.Class != class {
			t.Errorf("%d: %+v", status, o)
		}
	}
	for method, channel := range map[string]standin.Channel{"wecom": standin.WeComBot, "dingtalk": standin.DingRobot, "feishu": standin.FeishuBot} {
		address := map[string]string{"wecom": "/cgi-bin/webhook/send?key=k", "dingtalk": "/robot/send?access_token=k", "feishu": "/open-apis/bot/v2/hook/k"}[method]
		target := parse(t, "webhook", `{"url":"`+w.URL+address+`","notification_method":"`+method+`","keywords":["报警"],"headers":{"X-Via":"gateway"}}`)[0]
		m := target.Compose([]platform.Notice{overheat("x")})[0]
		m.Tries = 1
		if o := target.Send(t.Context(), m, w.via); o.Class != platform.Delivered {
			t.Errorf("%s: %+v", method, o)
		}
		if r := w.Requests(channel); len(r) != 1 || r[0].Header.Get("X-Via") != "gateway" || !strings.Contains(string(r[0].Body), "报警") {
			t.Errorf("%s: %+v", method, r)
		}
	}
}
