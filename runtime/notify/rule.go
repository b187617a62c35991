package notify

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/platform"
)

// Events are the values of Rule.On.
var Events = []alarm.Event{alarm.Raised, alarm.Ended, alarm.Changed}

// Rule says which alarms are told to which services, and of what about them.
type Rule struct {
	Name          string        `json:"name"`
	Services      []string      `json:"services"`              // by name
	On            []alarm.Event `json:"on"`                    // of Events
	Levels        []string      `json:"levels"`                // empty is any
	AlarmName     string        `json:"alarm_name"`            // a glob; "" is any
	Tags          []string      `json:"tags"`                  // the device has one of them; empty is any device
	Devices       []string      `json:"devices"`               // EUIs; empty is any device
	Template      string        `json:"template"`              // of the message; "" is the default one
	RepeatMinutes int           `json:"repeat_minutes"`        // between reminders while the alarm is active and nobody has acknowledged it; 0 is none
	QuietHours    *QuietHours   `json:"quiet_hours,omitempty"` // nil is never
	Enabled       bool          `json:"enabled"`
	UpdatedAt     time.Time     `json:"updated_at"`
	UpdatedBy     string        `json:"updated_by"`
}

const (
	maxTemplate = 8 << 10 // bytes
	maxGlob     = 200     // bytes
	// maxRepeat is a week, in minutes.
	maxRepeat = 7 * 24 * 60
)

// Check returns an invalid.Error that names every bad field of r but the name. It does not know which
// services there are.
func (r Rule) Check() error {
	var bad invalid.Error
	refuse := func(location, message string) { bad = append(bad, invalid.At(location, "%s", message)...) }
	if len(r.Services) == 0 {
		refuse("services", "must name at least one notification service")
	}
	if len(r.On) == 0 {
		refuse("on", "must hold at least one of raise, clear and change")
	}
	for i, event := range r.On {
		if !slices.Contains(Events, event) {
			refuse(element("on", i), "must be raise, clear or change")
		}
	}
	for i, level := range r.Levels {
		if !alarm.ValidLevel(level) {
			refuse(element("levels", i), "must be one of "+strings.Join(alarm.Levels, ", "))
		}
	}
	if _, err := path.Match(r.AlarmName, ""); err != nil || len(r.AlarmName) > maxGlob {
		refuse("alarm_name", "must be a glob such as over*, where * stands for any text, ? for one character and [ab] for one of several; at most 200 bytes")
	}
	for i, tag := range r.Tags {
		if tag == "" {
			refuse(element("tags", i), "must not be empty")
		}
	}
	for i, eui := range r.Devices {
		if !device.ValidEUI(eui) {
			refuse(element("devices", i), "must be the EUI of a device")
		}
	}
	bad = append(bad, r.checkTelling()...)
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// checkTelling looks at how and when is told.
func (r Rule) checkTelling() (bad invalid.Error) {
	switch {
	case len(r.Template) > maxTemplate || !utf8.ValidString(r.Template):
		bad = append(bad, invalid.At("template", "must be text of at most 8 KB")...)
	default:
		if err, ok := invalid.Under("template", platform.CheckTemplate(r.Template)).(invalid.Error); ok {
			bad = append(bad, err...)
		}
	}
	switch {
	case r.RepeatMinutes < 0 || r.RepeatMinutes > maxRepeat:
		bad = append(bad, invalid.At("repeat_minutes", "must be 0 (no reminders) to %d, a week", maxRepeat)...)
	case r.RepeatMinutes > 0 && !slices.Contains(r.On, alarm.Raised):
		bad = append(bad, invalid.At("repeat_minutes", "reminders need raise in on")...)
	}
	if r.QuietHours != nil {
		if err, ok := invalid.Under("quiet_hours", r.QuietHours.check()).(invalid.Error); ok {
			bad = append(bad, err...)
		}
	}
	return bad
}

func element(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// Matches reports whether the rule is about an alarm of a device.
func (r Rule) Matches(a alarm.Alarm, d device.Device) bool {
	return r.aboutLevel(a.Level) && r.about(a, d)
}

func (r Rule) aboutLevel(level string) bool {
	return len(r.Levels) == 0 || slices.Contains(r.Levels, level)
}

// about is Matches without a look at the level, the only one of these that changes while an alarm is active.
func (r Rule) about(a alarm.Alarm, d device.Device) bool {
	if len(r.Devices) > 0 && !slices.Contains(r.Devices, d.EUI) {
		return false
	}
	if len(r.Tags) > 0 && !slices.ContainsFunc(r.Tags, func(tag string) bool { return slices.Contains(d.Tags, tag) }) {
		return false
	}
	return r.AlarmName == "" || matches(r.AlarmName, a.Name)
}

// matches is path.Match for names, in which a slash is a character like any other.
func matches(glob, name string) bool {
	plain := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	ok, err := path.Match(plain(glob), plain(name))
	return ok && err == nil
}

// event is what a change of an alarm is to the rule, alarm.None when the rule tells nothing of it. An
// alarm whose level rises into the rule's levels is raised for it: its services have not heard of it. One
// that falls out of them is a change that stands for the recovery, which the rule would not see.
func (r Rule) event(c Change) alarm.Event {
	if !r.about(c.Alarm, c.Device) {
		return alarm.None
	}
	is := r.aboutLevel(c.Alarm.Level)
	was := c.Event != alarm.Changed && is || c.Event == alarm.Changed && r.aboutLevel(c.LevelBefore)
	switch {
	case is && was:
		if slices.Contains(r.On, c.Event) {
			return c.Event
		}
	case is:
		if slices.Contains(r.On, alarm.Raised) {
			return alarm.Raised
		}
		return r.onChange()
	case was:
		if slices.Contains(r.On, alarm.Ended) {
			return alarm.Changed
		}
		return r.onChange()
	}
	return alarm.None
}

func (r Rule) onChange() alarm.Event {
	if slices.Contains(r.On, alarm.Changed) {
		return alarm.Changed
	}
	return alarm.None
}

// TellAt is when the rule tells what happens at a time: then, or when its quiet hours end. zone is that
// of the organisation.
func (r Rule) TellAt(at time.Time, zone string) time.Time {
	if r.QuietHours == nil {
		return at
	}
	return r.QuietHours.after(at, zone)
}

// Reminds reports whether the rule has people reminded of an alarm as it is.
func (r Rule) Reminds(c Change) bool {
	return r.Enabled && r.RepeatMinutes > 0 && c.Alarm.State == alarm.Active && c.Alarm.AcknowledgedBy == "" && r.Matches(c.Alarm, c.Device)
}

// Repeat is the time between reminders; 0 is none.
func (r Rule) Repeat() time.Duration { return time.Duration(r.RepeatMinutes) * time.Minute }
