package platform

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
)

// CheckWithGroups is Fields.Check for the settings of a service that has groups, which have to differ from each
// other and from beside: see CheckGroups.
func (f Fields) CheckWithGroups(settings json.RawMessage, beside ...string) error {
	if err := f.Check(settings); err != nil {
		return err
	}
	var in struct {
		Groups []Group `json:"groups"`
	}
	if err := ReadSettings(settings, &in); err != nil {
		return err
	}
	return CheckGroups(in.Groups, beside...)
}

// CheckGroups refuses groups that have the same name or ID, or those of beside, the targets that stand
// beside groups in the service.
func CheckGroups(groups []Group, beside ...string) error {
	var wrong invalid.Error
	names, ids := map[string]string{}, map[string]string{}
	for _, other := range beside {
		names[other], ids[other] = "it stands for the members", "it stands for the members"
	}
	unique := func(taken map[string]string, value string, i int, field string) {
		if value == "" {
			return
		}
		if whose, known := taken[value]; known {
			wrong = append(wrong, invalid.At(fmt.Sprintf("groups[%d].%s", i, field), "the %s %s is taken: %s", field, value, whose)...)
			return
		}
		taken[value] = fmt.Sprintf("groups[%d] has it already", i)
	}
	for i, g := range groups {
		name, whole := groupName(g.Name)
		if !whole {
			wrong = append(wrong, invalid.At(fmt.Sprintf("groups[%d].name", i), "has an empty name beside an &")...)
		}
		unique(names, name, i, nameField)
		unique(ids, strings.TrimSpace(g.ID), i, idField)
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// GroupTargets returns the target of each group's bot, which the platform makes of its hook.
func GroupTargets(groups []Group, bot func(Hook) Target) []Target {
	var targets []Target
	for _, g := range groups {
		name, _ := groupName(g.Name)
		id := strings.TrimSpace(g.ID)
		if id == "" {
			id = name // it was stored before groups had IDs
		}
		targets = append(targets, bot(Hook{ID: id, Name: name, URL: strings.TrimSpace(g.WebhookURL), Secret: strings.TrimSpace(g.Secret), Keywords: Trimmed(g.Keywords)}))
	}
	return targets
}

// SomeTarget refuses settings that name no target in any of places.
func SomeTarget(targets []Target, places ...string) error {
	if len(targets) == 0 {
		return invalid.At(places[0], "there is nowhere to send to: give %s", strings.Join(places, " or "))
	}
	return nil
}

// groupName writes the names in a name the same way however they were typed, without empty ones, and reports
// whether there were none of these.
func groupName(name string) (written string, whole bool) {
	var names []string
	whole = true
	for one := range strings.SplitSeq(name, "&") {
		if one = strings.Join(strings.Fields(one), " "); one == "" {
			whole = false
			continue
		}
		names = append(names, one)
	}
	return strings.Join(names, " & "), whole
}
