package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/action"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/scripts"
)

// runUplink merges an uplink into its device, runs the triggers and then what they dispatched.
func (d *Dispatcher) runUplink(ctx context.Context, e *Execution) (dispatches int, err error) {
	u, err := d.newUnit(ctx, e, true)
	if err != nil {
		return 0, err
	}
	ctx, u.series = runtime.InSeries(ctx)
	defer u.series.Pause()
	uplink := e.Uplink
	s, err := u.state(ctx, e.EUI)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil {
		// The device was deleted after the uplink was accepted.
		e.Runs = append(e.Runs, Run{Kind: runtime.KindTrigger, EUI: e.EUI, StartedAt: d.Now(),
			Error: runtime.Errorf(runtime.CodeBadResult, "device %s: %v", e.EUI, err)})
		return 0, u.finish(ctx)
	}
	for _, h := range u.merge(ctx, s, uplink) {
		s, err = u.state(ctx, h.eui)
		if err != nil {
			return 0, err
		}
		for _, script := range u.catalog.Triggers(s.Device) {
			if p := u.runTrigger(ctx, s, script, h.model); p != nil {
				u.open = append(u.open, p)
			}
		}
	}
	if ctx.Err() != nil {
		return 0, ctx.Err() // the process ends: the uplink stays queued for the next one
	}
	dispatches = len(u.open)
	u.open = u.postpone(u.open)
	if err := u.runOpen(ctx); err != nil {
		return dispatches, err
	}
	return dispatches, u.finish(ctx)
}

// postpone turns the dispatches with a delay into timers and returns the others, in the place of all.
func (u *unit) postpone(all []*Dispatch) (now []*Dispatch) {
	now = all[:0]
	for _, p := range all {
		if p.DueAt.After(u.d.Now()) {
			u.effects.Pending = append(u.effects.Pending, p)
		} else {
			now = append(now, p)
		}
	}
	return now
}

// runTimer runs a dispatch that was stored, unless it was aborted in the meantime.
func (d *Dispatcher) runTimer(ctx context.Context, t Timer) error {
	if _, busy := d.paused.Load(t.ID); busy {
		return nil
	}
	p, err := d.Store.Dispatch(ctx, t.ID)
	if err != nil || p == nil {
		return err
	}
	e, err := d.Store.Execution(ctx, p.Org, p.ExecutionID)
	if err != nil {
		return err
	}
	u, err := d.newUnit(ctx, e, true)
	if err != nil {
		return err
	}
	ctx, u.series = runtime.InSeries(ctx)
	defer u.series.Pause()
	u.timers = true
	u.open = []*Dispatch{p}
	u.effects.Done = append(u.effects.Done, p.ID)
	if err := u.runOpen(ctx); err != nil {
		return err
	}
	return u.finish(ctx)
}

// runOpen runs the open dispatches in order.
func (u *unit) runOpen(ctx context.Context) error {
	for len(u.open) > 0 {
		if err := u.runDispatch(ctx, u.open[0]); err != nil {
			return err
		}
		u.open = u.open[1:]
	}
	return nil
}

func (u *unit) runDispatch(ctx context.Context, p *Dispatch) error {
	views := map[string]json.RawMessage{} // of the alarms, by device
	if p.Alarms == nil {
		p.Alarms = map[string]map[string]alarm.Alarm{}
		for i := range p.Steps {
			eui := p.Steps[i].EUI
			if _, ok := p.Alarms[eui]; ok {
				continue
			}
			if s, err := u.state(ctx, eui); err == nil {
				p.Alarms[eui], views[eui] = s.Alarms, s.alarmsView()
			}
		}
	}
	for ; p.Next < len(p.Steps); p.Next++ {
		step := p.Steps[p.Next]
		view, ok := views[step.EUI]
		if !ok {
			view = alarm.ScriptView(p.Alarms[step.EUI])
			views[step.EUI] = view
		}
		if _, err := u.runRPC(ctx, rpcCall{Step: step, dispatchID: p.ID, model: p.ThingModelID, alarms: view}); err != nil {
			return err
		}
	}
	return nil
}

