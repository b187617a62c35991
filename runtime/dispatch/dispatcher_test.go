package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/host"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/server/store"
)

// world is a dispatcher over a real store and a real engine.
type world struct {
	t *testing.T
	*store.Store
	*dispatch.Dispatcher
	refuse atomic.Int64 // so many commits fail

	mu   sync.Mutex
	jobs []*deliver.Job
}

func (w *world) Offer(jobs ...*deliver.Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs = append(w.jobs, jobs...)
}

func (w *world) queued() []*deliver.Job {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.jobs)
}

// Commit is the store's, unless the test has the disk refuse.
func (w *world) Commit(ctx context.Context, e *dispatch.Effects) error {
	if w.refuse.Add(-1) >= 0 {
		return errors.New("disk full")
	}
	return w.Store.Commit(ctx, e)
}

// newWorld has the devices d and e, and scripts named kind/name, all of them organisation-wide.
func newWorld(t *testing.T, sources map[string]string) *world {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Keys: secret.NewKeyring(secret.NewMasterKey())})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, Store: s}
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		errs := []error{tx.PutOrg(store.Org{Code: "o", Name: "o"})}
		for _, eui := range []string{"d", "e"} {
			errs = append(errs, tx.PutDevice("o", device.New(eui, time.Now())))
		}
		for path, source := range sources {
			kind, name, _ := strings.Cut(path, "/")
			_, _, err := tx.PublishScript("o", scripts.Script{Kind: runtime.Kind(kind), Name: name, Source: source, Compiled: source, Language: scripts.JavaScript, OrgWide: true})
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.boot()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		w.Stop(ctx)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// boot starts a dispatcher over the store, as a new process does.
func (w *world) boot() {
	w.t.Helper()
	client := egress.New(egress.Config{Allow: []string{"127.0.0.1"}})
	w.t.Cleanup(client.CloseIdle)
	w.Dispatcher = dispatch.New(dispatch.Config{
		Store: w, Orgs: w.Store, Sandbox: engine.New(runtime.DefaultLimits()), Limits: runtime.DefaultLimits(), Queue: w,
		Hosts: host.New(client, w.Store, w.Store, time.Now), Now: time.Now,
	})
	if err := w.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// crash ends the dispatcher where it is and starts another one.
func (w *world) crash() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.Stop(ctx)
	w.boot()
}

// accept stores an uplink of d and hands it to the dispatcher. done gets its dispatches.
func (w *world) accept(telemetry string) (id string, done chan int) {
	w.t.Helper()
	var values device.Object
	if err := json.Unmarshal([]byte(telemetry), &values); err != nil {
		w.t.Fatal(err)
	}
	now := time.Now()
	e := &dispatch.Execution{ID: uuid.Must(uuid.NewV7()).String(), Org: "o", EUI: "d", State: dispatch.Queued, CreatedAt: now,
		Uplink: &dispatch.Uplink{ID: "u", EUI: "d", Telemetry: &values, ReceivedAt: now}}
	done = make(chan int, 1)
	if err := w.Reserve("o"); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.Accept(w.t.Context(), e, false, func() { w.Enqueue(e, done) }); err != nil {
		w.t.Fatal(err)
	}
	return e.ID, done
}

// uplink is accept, and waits until its work is done.
func (w *world) uplink(telemetry string) *dispatch.Execution {
	w.t.Helper()
	id, done := w.accept(telemetry)
	<-done
	return w.execution(id)
}

func (w *world) execution(id string) *dispatch.Execution {
	w.t.Helper()
	e, err := w.Execution(w.t.Context(), "o", id)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// until waits for a state of an execution.
func (w *world) until(id, state string) *dispatch.Execution {
	w.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		e := w.execution(id)
		if e.State == state {
			return e
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("the execution stays %s, want %s: %+v", e.State, state, e.Runs)
		}
	}
}

// attr is a server attribute of a device, "" when it is not there.
func (w *world) attr(eui, name string) string {
	w.t.Helper()
	s, err := w.Device(w.t.Context(), "o", eui)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(s.Device.ServerAttrs.Get(name))
}

func (w *world) want(eui, name, value string) {
	w.t.Helper()
	if got := w.attr(eui, name); got != value {
		w.t.Errorf("attribute %s of %s is %q, want %q", name, eui, got, value)
	}
}

// runs are the scripts of an execution, each with the code of its error.
func runs(e *dispatch.Execution) string {
	var out []string
	for _, r := range e.Runs {
		s := r.Script
		if r.Error != nil {
			s += "!" + string(r.Error.Code)
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// calls is a trigger that dispatches RPCs; set an RPC that sets server attributes.
func calls(methods ...string) string {
	var list []string
	for _, m := range methods {
		list = append(list, fmt.Sprintf("{method: %q, params: {}}", m))
	}
	return "return {delayms: 0, actions: [" + strings.Join(list, ",") + "]}"
}

func set(attrs string) string {
	return "return [{type: 'modifyAttrs', dnMsg: {server_attrs: " + attrs + "}}]"
}

const raise = "return [{type: 'alarm', dnMsg: {action: 'new', data: {alarm_name: 'hot', notice_groups: [], title: 't', desc: 'd', level: 'high'}}}]"

func TestRPCsOfADispatch(t *testing.T) {
	w := newWorld(t, map[string]string{
		"trigger/t": calls("raise", "one", "two", "missing", "fails", "three"),
		"rpc/raise": raise,
		"rpc/one":   set("{n: 1}"),
		"rpc/two":   set("{seen: device.server_attrs.n, alarms: Object.keys(alarms)}"),
		"rpc/fails": "throw new Error('no')",
		"rpc/three": set("{last: device.server_attrs.seen + device.telemetry_data.default.temp}"),
	})
	e := w.uplink(`{"temp":40}`)
	if got := runs(e); got != "t raise one two missing!unknown_method fails!script_error three" || e.State != dispatch.Failed || e.FinishedAt.IsZero() {
		t.Errorf("runs are %s, state %s", got, e.State)
	}
	w.want("d", "seen", "1")    // what the RPC before changed
	w.want("d", "alarms", "[]") // the alarms as they were when the dispatch began
	w.want("d", "last", "41")   // goes on after a failure
	s, err := w.Device(t.Context(), "o", "d")
	if err != nil || s.Alarms["hot"].State != alarm.Active {
		t.Errorf("the alarm is %+v (%v)", s.Alarms, err)
	}
	w.uplink(`{"temp":40}`)
	w.want("d", "alarms", `["hot"]`)
	if w.Waiting() != 0 {
		t.Errorf("%d uplinks wait", w.Waiting())
	}
}

func TestSeveralTriggers(t *testing.T) {
	w := newWorld(t, map[string]string{
		"trigger/a": calls("one"), "trigger/b": "throw new Error('no')", "trigger/c": "return 5", "trigger/d": "return null", "trigger/e": calls("two"),
		"rpc/one": set("{n: 1}"), "rpc/two": set("{n: 1 + device.server_attrs.n}"),
	})
	id, done := w.accept(`{"t":1}`)
	if n := <-done; n != 2 {
		t.Errorf("%d dispatches", n)
	}
	if got := runs(w.execution(id)); got != "a b!script_error c!bad_result d e one two" {
		t.Errorf("runs are %s", got)
	}
	w.want("d", "n", "2")
}

func TestAnotherDevice(t *testing.T) {
	w := newWorld(t, map[string]string{
		"trigger/t":  "return {actions: [{method: 'put', params: {_eui: 'e'}}, {method: 'put', params: {_eui: 'nobody'}}, {method: 'target', params: {}}, {method: 'astray', params: {}}, {method: 'read', params: {_eui: 'e'}}]}",
		"rpc/put":    set("{put: device.eui}"),
		"rpc/target": "return [{type: 'modifyAttrs', target: 'e', dnMsg: {server_attrs: {target: device.eui}}}]",
		"rpc/astray": "return [{type: 'modifyAttrs', dnMsg: {server_attrs: {astray: 1}}}, {type: 'modifyAttrs', target: 'nobody', dnMsg: {server_attrs: {astray: 1}}}]",
		"rpc/read":   set("{read: device.server_attrs.put + device.server_attrs.target}"),
	})
	e := w.uplink(`{}`)
	if got := runs(e); got != "t put put!unknown_device target astray!bad_result read" {
		t.Errorf("runs are %s", got)
	}
	if message := e.Runs[4].Error.Message; !strings.Contains(message, "[1].target") || !strings.Contains(message, "nobody") {
		t.Errorf("the error does not name the place: %s", message)
	}
	w.want("e", "put", `"e"`)
	w.want("e", "target", `"d"`)
	w.want("e", "read", `"ed"`)
	w.want("d", "put", "")
	w.want("d", "astray", "")
}

func TestWhatIsQueuedAndWhatIsDoneAtOnce(t *testing.T) {
	w := newWorld(t, map[string]string{
		"trigger/t": calls("mixed"),
		"rpc/mixed": `return [{type: 'modifyAttrs', dnMsg: {server_attrs: {now: 1}}},
			{type: 'modifyAttrs', sleepTimeMs: 50, dnMsg: {server_attrs: {later: 1}}},
			{type: 'axios', dnMsg: {url: 'https://h.example/x', method: 'post'}},
			{type: 'modifyAttrs', dnMsg: {server_attrs: {later: 2}}}]`,
	})
	e := w.uplink(`{}`)
	w.want("d", "now", "1")
	w.want("d", "later", "")
	jobs := w.queued()
	if len(jobs) != 3 || jobs[0].Kind != deliver.KindAttributes || jobs[1].Kind != deliver.KindRequest || jobs[2].Kind != deliver.KindAttributes {
		t.Fatalf("queued are %+v", jobs)
	}
	views := e.Runs[1].Actions
	for i, j := range jobs {
		stored, err := w.Job(t.Context(), "o", j.ID)
		if err != nil || stored.State != deliver.Scheduled || views[i+1].DeliveryID != j.ID || stored.ExecutionID != e.ID || stored.Script != "mixed" {
			t.Errorf("job %d on disk is %+v (%v), on record %+v", i, stored, err, views)
		}
	}
	if wait := jobs[0].ScheduledAt.Sub(jobs[0].CreatedAt); wait != 50*time.Millisecond || jobs[1].Follows != jobs[0].ID || jobs[2].Follows != jobs[1].ID {
		t.Errorf("the chain is %+v", jobs)
	}
}

func TestTimers(t *testing.T) {
	w := newWorld(t, map[string]string{
		"trigger/t": "const d = device.telemetry_data.default; return {delayms: d.delay, abort_previous_timer: !!d.abort, actions: d.delay ? [{method: 'note', params: {n: d.n}}] : []}",
		"rpc/note":  set("{['n' + params.n]: Date.now(), alarms: Object.keys(alarms)}"),
	})
	began := time.Now()
	first := w.uplink(`{"delay":150,"n":1}`)
	aborted := w.uplink(`{"delay":3600000,"n":2}`)
	if first.State != dispatch.Waiting || aborted.State != dispatch.Waiting || w.attr("d", "n1") != "" {
		t.Errorf("they are %s and %s, n1 %q", first.State, aborted.State, w.attr("d", "n1"))
	}
	w.until(first.ID, dispatch.Completed)
	if waited := time.Since(began); waited < 150*time.Millisecond {
		t.Errorf("it fired after %v", waited)
	}
	if w.execution(aborted.ID).State != dispatch.Waiting {
		t.Error("a timer that fires cancels another")
	}
	third := w.uplink(`{"delay":3600000,"abort":true,"n":3}`)
	if got := w.execution(aborted.ID); got.State != dispatch.Completed || got.FinishedAt.IsZero() || third.State != dispatch.Waiting {
		t.Errorf("after the abort they are %s and %s", got.State, third.State)
	}
	w.uplink(`{"delay":0,"abort":true}`) // an abort without actions
	if got := w.execution(third.ID); got.State != dispatch.Completed {
		t.Errorf("the last one is %s", got.State)
	}
	if left, err := w.DueDispatches(t.Context(), time.Now().Add(24*time.Hour), 10); err != nil || len(left) != 0 {
		t.Errorf("timers left: %v (%v)", left, err)
	}
	w.want("d", "n2", "")
	w.want("d", "n3", "")
}

func TestATimerOutlivesTheProcess(t *testing.T) {
	w := newWorld(t, map[string]string{"trigger/t": "return {delayms: 200, actions: [{method: 'one', params: {}}]}", "rpc/one": set("{n: 1 + (device.server_attrs.n || 0)}")})
	began := time.Now()
	e := w.uplink(`{}`)
	w.crash()
	w.until(e.ID, dispatch.Completed)
	if waited := time.Since(began); waited < 200*time.Millisecond {
		t.Errorf("it fired after %v", waited)
	}
	w.crash()
	w.want("d", "n", "1")
}

// While an RPC awaits something, what was done before it is on disk; a crash then begins with that RPC,
// and with the alarms as they were when the dispatch began.
func TestACrashDuringAnAwait(t *testing.T) {
	asked, release := make(chan struct{}, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{}; <-release }))
	defer server.Close()
	w := newWorld(t, map[string]string{
		"trigger/t": calls("raise", "count", "fetch", "after"),
		"trigger/u": calls("count"),
		"rpc/raise": raise,
		"rpc/count": set("{count: 1 + (device.server_attrs.count || 0)}"),
		"rpc/fetch": "const r = await axios.get('" + server.URL + "'); " + set("{status: r.status, before: Object.keys(alarms), count: device.server_attrs.count}"),
		"rpc/after": set("{after: Object.keys(alarms)}"),
	})
	id, _ := w.accept(`{}`)
	<-asked
	w.want("d", "count", "1")
	if s, err := w.Device(t.Context(), "o", "d"); err != nil || s.Alarms["hot"].Count != 1 {
		t.Errorf("during the await the alarms are %v (%v)", s.Alarms, err)
	}
	if e := w.execution(id); e.State != dispatch.Waiting || runs(e) != "t u raise count" {
		t.Errorf("during the await it is %s with %s", e.State, runs(e))
	}
	w.crash()
	<-asked
	close(release)
	e := w.until(id, dispatch.Completed)
	if got := runs(e); got != "t u raise count fetch after count" {
		t.Errorf("runs are %s", got)
	}
	w.want("d", "status", "200")
	w.want("d", "before", "[]")
	w.want("d", "after", "[]")
	w.want("d", "count", "2")
	if left, err := w.DueDispatches(t.Context(), time.Now().Add(time.Hour), 10); err != nil || len(left) != 0 {
		t.Errorf("dispatches left: %v (%v)", left, err)
	}
	if s, _ := w.Device(t.Context(), "o", "d"); s.Alarms["hot"].Count != 1 {
		t.Errorf("the alarm was raised %d times", s.Alarms["hot"].Count)
	}
}

func TestWhatACrashLeavesQueuedIsTakenUp(t *testing.T) {
	w := newWorld(t, map[string]string{"trigger/t": "for (const end = Date.now() + 300; Date.now() < end;); " + calls("one"), "rpc/one": set("{n: 1 + (device.server_attrs.n || 0)}")})
	var all []string
	for range 2 {
		id, _ := w.accept(`{}`)
		all = append(all, id)
	}
	w.crash()
	for _, id := range all {
		if e := w.until(id, dispatch.Completed); runs(e) != "t one" {
			t.Errorf("runs are %s", runs(e))
		}
	}
	w.want("d", "n", "2")
}

func TestADiskThatRefusesAStep(t *testing.T) {
	w := newWorld(t, map[string]string{"trigger/t": calls("one"), "rpc/one": set("{n: 1 + (device.server_attrs.n || 0)}")})
	w.refuse.Store(2)
	if e := w.uplink(`{}`); e.State != dispatch.Completed || runs(e) != "t one" {
		t.Errorf("it is %s with %s", e.State, runs(e))
	}
	w.want("d", "n", "1")
}

func TestAnUplinkOfADeletedDevice(t *testing.T) {
	w := newWorld(t, map[string]string{"trigger/slow": "for (const end = Date.now() + 100; Date.now() < end;);"})
	_, first := w.accept(`{}`)
	id, done := w.accept(`{}`)
	if err := w.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteDevice("o", "d") }); err != nil {
		t.Fatal(err)
	}
	<-first
	<-done
	if e := w.execution(id); e.State != dispatch.Failed {
		t.Errorf("it is %s", e.State)
	}
	if _, err := w.Device(t.Context(), "o", "d"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the device is back: %v", err)
	}
}

