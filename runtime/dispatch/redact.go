package dispatch

import (
	"encoding/json"
	"slices"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
)

// redactObject masks org params in attributes that a script made: whoever may read a device
// reads them. Other credentials stay, a script may keep a token that it fetched.
func (u *unit) redactObject(o *device.Object) *device.Object {
	if o == nil {
		return nil
	}
	text, err := json.Marshal(o)
	if err != nil {
		return o
	}
	masked := u.redact.Values(text)
	if string(masked) == string(text) {
		return o
	}
	var out device.Object
	if json.Unmarshal(masked, &out) != nil {
		return &device.Object{}
	}
	return &out
}

func (u *unit) redactAttributes(a device.Attributes) device.Attributes {
	return device.Attributes{Server: u.redactObject(a.Server), Shared: u.redactObject(a.Shared), Client: u.redactObject(a.Client)}
}

func (u *unit) redactAlarm(c alarm.Change) alarm.Change {
	c.Name, c.Title, c.Desc = u.redact.String(c.Name), u.redact.String(c.Title), u.redact.String(c.Desc)
	groups := slices.Clone(c.NoticeGroups)
	for i, group := range groups {
		groups[i] = u.redact.String(group)
	}
	c.NoticeGroups = groups
	return c
}

// redactRuns masks what failed runs say: whoever is told of an execution may keep it, as the latest error of
// a script is kept. The name of a script that does not exist is whatever its caller wrote.
func (u *unit) redactRuns(runs []Run) []Run {
	failed := func(r Run) bool { return r.Error != nil }
	if !slices.ContainsFunc(runs, failed) {
		return runs
	}
	runs = slices.Clone(runs)
	for i := range runs {
		if r := &runs[i]; failed(*r) {
			said := *r.Error
			said.Message = u.redact.String(said.Message)
			r.Script, r.Error = u.redact.String(r.Script), &said
		}
	}
	return runs
}
