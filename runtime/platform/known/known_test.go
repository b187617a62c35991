package known

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

const (
	wecomBot    = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
	wecomSend   = "https://qyapi.weixin.qq.com/cgi-bin/message/send?access_token=t"
	wecomToken  = "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=a&corpsecret=b"
	robot       = "https://oapi.dingtalk.com/robot/send?access_token=t"
	ding        = "https://api.dingtalk.com/v1.0/robot/oToMessages/batchSend"
	dingToken   = "https://api.dingtalk.com/v1.0/oauth2/accessToken"
	feishuBot   = "https://open.feishu.cn/open-apis/bot/v2/hook/1"
	larkBot     = "https://open.larksuite.com/open-apis/bot/v2/hook/1"
	anywhere    = "https://example.com/hook"
	ok          = platform.Delivered
	again       = platform.Retryable
	never       = platform.Permanent
	noNeed      = platform.NeedNothing
	needToken   = platform.NeedToken
	needSign    = platform.NeedSignature
	needShorter = platform.NeedShorter
)

// expectation is what the first and a late attempt come to.
type expectation struct {
	url    string
	status int
	body   string
	first  platform.Class
	late   platform.Class // the 20th attempt
	need   platform.Need
	after  time.Duration // at least, on the first attempt
}

func (e expectation) check(t *testing.T) {
	t.Helper()
	resp := runtime.HTTPResponse{Status: e.status, Body: []byte(e.body)}
	first := Platforms().Classify(e.url, resp, 1, time.Now())
	late := Platforms().Classify(e.url, resp, 20, time.Now())
	if first.Class != e.first || late.Class != e.late || first.Need != e.need || first.RetryAfter < e.after {
		t.Errorf("%s %d %s: %+v, late %s", e.url, e.status, e.body, first, late.Class)
	}
	if first.Class != ok && (first.Code == "" || first.Meaning == "" || first.Remedy == "") {
		t.Errorf("%s %s: an operator learns too little from %+v", e.url, e.body, first)
	}
}

// errcode makes one expectation for every code in the list.
func errcode(url, codes string, first, late platform.Class, need platform.Need, after time.Duration) (out []expectation) {
	for code := range strings.FieldsSeq(codes) {
		body := fmt.Sprintf(`{"errcode":%s,"errmsg":"no"}`, code)
		if strings.Contains(url, "/open-apis/") {
			body = fmt.Sprintf(`{"code":%s,"msg":"no"}`, code)
		}
		out = append(out, expectation{url, 200, body, first, late, need, after})
	}
	return out
}

func v1(status int, code string, first, late platform.Class, need platform.Need, after time.Duration) []expectation {
	return []expectation{{ding, status, fmt.Sprintf(`{"code":%q,"message":"no","requestid":"1"}`, code), first, late, need, after}}
}

