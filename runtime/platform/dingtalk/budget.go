package dingtalk

import (
	"net/url"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

// Names of the budgets.
const (
	RobotBudget = "dingtalk_robot" // messages of one custom robot
	AppBudget   = "dingtalk_app"   // calls of one app
)

func robotBudgets(token string) []platform.Budget {
	return []platform.Budget{{Name: RobotBudget, Key: platform.Key(RobotBudget, token), Limit: 20, Window: time.Minute}}
}

func appBudgets(app string) []platform.Budget {
	return []platform.Budget{{Name: AppBudget, Key: platform.Key(AppBudget, app), Limit: 20, Window: time.Second}}
}

// tokenHeader carries the access token of the new API.
const tokenHeader = "x-acs-dingtalk-access-token"

// Budgets implements platform.Platform. The app behind an access token is not known: its requests share
// the budget of the token.
func (DingTalk) Budgets(req runtime.HTTPRequest) []platform.Budget {
	u, err := url.Parse(req.URL)
	if err != nil {
		return nil
	}
	if strings.HasSuffix(u.Path, "/robot/send") {
		return robotBudgets(u.Query().Get("access_token"))
	}
	for _, f := range req.Header {
		if strings.EqualFold(f.Name, tokenHeader) {
			return appBudgets(f.Value)
		}
	}
	return nil
}
