// Package dingtalk knows the answers of DingTalk: custom robots of groups, and app robots that write to
// members.
package dingtalk

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/platform"
)

// DingTalk is DingTalk's public API, the old (oapi) and the new (v1.0).
type DingTalk struct{}

const newAPI = "api.dingtalk.com"

// Name implements platform.Platform.
func (DingTalk) Name() string { return "dingtalk" }

// Serves implements platform.Platform.
func (DingTalk) Serves(host string) bool { return host == "oapi.dingtalk.com" || host == newAPI }

// Classify implements platform.Platform.
func (DingTalk) Classify(a platform.Answer) platform.Outcome {
	if a.Host == newAPI {
		return classifyV1(a)
	}
	return classifyRobot(a)
}

const (
	robotRemedy   = "Make a new robot in the group if it is gone, copy its webhook URL, and put it into the notification service, or into the org param that the script reads."
	messageRemedy = "Mend the template of the rule, or the message that the script sends."
	textRemedy    = "Say it in other words, in the alarm, the template or the script: DingTalk refuses what it holds to be unsafe."
)

var (
	tooOften = platform.Rule{Call: platform.Retry, After: time.Minute, Most: 10 * time.Minute,
		Meaning: "Too many messages: a robot takes 20 a minute and then nothing for up to ten minutes.", Remedy: "Nothing; it is tried again. If it stays so, send less or use several robots."}
	gone     = platform.Rule{Call: platform.GiveUp, Meaning: "DingTalk does not know this robot's token.", Remedy: robotRemedy}
	badField = platform.Rule{Call: platform.GiveUp, Meaning: "The message is not of a form that DingTalk takes.", Remedy: messageRemedy}
	unsafe   = platform.Rule{Call: platform.GiveUp, Meaning: "DingTalk holds the content to be unsafe.", Remedy: textRemedy}
	tooLong  = platform.Rule{Call: platform.Shorten, Meaning: "The message is too long."}
	disabled = platform.Rule{Call: platform.GiveUp, Meaning: "The robot is disabled, or may not write here.", Remedy: "Look at the robot in the group's settings."}
)

// robotCodes says what each errcode of a custom robot calls for.
var robotCodes = map[int]platform.Rule{
	-1:     {Call: platform.Retry, Meaning: "DingTalk is busy."},
	310000: {Call: platform.GiveUp, Meaning: "The robot's security settings refuse the message: keyword, signature or address.", Remedy: "Give the robot's keyword and signing secret in the notification service (a script puts the keyword into its text and signs), or add this server's public address to the robot."},
	130101: tooOften, 410100: tooOften, 660026: tooOften,
	400013: disabled, 400102: disabled, 400106: disabled,
	400101: gone, 300005: gone, 300001: gone,
	400105: badField, 40035: badField, 43002: badField, 43004: badField,
	430101: unsafe, 430102: unsafe, 430103: unsafe, 430104: unsafe,
	460101: tooLong, 101002: tooLong,
}

// stale is 310000 for a timestamp that is too old.
var stale = platform.Rule{Call: platform.Sign, Meaning: "The signature's timestamp is more than an hour off."}

// banned is the block page that DingTalk shows to an address that sends too much.
var banned = platform.Rule{Call: platform.Retry, Tries: 6, After: 5 * time.Minute, Most: 5 * time.Minute,
	Meaning: "DingTalk blocks this server's address for five minutes, for it sent too many requests; or something else answered in DingTalk's place.",
	Remedy:  "Nothing; it is tried again. If it stays so, send less often from this address."}

type robotReply struct {
	Code    json.RawMessage `json:"errcode"` // a number; sometimes a string
	Message string          `json:"errmsg"`
	Punish  string          `json:"punish"`
	Status  json.Number     `json:"status"`
}

func classifyRobot(a platform.Answer) platform.Outcome {
	var r robotReply
	_ = json.Unmarshal(a.Body, &r) // what is no JSON has no code
	code, err := strconv.Atoi(strings.Trim(string(r.Code), `"`))
	switch {
	case err != nil && (a.Status < 200 || a.Status > 299):
		return platform.HTTP(a)
	case err != nil && r.Punish != "":
		return banned.Outcome(r.Status.String(), "punish: "+r.Punish, a.Tries)
	case err != nil:
		return banned.Outcome("no_code", "the answer holds no errcode", a.Tries)
	case code == 0:
		return platform.Success(a)
	}
	rule, known := robotCodes[code]
	switch {
	case !known:
		rule = platform.Unknown
	case code == 310000 && strings.Contains(strings.ToLower(r.Message), "timestamp"):
		rule = stale
	}
	return rule.Outcome(strconv.Itoa(code), r.Message, a.Tries)
}