func TestCall(t *testing.T) {
	w := newWorld(t, map[string]string{
		"rpc/one":   "return [{type: 'modifyAttrs', dnMsg: {server_attrs: {n: params.n}}}, {type: 'axios', dnMsg: {url: 'https://h.example/'}}]",
		"rpc/none":  "return null",
		"rpc/fails": "\n throw new Error('no')",
		"rpc/wrong": "return 5",
	})
	for _, c := range []struct {
		eui, method, params string
		code                runtime.Code
		actions             int
		recorded            bool
	}{
		{eui: "d", method: "one", params: `{"n":7}`, actions: 2, recorded: true},
		{eui: "d", method: "none", params: `{}`, recorded: true},
		{eui: "d", method: "fails", params: `{}`, code: runtime.CodeScriptError, recorded: true},
		{eui: "d", method: "wrong", params: `{}`, code: runtime.CodeBadResult, recorded: true},
		{eui: "nobody", method: "one", params: `{}`, code: dispatch.CodeNoDevice},
		{eui: "d", method: "missing", params: `{}`, code: dispatch.CodeNoMethod},
		{eui: "d", method: "one", params: `[]`, code: runtime.CodeBadParams},
	} {
		t.Run(c.method+" of "+c.eui+c.params, func(t *testing.T) {
			before, _, err := w.Executions(t.Context(), store.ExecutionQuery{Org: "o", Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			result, err := w.Call(t.Context(), "o", dispatch.Call{EUI: c.eui, Method: c.method, Params: json.RawMessage(c.params), Caller: "ann"})
			if c.code == "" && err != nil || c.code != "" && (err == nil || runtime.AsError(err).Code != c.code) {
				t.Fatalf("error %v, want %q", err, c.code)
			}
			after, _, err := w.Executions(t.Context(), store.ExecutionQuery{Org: "o", Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			if recorded := len(after) - len(before); recorded != 0 != c.recorded {
				t.Errorf("%d executions are stored", recorded)
			}
			if result.Actions != c.actions || c.recorded && after[0].ID != result.ExecutionID || c.recorded && after[0].Call.Caller != "ann" {
				t.Errorf("the answer is %+v", result)
			}
		})
	}
	w.want("d", "n", "7")
	if w.Waiting() != 0 {
		t.Errorf("%d wait", w.Waiting())
	}
}

func TestACallWaitsForTheDevicesEarlierWork(t *testing.T) {
	w := newWorld(t, map[string]string{
		"trigger/t": "for (const end = Date.now() + 100; Date.now() < end;); " + calls("one"),
		"rpc/one":   set("{n: 1}"), "rpc/read": set("{read: device.server_attrs.n || 'nothing'}"),
	})
	w.accept(`{}`)
	for _, eui := range []string{"e", "d"} {
		if _, err := w.Call(t.Context(), "o", dispatch.Call{EUI: eui, Method: "read", Params: json.RawMessage(`{}`)}); err != nil {
			t.Fatal(err)
		}
	}
	w.want("d", "read", "1")
	w.want("e", "read", `"nothing"`)
}

func TestACallThatFindsNoRoom(t *testing.T) {
	w := newWorld(t, map[string]string{"rpc/none": "return null"})
	for range w.Backlog {
		if err := w.Reserve("o"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Call(t.Context(), "o", dispatch.Call{EUI: "d", Method: "none"}); !errors.Is(err, dispatch.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	w.Release("o")
	if _, err := w.Call(t.Context(), "o", dispatch.Call{EUI: "d", Method: "none", Params: json.RawMessage(`{}`)}); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}
