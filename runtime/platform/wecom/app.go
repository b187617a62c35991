package wecom

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/platform"
)

const (
	apiBase      = "https://qyapi.weixin.qq.com/cgi-bin"
	mostAccounts = 1000 // users of one call

	// duplicateWindow is in how many seconds WeCom drops a message that says what another said: the
	// longest that it takes. Every message carries a mark of its own, so that only a retry is the same.
	duplicateWindow = 4 * 60 * 60

	// defaultLife of an access token, for an answer that does not say it.
	defaultLife = 2 * time.Hour
)

// account is a self-built app that writes to members.
type account struct {
	CompanyID string         `json:"company_id"`
	AgentID   platform.Whole `json:"agent_id"`
	Secret    string         `json:"secret"`
	Accounts  []string       `json:"accounts"`
}

// AccountTarget is the name of the target that an account's settings make.
const AccountTarget = "account"

// ID implements platform.Target.
func (a *account) ID() string { return AccountTarget }

// Name implements platform.Target.
func (a *account) Name() string { return AccountTarget }

// Destination implements platform.Target.
func (a *account) Destination() string { return apiBase + "/message/send" }

// Budgets implements platform.Target.
func (a *account) Budgets() []platform.Budget {
	return appBudgets(a.CompanyID + "/" + string(platform.EncodeJSON(a.AgentID)))
}

// Compose implements platform.Target.
func (a *account) Compose(notices []platform.Notice) []platform.Message {
	return a.composer().Compose(notices)
}

func (a *account) composer() platform.Composer {
	return platform.Composer{Dialect: dialect(appLimit), Recipients: a.Accounts, Most: mostAccounts, Sign: mark}
}

// mark is a line that makes a message unlike every other: WeCom would drop the second of two alarms with
// the same words, for it has no other sign of what is a retry.
func mark(id string) string { return colour("mid", "#"+platform.Key(id)[:8]) }

type appMessage struct {
	To             string         `json:"touser"`
	Type           string         `json:"msgtype"`
	Agent          platform.Whole `json:"agentid"`
	Markdown       markdown       `json:"markdown"`
	DuplicateCheck int            `json:"enable_duplicate_check"`
	DuplicateIn    int            `json:"duplicate_check_interval"`
}

// Send implements platform.Target.
func (a *account) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	var token string
	o := a.composer().SendPieces(m, func(piece platform.Piece) (o platform.Outcome) {
		for range 2 {
			var err error
			if token, err = a.token(ctx, via, m.Tries); err != nil {
				return platform.RefusalOutcome(err)
			}
			o = a.post(ctx, piece, m.Tries, token, via)
			if o.Need != platform.NeedToken {
				return o
			}
			via.ForgetToken(a.app(), token)
		}
		return o
	})
	return advice.Settle(o, a.Secret, token)
}

func (a *account) post(ctx context.Context, piece platform.Piece, tries int, token string, via platform.Carrier) platform.Outcome {
	req := platform.PostJSON(apiBase+"/message/send?access_token="+url.QueryEscape(token), appMessage{
		To: strings.Join(piece.Recipients, "|"), Type: "markdown", Agent: a.AgentID, Markdown: markdown{piece.Text},
		DuplicateCheck: 1, DuplicateIn: duplicateWindow,
	})
	o, _ := platform.Ask(ctx, via, WeCom{}, req, tries)
	return o
}

// app is the key of the app's access token: another one when the secret changes.
func (a *account) app() string { return platform.Key("wecom", a.CompanyID, a.Secret) }

func (a *account) token(ctx context.Context, via platform.Carrier, tries int) (string, error) {
	return via.Token(ctx, a.app(), func(ctx context.Context) (platform.AccessToken, error) {
		query := url.Values{"corpid": {a.CompanyID}, "corpsecret": {a.Secret}}
		o, answer := platform.Ask(ctx, via, WeCom{}, platform.Get(apiBase+"/gettoken?"+query.Encode()), tries)
		if o.Class != platform.Delivered {
			return platform.AccessToken{}, &platform.Refusal{Outcome: advice.Settle(o, a.Secret)}
		}
		var reply struct {
			Token string  `json:"access_token"`
			Life  float64 `json:"expires_in"`
		}
		if err := json.Unmarshal(answer.Body, &reply); err != nil || reply.Token == "" {
			return platform.AccessToken{}, &platform.Refusal{Outcome: platform.WithoutCode(answer)}
		}
		return platform.NewAccessToken(reply.Token, reply.Life, defaultLife), nil
	})
}
