package dingtalk

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

const (
	apiBase     = "https://" + newAPI + "/v1.0"
	memberLimit = 13_000 // bytes of a text in msgParam, which takes some 15,000
	mostMembers = 20     // users of one call

	// defaultLife of an access token, for an answer that does not say it.
	defaultLife = 2 * time.Hour
)

// member is an app's robot that writes to members.
type member struct {
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	RobotCode    string   `json:"robot_code"`
	Members      []string `json:"members"`
}

// MemberTarget is the name of the target that a member's settings make.
const MemberTarget = "member"

// ID implements platform.Target.
func (t *member) ID() string { return MemberTarget }

// Name implements platform.Target.
func (t *member) Name() string { return MemberTarget }

// Destination implements platform.Target.
func (t *member) Destination() string { return apiBase + "/robot/oToMessages/batchSend" }

// Budgets implements platform.Target.
func (t *member) Budgets() []platform.Budget { return appBudgets(t.ClientID) }

// Compose implements platform.Target.
func (t *member) Compose(notices []platform.Notice) []platform.Message {
	return t.composer().Compose(notices)
}

func (t *member) composer() platform.Composer {
	return platform.Composer{Dialect: dialect(memberLimit), Recipients: t.Members, Most: mostMembers}
}

type memberMessage struct {
	Robot string   `json:"robotCode"`
	Users []string `json:"userIds"`
	Key   string   `json:"msgKey"`
	Param string   `json:"msgParam"` // JSON as text
}

// Send implements platform.Target.
func (t *member) Send(ctx context.Context, m platform.Message, via platform.Carrier) platform.Outcome {
	var token string
	o := t.composer().SendPieces(m, func(piece platform.Piece) (o platform.Outcome) {
		for range 2 {
			var err error
			if token, err = t.token(ctx, via, m.Tries); err != nil {
				return platform.RefusalOutcome(err)
			}
			o = t.post(ctx, m, piece, token, via)
			if o.Need != platform.NeedToken {
				return o
			}
			via.ForgetToken(t.app(), token)
		}
		return o
	})
	return advice.Settle(o, t.ClientSecret, token)
}

func (t *member) post(ctx context.Context, m platform.Message, piece platform.Piece, token string, via platform.Carrier) platform.Outcome {
	param := platform.EncodeJSON(markdown{m.Title, shown(piece.Text)})
	req := platform.PostJSON(t.Destination(), memberMessage{t.RobotCode, piece.Recipients, "sampleMarkdown", string(param)},
		runtime.HeaderField{Name: tokenHeader, Value: token})
	o, answer := platform.Ask(ctx, via, DingTalk{}, req, m.Tries)
	if o.Class == platform.Delivered {
		return partial(o, answer, piece.Recipients)
	}
	return o
}

// partial is the outcome of a message that was taken, for a request that can be made again for those
// whom it has not reached yet.
func partial(o platform.Outcome, answer platform.Answer, recipients []string) platform.Outcome {
	var r v1Reply
	if err := json.Unmarshal(answer.Body, &r); err != nil {
		return o
	}
	invalid := among(r.InvalidStaff, recipients)
	left := among(r.FlowControlled, recipients)
	switch {
	case len(left) > 0:
		o = flowControlled.Outcome("flow_controlled", o.Message, answer.Tries)
		o.Retry = left
	case len(invalid) == len(recipients):
		o = nobody.Outcome("invalid_members", o.Message, answer.Tries)
	}
	o.Missed = users(invalid)
	return o
}

// among keeps what is in both lists: a platform may name people who were not asked for.
func among(names, recipients []string) (both []string) {
	for _, r := range recipients {
		if slices.Contains(names, r) {
			both = append(both, r)
		}
	}
	return both
}

func users(ids []string) (out []string) {
	for _, id := range ids {
		out = append(out, "user "+id)
	}
	return out
}

var (
	flowControlled = platform.Rule{Call: platform.Retry, After: 10 * time.Second, Most: 10 * time.Minute,
		Meaning: "The message was taken, but some members are over the rate at which DingTalk passes messages on."}
	nobody = platform.Rule{Call: platform.GiveUp, Meaning: "DingTalk knows none of these members.",
		Remedy: "Check the members' user ids: they must be those of the DingTalk address book."}
)

// app is the key of the app's access token: another one when the secret changes.
func (t *member) app() string { return platform.Key("dingtalk", t.ClientID, t.ClientSecret) }

func (t *member) token(ctx context.Context, via platform.Carrier, tries int) (string, error) {
	return via.Token(ctx, t.app(), func(ctx context.Context) (platform.AccessToken, error) {
		req := platform.PostJSON(apiBase+tokenPath, struct {
			Key    string `json:"appKey"`
			Secret string `json:"appSecret"`
		}{t.ClientID, t.ClientSecret})
		o, answer := platform.Ask(ctx, via, DingTalk{}, req, tries)
		if o.Class != platform.Delivered {
			return platform.AccessToken{}, &platform.Refusal{Outcome: advice.Settle(o, t.ClientSecret)}
		}
		var reply struct {
			Token string  `json:"accessToken"`
			Life  float64 `json:"expireIn"` // WeCom spells it expires_in
		}
		if err := json.Unmarshal(answer.Body, &reply); err != nil || reply.Token == "" {
			return platform.AccessToken{}, &platform.Refusal{Outcome: platform.WithoutCode(answer)}
		}
		return platform.NewAccessToken(reply.Token, reply.Life, defaultLife), nil
	})
}
