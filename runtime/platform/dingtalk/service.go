package dingtalk

import (
	"encoding/json"

	"github.com/tripline/tripline/runtime/platform"
)

// Service sends to DingTalk groups and to members of an app.
type Service struct{}

// Type implements platform.Service.
func (Service) Type() string { return "dingtalk" }

var settings = platform.Fields{
	{Name: "groups", Type: platform.FieldObjects, Label: "dingtalk.groups", Help: "Groups, each with its custom robot.",
		Fields: platform.GroupFields("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=…",
			platform.SecretField("dingtalk"), platform.KeywordsField("dingtalk.groups"))},
	{Name: "member", Type: platform.FieldObject, Label: "dingtalk.member", Help: "An app with a robot, and the members that it writes to.", Fields: platform.Fields{
		{Name: "client_id", Type: platform.FieldText, Label: "dingtalk.member.client_id", Required: true, Address: true,
			Help: "ClientId, from the app's page Credentials and Basic Information."},
		{Name: "client_secret", Type: platform.FieldText, Label: "dingtalk.member.client_secret", Required: true, Secret: true,
			Help: "ClientSecret, from the same page."},
		{Name: "robot_code", Type: platform.FieldText, Label: "dingtalk.member.robot_code", Required: true,
			Help: "RobotCode, from the robot's page among the app's capabilities."},
		{Name: "members", Type: platform.FieldTexts, Label: "dingtalk.member.members", Required: true, Import: true, Example: "manager4220",
			Help: "The members' user ids as the address book has them."},
	}},
}

// Settings implements platform.Service.
func (Service) Settings() platform.Fields { return settings }

// places are the settings.
type places struct {
	Groups []platform.Group `json:"groups"`
	Member *member          `json:"member"`
}

// Check implements platform.Service.
func (s Service) Check(text json.RawMessage) error {
	if err := settings.CheckWithGroups(text, MemberTarget); err != nil {
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
	targets := platform.GroupTargets(p.Groups, NewRobot)
	if p.Member != nil {
		p.Member.Members = platform.Trimmed(p.Member.Members)
		targets = append(targets, p.Member)
	}
	return targets, platform.SomeTarget(targets, "groups", "member")
}
