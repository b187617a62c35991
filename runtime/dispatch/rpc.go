package dispatch

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/action"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/scripts"
)

// rpcCall is one RPC that is to run.
type rpcCall struct {
	Step
	dispatchID string
	model      string
	alarms     json.RawMessage // as the script sees them
}

// CallResult is what came of an RPC that was called from outside.
type CallResult struct {
	ExecutionID string
	Actions     int
	Jobs        []*deliver.Job
}

// Call runs an RPC that was called from outside, in the device's order, and returns when its actions are
// stored. An error that is a *runtime.Error is the caller's or the script's.
func (d *Dispatcher) Call(ctx context.Context, org string, c Call) (CallResult, error) {
	type answer struct {
		result CallResult
		err    error
	}
	if err := d.Reserve(org, len(c.Params)); err != nil {
		return CallResult{}, err
	}
	done := make(chan answer, 1)
	d.lanes.add(laneKey{org, c.EUI}, func() {
		result, err := d.call(d.ctx, org, c)
		d.Release(org, len(c.Params))
		done <- answer{result, err}
	})
	select {
	case a := <-done:
		return a.result, a.err
	case <-ctx.Done():
		return CallResult{}, ctx.Err()
	}
}

func (d *Dispatcher) call(ctx context.Context, org string, c Call) (CallResult, error) {
	e := &Execution{ID: d.NewID(), Org: org, EUI: c.EUI, CreatedAt: d.Now(), Call: &c}
	u, err := d.newUnit(ctx, e, false)
	if err != nil {
		return CallResult{}, err
	}
	s, err := u.state(ctx, c.EUI)
	if err != nil {
		return CallResult{}, errNoDevice(c.EUI)
	}
	script, ok := u.catalog.RPC(s.Device, c.Method)
	if !ok {
		return CallResult{}, errNoMethod(c.Method, c.EUI)
	}
	if _, err := scripts.ApplyParams(script.Params, c.Params); err != nil {
		return CallResult{}, err // refused before anything ran: there is nothing to be recorded
	}
	run, err := u.runRPC(ctx, rpcCall{Step: Step{Method: c.Method, EUI: c.EUI, Params: c.Params}, alarms: s.alarmsView()})
	if err != nil {
		return CallResult{}, err
	}
	jobs := u.effects.Jobs
	if err := u.finish(ctx); err != nil {
		return CallResult{}, err
	}
	if run.Error != nil {
		return CallResult{ExecutionID: e.ID}, &runtime.Error{
			Code: run.Error.Code, Message: u.redact.String(run.Error.Message), Line: run.Error.Line, Column: run.Error.Column,
		}
	}
	return CallResult{ExecutionID: e.ID, Actions: len(run.Actions), Jobs: jobs}, nil
}

// runRPC runs one RPC and applies or queues its actions. What goes wrong with the RPC stands on its run;
// the error is for what the work cannot go on after.
func (u *unit) runRPC(ctx context.Context, c rpcCall) (*Run, error) {
	run, actions, script, err := u.tryRPC(ctx, c)
	run.DispatchID = c.dispatchID
	if err != nil {
		run.Error = runtime.AsError(err)
	} else {
		u.perform(ctx, run, script, actions)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // the process ends, and devices may not have been read: the next one runs the RPC
	}
	u.record(run)
	return run, nil
}

func (u *unit) tryRPC(ctx context.Context, c rpcCall) (*Run, []action.Action, *scripts.Script, error) {
	refused := func(err error) (*Run, []action.Action, *scripts.Script, error) {
		return &Run{Kind: runtime.KindRPC, Script: c.Method, EUI: c.EUI, StartedAt: u.d.Now()}, nil, nil, err
	}
	s, err := u.state(ctx, c.EUI)
	if err != nil {
		return refused(errNoDevice(c.EUI))
	}
	script, ok := u.catalog.RPC(s.Device, c.Method)
	if !ok {
		return refused(errNoMethod(c.Method, c.EUI))
	}
	params, err := c.applied(script.Params)
	if err != nil {
		return refused(err)
	}
	inv := runtime.Invocation{
		Org:    u.org,
		Script: script.Runnable(),
		Input: runtime.Input{
			Device:       s.deviceView(),
			Params:       params,
			Alarms:       c.alarms,
			OrgParams:    u.params.ForScript(script.Name),
			ThingModelID: c.model,
		},
		Host: &pausingHost{Host: u.d.Hosts.Host(u.org, script.Name, u.params), unit: u, ctx: ctx},
	}
	run, result, err := u.run(ctx, inv, script, c.EUI)
	if err != nil || result.Value == nil {
		return run, nil, script, err
	}
	actions, notes, err := action.DecodeActions(result.Value, u.d.Limits.Of(u.org))
	for _, note := range notes {
		run.Logs = append(run.Logs, runtime.LogEntry{Time: u.d.Now(), Level: runtime.LevelWarn, Text: note})
	}
	return run, actions, script, err
}

