package action

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
)

var limits = runtime.DefaultLimits()

func decodeOne(t *testing.T, text string) Action {
	t.Helper()
	actions, notes, err := DecodeActions(json.RawMessage("["+text+"]"), limits)
	if err != nil || len(actions) != 1 || notes != nil {
		t.Fatalf("%s: %v %v %v", text, actions, notes, err)
	}
	return actions[0]
}

func TestDecodeNothing(t *testing.T) {
	for _, value := range []json.RawMessage{nil, json.RawMessage("null"), json.RawMessage("[]")} {
		if actions, notes, err := DecodeActions(value, limits); len(actions) != 0 || notes != nil || err != nil {
			t.Errorf("%s: %v %v %v", value, actions, notes, err)
		}
	}
	for _, value := range []json.RawMessage{nil, json.RawMessage("null"), json.RawMessage("{}")} {
		if d, err := DecodeDispatch(value, limits); err != nil || !reflect.DeepEqual(d, Dispatch{}) {
			t.Errorf("%s: %v %v", value, d, err)
		}
	}
}

func TestDecodeDownlink(t *testing.T) {
	for _, kind := range []string{``, `"type":"default",`, `"type":"thinkOne",`, `"type":null,`} {
		message := `{"version":"3.0","type":"data","if":"loraWAN","moteeui":"AA","token":7,"userdata":{"port":214,"payload":"gQ==","confirmed":true},"x":[1]}`
		a := decodeOne(t, `{`+kind+`"sleepTimeMs":2.5,"target":"6353","dnMsg":`+message+`}`)
		if a.Type != Downlink || string(a.Downlink) != message || a.Target != "6353" || a.Sleep != 2500*time.Microsecond {
			t.Errorf("%s: %+v", kind, a)
		}
	}
}

func TestDecodeAttributes(t *testing.T) {
	a := decodeOne(t, `{"type":"modifyAttrs","dnMsg":{"server_attrs":{"b":1,"a":{"x":[]}},"shared_attrs":null}}`)
	if a.Type != Attributes || a.Attributes.Shared != nil || a.Attributes.Client != nil {
		t.Fatalf("%+v", a)
	}
	if text, _ := json.Marshal(a.Attributes.Server); string(text) != `{"b":1,"a":{"x":[]}}` {
		t.Errorf("%s", text)
	}
}

func TestDecodeAlarm(t *testing.T) {
	tests := []struct {
		data string
		want alarm.Change
	}{
		{`"action":"new","data":{"alarm_name":"hot","notice_groups":"ops","title":"T","desc":"D","level":"urgent"}`,
			alarm.Change{Action: "new", Name: "hot", NoticeGroups: []string{"ops"}, Title: "T", Desc: "D", Level: "urgent"}},
		{`"action":"clear","data":{"alarm_name":"hot","notice_groups":["a","b"],"level":null}`,
			alarm.Change{Action: "clear", Name: "hot", NoticeGroups: []string{"a", "b"}, Level: "mid"}},
		{`"action":"new","data":{"alarm_name":"hot","notice_groups":{"notify":["a"],"other":1}}`,
			alarm.Change{Action: "new", Name: "hot", NoticeGroups: []string{"a"}, Level: "mid"}},
		{`"action":"new","data":{"alarm_name":"hot","notice_groups":{"notify":"a"}}`,
			alarm.Change{Action: "new", Name: "hot", NoticeGroups: []string{"a"}, Level: "mid"}},
		{`"action":"new","data":{"alarm_name":"hot","notice_groups":{}}`, alarm.Change{Action: "new", Name: "hot", Level: "mid"}},
	}
	for _, test := range tests {
		a := decodeOne(t, `{"type":"alarm","dnMsg":{`+test.data+`}}`)
		if a.Type != Alarm || !reflect.DeepEqual(a.Alarm, test.want) {
			t.Errorf("%s: %+v", test.data, a.Alarm)
		}
	}
}

func TestDecodeRequest(t *testing.T) {
	actions, notes, err := DecodeActions(json.RawMessage(`[{"type":"modifyAttrs","dnMsg":{}},{"sleepTimeMs":0,"type":"axios","dnMsg":{"method":"POST",
		"url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k","data":{"msgtype":"text","text":{"content":"热"}},"timeout":5000,"withCredentials":true}}]`), limits)
	if err != nil {
		t.Fatal(err)
	}
	req := actions[1].Request
	if actions[1].Type != Request || req.Method != "POST" || string(req.Body) != `{"msgtype":"text","text":{"content":"热"}}` || req.Timeout != 5*time.Second {
		t.Errorf("%+v", req)
	}
	if len(notes) != 1 || !strings.HasPrefix(notes[0], "[1].dnMsg: ") || !strings.Contains(notes[0], "withCredentials") {
		t.Errorf("%q", notes)
	}
}

