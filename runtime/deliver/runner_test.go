package deliver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// disk is a durable queue that a test looks into and disturbs. The store's own tests hold the real one to
// the same behaviour.
type disk struct {
	mu     sync.Mutex
	jobs   map[string]Job
	states []DestinationState
	refuse func(*Job) error // nil: nothing is refused for ever
	broken int              // so many writes fail
	reads  int              // looks at the disk
	slow   func()           // runs when the rows are read and not yet handed out
}

func (d *disk) DueJobs(_ context.Context, before time.Time, limit func(org string) int) ([]*Job, error) {
	d.mu.Lock()
	d.reads++
	var due []*Job
	for _, j := range d.jobs {
		if !j.State.Finished() && !j.ScheduledAt.IsZero() && j.ScheduledAt.Before(before) {
			due = append(due, &j)
		}
	}
	slow := d.slow
	d.mu.Unlock()
	slices.SortFunc(due, func(a, b *Job) int {
		return cmp.Or(a.ScheduledAt.Compare(b.ScheduledAt), cmp.Compare(a.ID, b.ID))
	})
	if slow != nil {
		slow()
	}
	read := map[string]int{}
	return slices.DeleteFunc(due, func(j *Job) bool {
		read[j.Org]++
		return read[j.Org] > limit(j.Org)
	}), nil
}

func (d *disk) FinishAttempt(_ context.Context, jobs ...*Job) (next []*Job, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken > 0 {
		d.broken--
		return nil, errors.New("disk full")
	}
	for _, j := range jobs {
		if d.refuse != nil {
			if err := d.refuse(j); err != nil {
				return nil, err
			}
		}
	}
	for _, j := range jobs {
		d.jobs[j.ID] = stored(j)
		for id, n := range d.jobs {
			if j.Tries == 1 && n.Follows == j.ID && n.ScheduledAt.IsZero() {
				n.ScheduledAt = j.Attempts[0].At.Add(n.Wait)
				d.jobs[id] = n
				next = append(next, &n)
			}
		}
	}
	return next, nil
}

// stored is a job as it is read back: without what is known in memory only.
func stored(j *Job) Job {
	row := *j
	row.route, row.limits, row.to = Route{}, nil, nil
	return row
}

func (d *disk) Postpone(_ context.Context, jobs ...*Job) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken > 0 {
		d.broken--
		return errors.New("disk full")
	}
	for _, j := range jobs {
		d.jobs[j.ID] = stored(j)
	}
	return nil
}

func (d *disk) Destinations(context.Context) ([]DestinationState, error) { return d.states, nil }

func (d *disk) PutDestinations(_ context.Context, states ...DestinationState) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.states = append(d.states, states...)
	return nil
}

func (d *disk) job(id string) Job {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.jobs[id]
}

func (d *disk) setBroken(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.broken = n
}

// bench is a Runner with what surrounds it, in a bubble of fake time.
type bench struct {
	*Runner
	t     *testing.T
	disk  *disk
	start time.Time

	mu      sync.Mutex
	log     []string // "id@milliseconds", when attempts begin
	busy    map[string]int
	most    map[string]int // attempts at once, by destination
	answer  func(ctx context.Context, j *Job) Attempt
	fetched map[string]bool // jobs that are not performed here
}

func (b *bench) Takes(j *Job) bool { return !b.fetched[j.ID] }
func (b *bench) Route(j *Job) Route {
	return Route{Destination: j.Org + j.Destination, Shown: j.Destination}
}

func (b *bench) Perform(ctx context.Context, jobs []*Job) Performed {
	return Performed{Attempts: []Attempt{b.attempt(ctx, jobs[0])}}
}

func (b *bench) attempt(ctx context.Context, j *Job) Attempt {
	at, lane := time.Now(), j.EUI+" to "+j.Destination
	b.mu.Lock()
	b.log = append(b.log, fmt.Sprintf("%s@%d", j.ID, at.Sub(b.start).Milliseconds()))
	b.busy[lane]++
	b.busy[j.Destination]++
	if b.busy[lane] > 1 {
		b.t.Errorf("%s has %d attempts at once", lane, b.busy[lane])
	}
	b.most[j.Destination] = max(b.most[j.Destination], b.busy[j.Destination])
	b.mu.Unlock()
	a := b.answer(ctx, j)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy[lane]--
	b.busy[j.Destination]--
	a.At = at
	return a
}

func (b *bench) begun() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.log)
}

func (b *bench) want(log ...string) {
	b.t.Helper()
	if got := b.begun(); !slices.Equal(got, log) {
		b.t.Errorf("attempts are %v, want %v", got, log)
	}
}