// perform applies the leading local actions that do not wait and queues everything after them as a
// chain, each job due its own wait after the first attempt of the one before.
func (u *unit) perform(ctx context.Context, run *Run, script *scripts.Script, actions []action.Action) {
	for i, a := range actions {
		if _, err := u.state(ctx, targetOf(a, run)); err != nil {
			run.Error = runtime.Errorf(runtime.CodeBadResult, "[%d].target: there is no device %s in this organisation; nothing of the array was performed", i, a.Target)
			return
		}
	}
	var previous *deliver.Job
	for i := range actions {
		a := &actions[i]
		target := targetOf(*a, run)
		view := ActionView{Type: string(a.Type), EUI: target}
		local := a.Type == action.Attributes || a.Type == action.Alarm
		if local && previous == nil && a.Sleep == 0 {
			event, err := u.change(ctx, u.localChange(a, target))
			if err != nil {
				run.Error = runtime.AsError(err) // and the other actions are performed
				continue
			}
			view.Event = string(event)
		} else {
			job := u.job(a, target, script, previous)
			view.DeliveryID = job.ID
			u.queue(job)
			previous = job
		}
		if a.Type == action.Alarm {
			u.noteUnknownGroups(ctx, run, i, a.Alarm, view)
		}
		run.Actions = append(run.Actions, view)
	}
}

func targetOf(a action.Action, run *Run) string {
	if a.Target == "" {
		return run.EUI
	}
	return device.NormalEUI(a.Target)
}

// minDownlinkGap keeps a downlink that is not first from overtaking what went before it on the air.
const minDownlinkGap = 100 * time.Millisecond

func (u *unit) job(a *action.Action, target string, script *scripts.Script, previous *deliver.Job) *deliver.Job {
	now := u.d.Now()
	job := &deliver.Job{
		ID: u.d.NewID(), Org: u.org, EUI: target, ExecutionID: u.exec.ID, State: deliver.Available, CreatedAt: now, Alone: true,
		Wait: a.Sleep, Record: deliver.Record{Script: script.Name},
	}
	if a.Type == action.Downlink && previous != nil {
		job.Wait = max(job.Wait, minDownlinkGap)
	}
	u.order(job, previous)
	u.fill(job, a)
	return job
}

// order says when the job is due: some time after the first attempt of the one before. A downlink that a
// network server fetches is not waited for: the host has done its part when it is queued.
func (u *unit) order(job, previous *deliver.Job) {
	switch {
	case previous == nil:
		job.ScheduledAt = job.CreatedAt.Add(job.Wait)
	case previous.Kind != deliver.KindDownlink || u.d.Orgs.PushesDownlinks(u.org):
		job.Follows, previous.Alone = previous.ID, false
	case previous.Follows != "":
		job.Follows, job.Wait = previous.Follows, previous.Wait+job.Wait
	default:
		job.ScheduledAt = previous.ScheduledAt.Add(job.Wait)
	}
	if job.ScheduledAt.IsZero() || job.ScheduledAt.After(job.CreatedAt) {
		job.State = deliver.Scheduled
	}
}

func (u *unit) localChange(a *action.Action, target string) Change {
	c := Change{EUI: target}
	if a.Type == action.Attributes {
		c.Attributes = u.redactAttributes(a.Attributes)
		return c
	}
	change := u.redactAlarm(a.Alarm)
	c.Alarm, c.AlarmID = &change, u.d.NewID()
	return c
}

// fill sets what the job does.
func (u *unit) fill(job *deliver.Job, a *action.Action) {
	var payload any
	switch a.Type {
	case action.Attributes:
		attrs := u.redactAttributes(a.Attributes)
		job.Kind, job.Destination, payload = deliver.KindAttributes, "attributes", deliver.LocalChange{Attributes: &attrs}
	case action.Alarm:
		change := u.redactAlarm(a.Alarm)
		job.Kind, job.Destination, payload = deliver.KindAlarm, "alarm", deliver.LocalChange{Alarm: &change}
	case action.Downlink:
		job.Kind, job.Destination, payload = deliver.KindDownlink, "downlink", a.Downlink
	case action.Request:
		job.Kind, job.Destination, job.Request = deliver.KindRequest, u.redact.String(a.Request.URL), a.Request
		job.Payload = request(a.Request)
		return
	}
	job.Payload = marshal(payload)
}
