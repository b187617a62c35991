package wecom

import (
	"encoding/json"
	"slices"

	"github.com/tripline/tripline/runtime/platform"
)

// Service sends to WeCom groups and to members of a self-built app.
type Service struct{}

// Type implements platform.Service.
func (Service) Type() string { return "wecom" }

var settings = platform.Fields{
	{Name: "groups", Type: platform.FieldObjects, Label: "wecom.groups", Help: "Groups, each with its bot.",
		Fields: platform.GroupFields("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…")},
	{Name: "account", Type: platform.FieldObject, Label: "wecom.account", Help: "A self-built app, and the members that it writes to.", Fields: platform.Fields{
		{Name: "company_id", Type: platform.FieldText, Label: "wecom.account.company_id", Required: true, Address: true, Example: "ww1234567890abcdef",
			Help: "Company ID, from the page My Company of the WeCom admin console."},
		{Name: "agent_id", Type: platform.FieldNumber, Label: "wecom.account.agent_id", Required: true, Example: "1000002",
			Help: "AgentId, from the app's page in the admin console."},
		{Name: "secret", Type: platform.FieldText, Label: "wecom.account.secret", Required: true, Secret: true,
			Help: "Secret, from the app's page in the admin console."},
		{Name: "accounts", Type: platform.FieldTexts, Label: "wecom.account.accounts", Required: true, Import: true, Example: "zhangsan",
			Help: "The members' accounts as the address book has them; @all is everybody in the app's scope."},
	}},
}

// Settings implements platform.Service.
func (Service) Settings() platform.Fields { return settings }

// everybody is the account that stands for all members in the app's scope.
const everybody = "@all"

// Parse implements platform.Service.
func (Service) Parse(text json.RawMessage) ([]platform.Target, error) {
	var s struct {
		Groups  []platform.Group `json:"groups"`
		Account *account         `json:"account"`
	}
	if err := settings.Read(text, &s); err != nil {
		return nil, err
	}
	targets, err := platform.GroupTargets(s.Groups, NewBot)
	if err != nil {
		return nil, err
	}
	if s.Account != nil {
		s.Account.Accounts = platform.Trimmed(s.Account.Accounts)
		if slices.Contains(s.Account.Accounts, everybody) {
			s.Account.Accounts = []string{everybody} // who else is named gets it too
		}
		targets = append(targets, s.Account)
	}
	return targets, platform.CheckTargets(targets, "groups", "account")
}
