package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/scripts/library"
)

// ready is all that a dispatcher needs, at no cost: one device in memory whose alarm is active, and scripts
// that answer what they answered the first time.
type ready struct {
	state   dispatch.State
	catalog *scripts.Catalog
	params  *orgparams.Set
	engine  runtime.Sandbox
	answers map[string]runtime.Result
}

func (r *ready) State(context.Context, string, string) (*dispatch.State, error) { return &r.state, nil }
func (r *ready) Commit(context.Context, *dispatch.Effects) error                { return nil }
func (r *ready) Dispatch(context.Context, string) (*dispatch.Dispatch, error)   { return nil, nil }
func (r *ready) Execution(context.Context, string, string) (*dispatch.Execution, error) {
	return nil, dispatch.ErrNotFound
}
func (r *ready) QueuedExecutions(context.Context, func(*dispatch.Execution) error) error { return nil }
func (r *ready) DueDispatches(context.Context, time.Time, int) ([]dispatch.Timer, error) {
	return nil, nil
}
func (r *ready) Catalog(context.Context, string) (*scripts.Catalog, error) { return r.catalog, nil }
func (r *ready) OrgParams(context.Context, string) (*orgparams.Set, error) { return r.params, nil }
func (r *ready) Notifications(context.Context, string) (*notify.Set, error) {
	return nil, errors.New("none")
}
func (r *ready) PushesDownlinks(string) bool                      { return false }
func (r *ready) CreatesDevices(string) bool                       { return false }
func (r *ready) Host(string, string, *orgparams.Set) runtime.Host { return nil }
func (r *ready) Offer(...*deliver.Job)                            {}
func (r *ready) Check(context.Context, runtime.Script) error      { return nil }
func (r *ready) Run(ctx context.Context, inv runtime.Invocation) (runtime.Result, error) {
	if known, ok := r.answers[inv.Script.Name]; ok {
		return known, nil
	}
	result, err := r.engine.Run(ctx, inv)
	r.answers[inv.Script.Name] = result
	return result, err
}

// BenchmarkUplink does what the host does for a hot uplink: a trigger, the RPCs alarm and wecom_notify of
// the library, one delivery. It leaves out the scripts themselves and the disk.
func BenchmarkUplink(b *testing.B) {
	now := time.Now()
	var telemetry, attrs device.Object
	for text, o := range map[string]*device.Object{
		`{"temperature":37.5,"humidity":61.2,"battery":3.61}`: &telemetry,
		`{"alarm_temp":30}`: &attrs,
	} {
		if err := json.Unmarshal([]byte(text), o); err != nil {
			b.Fatal(err)
		}
	}
	d := device.New("a840410000000007", now)
	d.Name, d.Triggers, d.ServerAttrs = "Sensor 7", []string{"overheat"}, attrs
	d = d.WithTelemetry("thermometer", telemetry, now)
	r := &ready{
		state: dispatch.State{Device: d, Alarms: map[string]alarm.Alarm{"overheat": {
			ID: "019a9f5e-0000-7000-8000-000000000000", EUI: d.EUI, Name: "overheat", Level: "high", Title: "Sensor 7 is too hot", State: alarm.Active, Count: 3,
			Desc: "The temperature is 36.5 °C; the limit is 30 °C.", StartTime: now, UpdateTime: now,
		}}},
		catalog: scripts.NewCatalog([]scripts.Script{library.Overheat()}, library.Scripts()),
		params: orgparams.NewSet([]orgparams.Param{{Key: "wecom_webhook_url", Secret: true,
			Value: "http://127.0.0.1:41233/cgi-bin/webhook/send?key=ABCDEFGHIJKLMNOPQRSTUVWXYZ"}}, nil),
		engine: engine.New(runtime.DefaultLimits()), answers: map[string]runtime.Result{},
	}
	work := dispatch.New(dispatch.Config{Store: r, Orgs: r, Sandbox: r, Queue: r, Hosts: r, Now: time.Now, Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()}})
	b.Cleanup(func() { work.Stop(context.Background()) })
	done := make(chan int)
	uplink := func() {
		e := &dispatch.Execution{ID: "019a9f5e-0000-7000-8000-000000000001", Org: "o", EUI: d.EUI, State: dispatch.Queued, CreatedAt: now,
			Uplink: &dispatch.Uplink{ID: "019a9f5e-0000-7000-8000-000000000002", EUI: d.EUI, ThingModelID: "thermometer", Telemetry: &telemetry, ReceivedAt: now}}
		if err := work.Reserve(e.Org, 0); err != nil {
			b.Fatal(err)
		}
		work.Enqueue(e, done)
		if <-done != 1 || len(e.Runs) != 3 || e.State != dispatch.Completed {
			b.Fatalf("%d runs, %s", len(e.Runs), e.State)
		}
	}
	uplink() // the scripts' own run
	b.ReportAllocs()
	for b.Loop() {
		uplink()
	}
}
