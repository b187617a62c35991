package dispatch

import (
	"encoding/json"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
)

// redactAttributes masks org params in attributes: whoever may read a device reads them. Other
// credentials stay, a script may keep a token that it fetched.
func (u *unit) redactAttributes(a device.Attributes) device.Attributes {
	mask := func(o *device.Object) *device.Object {
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
	return device.Attributes{Server: mask(a.Server), Shared: mask(a.Shared), Client: mask(a.Client)}
}

func (u *unit) redactAlarm(c alarm.Change) alarm.Change {
	c.Name, c.Title, c.Desc = u.redact.String(c.Name), u.redact.String(c.Title), u.redact.String(c.Desc)
	return c
}
