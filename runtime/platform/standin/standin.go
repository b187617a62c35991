// Package standin is test code: servers on 127.0.0.1 that behave as the vendors of chat platforms say
// their platforms do, with limits, signatures, tokens and errors, and that record what arrives.
package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Channel is a way in.
type Channel string

// Channels.
const (
	WeComBot      Channel = "wecom_bot"
	WeComToken    Channel = "wecom_token"
	WeComApp      Channel = "wecom_app"
	DingRobot     Channel = "dingtalk_robot"
	DingToken     Channel = "dingtalk_token"
	DingMember    Channel = "dingtalk_member"
	FeishuBot     Channel = "feishu_bot"
	SomewhereElse Channel = "webhook" // any other path: answers 200 with "ok"
)

// hosts are the platforms' own, which are to be rewritten to a stand-in.
var hosts = []string{"qyapi.weixin.qq.com", "oapi.dingtalk.com", "api.dingtalk.com", "open.feishu.cn", "open.larksuite.com"}

// Request is one request that arrived.
type Request struct {
	Channel Channel
	At      time.Time
	Path    string // with the query
	Key     string // the bot, or the access token
	Header  http.Header
	Body    []byte
	Status  int    // of the answer
	Reply   string // the answer
}

// Message is one that people would see.
type Message struct {
	Channel    Channel
	At         time.Time
	Bot        string // key of the bot, or "" of an app
	Title      string
	Text       string
	Recipients []string // who got it; nil for a group
}

// Answer takes the place of a platform's own.
type Answer struct {
	Status int // 0 is 200
	Header http.Header
	Body   string
}

// Security is what a bot is protected by.
type Security struct {
	Secret   string
	Keywords []string
}

// Platforms is the stand-in of all platforms in one server. Its settings may be changed while it runs,
// through the methods.
type Platforms struct {
	URL string // of the server

	server *httptest.Server
	now    func() time.Time

	mu       sync.Mutex
	requests []Request
	messages []Message
	next     map[Channel][]Answer
	always   map[Channel]Answer
	security map[string]Security
	apps     map[string]string // secrets by company or client id
	tokens   map[string]token
	unknown  map[string]bool // people whom a platform does not know
	slow     map[string]int  // for how many messages more a person is over the rate
	seen     map[string]time.Time
	windows  map[string][]time.Time
	blocked  map[string]time.Time
	badSigns int
	serial   int
}

type token struct {
	app     string
	expires time.Time
}

// New starts a stand-in whose limits and lifetimes go by now. Close it.
func New(now func() time.Time) *Platforms {
	p := &Platforms{
		now: now, next: map[Channel][]Answer{}, always: map[Channel]Answer{}, security: map[string]Security{}, apps: map[string]string{},
		tokens: map[string]token{}, unknown: map[string]bool{}, slow: map[string]int{}, seen: map[string]time.Time{},
		windows: map[string][]time.Time{}, blocked: map[string]time.Time{},
	}
	p.server = httptest.NewServer(p)
	p.URL = p.server.URL
	return p
}

// Close stops the server.
func (p *Platforms) Close() { p.server.Close() }

// Rewrite is the value of TRIPLINE_EGRESS_REWRITE that sends what is meant for the platforms here.
func (p *Platforms) Rewrite() string {
	var entries []string
	for _, host := range hosts {
		entries = append(entries, "https://"+host+"="+p.URL)
	}
	return strings.Join(entries, ",")
}

// Next makes the coming requests of a channel get these answers, one each, in place of what they would.
func (p *Platforms) Next(c Channel, answers ...Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next[c] = append(p.next[c], answers...)
}

// Always makes every request of a channel get an answer; the zero Answer ends that.
func (p *Platforms) Always(c Channel, a Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.Status == 0 && a.Body == "" && a.Header == nil {
		delete(p.always, c)
		return
	}
	p.always[c] = a
}

// Protect gives the bot with that key a signing secret or keywords. Other bots take everything.
func (p *Platforms) Protect(key string, s Security) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.security[key] = s
}

// App makes an app known: a company id or client id, and its secret.
func (p *Platforms) App(id, secret string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.apps[id] = secret
}

// ExpireTokens ends all access tokens before their time.
func (p *Platforms) ExpireTokens() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.tokens)
}

// Unknown makes people unknown to the platforms.
func (p *Platforms) Unknown(people ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range people {
		p.unknown[name] = true
	}
}

// Slow makes a member be over DingTalk's rate for so many messages.
func (p *Platforms) Slow(member string, messages int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slow[member] = messages
}

// Requests returns what arrived by a channel, in order.
func (p *Platforms) Requests(c Channel) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.requests), func(r Request) bool { return r.Channel != c })
}

// Messages returns what people see, in order.
func (p *Platforms) Messages() []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.messages)
}

