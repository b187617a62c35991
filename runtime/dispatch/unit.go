package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/scripts"
)

// unit is the work of one uplink, timer or call while it is being done. It sees its own changes at once
// and writes them together: scripts have no effect but what they return, so a crash before the write
// leaves nothing behind but a rerun.
type unit struct {
	d       *Dispatcher
	org     string
	exec    *Execution
	catalog *scripts.Catalog
	params  *orgparams.Set
	redact  *secret.Redactor

	seen    map[string]*known // devices that this unit has changed, as it sees them
	effects Effects
	stored  bool // exec has a row
	timers  bool // exec has, or had, dispatches on disk

	series *runtime.Series // of the scripts' runs; nil: each is by itself

	// open are the dispatches that are not over, the one that is running first.
	open []*Dispatch
}

func (d *Dispatcher) newUnit(ctx context.Context, e *Execution, stored bool) (*unit, error) {
	catalog, err := d.Orgs.Catalog(ctx, e.Org)
	if err != nil {
		return nil, fmt.Errorf("scripts of %s: %w", e.Org, err)
	}
	params, err := d.Orgs.OrgParams(ctx, e.Org)
	if err != nil {
		return nil, fmt.Errorf("org params of %s: %w", e.Org, err)
	}
	return &unit{
		d: d, org: e.Org, exec: e, catalog: catalog, params: params, redact: params.Redactor(),
		seen: map[string]*known{}, stored: stored,
	}, nil
}

// known is a device as a unit sees it, and what scripts see of it as soon as one has looked.
type known struct {
	*State
	device, alarms json.RawMessage
}

func (k *known) deviceView() json.RawMessage {
	if k.device == nil {
		k.device = k.Device.ScriptView()
	}
	return k.device
}

func (k *known) alarmsView() json.RawMessage {
	if k.alarms == nil {
		k.alarms = alarm.ScriptView(k.Alarms)
	}
	return k.alarms
}

// state returns a device with what this unit has changed of it. The error is ErrNotFound, or that of ctx:
// a device that cannot be read just now is not one that does not exist, so it is read again.
func (u *unit) state(ctx context.Context, eui string) (*known, error) {
	if s, ok := u.seen[eui]; ok {
		return s, nil
	}
	var found *State
	err := u.d.persist(ctx, "a device could not be read and is read again", u.exec.ID, func() (err error) {
		found, err = u.d.Store.State(ctx, u.org, eui)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, ErrNotFound
	}
	return &known{State: found}, nil
}

// persist repeats what the disk refuses (full, locked), until it succeeds or ctx ends: the work must not
// be lost, and the device's later work must not overtake it. What would be refused for ever is an error.
func (d *Dispatcher) persist(ctx context.Context, problem, execution string, do func() error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := do()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, ErrGone) || d.Refused(err) {
			return err
		}
		slog.Error(problem, "execution", execution, "error", err, "wait_ms", wait.Milliseconds())
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// change applies c to the unit's own view and remembers it for the write. A device that was deleted just
// now is left alone, here and by the write. The error is for a device that would become too large.
func (u *unit) change(ctx context.Context, c Change) (alarm.Event, error) {
	s, err := u.state(ctx, c.EUI)
	if err != nil && c.Make == nil {
		return alarm.None, nil
	}
	if err != nil {
		s = &known{State: &State{Device: *c.Make}}
	}
	c.At = u.d.Now()
	made := c.look(s.State)
	if err := made.check(s.State); err != nil {
		return alarm.None, runtime.Errorf(CodeTooLarge, "%v", err)
	}
	changed := &known{State: made.state}
	if c.Alarm == nil {
		changed.alarms = s.alarms
	}
	if c.Telemetry == nil && c.Attributes.Empty() {
		changed.device = s.device
	}
	u.seen[c.EUI] = changed
	if u.effects.Changes == nil {
		u.effects.Changes = make([]Change, 0, 2) // of a usual uplink: its telemetry and an alarm
	}
	u.effects.Changes = append(u.effects.Changes, c)
	return made.event, nil
}

func (u *unit) queue(jobs ...*deliver.Job) { u.effects.Jobs = append(u.effects.Jobs, jobs...) }

// finish writes everything and ends the execution unless a dispatch of it is still to come.
func (u *unit) finish(ctx context.Context) error {
	u.exec.State = Completed
	if u.exec.failed() {
		u.exec.State = Failed
	}
	u.exec.FinishedAt = u.d.Now()
	err := u.write(ctx)
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrGone) {
		return err
	}
	// To repeat it is vain, and to leave it queued would block the device: people are told instead.
	slog.Error("a step cannot be stored and is given up", "execution", u.exec.ID, "error", err)
	u.effects = Effects{Done: u.effects.Done}
	u.exec.State = Failed
	u.exec.Runs = append(u.exec.Runs, Run{Kind: runtime.KindRPC, EUI: u.exec.EUI, StartedAt: u.d.Now(), Error: runtime.Errorf(CodeNotStored,
		"what the scripts asked for could not be stored, and nothing of it since the last wait was done: %s", u.redact.String(err.Error()))})
	return u.write(ctx)
}

