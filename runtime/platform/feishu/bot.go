package feishu

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

// textLimit is what a card's text may take of a body of 20 KB.
const textLimit = 18_000

// fonts are the colours that a card's text can have.
var fonts = map[string]string{"urgent": "red", "high": "red", "mid": "grey", "low": "green", platform.EventClear: "green"}

func colour(level, text string) string {
	font, known := fonts[level]
	if !known {
		font = "grey"
	}
	return `<font color="` + font + `">**` + text + `**</font>`
}

// dialect is that of a card's markdown: no headings, quotes or code.
func dialect() platform.Dialect {
	return platform.Dialect{Limit: textLimit, Markup: platform.Bold, Cost: platform.InJSON, Colour: colour}
}

// headers are the colours of a card's head.
var headers = map[string]string{"urgent": "red", "high": "orange", "mid": "yellow", "low": "blue", "": "green"}

// bot is a custom bot of a group.
type bot struct {
	hook platform.Hook
	id   string // in the URL; the URL itself where there is none
}

// NewBot returns the custom bot behind a webhook URL.
func NewBot(hook platform.Hook) platform.Target {
	b := &bot{hook: hook, id: hook.URL}
	if u, err := url.Parse(hook.URL); err == nil {
		if id, isBot := strings.CutPrefix(u.Path, hookPath); isBot {
			b.id = id
		}
	}
	return b
}

// ID implements platform.Target.
func (b *bot) ID() string { return b.hook.ID }

// Name implements platform.Target.
func (b *bot) Name() string { return b.hook.Name }

// Destination implements platform.Target.
func (b *bot) Destination() string { return platform.MaskURL(b.hook.URL) }

// Budgets implements platform.Target.
func (b *bot) Budgets() []platform.Budget { return botBudgets(b.id) }

// Compose implements platform.Target.
func (b *bot) Compose(notices []platform.Notice) []platform.Message {
	return b.composer().Compose(notices)
}

func (b *bot) composer() platform.Composer {
	return platform.Composer{Dialect: dialect(), Keywords: b.hook.Keywords}
}

type plainText struct {
	Tag     string `json:"tag"`
	Content string `json:"content"`
}

type cardHeader struct {
	Title    plainText `json:"title"`
	Template string    `json:"template"`
}

type card struct {
	Header   cardHeader  `json:"header"`
	Elements []plainText `json:"elements"`
}

type message struct {
	Timestamp string `json:"timestamp,omitempty"`
	Sign      string `json:"sign,omitempty"`
	Type      string `json:"msg_type"`
	Card      card   `json:"card"`
}

// Send implements platform.Target.
func (b *bot) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	o := b.composer().SendPieces(m, func(piece platform.Piece) platform.Outcome {
		body := message{Type: "interactive", Card: card{
			Header:   cardHeader{plainText{"plain_text", m.Title}, headers[m.Level]},
			Elements: []plainText{{"markdown", piece.Text}},
		}}
		return platform.AskSigned(ctx, via, Feishu{}, m.Tries, func(at time.Time) runtime.HTTPRequest {
			if b.hook.Secret != "" {
				body.Timestamp, body.Sign = Sign(b.hook.Secret, at)
			}
			return platform.PostJSON(b.hook.URL, body, b.hook.Header...)
		})
	})
	return advice.Settle(o, b.hook.URL, b.id, b.hook.Secret)
}

// Sign returns the timestamp (s) and the signature that a bot with that secret wants in the body.
func Sign(secret string, at time.Time) (timestamp, sign string) {
	timestamp = strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(timestamp+"\n"+secret))
	return timestamp, base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

var advice = platform.Advice{Sign: "Check the bot's signing secret, and this server's clock."}