// Code is the answer with which a channel reports an error code.
func Code(c Channel, code, message string) Answer {
	text, _ := json.Marshal(message)
	switch c {
	case FeishuBot:
		return Answer{Body: fmt.Sprintf(`{"code":%s,"data":{},"msg":%s}`, code, text)}
	case DingToken, DingMember:
		status := http.StatusBadRequest
		if strings.HasPrefix(code, "Forbidden.") {
			status = http.StatusForbidden
		}
		return Answer{Status: status, Body: fmt.Sprintf(`{"code":%q,"message":%s,"requestid":"4F1E"}`, code, text)}
	default:
		return Answer{Body: fmt.Sprintf(`{"errcode":%s,"errmsg":%s}`, code, text)}
	}
}

// Odd answers, all with status 200.
var (
	HTMLPage  = Answer{Body: "<html><body>blocked</body></html>", Header: http.Header{"Content-Type": {"text/html"}}}
	Punished  = Answer{Body: `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"7"}`}
	Nothing   = Answer{Status: http.StatusOK}
	NoCode    = Answer{Body: `{"msg":"success"}`}
	StringOK  = Answer{Body: `{"errcode":"0","errmsg":"ok"}`}
	OldFeishu = Answer{Body: `{"Extra":null,"StatusCode":0,"StatusMessage":"success"}`}
)

// ServeHTTP implements http.Handler.
func (p *Platforms) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return // the caller is gone
	}
	p.mu.Lock()
	a := p.answer(r, body)
	p.mu.Unlock()
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	}
	w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Body)
}

func (p *Platforms) answer(r *http.Request, body []byte) Answer {
	req := Request{Channel: channelOf(r.URL.Path), At: p.now(), Path: r.URL.RequestURI(), Key: keyOf(r), Header: r.Header, Body: body}
	a, given := p.always[req.Channel]
	if queue := p.next[req.Channel]; len(queue) > 0 {
		a, p.next[req.Channel] = queue[0], queue[1:]
	} else if !given {
		a = p.behave(req, r)
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	req.Status, req.Reply = a.Status, a.Body
	p.requests = append(p.requests, req)
	return a
}

func (p *Platforms) behave(req Request, r *http.Request) Answer {
	switch req.Channel {
	case WeComBot:
		return p.wecomBot(req)
	case WeComToken:
		return p.wecomToken(r.URL.Query())
	case WeComApp:
		return p.wecomApp(req)
	case DingRobot:
		return p.dingRobot(req, r.URL.Query())
	case DingToken:
		return p.dingToken(req)
	case DingMember:
		return p.dingMember(req)
	case FeishuBot:
		return p.feishuBot(req)
	default:
		p.messages = append(p.messages, Message{Channel: SomewhereElse, At: req.At, Bot: r.URL.Path, Text: string(bytes.TrimSpace(req.Body))})
		return Answer{Body: `"ok"`}
	}
}

func channelOf(path string) Channel {
	switch {
	case path == "/cgi-bin/webhook/send":
		return WeComBot
	case path == "/cgi-bin/gettoken":
		return WeComToken
	case path == "/cgi-bin/message/send":
		return WeComApp
	case path == "/robot/send":
		return DingRobot
	case path == "/v1.0/oauth2/accessToken":
		return DingToken
	case path == "/v1.0/robot/oToMessages/batchSend":
		return DingMember
	case strings.HasPrefix(path, "/open-apis/bot/v2/hook/"):
		return FeishuBot
	default:
		return SomewhereElse
	}
}

func keyOf(r *http.Request) string {
	for _, key := range []string{r.URL.Query().Get("key"), r.URL.Query().Get("access_token"), r.Header.Get("x-acs-dingtalk-access-token")} {
		if key != "" {
			return key
		}
	}
	_, key, _ := strings.Cut(r.URL.Path, "/hook/")
	return key
}

// over counts a request against a sliding window and reports whether it is one too many; such a one
// does not count.
func (p *Platforms) over(key string, limit int, window time.Duration) bool {
	now := p.now()
	kept := slices.DeleteFunc(p.windows[key], func(at time.Time) bool { return now.Sub(at) >= window })
	p.windows[key] = kept
	if len(kept) >= limit {
		return true
	}
	p.windows[key] = append(kept, now)
	return false
}

func (p *Platforms) issue(app string, life time.Duration) string {
	p.serial++
	value := fmt.Sprintf("token-%s-%d", app, p.serial)
	p.tokens[value] = token{app, p.now().Add(life)}
	return value
}

func (p *Platforms) valid(value string) bool {
	t, ok := p.tokens[value]
	return ok && p.now().Before(t.expires)
}

func holdsOne(text string, keywords []string) bool {
	return len(keywords) == 0 || slices.ContainsFunc(keywords, func(k string) bool { return strings.Contains(text, k) })
}
