// Package alarm is the life of an alarm: raised, counted, updated, acknowledged, cleared.
package alarm

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Levels are the values of an alarm's level, from the least urgent to the most.
var Levels = []string{"low", "mid", "high", "urgent"}

// ValidLevel reports whether level is one of Levels.
func ValidLevel(level string) bool { return slices.Contains(Levels, level) }

// States of an alarm.
const (
	Active  = "active"
	Cleared = "cleared"
)

// What a Change asks for.
const (
	New   = "new"
	Clear = "clear"
)

// Change is what a script asks to be done to an alarm of a device.
type Change struct {
	Action       string   `json:"action"` // New or Clear
	Name         string   `json:"alarm_name"`
	NoticeGroups []string `json:"notice_groups,omitempty"`
	Title        string   `json:"title"`
	Desc         string   `json:"desc"` // of a Clear: the recovery note
	Level        string   `json:"level"`
}

// Alarm is one alarm of one device, from its raise to its clear.
type Alarm struct {
	ID             string    `json:"id"`
	EUI            string    `json:"eui"`
	Name           string    `json:"alarm_name"`
	Level          string    `json:"level"`
	Title          string    `json:"title"`
	Desc           string    `json:"desc"`
	State          string    `json:"state"` // Active or Cleared
	Count          int       `json:"count"` // how often it was raised while active
	NoticeGroups   []string  `json:"notice_groups"`
	StartTime      time.Time `json:"start_time"`
	UpdateTime     time.Time `json:"update_time"`
	ClearedTime    time.Time `json:"cleared_time,omitzero"`
	RecoveryNote   string    `json:"recovery_note,omitempty"`
	AcknowledgedBy string    `json:"acknowledged_by,omitempty"`
}

// Event is what a change did to an alarm.
type Event string

// Events.
const (
	None    Event = ""       // a clear of what is not active
	Raised  Event = "raise"  // it was not active before
	Changed Event = "change" // it was active with another title, desc or level
	Counted Event = "count"  // it was active just so
	Ended   Event = "clear"
)

// Apply returns what c makes of the device's active alarm of that name (the zero Alarm when there is
// none) and what happened. newID names an alarm that is raised.
func Apply(current Alarm, eui string, c Change, newID string, at time.Time) (Alarm, Event) {
	active := current.State == Active
	if c.Action == Clear {
		if !active {
			return current, None
		}
		current.State, current.ClearedTime, current.UpdateTime = Cleared, at, at
		current.RecoveryNote = c.Desc
		return current, Ended
	}
	if !active {
		return Alarm{
			ID: newID, EUI: eui, Name: c.Name, Level: c.Level, Title: c.Title, Desc: c.Desc, State: Active, Count: 1,
			NoticeGroups: c.NoticeGroups, StartTime: at, UpdateTime: at,
		}, Raised
	}
	event := Counted
	if current.Level != c.Level || current.Title != c.Title || current.Desc != c.Desc {
		event = Changed
		current.Level, current.Title, current.Desc = c.Level, c.Title, c.Desc
	}
	current.Count++
	current.UpdateTime = at
	current.NoticeGroups = c.NoticeGroups
	return current, event
}

// ScriptView returns alarms as scripts see them: by name, times in ms since 1970.
func ScriptView(active map[string]Alarm) json.RawMessage {
	b, _ := jsonvalue.AppendMap(make([]byte, 0, 2+256*len(active)), active, func(b []byte, a Alarm) ([]byte, error) {
		b = jsonvalue.AppendString(append(b, `{"title":`...), a.Title)
		b = jsonvalue.AppendString(append(b, `,"desc":`...), a.Desc)
		b = jsonvalue.AppendString(append(b, `,"level":`...), a.Level)
		b = strconv.AppendInt(append(b, `,"start_time":`...), a.StartTime.UnixMilli(), 10)
		b = strconv.AppendInt(append(b, `,"update_time":`...), a.UpdateTime.UnixMilli(), 10)
		b = strconv.AppendInt(append(b, `,"count":`...), int64(a.Count), 10)
		return append(b, '}'), nil
	})
	return b
}