func TestDecodeActionsErrors(t *testing.T) {
	tests := []struct{ value, want string }{
		{`{}`, NotActions},
		{`"x"`, NotActions},
		{`5`, NotActions},
		{`true`, NotActions},
		{`[`, "the result is not JSON"},
		{`[null]`, "[0]: must be an object"},
		{`[{"dnMsg":{}},5]`, "[1]: must be an object"},
		{`[{}]`, "[0].dnMsg: must be an object"},
		{`[{"dnMsg":"x"}]`, "[0].dnMsg: must be an object"},
		{`[{"type":"attributes","dnMsg":{}}]`, `[0].type: "attributes"`},
		{`[{"type":5,"dnMsg":{}}]`, "[0].type: must be a string"},
		{`[{"sleepTimeMs":-1,"dnMsg":{}}]`, "[0].sleepTimeMs: "},
		{`[{"sleepTimeMs":null,"dnMsg":{}}]`, "[0].sleepTimeMs: "},
		{`[{"sleepTimeMs":"1","dnMsg":{}}]`, "[0].sleepTimeMs: "},
		{`[{"sleepTimeMs":1e400,"dnMsg":{}}]`, "[0].sleepTimeMs: "},
		{`[{"sleepTimeMs":1e15,"dnMsg":{}}]`, "[0].sleepTimeMs: "},
		{`[{"target":5,"dnMsg":{}}]`, "[0].target: "},
		{`[{"dnMsg":{"userdata":[]}}]`, "[0].dnMsg.userdata: "},
		{`[{"dnMsg":{"moteeui":5}}]`, "[0].dnMsg.moteeui: "},
		{`[{"dnMsg":{"token":{}}}]`, "[0].dnMsg.token: "},
		{`[{"dnMsg":{"userdata":{"port":0}}}]`, "[0].dnMsg.userdata.port: "},
		{`[{"dnMsg":{"userdata":{"port":256}}}]`, "[0].dnMsg.userdata.port: "},
		{`[{"dnMsg":{"userdata":{"port":"2"}}}]`, "[0].dnMsg.userdata.port: "},
		{`[{"dnMsg":{"userdata":{"payload":"!"}}}]`, "[0].dnMsg.userdata.payload: "},
		{`[{"dnMsg":{"userdata":{"confirmed":1}}}]`, "[0].dnMsg.userdata.confirmed: "},
		{`[{"type":"modifyAttrs","dnMsg":{"server_attrs":[]}}]`, "[0].dnMsg.server_attrs: "},
		{`[{"type":"modifyAttrs","dnMsg":{"server_attr":{}}}]`, `[0].dnMsg: "server_attr" is no group`},
		{`[{"type":"alarm","dnMsg":{}}]`, "[0].dnMsg.action: "},
		{`[{"type":"alarm","dnMsg":{"action":"no","data":{}}}]`, "[0].dnMsg.action: "},
		{`[{"type":"alarm","dnMsg":{"action":"new"}}]`, "[0].dnMsg.data: "},
		{`[{"type":"alarm","dnMsg":{"action":"new","data":{}}}]`, "[0].dnMsg.data.alarm_name: "},
		{`[{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","level":"high!"}}}]`, "[0].dnMsg.data.level: "},
		{`[{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","title":1}}}]`, "[0].dnMsg.data.title: "},
		{`[{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","notice_groups":5}}}]`, "[0].dnMsg.data.notice_groups: "},
		{`[{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","notice_groups":["a",5]}}}]`, "[0].dnMsg.data.notice_groups[1]: "},
		{`[{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","notice_groups":{"notify":true}}}}]`, "[0].dnMsg.data.notice_groups.notify: "},
		{`[{"dnMsg":{}},{"type":"axios","dnMsg":{}}]`, "[1].dnMsg.url: "},
		{`[{"type":"axios","dnMsg":{"url":"http://h","headers":{"X-A":"a\r\nb"}}}]`, "[0].dnMsg.headers.X-A: "},
		{`[{"type":"axios","dnMsg":{"url":"http://h","proxy":{},"socketPath":"/x"}}]`, "[0].dnMsg.proxy: "},
	}
	for _, test := range tests {
		actions, _, err := DecodeActions(json.RawMessage(test.value), limits)
		check(t, test.value, err, runtime.CodeBadResult, test.want)
		if actions != nil {
			t.Errorf("%s: actions came with the error", test.value)
		}
	}
}

func check(t *testing.T, value string, err error, code runtime.Code, want string) {
	t.Helper()
	e, ok := errors.AsType[*runtime.Error](err)
	if !ok || e.Code != code || !strings.HasPrefix(e.Message, want) {
		t.Errorf("%.80s: %v, want %s: %s", value, err, code, want)
	}
}

