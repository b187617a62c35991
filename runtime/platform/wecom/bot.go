package wecom

import (
	"context"
	"net/url"

	"github.com/tripline/tripline/runtime/platform"
)

const (
	botLimit = 4096 // bytes of a bot's markdown
	appLimit = 2048 // bytes of an app's markdown
)

var colours = map[string]string{"urgent": "warning", "high": "warning", "mid": "comment", "low": "info", platform.EventClear: "info"}

func colour(level, text string) string {
	name, known := colours[level]
	if !known {
		name = "comment"
	}
	return `<font color="` + name + `">` + text + `</font>`
}

func dialect(limit int) platform.Dialect {
	return platform.Dialect{Limit: limit, Markup: platform.AllMarkup, Colour: colour}
}

// bot is a group bot or smart bot.
type bot struct {
	hook platform.Hook
	key  string // in the URL; the URL itself where there is none
}

// NewBot returns the bot behind a webhook URL. A bot has no signature.
func NewBot(hook platform.Hook) platform.Target {
	b := &bot{hook: hook, key: hook.URL}
	if u, err := url.Parse(hook.URL); err == nil && u.Query().Get("key") != "" {
		b.key = u.Query().Get("key")
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
func (b *bot) Budgets() []platform.Budget { return botBudgets(b.key) }

// Compose implements platform.Target.
func (b *bot) Compose(notices []platform.Notice) []platform.Message {
	return b.composer().Compose(notices)
}

func (b *bot) composer() platform.Composer {
	return platform.Composer{Dialect: dialect(botLimit), Keywords: b.hook.Keywords}
}

type markdown struct {
	Content string `json:"content"`
}

type botMessage struct {
	Type     string   `json:"msgtype"`
	Markdown markdown `json:"markdown"`
}

// Send implements platform.Target.
func (b *bot) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	o := b.composer().SendPieces(m, func(piece platform.Piece) platform.Outcome {
		req := platform.PostJSON(b.hook.URL, botMessage{"markdown", markdown{piece.Text}}, b.hook.Header...)
		o, _ := platform.Ask(ctx, via, WeCom{}, req, m.Tries)
		return o
	})
	return advice.Settle(o, b.hook.URL, b.key)
}

var advice = platform.Advice{
	Token: "A new access token was fetched and refused too. Check Company ID, AgentId and Secret: all must be of the same app.",
	Sign:  "Copy the bot's webhook URL again.",
}
