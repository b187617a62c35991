// Package feishu knows the answers of Feishu and Lark: custom bots of groups.
package feishu

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/platform"
)

// Feishu is Feishu's public API, and that of its twin Lark.
type Feishu struct{}

// Name implements platform.Platform.
func (Feishu) Name() string { return "feishu" }

// Serves implements platform.Platform.
func (Feishu) Serves(host string) bool {
	return host == "open.feishu.cn" || host == "open.larksuite.com"
}

var tooOften = platform.Rule{Call: platform.Retry, After: time.Second, Most: time.Minute,
	Meaning: "Too many messages: a bot takes 100 a minute and 5 a second.", Remedy: "Nothing; it is tried again. If it stays so, send less or use several bots."}

// codes says what each code calls for.
var codes = map[int]platform.Rule{
	9499:  {Call: platform.GiveUp, Meaning: "The request is not of a form that Feishu takes.", Remedy: "The answer says what is wrong: mend the template of the rule, or the message that the script sends."},
	11232: tooOften,
	19001: {Call: platform.GiveUp, Meaning: "Feishu does not know this bot.", Remedy: "Make a new bot in the group if it is gone, copy its webhook URL, and put it into the notification service, or into the org param that the script reads."},
	19002: {Call: platform.GiveUp, Meaning: "The message is not of a form that Feishu takes.", Remedy: "Mend the template of the rule, or msg_type and content in the script."},
	19021: {Call: platform.Sign, Meaning: "The signature does not match, or its timestamp is more than an hour off."},
	19022: {Call: platform.GiveUp, Meaning: "This server's address is not on the bot's list.", Remedy: "Add the public address of this server to the bot's IP list."},
	19024: {Call: platform.GiveUp, Meaning: "The text holds none of the bot's keywords.", Remedy: "Give the bot's keywords in the notification service; a script puts one of them into the text or the title."},
	19036: {Call: platform.Shorten, Meaning: "The message is too long."},
}

type reply struct {
	Code    *json.Number `json:"code"`
	Message string       `json:"msg"`

	OldCode    *json.Number `json:"StatusCode"` // what older bots answer with
	OldMessage string       `json:"StatusMessage"`
}

// Classify implements platform.Platform.
func (Feishu) Classify(a platform.Answer) platform.Outcome {
	var r reply
	_ = json.Unmarshal(a.Body, &r) // a field of another type than expected must not hide the code
	if r.Code == nil {
		r.Code, r.Message = r.OldCode, r.OldMessage
	}
	if r.Code == nil {
		return platform.WithoutCode(a)
	}
	code, err := strconv.Atoi(r.Code.String())
	if err != nil {
		return platform.WithoutCode(a)
	}
	if code == 0 {
		return platform.Success(a)
	}
	return ruleOf(code, strings.ToLower(r.Message)).Outcome(strconv.Itoa(code), r.Message, a.Tries)
}

func ruleOf(code int, message string) platform.Rule {
	rule, known := codes[code]
	switch {
	case !known:
		return platform.Unknown
	case code == 9499 && strings.Contains(message, "too many request"):
		return tooOften
	case code == 9499 && (strings.Contains(message, "too long") || strings.Contains(message, "too large") || strings.Contains(message, "exceed")):
		return codes[19036]
	default:
		return rule
	}
}
