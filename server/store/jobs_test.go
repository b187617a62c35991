package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
)

// job is one of device d, due now.
func job(kind deliver.Kind) *deliver.Job {
	return &deliver.Job{
		ID: newTestID(), Org: "o", EUI: "d", ExecutionID: newTestID(), Kind: kind, State: deliver.Available,
		ScheduledAt: noon, CreatedAt: noon, Destination: "https://h/x", Payload: []byte(`{"a":"hunter2hunter2"}`),
		Record: deliver.Record{Script: "s"},
	}
}

// after makes j wait for another's first attempt.
func after(other, j *deliver.Job, wait time.Duration) *deliver.Job {
	j.Follows, j.Wait, j.State, j.ScheduledAt = other.ID, wait, deliver.Scheduled, time.Time{}
	return j
}

func (s *testStore) queue(t *testing.T, jobs ...*deliver.Job) {
	t.Helper()
	s.commit(t, dispatch.Effects{Jobs: jobs})
}

func (s *testStore) job(t *testing.T, id string) *deliver.Job {
	t.Helper()
	j, err := s.Job(t.Context(), "o", id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// attempt makes one attempt of a job and has it stored.
func (s *testStore) attempt(t *testing.T, j *deliver.Job, outcome string, at time.Time) (next []*deliver.Job) {
	t.Helper()
	retry := deliver.Retry{First: time.Second, Most: time.Minute, GiveUp: time.Hour}
	retry.Settle(j, deliver.Attempt{At: at, Outcome: outcome}, at)
	next, err := s.FinishAttempt(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func (s *testStore) due(t *testing.T, before time.Time) []string {
	t.Helper()
	jobs, err := s.DueJobs(t.Context(), before, each(100))
	if err != nil {
		t.Fatal(err)
	}
	return ids(jobs)
}

// each is so many jobs of every organisation.
func each(limit int) func(string) int { return func(string) int { return limit } }

func ids(jobs []*deliver.Job) []string {
	out := []string{}
	for _, j := range jobs {
		out = append(out, j.ID)
	}
	return out
}

func TestAJobIsReadBackAsItWasQueued(t *testing.T) {
	s := newTest(t)
	j := job(deliver.KindRequest)
	j.ScheduledAt = noon.Add(90*time.Millisecond + time.Microsecond)
	s.queue(t, j)
	s.must(t, (*Tx).begin)
	var sealed []byte
	if err := queryRow(t.Context(), s.read, "SELECT payload FROM jobs", nil, &sealed); err != nil || slices.Equal(sealed, j.Payload) {
		t.Errorf("the payload at rest is %q (%v)", sealed, err)
	}
	s = s.reopen(t)
	want := *j
	want.ScheduledAt = noon.Add(91 * time.Millisecond) // whole milliseconds, and never early
	if got := s.job(t, j.ID); fmt.Sprintf("%+v", *got) != fmt.Sprintf("%+v", want) {
		t.Errorf("read back %+v\nwant %+v", *got, want)
	}
	if _, err := s.Job(t.Context(), "other", j.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("another organisation: %v", err)
	}
}

func TestDueJobs(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	later, now, waiting, done := job(deliver.KindRequest), job(deliver.KindRequest), job(deliver.KindRequest), job(deliver.KindAlarm)
	later.ScheduledAt = noon.Add(time.Minute)
	after(now, waiting, time.Second)
	fetched := job(deliver.KindDownlink)
	s.queue(t, later, now, waiting, done, fetched)
	s.attempt(t, done, deliver.Delivered, noon)
	for before, want := range map[time.Duration][]string{
		0:                              {},
		time.Millisecond:               {now.ID},
		time.Minute + time.Millisecond: {now.ID, later.ID},
	} {
		if got := s.due(t, noon.Add(before)); !slices.Equal(got, want) {
			t.Errorf("before %v: %v, want %v", before, got, want)
		}
	}
	if jobs, err := s.DueJobs(t.Context(), noon.Add(time.Hour), each(1)); err != nil || !slices.Equal(ids(jobs), []string{now.ID}) || string(jobs[0].Payload) != string(now.Payload) {
		t.Errorf("the first one: %v (%v)", jobs, err)
	}
	// Downlinks are due here only when the host pushes them.
	s.must(t, func(tx *Tx) error { return tx.PutOrg(Org{Code: "o", Name: "o", DownlinkURL: "http://ns/push"}) })
	if got := s.due(t, noon.Add(time.Second)); !slices.Equal(got, []string{now.ID, fetched.ID}) {
		t.Errorf("with a downlink URL: %v", got)
	}
}

func TestTheFirstAttemptStartsWhatFollowsOnce(t *testing.T) {
	for _, outcome := range []string{deliver.Delivered, deliver.Transient, deliver.Permanent} {
		t.Run(outcome, func(t *testing.T) {
			s := newTest(t)
			first, second, third, other := job(deliver.KindRequest), job(deliver.KindRequest), job(deliver.KindRequest), job(deliver.KindRequest)
			after(first, second, 300*time.Millisecond)
			after(second, third, time.Second)
			s.queue(t, first, second, third, other)
			began := noon.Add(5 * time.Second)
			next := s.attempt(t, first, outcome, began)
			if !slices.Equal(ids(next), []string{second.ID}) || !next[0].ScheduledAt.Equal(began.Add(300*time.Millisecond)) || string(next[0].Payload) != string(second.Payload) {
				t.Fatalf("next is %+v", next)
			}
			if got := s.job(t, second.ID); !got.ScheduledAt.Equal(next[0].ScheduledAt) {
				t.Errorf("on disk it is due %v", got.ScheduledAt)
			}
			if got := s.job(t, third.ID); !got.ScheduledAt.IsZero() {
				t.Errorf("the one behind it is due %v", got.ScheduledAt)
			}
			if again, err := s.FinishAttempt(t.Context(), first); err != nil || len(again) != 0 {
				t.Errorf("stored once more, it starts %v (%v)", ids(again), err)
			}
			first.State = deliver.Retryable
			if again := s.attempt(t, first, deliver.Delivered, began.Add(time.Minute)); len(again) != 0 {
				t.Errorf("the second attempt starts %v", ids(again))
			}
		})
	}
}

func TestAnAttemptAndItsChangeAreOneTransaction(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	attrs, raised := job(deliver.KindAttributes), job(deliver.KindAlarm)
	s.queue(t, attrs, raised)
	attrs.Local = &deliver.LocalChange{Attributes: &device.Attributes{Client: object(t, `{"a":1}`)}}
	raised.Local = &deliver.LocalChange{Alarm: &alarm.Change{Action: alarm.New, Name: "x", Level: "low"}}
	at := noon.Add(time.Minute)
	s.attempt(t, attrs, deliver.Delivered, at)
	s.attempt(t, raised, deliver.Delivered, at)
	s.bothWays(t, func(t *testing.T, s *testStore) {
		d := s.device(t, "d")
		if string(d.Device.ClientAttrs.Get("a")) != "1" {
			t.Errorf("the attributes are %v", d.Device.ClientAttrs)
		}
		if a := d.Alarms["x"]; a.ID != raised.ID || !a.StartTime.Equal(at) {
			t.Errorf("the alarm is %+v", a)
		}
		got := s.job(t, attrs.ID)
		if got.State != deliver.Completed || got.Payload != nil || !got.ScheduledAt.IsZero() || !got.FinishedAt.Equal(at) || got.Tries != 1 {
			t.Errorf("the job is %+v", got)
		}
	})
}

func TestAJobThatIsGivenUpKeepsItsPayload(t *testing.T) {
	s := newTest(t)
	j := job(deliver.KindRequest)
	want := string(j.Payload)
	s.queue(t, j)
	s.attempt(t, j, deliver.Permanent, noon)
	if got := s.job(t, j.ID); got.State != deliver.Discarded || string(got.Payload) != want {
		t.Errorf("state %s, payload %s", got.State, got.Payload)
	}
}

func TestCancelledJobsLetOthersGoOn(t *testing.T) {
	at := noon.Add(10 * time.Second)
	for _, c := range []struct {
		name   string
		cancel int // of a chain of four
		tried  int // so many were attempted before
		due    []time.Duration
	}{
		{name: "the first", cancel: 0, due: []time.Duration{-1, time.Second, -1, -1}},
		{name: "one that waits", cancel: 1, due: []time.Duration{-10 * time.Second, -1, -1, -1}},
		{name: "one whose wait has begun", cancel: 1, tried: 1, due: []time.Duration{-1, -1, 2 * time.Second, -1}},
		{name: "the last", cancel: 3, due: []time.Duration{-10 * time.Second, -1, -1, -1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTest(t)
			chain := []*deliver.Job{job(deliver.KindRequest)}
			for i := range 3 {
				chain = append(chain, after(chain[i], job(deliver.KindRequest), time.Duration(i+1)*time.Second))
			}
			s.queue(t, chain...)
			for i := range c.tried {
				s.attempt(t, chain[i], deliver.Delivered, noon)
			}
			s.must(t, func(tx *Tx) error {
				j, err := tx.Job("o", chain[c.cancel].ID)
				if err != nil {
					return err
				}
				j.State, j.ScheduledAt, j.FinishedAt = deliver.Cancelled, time.Time{}, at
				return tx.SetJob(j)
			})
			for i, j := range chain {
				got, want := s.job(t, j.ID), time.Time{}
				if c.due[i] != -1 {
					want = at.Add(c.due[i])
				}
				if !got.ScheduledAt.Equal(want) {
					t.Errorf("job %d is due %v, want %v", i, got.ScheduledAt, want)
				}
			}
		})
	}
}

func TestACancelledJobPassesItsPlaceOn(t *testing.T) {
	s := newTest(t)
	first := job(deliver.KindRequest)
	second := after(first, job(deliver.KindRequest), time.Second)
	third := after(second, job(deliver.KindRequest), 2*time.Second)
	s.queue(t, first, second, third)
	s.must(t, func(tx *Tx) error {
		j, err := tx.Job("o", second.ID)
		if err != nil {
			return err
		}
		j.State, j.ScheduledAt, j.FinishedAt = deliver.Cancelled, time.Time{}, noon
		return tx.SetJob(j)
	})
	next := s.attempt(t, first, deliver.Delivered, noon.Add(time.Hour))
	if !slices.Equal(ids(next), []string{third.ID}) || !next[0].ScheduledAt.Equal(noon.Add(time.Hour+3*time.Second)) {
		t.Errorf("the first attempt starts %+v, want the third job three seconds later", next)
	}
}

func TestDownlinksAreLeased(t *testing.T) {
	s := newTest(t)
	payload := string(job(deliver.KindDownlink).Payload)
	first, second, later, other := job(deliver.KindDownlink), job(deliver.KindDownlink), job(deliver.KindDownlink), job(deliver.KindDownlink)
	later.ScheduledAt, later.State = noon.Add(time.Minute), deliver.Scheduled
	other.Org = "p"
	s.queue(t, first, second, later, job(deliver.KindRequest))
	s.must(t, func(tx *Tx) error { return tx.PutOrg(Org{Code: "p", Name: "p"}) })
	if err := s.Commit(t.Context(), &dispatch.Effects{Org: "p", Now: noon, Jobs: []*deliver.Job{other}}); err != nil {
		t.Fatal(err)
	}
	lease := func(now time.Time, limit int, want ...*deliver.Job) {
		t.Helper()
		jobs, err := s.LeaseDownlinks(t.Context(), "o", now, now.Add(30*time.Second), limit)
		if err != nil || !slices.Equal(ids(jobs), ids(want)) {
			t.Errorf("at %v: %v (%v), want %v", now, ids(jobs), err, ids(want))
		}
		for _, j := range jobs {
			if string(j.Payload) != payload {
				t.Errorf("its payload is %q", j.Payload)
			}
		}
	}
	lease(noon, 1, first)
	lease(noon, 10, second)
	lease(noon, 10)
	lease(noon.Add(30*time.Second), 10, first, second)
	s.attempt(t, first, deliver.Delivered, noon)
	lease(noon.Add(61*time.Second), 10, second, later)
}

func TestJobsArePagedAndFiltered(t *testing.T) {
	s := newTest(t)
	a, b, c := job(deliver.KindRequest), job(deliver.KindDownlink), job(deliver.KindRequest)
	b.EUI = "e"
	s.queue(t, a, b, c)
	s.attempt(t, c, deliver.Permanent, noon)
	for _, q := range []struct {
		JobQuery
		want []*deliver.Job
		more bool
	}{
		{JobQuery: JobQuery{Limit: 5}, want: []*deliver.Job{c, b, a}},
		{JobQuery: JobQuery{Limit: 2}, want: []*deliver.Job{c, b}, more: true},
		{JobQuery: JobQuery{Limit: 2, Before: seqOf(b.ID)}, want: []*deliver.Job{a}},
		{JobQuery: JobQuery{Limit: 5, Kind: "downlink"}, want: []*deliver.Job{b}},
		{JobQuery: JobQuery{Limit: 5, EUI: "e"}, want: []*deliver.Job{b}},
		{JobQuery: JobQuery{Limit: 5, State: "discarded"}, want: []*deliver.Job{c}},
		{JobQuery: JobQuery{Limit: 5, ExecutionID: a.ExecutionID}, want: []*deliver.Job{a}},
		{JobQuery: JobQuery{Limit: 5, ExecutionID: "x"}},
	} {
		q.Org = "o"
		jobs, next, err := s.Jobs(t.Context(), q.JobQuery)
		if err != nil || !slices.Equal(ids(jobs), ids(q.want)) || (next != 0) != q.more {
			t.Errorf("%+v: %v, %d, %v", q.JobQuery, ids(jobs), next, err)
		}
		for _, j := range jobs {
			if j.Payload != nil {
				t.Errorf("%+v: a list carries a payload", q.JobQuery)
			}
		}
	}
}
