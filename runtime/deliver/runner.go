package deliver

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/runtime/platform"
)

// Store is what the runner needs of the durable queue.
type Store interface {
	// DueJobs returns unfinished jobs that are due before t, of every organisation the earliest ones, as
	// many as limit says, with their payload.
	DueJobs(ctx context.Context, before time.Time, limit func(org string) int) ([]*Job, error)
	// FinishAttempt writes what became of an attempt at one or several jobs, and sets the time of the
	// jobs that follow those of which it was the first. It returns the jobs that got their time now.
	FinishAttempt(ctx context.Context, jobs ...*Job) (next []*Job, err error)
	// Postpone writes the state and time of jobs that wait, unless they are finished meanwhile.
	Postpone(ctx context.Context, jobs ...*Job) error
	// Destinations returns what PutDestinations stored.
	Destinations(ctx context.Context) ([]DestinationState, error)
	PutDestinations(ctx context.Context, states ...DestinationState) error
}

// Performer makes one attempt.
type Performer interface {
	// Perform makes one attempt at the first of jobs, and at as many of the next ones as go with it.
	Perform(ctx context.Context, jobs []*Job) Performed
	// Takes reports whether the job is performed here, and not fetched by somebody else.
	Takes(job *Job) bool
	// Route says what the job shares slots with: attempts to one destination do not hold up another.
	Route(job *Job) Route
}

// Performed is what came of an attempt.
type Performed struct {
	Attempts []Attempt         // one for each of the leading jobs; none: nothing was attempted
	Wait     time.Time         // then: not before it may be
	Budgets  []platform.Budget // of the destination, as they are now
}

// bounds are what a Runner keeps in memory and does at once.
type bounds struct {
	horizon      time.Duration // how far ahead jobs are kept in memory
	inMemory     int           // jobs; more wait on disk
	inLine       int           // jobs that wait for one destination that is held; more wait on disk
	slots        int           // attempts at once
	perTarget    int           // attempts at once to one destination
	loaded       int           // jobs of an organisation that one look at the disk brings
	refillPeriod time.Duration
}

var defaultBounds = bounds{
	horizon: time.Minute, inMemory: 20_000, inLine: 1_000, slots: 2_048, perTarget: 64, loaded: 2_000, refillPeriod: 5 * time.Second,
}

// Runner attempts jobs when they are due. Jobs that were just queued come straight from memory; the rest
// is read from disk when its time is near.
type Runner struct {
	store     Store
	performer Performer
	now       func() time.Time
	retry     Retry
	bounds    bounds
	Finished  func(job *Job)   // told of every attempt that is on disk; nil: nobody
	Refused   func(error) bool // whether the store would refuse the same again; nil: never

	mu           sync.Mutex
	jobs         map[string]*Job // in memory, by id
	future       jobHeap
	destinations map[string]*destination
	held         []*destination // those with jobs that wait for more than a slot
	shares       shares
	waiters      map[string][]chan *Job
	spilled      bool // the disk is to be looked at again
	running      map[string]bool
	left         map[string]bool // jobs that left memory during a look at the disk, which may show them as they were; nil: no look
	parked       map[string]*Job // to be put off on disk
	unstorable   map[string]bool // jobs whose row cannot be written: they are not attempted again

	ctx     context.Context
	cancel  context.CancelFunc
	wake    chan struct{}
	quit    chan struct{}
	loop    sync.WaitGroup
	tries   sync.WaitGroup
	resting chan turn    // taken by goroutines that have made an attempt
	rest    atomic.Int32 // how many of them wait
}

