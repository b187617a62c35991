package standin

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/tripline/tripline/runtime/platform/feishu"
)

const feishuBody = 20 << 10 // bytes of the whole body

func (p *Platforms) feishuBot(req Request) Answer {
	var m struct {
		Timestamp string `json:"timestamp"`
		Sign      string `json:"sign"`
		Type      string `json:"msg_type"`
		Content   struct {
			Text string `json:"text"`
		} `json:"content"`
		Card struct {
			Header struct {
				Title content `json:"title"`
			} `json:"header"`
			Elements []content `json:"elements"`
		} `json:"card"`
	}
	if err := json.Unmarshal(req.Body, &m); err != nil {
		return Code(FeishuBot, "9499", "Bad Request: the body is not JSON")
	}
	text := m.Content.Text
	for _, e := range m.Card.Elements {
		text += e.Content
	}
	title := m.Card.Header.Title.Content
	security := p.security[req.Key]
	switch {
	case len(req.Body) > feishuBody:
		return Code(FeishuBot, "19036", "the body is too large")
	case m.Type != "text" && m.Type != "interactive" || text == "":
		return Code(FeishuBot, "19002", "params error, msg_type need")
	case security.Secret != "" && !p.feishuSign(security.Secret, m.Timestamp, m.Sign):
		return Code(FeishuBot, "19021", "sign match fail or timestamp is not within one hour from current time")
	case !holdsOne(title+text, security.Keywords):
		return Code(FeishuBot, "19024", "Key Words Not Found")
	case p.over("feishu second "+req.Key, 5, time.Second):
		return Code(FeishuBot, "9499", "too many request")
	case p.over("feishu minute "+req.Key, 100, time.Minute):
		return Code(FeishuBot, "11232", "frequency limited")
	}
	p.messages = append(p.messages, Message{Channel: FeishuBot, At: req.At, Bot: req.Key, Title: title, Text: text})
	return Answer{Body: `{"code":0,"data":{},"msg":"success"}`}
}

func (p *Platforms) feishuSign(secret, timestamp, sign string) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	at := time.Unix(seconds, 0)
	if err != nil || p.now().Sub(at).Abs() > stale {
		return false
	}
	_, want := feishu.Sign(secret, at)
	return sign == want
}
