package standin

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Sizes in bytes of UTF-8.
const (
	wecomText     = 2048
	wecomMarkdown = 4096 // of a bot; an app takes wecomText of both
)

type content struct {
	Content string `json:"content"`
}

type wecomMessage struct {
	Type        string  `json:"msgtype"`
	Text        content `json:"text"`
	Markdown    content `json:"markdown"`
	MarkdownV2  content `json:"markdown_v2"`
	To          string  `json:"touser"`
	Agent       int     `json:"agentid"`
	CheckTwins  int     `json:"enable_duplicate_check"`
	TwinsWithin int     `json:"duplicate_check_interval"`
}

func (m wecomMessage) text() (text string, limit int) {
	switch m.Type {
	case "text":
		return m.Text.Content, wecomText
	case "markdown":
		return m.Markdown.Content, wecomMarkdown
	case "markdown_v2":
		return m.MarkdownV2.Content, wecomMarkdown
	default:
		return "", 0
	}
}

func (p *Platforms) wecomBot(req Request) Answer {
	var m wecomMessage
	if err := json.Unmarshal(req.Body, &m); err != nil {
		return Code(WeComBot, "47001", "data format error")
	}
	text, limit := m.text()
	switch {
	case req.Key == "":
		return Code(WeComBot, "93000", "invalid webhook url")
	case limit == 0:
		return Code(WeComBot, "40008", "invalid message type")
	case text == "":
		return Code(WeComBot, "44004", "empty content")
	case len(text) > limit:
		return Code(WeComBot, "40058", fmt.Sprintf("%s.content exceed max length %d", m.Type, limit))
	case p.over("wecom bot "+req.Key, 20, time.Minute):
		return Code(WeComBot, "45009", "api freq out of limit")
	}
	p.messages = append(p.messages, Message{Channel: WeComBot, At: req.At, Bot: req.Key, Text: text})
	return Answer{Body: `{"errcode":0,"errmsg":"ok"}`}
}

// mostBadSecrets is after how many wrong secrets WeCom bans an address.
const mostBadSecrets = 5

func (p *Platforms) wecomToken(query url.Values) Answer {
	id := query.Get("corpid")
	if until := p.blocked["wecom"]; p.now().Before(until) {
		return Code(WeComToken, "45009", "api freq out of limit, the address is banned for an hour")
	}
	if secret, known := p.apps[id]; !known || secret != query.Get("corpsecret") {
		if p.badSigns++; p.badSigns >= mostBadSecrets {
			p.blocked["wecom"] = p.now().Add(time.Hour)
		}
		return Code(WeComToken, "40001", "invalid credential")
	}
	return Answer{Body: fmt.Sprintf(`{"errcode":0,"errmsg":"ok","access_token":%q,"expires_in":7200}`, p.issue(id, 2*time.Hour))}
}

func (p *Platforms) wecomApp(req Request) Answer {
	if _, known := p.tokens[req.Key]; !known {
		return Code(WeComApp, "40014", "invalid access_token")
	}
	if !p.valid(req.Key) {
		return Code(WeComApp, "42001", "access_token expired")
	}
	var m wecomMessage
	if err := json.Unmarshal(req.Body, &m); err != nil {
		return Code(WeComApp, "47001", "data format error")
	}
	text, limit := m.text()
	people := strings.Split(m.To, "|")
	switch {
	case limit == 0:
		return Code(WeComApp, "40008", "invalid message type")
	case text == "":
		return Code(WeComApp, "44004", "empty content")
	case len(text) > wecomText:
		return Code(WeComApp, "45002", "content size out of limit")
	case m.Agent == 0:
		return Code(WeComApp, "40056", "invalid agentid")
	case len(people) > 1000:
		return Code(WeComApp, "40031", "invalid userid list")
	}
	var reached, invalid []string
	for _, name := range people {
		switch {
		case p.unknown[name]:
			invalid = append(invalid, name)
		case p.over("wecom app "+name, 30, time.Minute): // dropped without a word
		default:
			reached = append(reached, name)
		}
	}
	if len(invalid) == len(people) {
		return Code(WeComApp, "81013", "user & party & tag all invalid")
	}
	if !p.twin(m, text) {
		p.messages = append(p.messages, Message{Channel: WeComApp, At: req.At, Text: text, Recipients: reached})
	}
	return Answer{Body: fmt.Sprintf(`{"errcode":0,"errmsg":"ok","invaliduser":%q,"msgid":"m-%d"}`, strings.Join(invalid, "|"), len(p.messages))}
}

// twin reports whether the same was sent to the same people a short while ago.
func (p *Platforms) twin(m wecomMessage, text string) bool {
	if m.CheckTwins == 0 {
		return false
	}
	key := "wecom " + m.To + "\n" + text
	before, sent := p.seen[key]
	p.seen[key] = p.now()
	return sent && p.now().Sub(before) < time.Duration(m.TwinsWithin)*time.Second
}
