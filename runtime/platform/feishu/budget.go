package feishu

import (
	"net/url"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

// BotBudget is the name of the budget of one bot's messages in a minute, and with _second of those in a second.
const BotBudget = "feishu_bot"

const hookPath = "/open-apis/bot/v2/hook/"

func botBudgets(hook string) []platform.Budget {
	return []platform.Budget{
		{Name: BotBudget + "_second", Key: platform.Key(BotBudget, "second", hook), Limit: 5, Window: time.Second},
		{Name: BotBudget, Key: platform.Key(BotBudget, "minute", hook), Limit: 100, Window: time.Minute},
	}
}

// Budgets implements platform.Platform.
func (Feishu) Budgets(req runtime.HTTPRequest) []platform.Budget {
	u, err := url.Parse(req.URL)
	if err != nil {
		return nil
	}
	hook, isBot := strings.CutPrefix(u.Path, hookPath)
	if !isBot {
		return nil
	}
	return botBudgets(hook)
}
