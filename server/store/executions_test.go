package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
)

func TestSeqIsUniqueAndInOrder(t *testing.T) {
	before, last := seqBefore(time.Now()), int64(0)
	for i := range 100_000 {
		seq := seqOf(newTestID())
		if seq <= last {
			t.Fatalf("id %d: %d after %d", i, seq, last)
		}
		last = seq
	}
	if first := seqOf(newTestID()); first < before || first >= seqBefore(time.Now().Add(time.Second)) {
		t.Errorf("%d is not of this time", first)
	}
}

func TestTextsThatStandForNoRow(t *testing.T) {
	for _, id := range []string{"", "x", uuid.NewString(), "018f0000-0000-7000-8000", "1"} {
		if seq := seqOf(id); seq != -1 {
			t.Errorf("%q stands for row %d", id, seq)
		}
	}
	s := newTest(t)
	if _, err := s.Execution(t.Context(), "o", "x"); err != ErrNotFound {
		t.Errorf("an execution: %v", err)
	}
	if _, err := s.Job(t.Context(), "o", uuid.NewString()); err != ErrNotFound {
		t.Errorf("a job: %v", err)
	}
}

// execution is one of device d that was made at the given time.
func execution(state string, made time.Time) *dispatch.Execution {
	return &dispatch.Execution{
		ID: idAt(made), Org: "o", EUI: "d", State: state, CreatedAt: made, FinishedAt: made, Runs: []dispatch.Run{},
		Uplink: &dispatch.Uplink{ID: "u", EUI: "d", Telemetry: &device.Object{}, ReceivedAt: made},
	}
}

// madeThen counts the ids of one moment: the clock that uuid counts with is not that of the tests.
var madeThen atomic.Uint32

// idAt is an id as it was made then.
func idAt(made time.Time) string {
	id := uuid.Must(uuid.NewV7())
	n := madeThen.Add(1)
	id[6], id[7] = 0x70|byte(n>>8)&0x0f, byte(n)
	for i, ms := 5, made.UnixMilli(); i >= 0; i, ms = i-1, ms>>8 {
		id[i] = byte(ms)
	}
	return id.String()
}

func (s *testStore) commit(t *testing.T, e dispatch.Effects) {
	t.Helper()
	e.Org = "o"
	if e.Now.IsZero() {
		e.Now = noon
	}
	if e.Execution != nil {
		doc, err := json.Marshal(e.Execution)
		if err != nil {
			t.Fatal(err)
		}
		e.Document = doc
	}
	if err := s.Commit(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
}

func (s *testStore) executionState(t *testing.T, id string) string {
	t.Helper()
	e, err := s.Execution(t.Context(), "o", id)
	if err != nil {
		t.Fatal(err)
	}
	return e.State
}

func TestTheSameUplinkWithinADay(t *testing.T) {
	for _, c := range []struct {
		name      string
		eui, id   string
		after     time.Duration
		given     bool
		duplicate bool
	}{
		{"at once", "d", "u", 0, true, true},
		{"just within a day", "d", "u", uplinkIDKept - time.Second, true, true},
		{"after a day", "d", "u", uplinkIDKept + time.Second, true, false},
		{"another id", "d", "v", 0, true, false},
		{"another device", "e", "u", 0, true, false},
		{"an id that was not given", "d", "u", 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTest(t)
			s.must(t, putDevice("d"), putDevice("e"))
			first := execution(dispatch.Queued, noon)
			if of, err := s.Accept(t.Context(), first, true, func() {}); err != nil || of != "" {
				t.Fatal(of, err)
			}
			s = s.reopen(t)
			second := execution(dispatch.Queued, noon.Add(c.after))
			second.EUI, second.Uplink.ID = c.eui, c.id
			accepted := 0
			of, err := s.Accept(t.Context(), second, c.given, func() { accepted++ })
			if err != nil {
				t.Fatal(err)
			}
			want, calls := "", 1
			if c.duplicate {
				want, calls = first.ID, 0
			}
			if of != want || accepted != calls {
				t.Errorf("duplicate of %q and accepted %d times, want %q and %d", of, accepted, want, calls)
			}
			list, _, err := s.Executions(t.Context(), ExecutionQuery{Org: "o", Limit: 10})
			if err != nil || len(list) != 1+calls {
				t.Errorf("%d executions (%v), want %d", len(list), err, 1+calls)
			}
		})
	}
}

func TestTheSameUplinkTwiceInAGroup(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	release := s.hold(t)
	type answer struct{ id, of string }
	answers := make(chan answer, 3)
	for i := range 3 {
		go func() {
			e := execution(dispatch.Queued, noon)
			of, err := s.Accept(t.Context(), e, true, func() {})
			if err != nil {
				t.Error(err)
			}
			answers <- answer{e.ID, of}
		}()
		s.awaitQueued(t, i+1)
	}
	release()
	stored, of := "", []string{}
	for range 3 {
		if a := <-answers; a.of == "" {
			stored = a.id
		} else {
			of = append(of, a.of)
		}
	}
	if !slices.Equal(of, []string{stored, stored}) {
		t.Errorf("stored %q, duplicates of %q", stored, of)
	}
}

