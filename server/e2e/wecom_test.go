package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

const wecomHost = "https://qyapi.weixin.qq.com"

// wecom stands in for WeCom's public interface: group bots and self-built apps. Errors come inside HTTP
// 200, as WeCom sends them.
type wecom struct {
	*httptest.Server

	mu       sync.Mutex
	bots     map[string]bool   // by key
	apps     map[string]string // corpsecret by corpid
	agents   map[int]bool
	tokens   map[string]bool // access tokens that are good now
	issued   int
	lifetime int // expires_in of new tokens
	messages []wecomMessage
	failures []string // replies that the next sends get
}

// wecomMessage is one message that was delivered to people.
type wecomMessage struct {
	Bot   string // the bot's key, or "" for an app
	Token string
	Type  string         // msgtype
	Text  string         // of text and markdown
	Body  map[string]any // as it was posted
}

func newWecom(t *testing.T, botKeys ...string) *wecom {
	w := &wecom{bots: map[string]bool{}, apps: map[string]string{}, agents: map[int]bool{}, tokens: map[string]bool{}, lifetime: 7200}
	for _, key := range botKeys {
		w.bots[key] = true
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /cgi-bin/webhook/send", w.sendByBot)
	mux.HandleFunc("GET /cgi-bin/gettoken", w.getToken)
	mux.HandleFunc("POST /cgi-bin/message/send", w.sendByApp)
	w.Server = httptest.NewServer(mux)
	t.Cleanup(w.Close)
	return w
}

// env has the server send what is meant for WeCom to the stand-in.
func (w *wecom) env() map[string]string {
	return map[string]string{"TRIPLINE_EGRESS_REWRITE": wecomHost + "=" + w.URL}
}

func botURL(key string) string { return wecomHost + "/cgi-bin/webhook/send?key=" + key }

func (w *wecom) sendByBot(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := r.URL.Query().Get("key")
	if w.fails(rw) {
		return
	}
	if !w.bots[key] {
		answer(rw, 93000, "invalid webhook url")
		return
	}
	w.take(rw, r, wecomMessage{Bot: key}, 4096)
}

func (w *wecom) getToken(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := r.URL.Query()
	secret, known := w.apps[q.Get("corpid")]
	switch {
	case !known:
		answer(rw, 40013, "invalid corpid")
	case q.Get("corpsecret") != secret:
		answer(rw, 40001, "invalid credential")
	default:
		w.issued++
		token := fmt.Sprintf("access-token-%03d-issued-by-the-stand-in", w.issued)
		w.tokens[token] = true
		writeJSON(rw, map[string]any{"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": w.lifetime})
	}
}

func (w *wecom) sendByApp(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	token := r.URL.Query().Get("access_token")
	if w.fails(rw) {
		return
	}
	if !w.tokens[token] {
		answer(rw, 40014, "invalid access_token")
		return
	}
	w.take(rw, r, wecomMessage{Token: token}, 2048)
}

// take checks a message as WeCom does. The caller holds mu.
func (w *wecom) take(rw http.ResponseWriter, r *http.Request, m wecomMessage, most int) {
	text, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(text, &m.Body) != nil {
		answer(rw, 40008, "invalid message type")
		return
	}
	if m.Token != "" {
		agent, ok := m.Body["agentid"].(float64)
		if !ok || !w.agents[int(agent)] {
			answer(rw, 40056, "invalid agentid")
			return
		}
		if m.Body["touser"] == nil && m.Body["toparty"] == nil && m.Body["totag"] == nil {
			answer(rw, 81013, "user & party & tag all invalid")
			return
		}
	}
	m.Type, _ = m.Body["msgtype"].(string)
	content, _ := m.Body[m.Type].(map[string]any)
	m.Text, _ = content["content"].(string)
	switch {
	case m.Type != "text" && m.Type != "markdown":
		answer(rw, 40008, "invalid message type")
	case m.Text == "":
		answer(rw, 44004, "empty content")
	case len(m.Text) > most:
		answer(rw, 45002, "content size out of limit")
	default:
		w.messages = append(w.messages, m)
		answer(rw, 0, "ok")
	}
}

// fails sends a failure that a test asked for. The caller holds mu.
func (w *wecom) fails(rw http.ResponseWriter) bool {
	if len(w.failures) == 0 {
		return false
	}
	rw.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(rw, w.failures[0])
	w.failures = w.failures[1:]
	return true
}

func answer(rw http.ResponseWriter, code int, message string) {
	writeJSON(rw, map[string]any{"errcode": code, "errmsg": message})
}

func writeJSON(rw http.ResponseWriter, v any) {
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(v) // the caller may be gone
}

// change alters the stand-in while it serves.
func (w *wecom) change(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn()
}

// delivered returns the messages so far.
func (w *wecom) delivered() []wecomMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]wecomMessage(nil), w.messages...)
}

func (w *wecom) tokensIssued() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.issued
}