// put queues jobs on disk and, unless they are left for a look at the disk, in memory.
func (b *bench) put(offer bool, jobs ...*Job) {
	b.disk.mu.Lock()
	for _, j := range jobs {
		b.disk.jobs[j.ID] = stored(j)
	}
	b.disk.mu.Unlock()
	if offer {
		b.Offer(jobs...)
	}
}

// newJob is due some milliseconds after the start of the test; d/h names a device and a destination.
func (b *bench) newJob(id, where string, due int) *Job {
	eui, host, _ := strings.Cut(where, "/")
	return &Job{ID: id, EUI: eui, Destination: host, State: Available, CreatedAt: b.start, ScheduledAt: b.start.Add(time.Duration(due) * time.Millisecond)}
}

func takes(d time.Duration, outcome string) func(context.Context, *Job) Attempt {
	return func(ctx context.Context, _ *Job) Attempt {
		select {
		case <-time.After(d):
			return Attempt{Outcome: outcome}
		case <-ctx.Done():
			return Attempt{Outcome: Transient}
		}
	}
}

// run gives fn a Runner that is not started; it is stopped when fn returns.
func run(t *testing.T, fn func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{
			t: t, disk: &disk{jobs: map[string]Job{}}, start: time.Now(), busy: map[string]int{}, most: map[string]int{},
			answer: takes(10*time.Millisecond, Delivered), fetched: map[string]bool{},
		}
		b.Runner = NewRunner(b.disk, b, Retry{First: time.Second, Most: time.Minute, GiveUp: time.Hour}, time.Now)
		fn(t, b)
	})
}

func (b *bench) begin() {
	b.t.Helper()
	if err := b.Start(context.Background()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) end() { b.Stop(context.Background()) }

func TestJobsAreAttemptedWhenTheyAreDue(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.put(false, b.newJob("late", "a/x", -5000), b.newJob("soon", "b/x", 300), b.newJob("far", "c/x", 90_000))
		b.begin()
		b.put(true, b.newJob("queued", "d/x", 200), b.newJob("now", "e/x", 0), b.newJob("queued far", "f/x", 150_000))
		unscheduled := b.newJob("unscheduled", "g/x", 0)
		unscheduled.ScheduledAt = time.Time{}
		b.put(true, unscheduled)
		b.fetched["fetched"] = true
		b.put(true, b.newJob("fetched", "h/x", 0))
		time.Sleep(5 * time.Minute)
		b.end()
		got := b.begun()
		slices.Sort(got[:2])
		if want := []string{"late@0", "now@0", "queued@200", "soon@300", "far@90000", "queued far@150000"}; !slices.Equal(got, want) {
			t.Errorf("attempts are %v, want %v", got, want)
		}
	})
}

func TestOneAttemptAtATimePerDeviceAndDestination(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.begin()
		b.put(true, b.newJob("1", "a/x", 0), b.newJob("2", "a/x", 0), b.newJob("3", "a/x", 0), b.newJob("other host", "a/y", 0))
		time.Sleep(time.Second)
		b.end()
		got := b.begun()
		slices.Sort(got)
		if want := []string{"1@0", "2@10", "3@20", "other host@0"}; !slices.Equal(got, want) {
			t.Errorf("attempts are %v, want %v", got, want)
		}
	})
}

func TestJobsOfOneMomentKeepTheirOrder(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.begin()
		var want []string
		for i := range 20 {
			id := fmt.Sprintf("%02d", i)
			b.put(true, b.newJob(id, "a/x", 100))
			want = append(want, fmt.Sprintf("%s@%d", id, 100+10*i))
		}
		time.Sleep(time.Second)
		b.end()
		b.want(want...)
	})
}

func TestDevicesTakeTurns(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.bounds.perTarget = 1
		b.begin()
		b.put(true, b.newJob("a1", "a/x", 0), b.newJob("a2", "a/x", 0), b.newJob("a3", "a/x", 0), b.newJob("b1", "b/x", 0), b.newJob("b2", "b/x", 0), b.newJob("c1", "c/x", 0))
		time.Sleep(time.Second)
		b.end()
		b.want("a1@0", "b1@10", "c1@20", "a2@30", "b2@40", "a3@50")
	})
}

