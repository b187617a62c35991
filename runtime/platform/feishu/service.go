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

// Parse implements platform.Service.
func (Service) Parse(text json.RawMessage) ([]platform.Target, error) {
	var s struct {
		Groups []platform.Group `json:"groups"`
	}
	if err := settings.Read(text, &s); err != nil {
		return nil, err
	}
	return platform.GroupTargets(s.Groups, NewBot)
}