func TestEveryCode(t *testing.T) {
	const minute = time.Minute
	for _, list := range [][]expectation{
		errcode(wecomSend, "-1", again, never, noNeed, 0),
		errcode(wecomSend, "40001 40014 42001", again, never, needToken, 0),
		errcode(wecomToken, "40001", never, never, noNeed, 0),
		errcode(wecomBot, "45009", again, again, noNeed, minute),
		errcode(wecomToken, "45033", again, again, noNeed, time.Second),
		errcode(wecomBot, "45002", never, never, needShorter, 0),
		errcode(wecomSend, "40058 60011 81013 40031 301002 48002 40056 40008 44004 60020", never, never, noNeed, 0),
		errcode(wecomBot, "93000 93004 93008", never, never, noNeed, 0),
		errcode(wecomBot, "99999", again, never, noNeed, 0),
		errcode(robot, "310000 400013 400102 400106 400101 300005 300001 400105 40035 43002 43004 430101 430102 430103 430104", never, never, noNeed, 0),
		errcode(robot, "130101 410100 660026", again, again, noNeed, minute),
		errcode(robot, "-1", again, again, noNeed, 0),
		errcode(robot, "460101 101002", never, never, needShorter, 0),
		errcode(robot, "99999", again, never, noNeed, 0),
		v1(400, "InvalidAuthentication", again, never, needToken, 0),
		v1(400, "invalidParameter.token.invalid", again, never, needToken, 0),
		v1(400, "token.notExisted", again, never, needToken, 0),
		v1(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", again, again, noNeed, time.Second),
		v1(403, "Forbidden.AccessDenied.QpsLimitForApi", again, again, noNeed, time.Second),
		v1(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", never, never, noNeed, 0),
		v1(400, "invalidParameter.msgParam.tooLong", never, never, needShorter, 0),
		v1(400, "msgParam.tooLong", never, never, needShorter, 0),
		v1(400, "invalidParameter.robotCode.empty", never, never, noNeed, 0),
		v1(400, "whatever", again, never, noNeed, 0),
		v1(503, "ServiceUnavailable", again, again, noNeed, 0),
		errcode(feishuBot, "9499 19001 19002 19022 19024", never, never, noNeed, 0),
		errcode(larkBot, "11232", again, again, noNeed, time.Second),
		errcode(feishuBot, "19021", never, never, needSign, 0),
		errcode(feishuBot, "19036", never, never, needShorter, 0),
		errcode(feishuBot, "99999", again, never, noNeed, 0),
	} {
		for _, e := range list {
			e.check(t)
		}
	}
}

func TestSpecialAnswers(t *testing.T) {
	for _, e := range []expectation{
		{wecomBot, 200, `{"errcode":0,"errmsg":"ok"}`, ok, ok, noNeed, 0},
		{wecomToken, 200, `{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}`, ok, ok, noNeed, 0},
		{wecomBot, 200, `{"errcode":0,"invaliduser":[]}`, ok, ok, noNeed, 0},
		{wecomBot, 200, `{"errcode":40058,"errmsg":"markdown.content exceed max length 4096"}`, never, never, needShorter, 0},
		{wecomBot, 200, `{}`, again, never, noNeed, 15 * time.Second},
		{wecomBot, 200, `{"errcode":null}`, again, never, noNeed, 15 * time.Second},
		{wecomBot, 200, `<html>`, again, never, noNeed, 15 * time.Second},
		{wecomBot, 200, ``, again, never, noNeed, 15 * time.Second},
		{wecomBot, 200, `[]`, again, never, noNeed, 15 * time.Second},
		{wecomBot, 502, `<html>`, again, again, noNeed, 0},
		{wecomBot, 403, `<html>`, never, never, noNeed, 0},
		{wecomBot, 500, `{"errcode":0}`, again, again, noNeed, 0},
		{robot, 200, `{"errcode":0,"errmsg":"ok"}`, ok, ok, noNeed, 0},
		{robot, 200, `{"errcode":"0","errmsg":"ok"}`, ok, ok, noNeed, 0},
		{robot, 200, `{"errcode":310000,"errmsg":"invalid timestamp"}`, never, never, needSign, 0},
		{robot, 200, `{"status":1111,"wait":5,"punish":"deny"}`, again, never, noNeed, 5 * time.Minute},
		{robot, 200, `<html>blocked</html>`, again, never, noNeed, 5 * time.Minute},
		{robot, 503, `<html>`, again, again, noNeed, 0},
		{ding, 200, `{"processQueryKey":"q"}`, ok, ok, noNeed, 0},
		{ding, 200, `{}`, again, never, noNeed, 15 * time.Second},
		{ding, 200, `<html>`, again, never, noNeed, 15 * time.Second},
		{ding, 403, `<html>`, never, never, noNeed, 0},
		{dingToken, 200, `{"accessToken":"t","expireIn":7200}`, ok, ok, noNeed, 0},
		{dingToken, 200, `{"expireIn":7200}`, again, never, noNeed, 15 * time.Second},
		{feishuBot, 200, `{"code":0,"msg":"success"}`, ok, ok, noNeed, 0},
		{feishuBot, 200, `{"StatusCode":0,"StatusMessage":"success"}`, ok, ok, noNeed, 0},
		{feishuBot, 400, `{"code":9499,"msg":"Bad Request: too many request"}`, again, again, noNeed, time.Second},
		{feishuBot, 400, `{"code":9499,"msg":"content exceeds the limit"}`, never, never, needShorter, 0},
		{feishuBot, 200, `{"msg":"success"}`, again, never, noNeed, 15 * time.Second},
		{anywhere, 200, `{"errcode":1}`, ok, ok, noNeed, 0},
		{anywhere, 204, ``, ok, ok, noNeed, 0},
		{anywhere, 302, ``, never, never, noNeed, 0},
		{anywhere, 404, ``, never, never, noNeed, 0},
		{anywhere, 408, ``, again, again, noNeed, 0},
		{anywhere, 425, ``, again, again, noNeed, 0},
		{anywhere, 429, ``, again, again, noNeed, 0},
		{anywhere, 500, ``, again, again, noNeed, 0},
		{anywhere, 599, ``, again, again, noNeed, 0},
	} {
		e.check(t)
	}
}

func TestPartialSuccessIsTold(t *testing.T) {
	for url, body := range map[string]string{
		wecomSend: `{"errcode":0,"errmsg":"ok","invaliduser":"zhang|li","invalidparty":"7"}`,
		ding:      `{"processQueryKey":"q","invalidStaffIdList":["zhang"],"flowControlledStaffIdList":["li","7"]}`,
	} {
		o := Platforms().Classify(url, runtime.HTTPResponse{Status: 200, Body: []byte(body)}, 1, time.Now())
		if o.Class != ok || o.Code != "partial" || len(o.Missed) != 3 || !strings.Contains(o.Message, "zhang") || o.Remedy == "" {
			t.Errorf("%+v", o)
		}
	}
}

func TestHostsBelongToTheirPlatform(t *testing.T) {
	for url, want := range map[string]string{
		"https://QYAPI.weixin.qq.com/x": "wecom", "https://api.dingtalk.com": "dingtalk", "https://oapi.dingtalk.com:443/": "dingtalk",
		"https://open.larksuite.com/": "feishu", "https://open.feishu.cn.evil.example/": "", "https://example.com/qyapi.weixin.qq.com": "", "::": "",
	} {
		name := ""
		if p := Platforms().Of(url); p != nil {
			name = p.Name()
		}
		if name != want {
			t.Errorf("%s: %q, want %q", url, name, want)
		}
	}
}