func TestADestinationHasSoManySlots(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.bounds.perTarget = 3
		b.begin()
		for i := range 10 {
			b.put(true, b.newJob(fmt.Sprint("x", i), fmt.Sprint("d", i, "/x"), 0))
		}
		b.put(true, b.newJob("y", "d0/y", 0))
		synctest.Wait()
		if got := b.begun(); len(got) != 4 || !slices.Contains(got, "y@0") {
			t.Errorf("attempts are %v: a full destination holds up another", got)
		}
		time.Sleep(time.Second)
		b.end()
		if b.most["x"] != 3 || len(b.begun()) != 11 {
			t.Errorf("%d at once, %d in all", b.most["x"], len(b.begun()))
		}
		if d := b.destinations["x"]; d.inMemory != 0 || d.due != 0 || d.inFlight != 0 || len(b.jobs) != 0 || len(b.running) != 0 || b.shares.slots != 0 {
			t.Errorf("memory keeps %+v %v %v", d, b.jobs, b.running)
		}
	})
}

func TestWhatAnAttemptLeadsTo(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []Attempt // the last one again and again
		state   State
		tries   int
		within  time.Duration
		log     []string // nil: not looked at
	}{
		{name: "delivered", answers: []Attempt{{Outcome: Delivered}}, state: Completed, tries: 1},
		{name: "permanent", answers: []Attempt{{Outcome: Permanent}}, state: Discarded, tries: 1},
		{name: "delivered in the end", answers: []Attempt{{Outcome: Transient}, {Outcome: Transient}, {Outcome: Delivered}}, state: Completed, tries: 3},
		{name: "permanent in the end", answers: []Attempt{{Outcome: Transient}, {Outcome: Permanent}}, state: Discarded, tries: 2},
		{name: "the destination says when", answers: []Attempt{{Outcome: Transient, RetryAfter: 7 * time.Second}, {Outcome: Transient, RetryAfter: 90 * time.Second}, {Outcome: Delivered}},
			state: Completed, tries: 3, log: []string{"j@0", "j@7000", "j@97000"}},
		{name: "given up after its time", answers: []Attempt{{Outcome: Transient, RetryAfter: 25 * time.Minute}}, state: Discarded, tries: 4,
			log: []string{"j@0", "j@1500000", "j@3000000", "j@4500000"}, within: 3 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(t *testing.T, b *bench) {
				b.answer = func(_ context.Context, j *Job) Attempt { return c.answers[min(j.Tries, len(c.answers)-1)] }
				b.begin()
				b.put(true, b.newJob("j", "d/x", 0))
				time.Sleep(max(c.within, 10*time.Minute))
				b.end()
				j := b.disk.job("j")
				if j.State != c.state || j.Tries != c.tries || j.Outcome != c.answers[len(c.answers)-1].Outcome || j.FinishedAt.IsZero() || !j.ScheduledAt.IsZero() {
					t.Errorf("it is %s after %d tries, outcome %s, finished %v, due %v; want %s after %d", j.State, j.Tries, j.Outcome, j.FinishedAt, j.ScheduledAt, c.state, c.tries)
				}
				if c.log != nil {
					b.want(c.log...)
				}
			})
		})
	}
}

func TestARetryDoesNotHoldUpTheDevice(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.answer = func(_ context.Context, j *Job) Attempt {
			if j.ID == "1" && j.Tries == 0 {
				return Attempt{Outcome: Transient, RetryAfter: time.Second}
			}
			return Attempt{Outcome: Delivered}
		}
		b.begin()
		b.put(true, b.newJob("1", "a/x", 0), b.newJob("2", "a/x", 0))
		time.Sleep(time.Minute)
		b.end()
		b.want("1@0", "2@0", "1@1000")
	})
}

func TestWhatFollowsIsDueAfterTheFirstAttempt(t *testing.T) {
	run(t, func(t *testing.T, b *bench) {
		b.answer = takes(50*time.Millisecond, Transient)
		b.begin()
		second := b.newJob("2", "a/y", 0)
		second.ScheduledAt, second.State, second.Follows, second.Wait = time.Time{}, Scheduled, "1", 400*time.Millisecond
		b.put(true, b.newJob("1", "a/x", 100), second)
		time.Sleep(time.Second)
		b.end()
		if !slices.Contains(b.begun(), "2@500") {
			t.Errorf("attempts are %v", b.begun())
		}
	})
}

func TestBackoff(t *testing.T) {
	r := Retry{First: time.Second, Most: 10 * time.Second, GiveUp: time.Hour}
	for tries, bound := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 5: 10 * time.Second, 80: 10 * time.Second, 1 << 40: 10 * time.Second} {
		longest := time.Duration(0)
		for range 300 {
			wait := r.backoff(tries)
			if wait < 50*time.Millisecond || wait > bound {
				t.Fatalf("after %d tries it waits %v, want at most %v", tries, wait, bound)
			}
			longest = max(longest, wait)
		}
		if longest < bound/2 {
			t.Errorf("after %d tries it never waits longer than %v of %v", tries, longest, bound)
		}
	}
}
