package deliver

import (
	"cmp"
	"container/heap"
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"
)

// route finds out where jobs go, which may mean to read them: not under the lock.
func (r *Runner) route(jobs []*Job) {
	for _, j := range jobs {
		if j.to == nil && j.route.Destination == "" {
			j.route = r.performer.Route(j)
		}
	}
}

// take keeps a job in memory when it is due soon. The caller holds mu and has called route.
func (r *Runner) take(j *Job) {
	if j.ScheduledAt.IsZero() || !r.performer.Takes(j) || r.jobs[j.ID] != nil || r.parked[j.ID] != nil || r.unstorable[j.ID] {
		return
	}
	now := r.now()
	d := r.destination(j)
	turns := d.keepsTurn(j, now)
	switch {
	case j.ScheduledAt.After(now.Add(r.bounds.horizon)) && !turns:
		return // a later look at the disk finds it
	case !r.shares.room(j.Org, len(r.jobs), r.bounds.inMemory):
		r.shares.of(j.Org).spilled = true
		return
	}
	r.jobs[j.ID], j.to = j, d
	r.shares.of(j.Org).jobs++
	d.inMemory++
	switch {
	case turns: // the whole line waits with it
		d.add(j)
		r.hold(d)
	case j.Due(now):
		r.ready(j)
	default:
		heap.Push(&r.future, j)
	}
}

// destination is where a job goes. The caller holds mu.
func (r *Runner) destination(j *Job) *destination {
	if j.to != nil {
		return j.to
	}
	d := r.destinations[j.route.Destination]
	if d == nil {
		d = newDestination(j.Org, j.route)
		r.destinations[j.route.Destination] = d
	} else if d.Service != "" {
		d.Shown, d.Target = j.route.Shown, j.route.Target // a target may have got another name or URL
	}
	d.script = cmp.Or(j.Script, d.script)
	return d
}

// drop takes a job out of memory. The caller holds mu.
func (r *Runner) drop(j *Job) {
	if r.jobs[j.ID] == j {
		delete(r.jobs, j.ID)
		r.shares.of(j.Org).jobs--
		j.to.inMemory--
	}
	if r.left != nil {
		r.left[j.ID] = true
	}
}

// Reload has the runner look at the disk soon: a job that was withdrawn is still there.
func (r *Runner) Reload() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spilled = true
	r.poke()
}

// look reads what is due soon, and stores how destinations do.
func (r *Runner) look() {
	if err := r.refill(r.ctx); err != nil {
		slog.Error("deliveries could not be read and are read again", "error", err)
	}
	r.save()
}

// refill reads what is due soon and not in memory.
func (r *Runner) refill(ctx context.Context) error {
	r.mu.Lock()
	// What is in memory is on disk too: enough is read to find something new behind it. An organisation
	// that has its share of memory is passed over.
	limits, free := map[string]int{}, len(r.jobs) < r.bounds.inMemory
	for org, s := range r.shares.orgs {
		s.spilled = false
		if limits[org] = 0; r.shares.room(org, len(r.jobs), r.bounds.inMemory) {
			limits[org] = r.bounds.loaded + s.jobs + len(r.parked) + len(r.unstorable)
		}
	}
	r.spilled = false
	r.left = map[string]bool{}
	r.mu.Unlock()
	read := map[string]int{}
	jobs, err := r.store.DueJobs(ctx, r.now().Add(r.bounds.horizon), func(org string) int {
		if limit, known := limits[org]; known {
			return limit
		}
		if !free {
			return 0
		}
		return r.bounds.loaded
	})
	r.route(jobs)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range jobs {
		read[j.Org]++
		if !r.left[j.ID] {
			r.take(j)
		}
	}
	for org, n := range read {
		limit, known := limits[org]
		if !known {
			limit = r.bounds.loaded
		}
		if n >= limit {
			r.shares.of(org).spilled = true
		}
	}
	for org, limit := range limits {
		if limit == 0 { // it was passed over
			r.shares.of(org).spilled = true
		}
	}
	r.left = nil
	r.poke()
	return err
}

// overfull reports whether a job that is due must wait on disk: memory is not for what cannot go now. The
// caller holds mu.
func (r *Runner) overfull(d *destination, j *Job) bool {
	now := r.now()
	if d.Ordered && d.parkedUntil.After(now) && j.State == Available && j.Tries == 0 {
		return true // earlier ones wait there: it goes behind them
	}
	return (d.Ordered || d.hold.After(now)) && d.due >= r.bounds.inLine
}

// mergedAtLeast is how many notices a digest is assumed to hold when the way of a line is foretold.
const mergedAtLeast = 10

// park puts a job off until its turn may come, on disk. The caller holds mu.
func (r *Runner) park(d *destination, j *Job) {
	r.drop(j)
	step := time.Millisecond
	for _, b := range d.Budgets {
		step = max(step, b.Window/time.Duration(max(b.Limit, 1)))
	}
	if d.Merges {
		step /= mergedAtLeast
	}
	soonest := r.now().Add(time.Duration(d.due) * step)
	if d.hold.After(soonest) {
		soonest = d.hold
	}
	if d.parkedUntil.After(soonest) {
		soonest = d.parkedUntil
	}
	d.parkedUntil, d.changed = soonest.Add(step), true
	j.State, j.ScheduledAt = Scheduled, d.parkedUntil
	r.parked[j.ID] = j
	r.poke()
}

// putOff writes the new time of jobs that were parked, and reports whether the disk took it. What cannot be
// written is still due on disk, and found there.
func (r *Runner) putOff() bool {
	r.mu.Lock()
	jobs := slices.Collect(maps.Values(r.parked))
	r.mu.Unlock()
	if len(jobs) == 0 {
		return true
	}
	err := r.store.Postpone(r.ctx, jobs...)
	if err != nil {
		slog.Error("deliveries could not be put off and are put off again", "error", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range jobs {
		delete(r.parked, j.ID)
		if r.left != nil {
			r.left[j.ID] = true
		}
	}
	return err == nil
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