// runTrigger returns the dispatch that the trigger asked for, or nil.
func (u *unit) runTrigger(ctx context.Context, s *known, script *scripts.Script, model string) *Dispatch {
	inv := runtime.Invocation{
		Org:    u.org,
		Script: script.Runnable(),
		Input: runtime.Input{
			Device:       s.deviceView(),
			Alarms:       s.alarmsView(),
			OrgParams:    u.params.ForScript(script.Name),
			ThingModelID: model,
		},
	}
	run, result, err := u.run(ctx, inv, script, s.Device.EUI)
	defer u.record(run)
	if err != nil {
		run.Error = runtime.AsError(err)
		return nil
	}
	if result.Value == nil {
		return nil
	}
	wanted, err := action.DecodeDispatch(result.Value, u.d.Limits.Of(u.org))
	if err != nil {
		run.Error = runtime.AsError(err)
		return nil
	}
	view := &DispatchView{AbortPreviousTimer: wanted.AbortPreviousTimer, Calls: len(wanted.Calls)}
	run.Dispatch = view
	if wanted.AbortPreviousTimer {
		u.effects.Aborted = append(u.effects.Aborted, TimerKey{s.Device.EUI, script.Name})
		u.forget(TimerKey{s.Device.EUI, script.Name})
	}
	if len(wanted.Calls) == 0 {
		return nil
	}
	p := &Dispatch{
		ID: u.d.NewID(), Org: u.org, EUI: s.Device.EUI, Trigger: script.Name, ExecutionID: u.exec.ID,
		DueAt: u.d.Now().Add(wanted.Delay), Plan: Plan{Steps: make([]Step, 0, len(wanted.Calls)), ThingModelID: model},
	}
	for _, c := range wanted.Calls {
		eui := device.NormalEUI(c.EUI)
		if eui == "" {
			eui = s.Device.EUI
		}
		p.Steps = append(p.Steps, Step{Method: c.Method, EUI: eui, Params: c.Params, read: c.Read})
	}
	view.ID, view.DueAt = p.ID, p.DueAt
	return p
}

// forget drops the timers that the same trigger set earlier within this very uplink, for another of its
// thing models: they are not on disk yet.
func (u *unit) forget(key TimerKey) {
	kept := u.open[:0]
	for _, p := range u.open {
		if (TimerKey{p.EUI, p.Trigger}) != key || !p.DueAt.After(u.d.Now()) {
			kept = append(kept, p)
		}
	}
	u.open = kept
}

// usualRuns is for how many runs an execution has room from the beginning: a trigger and what it calls.
const usualRuns = 4

// record puts a run on the execution's record.
func (u *unit) record(run *Run) {
	if u.exec.Runs == nil {
		u.exec.Runs = make([]Run, 0, usualRuns)
	}
	u.exec.Runs = append(u.exec.Runs, *run)
}

// run runs one script and begins its record.
func (u *unit) run(ctx context.Context, inv runtime.Invocation, script *scripts.Script, eui string) (*Run, runtime.Result, error) {
	run := &Run{Kind: inv.Script.Kind, Script: script.Name, Version: script.Version, EUI: eui, StartedAt: u.d.Now()}
	result, err := u.d.Sandbox.Run(ctx, inv)
	// What was taken in is run, however long its organisation's queue for the sandbox is.
	for wait := busyWait; isBusy(err) && ctx.Err() == nil; wait = min(2*wait, 64*busyWait) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		result, err = u.d.Sandbox.Run(ctx, inv)
	}
	run.CPUMS, run.WallMS = inMillis(result.CPU), inMillis(result.Wall)
	run.Logs = result.Logs
	run.Result = result.Value
	return run, result, script.Locate(err)
}

// busyWait is the first wait for a sandbox that is busy; it doubles.
const busyWait = 5 * time.Millisecond

func isBusy(err error) bool {
	e, ok := errors.AsType[*runtime.Error](err)
	return ok && e.Code == runtime.CodeBusy
}

func inMillis(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}

// errNoMethod says that an RPC is not there for a device.
func errNoMethod(method, eui string) *runtime.Error {
	return runtime.Errorf(CodeNoMethod, "there is no RPC %s for device %s: publish it and mount it on the device, or make it organisation-wide", method, eui)
}

// Codes of runs that could not begin.
const (
	CodeNoMethod runtime.Code = "unknown_method"
	CodeNoDevice runtime.Code = "unknown_device"

	// CodeTooLarge says that what a run returned would have made a device larger than one may be.
	CodeTooLarge runtime.Code = "device_too_large"

	// CodeNotStored stands on a run that says why the effects of the others are not there.
	CodeNotStored runtime.Code = "not_stored"
)

func errNoDevice(eui string) *runtime.Error {
	return runtime.Errorf(CodeNoDevice, "there is no device %s in this organisation", eui)
}
