package wecom

import (
	"net/url"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

// Names of the budgets.
const (
	BotBudget = "wecom_bot" // messages of one bot
	AppBudget = "wecom_app" // messages of one app to each of its members
)

func botBudgets(key string) []platform.Budget {
	return []platform.Budget{{Name: BotBudget, Key: platform.Key(BotBudget, key), Limit: 20, Window: time.Minute}}
}

// appBudgets are what one member may get of an app: what is above is dropped by WeCom without a word. A
// message goes to a member once at most, so that the app's messages are counted in place of each member's.
func appBudgets(key string) []platform.Budget {
	return []platform.Budget{
		{Name: AppBudget, Key: platform.Key(AppBudget, "minute", key), Limit: 30, Window: time.Minute},
		{Name: AppBudget + "_hour", Key: platform.Key(AppBudget, "hour", key), Limit: 1000, Window: time.Hour},
	}
}

// Budgets implements platform.Platform. The app behind an access token is not known: its requests share
// the budget of the token.
func (WeCom) Budgets(req runtime.HTTPRequest) []platform.Budget {
	u, err := url.Parse(req.URL)
	if err != nil {
		return nil
	}
	switch {
	case strings.HasSuffix(u.Path, "/webhook/send"):
		return botBudgets(u.Query().Get("key"))
	case strings.HasSuffix(u.Path, "/message/send"):
		return appBudgets(u.Query().Get("access_token"))
	default:
		return nil
	}
}
