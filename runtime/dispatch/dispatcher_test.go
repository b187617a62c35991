package dispatch_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/store"
)

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
	if aborted.State != dispatch.Waiting {
		t.Errorf("a timer of an hour is %s", aborted.State)
	}
	w.until(first.ID, dispatch.Completed)
	if fired, err := strconv.ParseInt(w.attr("d", "n1"), 10, 64); err != nil || fired < began.Add(150*time.Millisecond).UnixMilli() {
		t.Errorf("it fired at %d (%v), %v after it was set", fired, err, time.UnixMilli(fired).Sub(began))
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
	asked, release := make(chan struct{}, 1), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{}; <-release }))
	defer server.Close()
	w := newWorld(t, map[string]string{"trigger/t": calls("fetch"), "rpc/fetch": "await axios.get('" + server.URL + "')"})
	_, first := w.accept(`{}`)
	<-asked
	id, done := w.accept(`{}`)
	if err := w.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteDevice("o", "d") }); err != nil {
		t.Fatal(err)
	}
	close(release)
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
		if err := w.Reserve("o", 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Call(t.Context(), "o", dispatch.Call{EUI: "d", Method: "none"}); !errors.Is(err, dispatch.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	w.Release("o", 0)
	if _, err := w.Call(t.Context(), "o", dispatch.Call{EUI: "d", Method: "none", Params: json.RawMessage(`{}`)}); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

// TestAStepThatIsNeverStoredIsGivenUp: it is told on the execution, and the device goes on.
func TestAStepThatIsNeverStoredIsGivenUp(t *testing.T) {
	w := newWorld(t, map[string]string{"trigger/t": calls("s"), "rpc/s": set("{n: 1}")})
	w.never.Store(1)
	e := w.uplink(`{"n":1}`)
	if got := runs(e); e.State != dispatch.Failed || got != "t s !not_stored" {
		t.Errorf("the execution is %s with the runs %q", e.State, got)
	}
	w.want("d", "n", "")
	if e := w.uplink(`{"n":2}`); e.State != dispatch.Completed {
		t.Errorf("the next one is %s: %s", e.State, runs(e))
	}
	w.want("d", "n", "1")
	w.never.Store(2) // not even the reason can be stored: it stays queued for the next process
	e = w.uplink(`{"n":3}`)
	if e.State != dispatch.Queued || w.Waiting() != 0 {
		t.Errorf("the execution is %s, %d wait", e.State, w.Waiting())
	}
	w.crash()
	w.until(e.ID, dispatch.Completed)
}

// TestADeviceDoesNotGrowWithoutEnd: what is too much for it is told on the execution, and the rest is done.
func TestADeviceDoesNotGrowWithoutEnd(t *testing.T) {
	long := `"x".repeat(200 << 10)`
	w := newWorld(t, map[string]string{
		"trigger/t": calls("s"),
		"rpc/s": `return [
			{type: 'modifyAttrs', dnMsg: {server_attrs: {a: ` + long + `}}},
			{type: 'modifyAttrs', dnMsg: {server_attrs: {b: ` + long + `}}},
			{type: 'modifyAttrs', sleepTimeMs: 1, dnMsg: {server_attrs: {c: 1}}},
		].slice(device.telemetry_data.default.from, device.telemetry_data.default.to)`,
	})
	e := w.uplink(`{"from":0,"to":1}`)
	if e.State != dispatch.Completed {
		t.Fatalf("%s: %s", e.State, runs(e))
	}
	e = w.uplink(`{"from":1,"to":3}`)
	if got := runs(e); e.State != dispatch.Failed || got != "t s!device_too_large" || len(w.queued()) != 1 {
		t.Errorf("the execution is %s with the runs %q, %d jobs are queued", e.State, got, len(w.queued()))
	}
	w.want("d", "b", "")
	// Telemetry that does not fit: no trigger judges by what is not there.
	e = w.uplink(`{"from":0,"to":0,"long":"` + strings.Repeat("x", 200<<10) + `"}`)
	if got := runs(e); e.State != dispatch.Failed || got != "default!device_too_large" {
		t.Errorf("the execution is %s with the runs %q", e.State, got)
	}
	// A merge whose turn comes later is given up, and says why.
	job := w.queued()[0]
	job.Local = &deliver.LocalChange{Attributes: &device.Attributes{Client: &device.Object{}}}
	*job.Local.Attributes.Client = job.Local.Attributes.Client.Set("c", json.RawMessage(`"`+strings.Repeat("x", 100<<10)+`"`))
	job.State = deliver.Completed
	job.Add(deliver.Attempt{Outcome: deliver.Delivered})
	if _, err := w.FinishAttempt(t.Context(), job); err != nil || job.State != deliver.Discarded {
		t.Errorf("the job is %s (%v)", job.State, err)
	}
	kept, err := w.Job(t.Context(), "o", job.ID)
	if err != nil || kept.State != deliver.Discarded || kept.Error == nil || kept.Error.Code != "device_too_large" {
		t.Errorf("on record it is %+v (%v)", kept, err)
	}
	if e := w.uplink(`{"from":0,"to":0}`); e.State != dispatch.Completed {
		t.Errorf("the device does not go on: %s", runs(e))
	}
}

// TestWorkOfADeletedOrganisationEnds: a run that is under way when its organisation is deleted stores
// nothing and is not repeated.
func TestWorkOfADeletedOrganisationEnds(t *testing.T) {
	w := newWorld(t, map[string]string{"trigger/t": "for (const end = Date.now() + 300; Date.now() < end;); " + calls("one"), "rpc/one": set("{n: 1}")})
	_, done := w.accept(`{}`)
	if err := w.Write(t.Context(), func(tx *store.Tx) error { return tx.DeleteOrg("o") }); err != nil {
		t.Fatal(err)
	}
	<-done
	if n := w.Waiting(); n != 0 {
		t.Errorf("%d wait", n)
	}
	found := 0
	if err := w.QueuedExecutions(t.Context(), func(*dispatch.Execution) error { found++; return nil }); err != nil || found != 0 {
		t.Errorf("%d executions are queued (%v)", found, err)
	}
	if _, err := w.Device(t.Context(), "o", "d"); !errors.Is(err, dispatch.ErrNotFound) {
		t.Errorf("its device: %v", err)
	}
}
