package dispatch

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
)

// Effects is what a step of the work changes. All of it is written in one transaction, or nothing.
type Effects struct {
	Org       string
	Now       time.Time
	Changes   []Change
	Aborted   []TimerKey     // pending dispatches to cancel, those due after Now
	Pending   []*Dispatch    // to be stored: timers, and dispatches that pause while a script awaits
	Done      []string       // ids of dispatches that are over
	Jobs      []*deliver.Job // to be queued
	Execution *Execution     // to be stored; nil leaves it as it is
	Document  []byte         // Execution as redacted JSON
	New       bool           // Execution has no row yet
	Timers    bool           // the execution has had dispatches on disk: while one is left, it is Waiting

	// Told is set by the store: the notifications that the alarm changes among Changes caused.
	Told []*deliver.Job

	// Waits is set by the store: the execution was stored as Waiting, whatever its own State.
	Waits bool
}

// Empty reports whether there is nothing to write.
func (e *Effects) Empty() bool {
	return len(e.Changes) == 0 && len(e.Aborted) == 0 && len(e.Pending) == 0 && len(e.Done) == 0 && len(e.Jobs) == 0 && e.Execution == nil
}

// TimerKey names the pending dispatches of one trigger for one device.
type TimerKey struct{ EUI, Trigger string }

// Change is one change of a device: new telemetry, an attribute merge or an alarm change.
type Change struct {
	EUI          string
	At           time.Time
	Make         *device.Device // the device itself, made when there is none
	ThingModelID string         // of Telemetry and DriverState
	Telemetry    *device.Object
	DriverState  json.RawMessage // what the driver of ThingModelID keeps until the next uplink
	Seen         bool            // the device itself was heard
	Attributes   device.Attributes
	Alarm        *alarm.Change
	AlarmID      string // names the alarm if Alarm raises it

	from *State   // what the lane saw; nil: it has not looked
	made *outcome // of from
}

// outcome is what a change makes of a device.
type outcome struct {
	state *State
	alarm alarm.Alarm
	event alarm.Event
}

// Check returns a *device.TooLarge when the change would make the device larger than one may be.
func (c Change) Check(s State) error {
	return c.look(&s).check(&s)
}

// check is Change.Check for a change whose outcome on s is known.
func (o *outcome) check(s *State) error {
	if o.event == alarm.Raised && len(s.Alarms) >= device.MaxAlarms {
		return &device.TooLarge{EUI: o.alarm.EUI, What: fmt.Sprintf("%d active alarms with %s, %d are allowed", len(s.Alarms)+1, o.alarm.Name, device.MaxAlarms)}
	}
	return s.Device.CheckGrowth(o.state.Device)
}

// ApplyTo is Apply on the stored state of a device. When that is still the one that the lane saw, what the
// lane made of it is returned.
func (c *Change) ApplyTo(s *State) (*State, alarm.Alarm, alarm.Event) {
	if c.made == nil || c.from != s {
		next, a, event := c.Apply(*s)
		return &next, a, event
	}
	return c.made.state, c.made.alarm, c.made.event
}

// look applies the change to the lane's view of the device and remembers what came of it.
func (c *Change) look(s *State) *outcome {
	next, a, event := c.Apply(*s)
	c.from, c.made = s, &outcome{&next, a, event}
	return c.made
}

// Apply returns what the change makes of a device, the alarm that it concerns and what happened to it.
func (c Change) Apply(s State) (State, alarm.Alarm, alarm.Event) {
	d := s.Device
	if c.Telemetry != nil {
		d = d.WithTelemetry(c.ThingModelID, *c.Telemetry, c.At)
	}
	if c.DriverState != nil {
		d = d.WithDriverState(c.ThingModelID, c.DriverState)
	}
	if c.Seen {
		d.LastSeen = c.At
	}
	if !c.Attributes.Empty() {
		d = d.WithAttributes(c.Attributes)
		d.UpdatedAt = c.At
	}
	s.Device = d
	if c.Alarm == nil {
		return s, alarm.Alarm{}, alarm.None
	}
	a, event := alarm.Apply(s.Alarms[c.Alarm.Name], c.EUI, *c.Alarm, c.AlarmID, c.At)
	if event == alarm.None {
		return s, a, event
	}
	alarms := maps.Clone(s.Alarms)
	if alarms == nil {
		alarms = map[string]alarm.Alarm{}
	}
	if a.State == alarm.Active {
		alarms[a.Name] = a
	} else {
		delete(alarms, a.Name)
	}
	s.Alarms = alarms
	return s, a, event
}