func TestAnUplinkOfAnUnknownDevice(t *testing.T) {
	s := newTest(t)
	if _, err := s.Accept(t.Context(), execution(dispatch.Queued, noon), true, func() { t.Error("accepted") }); err != ErrNotFound {
		t.Error(err)
	}
	s.must(t, putDevice("d"))
	if of, err := s.Accept(t.Context(), execution(dispatch.Queued, noon), true, func() {}); err != nil || of != "" {
		t.Errorf("once the device is there: duplicate of %q, %v", of, err)
	}
}

func TestUplinksAreTakenUpInTheOrderOfTheirAcceptance(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	var want []string
	for range 5 {
		e := execution(dispatch.Queued, noon)
		e.ID = newTestID()
		if _, err := s.Accept(t.Context(), e, false, func() { want = append(want, e.ID) }); err != nil {
			t.Fatal(err)
		}
	}
	s.commit(t, dispatch.Effects{Execution: &dispatch.Execution{ID: want[2], Org: "o", EUI: "d", State: dispatch.Completed}})
	want = slices.Delete(want, 2, 3)
	var got []string
	err := s.reopen(t).QueuedExecutions(t.Context(), func(e *dispatch.Execution) error {
		if e.Org != "o" || e.State != dispatch.Queued || e.Uplink == nil {
			t.Errorf("taken up is %+v", e)
		}
		got = append(got, e.ID)
		return nil
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("taken up are %v (%v), want %v", got, err, want)
	}
}

// timer is a pending dispatch of an execution.
func timer(e *dispatch.Execution, trigger string, due time.Time) *dispatch.Dispatch {
	return &dispatch.Dispatch{
		ID: newTestID(), Org: "o", EUI: "d", Trigger: trigger, ExecutionID: e.ID, DueAt: due,
		Plan: dispatch.Plan{Steps: []dispatch.Step{{Method: "m", EUI: "d", Params: json.RawMessage(`{"secret":"hunter2hunter2"}`)}}},
	}
}

func TestADispatchIsKeptSealedUntilItIsOver(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	e := execution(dispatch.Completed, noon)
	p := timer(e, "t", noon.Add(time.Hour))
	s.commit(t, dispatch.Effects{Execution: e, New: true, Pending: []*dispatch.Dispatch{p}, Timers: true})
	var sealed []byte
	if err := queryRow(t.Context(), s.read, "SELECT plan FROM dispatches", nil, &sealed); err != nil || len(sealed) == 0 || json.Valid(sealed) {
		t.Errorf("the plan at rest is %q (%v)", sealed, err)
	}
	s = s.reopen(t)
	got, err := s.Dispatch(t.Context(), p.ID)
	if err != nil || got == nil || fmt.Sprint(*got) != fmt.Sprint(*p) {
		t.Fatalf("read back: %v (%v), want %v", got, err, p)
	}
	p.Next = 1 // stored anew when a script pauses
	s.commit(t, dispatch.Effects{Pending: []*dispatch.Dispatch{p}})
	if got, err := s.Dispatch(t.Context(), p.ID); err != nil || got.Next != 1 {
		t.Errorf("stored anew: %v (%v)", got, err)
	}
	s.commit(t, dispatch.Effects{Done: []string{p.ID}})
	if got, err := s.Dispatch(t.Context(), p.ID); got != nil || err != nil {
		t.Errorf("after it is over: %v, %v", got, err)
	}
}

func TestTimersAreNeverReadEarly(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	e := execution(dispatch.Completed, noon)
	due := noon.Add(1500*time.Millisecond + time.Microsecond)
	s.commit(t, dispatch.Effects{Execution: e, New: true, Pending: []*dispatch.Dispatch{timer(e, "b", due.Add(time.Second)), timer(e, "a", due)}})
	list, err := s.DueDispatches(t.Context(), noon.Add(time.Minute), 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if early := due.Sub(list[0].DueAt); early > 0 || early <= -time.Millisecond {
		t.Errorf("due %v, read back as %v", due, list[0].DueAt)
	}
	for before, want := range map[time.Time]int{due.Truncate(time.Millisecond): 0, noon.Add(2 * time.Second): 1, noon.Add(time.Minute): 2} {
		if list, err := s.DueDispatches(t.Context(), before, 10); err != nil || len(list) != want {
			t.Errorf("before %v: %v (%v), want %d", before, list, err, want)
		}
	}
}

func TestAnExecutionWaitsForItsTimers(t *testing.T) {
	failed := []dispatch.Run{{}, {Error: runtime.Errorf(runtime.CodeScriptError, "no")}}
	key := dispatch.TimerKey{EUI: "d", Trigger: "t"}
	for _, c := range []struct {
		name   string
		runs   []dispatch.Run
		timers func(e *dispatch.Execution) []*dispatch.Dispatch
		end    func(t *testing.T, s *testStore)
		want   string
		left   int
	}{
		{name: "nothing ends it", end: func(*testing.T, *testStore) {}, want: dispatch.Waiting, left: 1},
		{name: "its timer is aborted", end: func(t *testing.T, s *testStore) {
			s.commit(t, dispatch.Effects{Aborted: []dispatch.TimerKey{key}})
		}, want: dispatch.Completed},
		{name: "its timer is aborted after a failure", runs: failed, end: func(t *testing.T, s *testStore) {
			s.commit(t, dispatch.Effects{Aborted: []dispatch.TimerKey{key}})
		}, want: dispatch.Failed},
		{name: "another trigger's is aborted", end: func(t *testing.T, s *testStore) {
			s.commit(t, dispatch.Effects{Aborted: []dispatch.TimerKey{{EUI: "d", Trigger: "u"}, {EUI: "e", Trigger: "t"}}})
		}, want: dispatch.Waiting, left: 1},
		{name: "its time has come", end: func(t *testing.T, s *testStore) {
			s.commit(t, dispatch.Effects{Now: noon.Add(time.Hour), Aborted: []dispatch.TimerKey{key}})
		}, want: dispatch.Waiting, left: 1},
		{name: "one of two is aborted", timers: func(e *dispatch.Execution) []*dispatch.Dispatch {
			return []*dispatch.Dispatch{timer(e, "t", noon.Add(time.Hour)), timer(e, "u", noon.Add(time.Hour))}
		}, end: func(t *testing.T, s *testStore) {
			s.commit(t, dispatch.Effects{Aborted: []dispatch.TimerKey{key}})
		}, want: dispatch.Waiting, left: 1},
		{name: "both are aborted", timers: func(e *dispatch.Execution) []*dispatch.Dispatch {
			return []*dispatch.Dispatch{timer(e, "t", noon.Add(time.Hour)), timer(e, "t", noon.Add(2*time.Hour))}
		}, end: func(t *testing.T, s *testStore) {
			s.commit(t, dispatch.Effects{Aborted: []dispatch.TimerKey{key}})
		}, want: dispatch.Completed},
		{name: "its device is deleted", end: func(t *testing.T, s *testStore) {
			s.must(t, func(tx *Tx) error { return tx.DeleteDevice("o", "d") })
		}, want: dispatch.Completed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTest(t)
			s.must(t, putDevice("d"))
			e := execution(dispatch.Queued, noon)
			if _, err := s.Accept(t.Context(), e, false, func() {}); err != nil {
				t.Fatal(err)
			}
			pending := []*dispatch.Dispatch{timer(e, "t", noon.Add(time.Hour))}
			if c.timers != nil {
				pending = c.timers(e)
			}
			e.State, e.Runs = dispatch.Completed, c.runs
			s.commit(t, dispatch.Effects{Execution: e, Pending: pending, Timers: true})
			if got, err := s.Execution(t.Context(), "o", e.ID); err != nil || got.State != dispatch.Waiting || !got.FinishedAt.IsZero() {
				t.Fatalf("with timers: %+v (%v)", got, err)
			}
			c.end(t, s)
			if got := s.executionState(t, e.ID); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			if left, err := s.DueDispatches(t.Context(), noon.Add(24*time.Hour), 10); err != nil || len(left) != c.left {
				t.Errorf("timers left: %v (%v), want %d", left, err, c.left)
			}
		})
	}
}

func TestExecutionsArePaged(t *testing.T) {
	s := newTest(t)
	var ids []string
	for i := range 5 {
		e := execution(dispatch.Completed, noon)
		e.ID = newTestID()
		if i == 2 {
			e.EUI, e.State = "e", dispatch.Failed
		}
		ids = append(ids, e.ID)
		s.commit(t, dispatch.Effects{Execution: e, New: true})
	}
	slices.Reverse(ids)
	var got []string
	pages, before := 0, int64(0)
	for pages = 1; ; pages++ {
		list, next, err := s.Executions(t.Context(), ExecutionQuery{Org: "o", Before: before, Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			got = append(got, e.ID)
		}
		if before = next; next == 0 {
			break
		}
	}
	if !slices.Equal(got, ids) || pages != 3 {
		t.Errorf("%d pages with %v, want 3 with %v", pages, got, ids)
	}
	for _, q := range []ExecutionQuery{{Org: "o", EUI: "e", Limit: 5}, {Org: "o", State: dispatch.Failed, Limit: 5}} {
		if list, next, err := s.Executions(t.Context(), q); err != nil || len(list) != 1 || next != 0 || list[0].ID != ids[2] {
			t.Errorf("%+v: %v, %d, %v", q, list, next, err)
		}
	}
	if list, _, err := s.Executions(t.Context(), ExecutionQuery{Org: "other", Limit: 5}); err != nil || len(list) != 0 {
		t.Errorf("another organisation sees %v (%v)", list, err)
	}
}
