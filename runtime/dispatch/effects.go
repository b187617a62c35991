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
}

// Check returns a *device.TooLarge when the change would make the device larger than one may be.
func (c Change) Check(s State) error {
	next, a, event := c.Apply(s)
	return c.checkGrowth(s, next, a, event)
}

// checkGrowth is Check for a change whose outcome is known.
func (c Change) checkGrowth(s, next State, a alarm.Alarm, event alarm.Event) error {
	if event == alarm.Raised && len(s.Alarms) >= device.MaxAlarms {
		return &device.TooLarge{EUI: c.EUI, What: fmt.Sprintf("%d active alarms with %s, %d are allowed", len(s.Alarms)+1, a.Name, device.MaxAlarms)}
	}
	return s.Device.CheckGrowth(next.Device)
}

// Apply returns what the change makes of a device, the alarm that it concerns and what happened to it.
// It is called twice, on the lane's own view of the device and on the stored one, which another lane may
// have changed in between.
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
