package dingtalk

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/platform"
)

// tokenPath is where an app signs in.
const tokenPath = "/oauth2/accessToken"

var (
	badToken = platform.Rule{Call: platform.Token, Meaning: "The access token is not valid any more."}
	tooFast  = platform.Rule{Call: platform.Retry, After: time.Second, Most: time.Minute, Meaning: "Too many calls in a second."}
)

// v1Codes says what the codes of the new API call for. A code's last part is enough: some come with a
// longer name before it.
var v1Codes = []struct {
	code string
	rule platform.Rule
}{
	{"InvalidAuthentication", badToken},
	{"invalidParameter.token.invalid", badToken},
	{"token.notExisted", badToken},
	{"QpsLimitForAppkeyAndApi", tooFast},
	{"QpsLimitForApi", tooFast},
	{"ApiCountLimitForOrg", platform.Rule{Call: platform.GiveUp, Meaning: "The organisation has used up its calls of this month.", Remedy: "Buy more calls, or wait for the next month."}},
	{"msgParam.tooLong", tooLong},
}

var badParameter = platform.Rule{Call: platform.GiveUp, Meaning: "A parameter of the request is not valid.", Remedy: "The answer names the parameter: mend it in the notification service (ClientId, RobotCode, members) or in the script."}

// badSecret is what the sign-in of an app answers to a secret that another attempt does not make right.
var badSecret = platform.Rule{Call: platform.GiveUp, Meaning: "ClientId or ClientSecret is wrong.",
	Remedy: "Copy both again from the app's page, into the notification service or the org params that the script reads."}

type v1Reply struct {
	Code           string   `json:"code"`
	Message        string   `json:"message"`
	InvalidStaff   []string `json:"invalidStaffIdList"`
	FlowControlled []string `json:"flowControlledStaffIdList"`
}

func classifyV1(a platform.Answer) platform.Outcome {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(a.Body, &fields); err != nil || fields == nil {
		return platform.WithoutCode(a)
	}
	var r v1Reply
	if err := json.Unmarshal(a.Body, &r); err != nil {
		return platform.WithoutCode(a)
	}
	if r.Code != "" {
		return v1Rule(a, r.Code).Outcome(r.Code, r.Message, a.Tries)
	}
	if proof := proofOf(a.Path); proof != "" && fields[proof] == nil {
		return platform.WithoutCode(a)
	}
	var missed []string
	for _, id := range r.InvalidStaff {
		missed = append(missed, "user "+id)
	}
	for _, id := range r.FlowControlled {
		missed = append(missed, "user over the rate "+id)
	}
	return platform.Success(a, missed...)
}

// proofOf names the field that a success at path always has, or "". The new API has no code for success.
func proofOf(path string) string {
	switch {
	case strings.HasSuffix(path, tokenPath):
		return "accessToken"
	case strings.HasPrefix(path, "/v1.0/robot/"):
		return "processQueryKey"
	default:
		return ""
	}
}

func v1Rule(a platform.Answer, code string) platform.Rule {
	if strings.HasPrefix(code, "invalidClient") || strings.HasSuffix(a.Path, tokenPath) && code == "InvalidAuthentication" {
		return badSecret
	}
	for _, known := range v1Codes {
		if code == known.code || strings.HasSuffix(code, "."+known.code) {
			return known.rule
		}
	}
	switch {
	case strings.HasPrefix(code, "invalidParameter"):
		return badParameter
	case a.Status >= 500 || a.Status == 429:
		return platform.Rule{Call: platform.Retry, Meaning: "DingTalk cannot take the request now."}
	default:
		return platform.Unknown
	}
}
