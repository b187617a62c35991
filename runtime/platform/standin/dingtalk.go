package standin

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/platform/dingtalk"
)

const (
	dingBody     = 20_000 // bytes of a robot's whole body
	dingParam    = 15_000 // bytes of msgParam
	mostStaff    = 20     // user ids of one call
	stale        = time.Hour
	dingPenalty  = 10 * time.Minute
	keptUUIDs    = 24 * time.Hour
	robotIsOver  = "660026"
	robotRefuses = "310000"
)

type dingText struct {
	Content string `json:"content"`
	Title   string `json:"title"`
	Text    string `json:"text"`
}

func (p *Platforms) dingRobot(req Request, query url.Values) Answer {
	var m struct {
		Type     string   `json:"msgtype"`
		Text     dingText `json:"text"`
		Markdown dingText `json:"markdown"`
		UUID     string   `json:"msgUuid"`
	}
	if err := json.Unmarshal(req.Body, &m); err != nil {
		return Code(DingRobot, "43004", "the body is not JSON")
	}
	title, text := m.Markdown.Title, m.Markdown.Text
	if m.Type == "text" {
		title, text = "", m.Text.Content
	}
	security := p.security[req.Key]
	switch {
	case req.Key == "":
		return Code(DingRobot, "300001", "token is not exist")
	case m.Type != "text" && m.Type != "markdown" || m.Type == "markdown" && title == "":
		return Code(DingRobot, "400105", "unsupported message type")
	case text == "":
		return Code(DingRobot, "40035", "missing content")
	case len(req.Body) > dingBody:
		return Code(DingRobot, "460101", "message too long")
	case p.now().Before(p.blocked[req.Key]):
		return Code(DingRobot, robotIsOver, "send too fast")
	case !holdsOne(title+text, security.Keywords):
		return Code(DingRobot, robotRefuses, "keywords not in content")
	}
	if refusal := p.dingSign(security.Secret, query); refusal != "" {
		return Code(DingRobot, robotRefuses, refusal)
	}
	if p.over("dingtalk robot "+req.Key, 20, time.Minute) {
		p.blocked[req.Key] = p.now().Add(dingPenalty)
		return Code(DingRobot, "130101", "send too fast, exceed 20 times per minute")
	}
	if !p.again("dingtalk "+req.Key+m.UUID, m.UUID != "") {
		p.messages = append(p.messages, Message{Channel: DingRobot, At: req.At, Bot: req.Key, Title: title, Text: text})
	}
	return Answer{Body: `{"errcode":0,"errmsg":"ok"}`}
}

// again reports whether a message of that key was taken already.
func (p *Platforms) again(key string, counts bool) bool {
	before, sent := p.seen[key]
	p.seen[key] = p.now()
	return counts && sent && p.now().Sub(before) < keptUUIDs
}

// dingSign says why a signature is refused, or "".
func (p *Platforms) dingSign(secret string, query url.Values) string {
	if secret == "" {
		return ""
	}
	ms, err := strconv.ParseInt(query.Get("timestamp"), 10, 64)
	at := time.UnixMilli(ms)
	if err != nil || p.now().Sub(at).Abs() > stale {
		return "invalid timestamp"
	}
	if _, want := dingtalk.Sign(secret, at); query.Get("sign") != want {
		return "sign not match"
	}
	return ""
}

func (p *Platforms) dingToken(req Request) Answer {
	var m struct {
		Key    string `json:"appKey"`
		Secret string `json:"appSecret"`
	}
	if err := json.Unmarshal(req.Body, &m); err != nil {
		return Code(DingToken, "invalidParameter.body", "the body is not JSON")
	}
	if secret, known := p.apps[m.Key]; !known || secret != m.Secret {
		return Code(DingToken, "invalidClientIdOrSecret", "wrong appKey or appSecret")
	}
	return Answer{Body: fmt.Sprintf(`{"accessToken":%q,"expireIn":7200}`, p.issue(m.Key, 2*time.Hour))}
}

func (p *Platforms) dingMember(req Request) Answer {
	if !p.valid(req.Key) {
		return Code(DingMember, "InvalidAuthentication", "the access token is not valid")
	}
	if p.over("dingtalk app "+p.tokens[req.Key].app, 20, time.Second) {
		return Code(DingMember, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "too many calls")
	}
	var m struct {
		Robot string   `json:"robotCode"`
		Users []string `json:"userIds"`
		Key   string   `json:"msgKey"`
		Param string   `json:"msgParam"`
	}
	if err := json.Unmarshal(req.Body, &m); err != nil {
		return Code(DingMember, "invalidParameter.body", "the body is not as it should be")
	}
	var text dingText
	err := json.Unmarshal([]byte(m.Param), &text)
	switch {
	case m.Robot == "":
		return Code(DingMember, "invalidParameter.robotCode.empty", "robotCode is missing")
	case len(m.Users) == 0 || len(m.Users) > mostStaff:
		return Code(DingMember, "invalidParameter.userIds.size", "userIds must be 1 to 20")
	case len(m.Param) > dingParam:
		return Code(DingMember, "invalidParameter.msgParam.tooLong", "msgParam is too long")
	case err != nil || text.Text+text.Content == "":
		return Code(DingMember, "invalidParameter.msgParam.invalid", "msgParam is not as it should be")
	}
	return p.dingPass(req, text, m.Users)
}

// dingPass passes a message on to the members who are known and under the rate.
func (p *Platforms) dingPass(req Request, text dingText, users []string) Answer {
	reached, invalid, slow := []string{}, []string{}, []string{}
	for _, name := range users {
		switch {
		case p.unknown[name]:
			invalid = append(invalid, name)
		case p.slow[name] > 0:
			p.slow[name]--
			slow = append(slow, name)
		default:
			reached = append(reached, name)
		}
	}
	if len(reached) > 0 {
		p.messages = append(p.messages, Message{Channel: DingMember, At: req.At, Title: text.Title, Text: text.Text + text.Content, Recipients: reached})
	}
	return Answer{Body: fmt.Sprintf(`{"processQueryKey":"q-%d","invalidStaffIdList":%s,"flowControlledStaffIdList":%s}`,
		len(p.messages), list(invalid), list(slow))}
}

func list(names []string) string {
	text, err := json.Marshal(names)
	if err != nil {
		return "[]"
	}
	return strings.TrimSpace(string(text))
}