// NewRunner returns a Runner that does nothing until Start.
func NewRunner(s Store, p Performer, retry Retry, now func() time.Time) *Runner {
	r := &Runner{
		store: s, performer: p, retry: retry, now: now, bounds: defaultBounds,
		jobs: map[string]*Job{}, destinations: map[string]*destination{}, shares: newShares(), waiters: map[string][]chan *Job{},
		running: map[string]bool{}, parked: map[string]*Job{}, unstorable: map[string]bool{},
		wake: make(chan struct{}, 1), quit: make(chan struct{}), resting: make(chan turn),
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// Start takes up what is due on disk and begins to attempt.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.remember(ctx); err != nil {
		return fmt.Errorf("take up the state of destinations: %w", err)
	}
	if err := r.refill(ctx); err != nil {
		return fmt.Errorf("take up queued deliveries: %w", err)
	}
	r.loop.Add(1)
	go r.run()
	return nil
}

// Stop lets attempts that are under way end until ctx does, and begins no others.
func (r *Runner) Stop(ctx context.Context) {
	r.mu.Lock() // pump either sees quit, or its attempts are counted before they are waited for
	close(r.quit)
	r.mu.Unlock()
	r.loop.Wait()
	done := make(chan struct{})
	go func() { r.tries.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	r.cancel()
	<-done
	r.save()
}

// Offer takes copies of jobs that are on disk: the caller may go on reading its own. What a job's Request
// tells is not kept twice.
func (r *Runner) Offer(jobs ...*Job) {
	if len(jobs) == 0 {
		return
	}
	own := make([]*Job, len(jobs))
	for i, j := range jobs {
		job := *j
		if job.Request != nil {
			job.Payload = nil
		}
		own[i] = &job
	}
	r.route(own)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range own {
		r.take(j)
	}
	r.poke()
}

// ready puts a job that is due to its destination. The caller holds mu.
func (r *Runner) ready(j *Job) {
	d := j.to
	if j.Turn.IsZero() {
		j.Turn = j.ScheduledAt
	}
	if r.overfull(d, j) {
		r.park(d, j)
		return
	}
	d.add(j)
	r.pump(d)
}

// pump begins as many attempts as the destination has slots for. The caller holds mu.
func (r *Runner) pump(d *destination) {
	select {
	case <-r.quit:
		return
	default:
	}
	if r.hold(d) {
		return
	}
	most := r.bounds.perTarget
	if d.Ordered || d.health.Down() {
		most = 1
	}
	for d.inFlight < most {
		if d.due == 0 || !r.shares.begin(d, r.bounds.slots) {
			return
		}
		jobs := d.next()
		if len(jobs) == 0 {
			r.shares.unused(d)
			return
		}
		d.inFlight++
		for _, j := range jobs {
			r.running[j.ID] = true
		}
		r.tries.Add(1)
		select {
		case r.resting <- turn{d, jobs}:
		default:
			go r.attempts(turn{d, jobs})
		}
	}
}

// hold reports whether the destination's jobs wait for more than a slot, and has advance look at it again
// when they no longer do. The caller holds mu and pokes.
func (r *Runner) hold(d *destination) bool {
	if !d.hold.After(r.now()) {
		return false
	}
	if !slices.Contains(r.held, d) {
		r.held = append(r.held, d)
	}
	return true
}

func (r *Runner) attempt(d *destination, jobs []*Job) {
	defer r.tries.Done()
	performed, next := r.try(d, jobs)
	r.route(next)
	r.mu.Lock()
	defer r.mu.Unlock()
	d.inFlight--
	for i, j := range jobs {
		delete(r.running, j.ID)
		d.done(j)
		if i >= len(performed.Attempts) {
			d.add(j) // it was not attempted, and has its turn again
			continue
		}
		r.drop(j)
		if !j.State.Finished() {
			r.take(j)
		}
		for _, w := range r.waiters[j.ID] {
			snapshot := *j
			w <- &snapshot
		}
		delete(r.waiters, j.ID)
	}
	for _, n := range next {
		r.take(n)
	}
	r.pump(d)
	for _, waiting := range r.shares.end(d) {
		r.pump(waiting)
	}
	r.poke()
}

// try makes one attempt and has it stored. It returns what was performed and is on disk, and the jobs that
// got their time by it.
func (r *Runner) try(d *destination, jobs []*Job) (performed Performed, next []*Job) {
	performed = r.performer.Perform(r.ctx, jobs)
	if r.ctx.Err() != nil && !slices.ContainsFunc(performed.Attempts, func(a Attempt) bool { return a.Outcome == Delivered }) {
		return Performed{}, nil // cut short by the end of the process: the next one tries again
	}
	now := r.now()
	if len(performed.Attempts) == 0 {
		r.mu.Lock()
		defer r.mu.Unlock()
		d.Budgets, d.hold, d.why = performed.Budgets, performed.Wait, HeldByBudget
		return performed, nil
	}
	settled := make([]*Job, len(performed.Attempts))
	for i, a := range performed.Attempts {
		j := *jobs[i]
		r.retry.Settle(&j, a, now)
		settled[i] = &j
	}
	r.mu.Lock()
	d.answered(performed, settled, now)
	r.mu.Unlock()
	next, stored := r.finish(settled)
	if !stored {
		return Performed{}, nil
	}
	r.mu.Lock()
	for i, j := range settled {
		j.Repacked = false
		*jobs[i] = *j
	}
	r.mu.Unlock()
	if r.Finished != nil {
		for _, j := range settled {
			r.Finished(j)
		}
	}
	return performed, next
}

// Await returns a channel that gets the job after its next attempt. Forget ends the wait.
func (r *Runner) Await(id string) <-chan *Job {
	c := make(chan *Job, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiters[id] = append(r.waiters[id], c)
	return c
}

// Forget ends an Await.
func (r *Runner) Forget(id string, c <-chan *Job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := slices.DeleteFunc(r.waiters[id], func(w chan *Job) bool { return w == c })
	if len(left) == 0 {
		delete(r.waiters, id)
		return
	}
	r.waiters[id] = left
}

// IsRunning reports whether a job is being attempted just now.
func (r *Runner) IsRunning(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running[id]
}

// Withdraw takes a job out of memory so that it can be changed on disk. It returns false when the job is
// being attempted.
func (r *Runner) Withdraw(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[id] {
		return false
	}
	delete(r.parked, id)
	j := r.jobs[id]
	if j == nil {
		if r.left != nil {
			r.left[id] = true
		}
		return true
	}
	r.drop(j)
	for i, f := range r.future {
		if f == j {
			heap.Remove(&r.future, i)
			return true
		}
	}
	j.to.remove(j)
	return true
}

// poke has the loop look at the heap again. The caller holds mu.
func (r *Runner) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Runner) run() {
	defer r.loop.Done()
	refill := time.NewTicker(r.bounds.refillPeriod)
	defer refill.Stop()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var rest time.Time // until then the disk is left alone: what could not be put off is found again at once
	for {
		wait, spilled := r.advance()
		if !r.putOff() {
			rest = r.now().Add(r.bounds.refillPeriod)
		}
		if spilled && !r.now().Before(rest) {
			r.look()
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-r.wake:
		case <-refill.C:
			r.look()
		case <-r.quit:
			return
		}
	}
}

// advance moves jobs whose time has come to their destinations. It returns how long until the next one,
// and whether there is room for what waits on disk only.
func (r *Runner) advance() (time.Duration, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	next := time.Second // and never longer: the clock may be set
	for len(r.future) > 0 {
		j := r.future[0]
		if !j.Due(now) {
			next = min(next, j.ScheduledAt.Sub(now))
			break
		}
		heap.Pop(&r.future)
		r.ready(j)
	}
	held := r.held
	r.held = nil
	for _, d := range held { // the one that has waited longest comes first
		r.giveUp(d, now)
		r.pump(d)
		if d.hold.After(now) {
			next = min(next, d.hold.Sub(now))
		}
	}
	return next, r.spilled || r.shares.hungry(len(r.jobs), r.bounds.inMemory)
}