// pause writes what there is, the dispatches that are not over among it: a script is about to wait for
// something outside, and nobody shall wait with it for the alarms that were raised before.
func (u *unit) pause(ctx context.Context) error {
	if u.effects.Empty() {
		return nil
	}
	// What is open is not over, though it is on disk already: from its timer, or from an earlier pause.
	u.effects.Done = slices.DeleteFunc(u.effects.Done, func(id string) bool {
		return slices.ContainsFunc(u.open, func(p *Dispatch) bool { return p.ID == id })
	})
	u.effects.Pending = append(u.effects.Pending, u.open...)
	// A timer that looks at the disk meanwhile must not begin them again, in a lane of another device.
	for _, o := range u.open {
		u.d.paused.Store(o.ID, true)
	}
	if err := u.write(ctx); err != nil {
		return err
	}
	for _, o := range u.open {
		u.effects.Done = append(u.effects.Done, o.ID)
	}
	return nil
}

// write commits the effects. As long as the disk does not take them (full, locked), it tries again: they
// must not be lost, and the device's later work must not overtake them.
func (u *unit) write(ctx context.Context) error {
	doc, err := u.exec.Document()
	if err == nil && len(doc) > maxDocument {
		for i := range u.exec.Runs {
			u.exec.Runs[i].shorten()
		}
		doc, err = u.exec.Document()
	}
	if err != nil {
		return fmt.Errorf("execution %s: %w", u.exec.ID, err)
	}
	u.timers = u.timers || len(u.effects.Pending) > 0
	u.effects.Org, u.effects.Now, u.effects.Timers = u.org, u.d.Now(), u.timers
	u.effects.Execution, u.effects.Document, u.effects.New = u.exec, u.redact.Encoded(doc), !u.stored
	u.series.Pause() // others may run while this one waits for the disk
	u.d.lanes.waitForDisk(func() {
		err = u.d.persist(ctx, "a step could not be stored and is stored again", u.exec.ID, func() error { return u.d.Store.Commit(ctx, &u.effects) })
	})
	if err != nil {
		return err
	}
	u.stored = true
	for _, id := range u.effects.Done {
		u.d.paused.Delete(id)
	}
	clear(u.seen) // others may have changed the devices: what comes next sees them as they are
	for _, p := range u.effects.Pending {
		if !slices.Contains(u.open, p) {
			u.d.timers.add(Timer{ID: p.ID, Org: p.Org, EUI: p.EUI, DueAt: p.DueAt})
		}
	}
	jobs, told := slices.Concat(u.effects.Jobs, u.effects.Told), *u.exec
	if u.effects.Waits {
		told.State, told.FinishedAt = Waiting, time.Time{}
	}
	u.exec.State = told.State
	u.effects = Effects{}
	u.d.Queue.Offer(jobs...)
	told.Runs = u.redactRuns(told.Runs)
	u.d.Changed(&told)
	return nil
}
