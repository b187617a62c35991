// Package wecom knows the answers of WeCom (WeChat Work): group bots, smart bots and self-built apps.
package wecom

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/platform"
)

// WeCom is WeCom's public API.
type WeCom struct{}

// Name implements platform.Platform.
func (WeCom) Name() string { return "wecom" }

// Serves implements platform.Platform.
func (WeCom) Serves(host string) bool { return host == "qyapi.weixin.qq.com" }

const scopeRemedy = "Check the recipients, and the app's visibility scope in the WeCom admin console."

// codes says what each errcode calls for.
var codes = map[int]platform.Rule{
	-1:     {Call: platform.Retry, Tries: 3, Meaning: "WeCom is busy."},
	40001:  {Call: platform.Token, Meaning: "The secret or the token is wrong."},
	40014:  {Call: platform.Token, Meaning: "The access token is not valid."},
	42001:  {Call: platform.Token, Meaning: "The access token has expired."},
	45009:  {Call: platform.Retry, After: time.Minute, Meaning: "Too many calls: a group bot takes 20 messages a minute.", Remedy: "Nothing; it is tried again after a minute. If it stays so, send less or use several bots."},
	45033:  {Call: platform.Retry, After: 5 * time.Second, Most: time.Minute, Meaning: "Too many calls at the same time.", Remedy: "Nothing; it is tried again. A script should cache the access token instead of fetching one for every message."},
	45002:  {Call: platform.Shorten, Meaning: "The message is too long."},
	40058:  {Call: platform.GiveUp, Meaning: "A field of the message is not valid.", Remedy: "The answer names the field: mend the template of the rule, or the message that the script sends."},
	40008:  {Call: platform.GiveUp, Meaning: "The message type is not one that WeCom takes here.", Remedy: "Mend msgtype in the script; of a notification service, report this."},
	44004:  {Call: platform.GiveUp, Meaning: "The message is empty.", Remedy: "Put some text into the alarm or the template, or into what the script sends."},
	40031:  {Call: platform.GiveUp, Meaning: "None of the recipients' user ids is known.", Remedy: scopeRemedy},
	40056:  {Call: platform.GiveUp, Meaning: "The agent id is not valid.", Remedy: "Check the AgentId of the app."},
	48002:  {Call: platform.GiveUp, Meaning: "The app may not call this interface.", Remedy: "Give the app the permission in the WeCom admin console."},
	60011:  {Call: platform.GiveUp, Meaning: "A recipient is outside the app's visibility scope.", Remedy: scopeRemedy},
	81013:  {Call: platform.GiveUp, Meaning: "None of the recipients can be reached by the app.", Remedy: scopeRemedy},
	301002: {Call: platform.GiveUp, Meaning: "The token's app and the agent id do not belong together.", Remedy: "Check AgentId and Secret: both must be of the same app."},
	60020:  {Call: platform.GiveUp, Meaning: "This server's address is not on the app's list of trusted IPs.", Remedy: "Add the public address of this server to the app's trusted IPs."},
	93000:  {Call: platform.GiveUp, Meaning: "The bot's webhook key is not valid, or the bot was removed from the group.", Remedy: "Make a new bot in the group if it is gone, copy its webhook URL, and put it into the notification service, or into the org param that the script reads."},
	93004:  {Call: platform.GiveUp, Meaning: "The bot is disabled.", Remedy: "Enable the bot in WeCom."},
	93008:  {Call: platform.GiveUp, Meaning: "The bot is not in the group.", Remedy: "Add the bot to the group again."},
}

// badSecret is 40001 at gettoken: trying again with a bad secret gets this server's address banned.
var badSecret = platform.Rule{Call: platform.GiveUp, Meaning: "The app's secret is wrong.", Remedy: "Copy the app's Secret again, and put it into the notification service, or into the org param that the script reads. Do not retry before that: WeCom bans an address that keeps sending wrong secrets."}

type reply struct {
	Code         *json.Number `json:"errcode"`
	Message      string       `json:"errmsg"`
	InvalidUser  string       `json:"invaliduser"`
	InvalidParty string       `json:"invalidparty"`
	InvalidTag   string       `json:"invalidtag"`
	Unlicensed   string       `json:"unlicenseduser"`
}

// Classify implements platform.Platform.
func (WeCom) Classify(a platform.Answer) platform.Outcome {
	var r reply
	_ = json.Unmarshal(a.Body, &r) // a field of another type than expected must not hide the code
	if r.Code == nil {
		return platform.WithoutCode(a)
	}
	code, err := strconv.Atoi(r.Code.String())
	if err != nil {
		return platform.WithoutCode(a)
	}
	if code == 0 {
		return platform.Success(a, missed(r)...)
	}
	rule, known := codes[code]
	switch {
	case !known:
		rule = platform.Unknown
	case code == 40001 && strings.HasSuffix(a.Path, "/gettoken"):
		rule = badSecret
	case code == 40058 && strings.Contains(r.Message, "exceed max length"):
		rule = codes[45002]
	}
	return rule.Outcome(strconv.Itoa(code), r.Message, a.Tries)
}

func missed(r reply) (names []string) {
	for _, list := range []struct{ kind, names string }{
		{"user", r.InvalidUser}, {"department", r.InvalidParty}, {"tag", r.InvalidTag}, {"user without a license", r.Unlicensed},
	} {
		for name := range strings.SplitSeq(list.names, "|") {
			if name != "" {
				names = append(names, list.kind+" "+name)
			}
		}
	}
	return names
}
