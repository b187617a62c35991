package deliver

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Store is what the runner needs of the durable queue.
type Store interface {
	// DueJobs returns unfinished jobs that are due before t, earliest first, with their payload.
	DueJobs(ctx context.Context, before time.Time, limit int) ([]*Job, error)
	// FinishAttempt writes what became of an attempt, and sets the time of the jobs that follow when it
	// was the first. It returns the jobs that got their time now.
	FinishAttempt(ctx context.Context, job *Job) (next []*Job, err error)
}

// Performer makes one attempt.
type Performer interface {
	Attempt(ctx context.Context, job *Job) Attempt
	// Takes reports whether the job is performed here, and not fetched by somebody else.
	Takes(job *Job) bool
	// Destination is what shares slots: attempts to one destination do not hold up another.
	Destination(job *Job) string
}

// bounds are what a Runner keeps in memory and does at once.
type bounds struct {
	horizon      time.Duration // how far ahead jobs are kept in memory
	inMemory     int           // jobs; more wait on disk
	perTarget    int           // attempts at once to one destination
	loaded       int           // jobs that one look at the disk brings
	refillPeriod time.Duration
}

var defaultBounds = bounds{horizon: time.Minute, inMemory: 20_000, perTarget: 64, loaded: 2_000, refillPeriod: 5 * time.Second}

// Runner attempts jobs when they are due. Jobs that were just queued come straight from memory; the rest
// is read from disk when its time is near.
type Runner struct {
	store     Store
	performer Performer
	now       func() time.Time
	retry     Retry
	bounds    bounds
	Finished  func(job *Job) // told of every attempt that is on disk; nil: nobody

	mu           sync.Mutex
	jobs         map[string]*Job // in memory, by id
	future       jobHeap
	destinations map[string]*destination
	waiters      map[string][]chan *Job
	spilled      bool // some jobs that are due soon are on disk only
	running      map[string]bool
	left         map[string]bool // jobs that left memory during a look at the disk, which may show them as they were; nil: no look

	ctx    context.Context
	cancel context.CancelFunc
	wake   chan struct{}
	quit   chan struct{}
	loop   sync.WaitGroup
	tries  sync.WaitGroup
}

