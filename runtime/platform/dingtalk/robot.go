package dingtalk

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

// textLimit is what a message's text may take of a robot's body of 20,000 bytes.
const textLimit = 18_000

// Line ends: DingTalk runs lines together unless two spaces come before the end.
const (
	lineEnd     = "\n"
	shownAsLine = "  \n"
)

func dialect(limit int) platform.Dialect {
	return platform.Dialect{Limit: limit, Markup: platform.AllMarkup, Cost: func(piece string) int {
		return platform.InJSON(piece) + (len(shownAsLine)-len(lineEnd))*strings.Count(piece, lineEnd)
	}}
}

// robot is a custom robot of a group.
type robot struct {
	hook  platform.Hook
	token string // in the URL; the URL itself where there is none
}

// NewRobot returns the custom robot behind a webhook URL.
func NewRobot(hook platform.Hook) platform.Target {
	r := &robot{hook: hook, token: hook.URL}
	if u, err := url.Parse(hook.URL); err == nil && u.Query().Get("access_token") != "" {
		r.token = u.Query().Get("access_token")
	}
	return r
}

// ID implements platform.Target.
func (r *robot) ID() string { return r.hook.ID }

// Name implements platform.Target.
func (r *robot) Name() string { return r.hook.Name }

// Destination implements platform.Target.
func (r *robot) Destination() string { return platform.MaskURL(r.hook.URL) }

// Budgets implements platform.Target.
func (r *robot) Budgets() []platform.Budget { return robotBudgets(r.token) }

// Compose implements platform.Target.
func (r *robot) Compose(notices []platform.Notice) []platform.Message {
	return r.composer().Compose(notices)
}

func (r *robot) composer() platform.Composer {
	return platform.Composer{Dialect: dialect(textLimit), Keywords: r.hook.Keywords}
}

type markdown struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type robotMessage struct {
	Type     string   `json:"msgtype"`
	Markdown markdown `json:"markdown"`
	UUID     string   `json:"msgUuid"` // DingTalk takes a message of the same one once
}

// Send implements platform.Target.
func (r *robot) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	o := r.composer().SendPieces(m, func(piece platform.Piece) platform.Outcome {
		body := robotMessage{"markdown", markdown{m.Title, shown(piece.Text)}, piece.ID}
		return platform.AskSigned(ctx, via, DingTalk{}, m.Tries, func(at time.Time) runtime.HTTPRequest {
			return platform.PostJSON(r.signed(at), body, r.hook.Header...)
		})
	})
	return advice.Settle(o, r.hook.URL, r.token, r.hook.Secret)
}

// signed is the robot's URL with a signature of that time, where the robot wants one.
func (r *robot) signed(at time.Time) string {
	if r.hook.Secret == "" {
		return r.hook.URL
	}
	timestamp, sign := Sign(r.hook.Secret, at)
	between := "?"
	if strings.Contains(r.hook.URL, "?") {
		between = "&"
	}
	return r.hook.URL + between + "timestamp=" + timestamp + "&sign=" + url.QueryEscape(sign)
}

// Sign returns the timestamp (ms) and the signature that a robot with that secret wants in its query. The
// signature still has to be encoded for a URL.
func Sign(secret string, at time.Time) (timestamp, sign string) {
	timestamp = strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "\n" + secret))
	return timestamp, base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// shown writes a text so that DingTalk keeps its lines.
func shown(text string) string { return strings.ReplaceAll(text, lineEnd, shownAsLine) }

var advice = platform.Advice{
	Token: "A new access token was fetched and refused too. Check ClientId and ClientSecret: both must be of the same app.",
	Sign:  "Check the robot's secret, which begins with SEC, and this server's clock.",
}
