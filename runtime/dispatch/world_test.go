package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/tripline/tripline/runtime"
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
	never  atomic.Int64 // so many commits fail, and would fail for ever

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

var errNever = errors.New("constraint failed")

// Commit is the store's, unless the test has the disk refuse.
func (w *world) Commit(ctx context.Context, e *dispatch.Effects) error {
	if w.refuse.Add(-1) >= 0 {
		return errors.New("disk full")
	}
	if w.never.Add(-1) >= 0 {
		return errNever
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
		Store: w, Orgs: w.Store, Sandbox: engine.New(runtime.DefaultLimits()), Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()}, Queue: w,
		Hosts: host.New(client, w.Store, w.Store, time.Now), Now: time.Now, Refused: func(err error) bool { return errors.Is(err, errNever) },
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
	if err := w.Reserve("o", 0); err != nil {
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
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
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
