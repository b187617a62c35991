package feishu

import (
	"encoding/json"

	"github.com/tripline/tripline/runtime/platform"
)

// Service sends to groups of Feishu or Lark.
type Service struct{}

// Type implements platform.Service.
func (Service) Type() string { return "feishu" }

var settings = platform.Fields{
	{Name: "groups", Type: platform.FieldObjects, Label: "feishu.groups", Required: true, Help: "Groups, each with its custom bot.",
		Fields: platform.GroupFields("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/…",
			platform.SecretField("feishu"), platform.KeywordsField("feishu.groups"))},
}

// Settings implements platform.Service.
func (Service) Settings() platform.Fields { return settings }

// places are the settings.
type places struct {
	Groups []platform.Group `json:"groups"`
}

// Check implements platform.Service.
func (Service) Check(text json.RawMessage) error { return settings.CheckWithGroups(text) }

// Parse implements platform.Service.
func (Service) Parse(text json.RawMessage) ([]platform.Target, error) {
	var p places
	if err := platform.ReadSettings(text, &p); err != nil {
		return nil, err
	}
	targets := platform.GroupTargets(p.Groups, NewBot)
	return targets, platform.SomeTarget(targets, "groups")
}