// NewRunner returns a Runner that does nothing until Start.
func NewRunner(s Store, p Performer, retry Retry, now func() time.Time) *Runner {
	r := &Runner{
		store: s, performer: p, retry: retry, now: now, bounds: defaultBounds,
		jobs: map[string]*Job{}, destinations: map[string]*destination{}, waiters: map[string][]chan *Job{}, running: map[string]bool{},
		wake: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// Start takes up what is due on disk and begins to attempt.
func (r *Runner) Start(ctx context.Context) error {
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
}

// Offer takes jobs that are on disk.
func (r *Runner) Offer(jobs ...*Job) {
	if len(jobs) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range jobs {
		r.take(j)
	}
	r.poke()
}

// take keeps a job in memory when it is due soon. The caller holds mu.
func (r *Runner) take(j *Job) {
	if j.ScheduledAt.IsZero() || !r.performer.Takes(j) || r.jobs[j.ID] != nil {
		return
	}
	now := r.now()
	switch {
	case j.ScheduledAt.After(now.Add(r.bounds.horizon)):
		return // a later look at the disk finds it
	case len(r.jobs) >= r.bounds.inMemory:
		r.spilled = true
		return
	}
	r.jobs[j.ID] = j
	if j.Due(now) {
		r.ready(j)
	} else {
		heap.Push(&r.future, j)
	}
}

// ready puts a job that is due to its destination. The caller holds mu.
func (r *Runner) ready(j *Job) {
	name := r.performer.Destination(j)
	d := r.destinations[name]
	if d == nil {
		d = newDestination()
		r.destinations[name] = d
	}
	d.add(j)
	r.pump(name, d)
}

// pump begins as many attempts as the destination has slots for. The caller holds mu.
func (r *Runner) pump(name string, d *destination) {
	select {
	case <-r.quit:
		return
	default:
	}
	for d.inFlight < r.bounds.perTarget {
		j := d.next()
		if j == nil {
			break
		}
		d.inFlight++
		r.running[j.ID] = true
		r.tries.Add(1)
		go r.attempt(name, d, j)
	}
	if d.inFlight == 0 && d.idle() {
		delete(r.destinations, name)
	}
}

func (r *Runner) attempt(name string, d *destination, j *Job) {
	defer r.tries.Done()
	next := r.try(j)
	r.mu.Lock()
	defer r.mu.Unlock()
	d.inFlight--
	d.done(j)
	delete(r.running, j.ID)
	r.drop(j.ID)
	if !j.State.Finished() {
		r.take(j)
	}
	for _, n := range next {
		r.take(n)
	}
	for _, w := range r.waiters[j.ID] {
		snapshot := *j
		w <- &snapshot
	}
	delete(r.waiters, j.ID)
	r.pump(name, d)
	r.poke()
}

// try makes one attempt and has it stored, however long the disk refuses to: an attempt that is not on
// record would be made again.
func (r *Runner) try(j *Job) (next []*Job) {
	attempt := r.performer.Attempt(r.ctx, j)
	if r.ctx.Err() != nil && attempt.Outcome != Delivered {
		return nil // cut short by the end of the process: the next one tries again
	}
	settled := *j
	r.retry.Settle(&settled, attempt, r.now())
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		var err error
		if next, err = r.store.FinishAttempt(context.Background(), &settled); err == nil {
			break
		}
		slog.Error("an attempt could not be stored and is stored again", "delivery", j.ID, "error", err, "wait_ms", wait.Milliseconds())
		select {
		case <-time.After(wait):
		case <-r.ctx.Done():
			return nil
		}
	}
	r.mu.Lock()
	*j = settled
	r.mu.Unlock()
	if r.Finished != nil {
		r.Finished(&settled)
	}
	return next
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
	j := r.jobs[id]
	r.drop(id)
	if j == nil {
		return true
	}
	for i, f := range r.future {
		if f == j {
			heap.Remove(&r.future, i)
			return true
		}
	}
	if d := r.destinations[r.performer.Destination(j)]; d != nil {
		d.remove(j)
	}
	return true
}

// drop takes a job out of memory. The caller holds mu.
func (r *Runner) drop(id string) {
	delete(r.jobs, id)
	if r.left != nil {
		r.left[id] = true
	}
}

// Reload has the runner look at the disk soon: a job that was withdrawn is still there.
func (r *Runner) Reload() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spilled = true
	r.poke()
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
	for {
		wait, spilled := r.advance()
		if spilled {
			if err := r.refill(r.ctx); err != nil {
				slog.Error("deliveries could not be read and are read again", "error", err)
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-r.wake:
		case <-refill.C:
			if err := r.refill(r.ctx); err != nil {
				slog.Error("deliveries could not be read and are read again", "error", err)
			}
		case <-r.quit:
			timer.Stop()
			return
		}
		timer.Stop()
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
	return next, r.spilled && len(r.jobs) < r.bounds.inMemory/2
}

// refill reads what is due soon and not in memory.
func (r *Runner) refill(ctx context.Context) error {
	r.mu.Lock()
	// What is in memory is on disk too: enough is read to find something new behind it.
	limit := r.bounds.loaded + len(r.jobs)
	r.spilled = false
	r.left = map[string]bool{}
	r.mu.Unlock()
	jobs, err := r.store.DueJobs(ctx, r.now().Add(r.bounds.horizon), limit)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil || len(jobs) == limit {
		r.spilled = true
	}
	for _, j := range jobs {
		if !r.left[j.ID] {
			r.take(j)
		}
	}
	r.left = nil
	return err
}

type jobHeap []*Job

func (h jobHeap) Len() int { return len(h) }

// Less breaks ties by id, which is in the order of making: of one moment, the alarm goes before its recovery.
func (h jobHeap) Less(i, j int) bool {
	return cmp.Or(h[i].ScheduledAt.Compare(h[j].ScheduledAt), cmp.Compare(h[i].ID, h[j].ID)) < 0
}
func (h jobHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *jobHeap) Push(x any)   { *h = append(*h, x.(*Job)) }
func (h *jobHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