func TestDecodeDispatch(t *testing.T) {
	d, err := DecodeDispatch(json.RawMessage(`{"delayms":1500,"abort_previous_timer":true,"actions":[
		{"method":"alarm","params":{"_eui":"e1","x":{"b":1,"a":2}}},{"methodId":"wecom_notify"},{"method":"a","methodId":"b","params":null}],"extra":1}`), limits)
	want := Dispatch{Delay: 1500 * time.Millisecond, AbortPreviousTimer: true, Calls: []Call{
		{Method: "alarm", EUI: "e1", Params: json.RawMessage(`{"_eui":"e1","x":{"b":1,"a":2}}`)},
		{Method: "wecom_notify", Params: json.RawMessage(`{}`)},
		{Method: "a", Params: json.RawMessage(`{}`)},
	}}
	if err == nil {
		read, _ := parse(want.Calls[0].Params)
		want.Calls[0].Read = read
	}
	if err != nil || !reflect.DeepEqual(d, want) {
		t.Errorf("%+v %v", d, err)
	}
}

func TestDecodeDispatchErrors(t *testing.T) {
	tests := []struct{ value, want string }{
		{`[]`, NotDispatch},
		{`"x"`, NotDispatch},
		{`{"delayms":-1}`, "delayms: "},
		{`{"delayms":"5"}`, "delayms: "},
		{`{"delayms":null}`, "delayms: "},
		{`{"abort_previous_timer":"yes"}`, "abort_previous_timer: "},
		{`{"actions":{}}`, "actions: "},
		{`{"actions":[5]}`, "actions[0]: "},
		{`{"actions":[{}]}`, "actions[0].method: "},
		{`{"actions":[{"method":5}]}`, "actions[0].method: "},
		{`{"actions":[{"methodId":""}]}`, "actions[0].methodId: "},
		{`{"actions":[{"method":"a","params":[]}]}`, "actions[0].params: "},
		{`{"actions":[{"method":"a"},{"method":"a","params":{"_eui":5}}]}`, "actions[1].params._eui: "},
	}
	for _, test := range tests {
		_, err := DecodeDispatch(json.RawMessage(test.value), limits)
		check(t, test.value, err, runtime.CodeBadResult, test.want)
	}
}

func TestTooManyActions(t *testing.T) {
	list := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"method":"m","dnMsg":{}},`, n), ",") + "]"
	}
	if actions, _, err := DecodeActions(json.RawMessage(list(limits.Actions)), limits); err != nil || len(actions) != limits.Actions {
		t.Errorf("%d actions: %v", len(actions), err)
	}
	_, _, err := DecodeActions(json.RawMessage(list(limits.Actions+1)), limits)
	check(t, "actions", err, runtime.CodeTooManyActions, "rpc_script returned 65 actions")
	_, err = DecodeDispatch(json.RawMessage(`{"actions":`+list(limits.Actions+1)+`}`), limits)
	check(t, "dispatch", err, runtime.CodeTooManyActions, "trigger_script returned 65 actions")
}

func FuzzDecodeActions(f *testing.F) {
	f.Add(`[{"sleepTimeMs":0,"type":"axios","target":"e","dnMsg":{"url":"http://h/?a","data":{"a":1},"headers":{"A":"b"}}}]`)
	f.Add(`[{"type":"alarm","dnMsg":{"action":"new","data":{"alarm_name":"a","notice_groups":{"notify":["x"]}}}},{"type":"modifyAttrs","dnMsg":{"server_attrs":{"a":1,"a":2},"client_attrs":null}}]`)
	f.Add(`[{"dnMsg":{"userdata":{"port":1,"payload":"00ff"}}}]`)
	f.Fuzz(func(t *testing.T, value string) {
		actions, _, err := DecodeActions(json.RawMessage(value), limits)
		if err != nil {
			if _, ok := errors.AsType[*runtime.Error](err); !ok || actions != nil {
				t.Fatalf("%T with %d actions", err, len(actions))
			}
			return
		}
		for _, a := range actions {
			if a.Sleep < 0 || (a.Type == Request) != (a.Request != nil) || (a.Type == Alarm) != (a.Alarm.Name != "") {
				t.Fatalf("%+v", a)
			}
		}
	})
}

func FuzzDecodeDispatch(f *testing.F) {
	f.Add(`{"delayms":5,"abort_previous_timer":true,"actions":[{"method":"a","params":{"_eui":"e"}},{"methodId":"b"}]}`)
	f.Add(`{"delayms":1e300,"actions":null}`)
	f.Fuzz(func(t *testing.T, value string) {
		d, err := DecodeDispatch(json.RawMessage(value), limits)
		if err != nil {
			if _, ok := errors.AsType[*runtime.Error](err); !ok {
				t.Fatalf("%T", err)
			}
			return
		}
		for _, call := range d.Calls {
			if d.Delay < 0 || call.Method == "" || !json.Valid(call.Params) {
				t.Fatalf("%+v", d)
			}
		}
	})
}

func BenchmarkDecodeActions(b *testing.B) {
	value := json.RawMessage(`[{"sleepTimeMs":0,"type":"axios","dnMsg":{"method":"POST","url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=xxxxxxxx","headers":{"Content-Type":"application/json"},"data":{"msgtype":"markdown","markdown":{"content":"### Device Alarm\n> **Device**: x\n> **EUI**: 6353012af1090498"}},"timeout":5000}}]`)
	for b.Loop() {
		if _, _, err := DecodeActions(value, limits); err != nil {
			b.Fatal(err)
		}
	}
}
