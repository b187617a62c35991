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

// places are the settings.
type places struct {
	Groups  []platform.Group `json:"groups"`
	Account *account         `json:"account"`
}

// Check implements platform.Service.
func (s Service) Check(text json.RawMessage) error {
	if err := settings.CheckWithGroups(text, AccountTarget); err != nil {
		return err
	}
	_, err := s.Parse(text)
	return err
}

// Parse implements platform.Service.
func (Service) Parse(text json.RawMessage) ([]platform.Target, error) {
	var p places
	if err := platform.ReadSettings(text, &p); err != nil {
		return nil, err
	}
	targets := platform.GroupTargets(p.Groups, NewBot)
	if p.Account != nil {
		p.Account.Accounts = platform.Trimmed(p.Account.Accounts)
		if slices.Contains(p.Account.Accounts, everybody) {
			p.Account.Accounts = []string{everybody} // who else is named gets it too
		}
		targets = append(targets, p.Account)
	}
	return targets, platform.SomeTarget(targets, "groups", "account")
}
