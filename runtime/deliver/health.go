package deliver

import (
	"time"

	"github.com/tripline/tripline/runtime/egress"
)

// inOrder is how often the first of a line is tried before the others go ahead of it: it may be the one
// that fails, and not the destination.
const inOrder = 3

// answered records what a destination said to an attempt and decides when it is tried again. The caller
// holds the runner's mu.
func (d *destination) answered(p Performed, settled []*Job, now time.Time) {
	d.Budgets = p.Budgets
	if d.Shown == "" {
		return
	}
	d.changed = true
	a, first := p.Attempts[0], settled[0]
	var failure *egress.Failure
	if a.Outcome != Delivered && a.Error != nil {
		failure = &egress.Failure{At: now.UTC(), Code: a.Error.Code, Message: a.Error.Message, Remedy: a.Error.Remedy}
	}
	if a.Outcome != Transient || a.Refused || failure == nil {
		d.health.Succeeded(now, failure)
		return
	}
	d.health.Failed(a.At, now, *failure)
	d.hold, d.why = time.Time{}, ""
	// Notices go in order. Of a user's actions a retry never holds up the next.
	keepsOrder := d.Merges && d.health.Failures <= inOrder && first.failures() <= inOrder
	if keepsOrder {
		d.hold, d.why = first.ScheduledAt, HeldByPause
	}
	if asked := now.Add(a.RetryAfter); d.Merges && !a.Ours && asked.After(d.hold) && asked.After(now) {
		d.hold, d.why = asked, HeldByPause
	}
	if d.health.Down() && d.health.ProbeAt.After(d.hold) {
		d.hold, d.why = d.health.ProbeAt, HeldDown
	}
	for _, j := range settled {
		if !keepsOrder {
			j.Turn = j.ScheduledAt
		}
	}
}

// keepsTurn reports whether a job that is tried again later is the first in its line until then. The
// caller holds the runner's mu.
func (d *destination) keepsTurn(j *Job, now time.Time) bool {
	if !d.Ordered || j.State != Retryable || j.Turn.IsZero() || !j.Turn.Before(j.ScheduledAt) || j.Due(now) {
		return false
	}
	return !j.ScheduledAt.After(d.hold.Add(time.Millisecond)) // on disk times are rounded up to one
}

// giveUp discards what has waited for longer than attempts are made, for a destination that has been down
// all that time: nobody knows whether it ever comes back. The caller holds mu.
func (r *Runner) giveUp(d *destination, now time.Time) {
	before := now.Add(-r.retry.GiveUp)
	if !d.health.Down() || d.health.DownSince.After(before) {
		return
	}
	jobs := d.takeOut(func(j *Job) bool { return j.CreatedAt.Before(before) })
	if len(jobs) == 0 {
		return
	}
	for _, j := range jobs {
		r.running[j.ID] = true
	}
	last := d.health.Last
	r.tries.Add(1)
	go func() {
		defer r.tries.Done()
		for _, j := range jobs {
			r.discard(j, last, now)
		}
	}()
}

// discard gives a job up without an attempt.
func (r *Runner) discard(j *Job, last *egress.Failure, now time.Time) {
	settled := *j
	r.retry.Settle(&settled, Attempt{At: now, Outcome: Permanent, Error: &Error{
		Code: "destination_down", Message: "the destination has failed ever since this delivery was due; last: " + last.Message,
		Remedy: "See that the destination works, then retry its deliveries.",
	}}, now)
	next, stored := r.finish([]*Job{&settled})
	r.route(next)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, j.ID)
	r.drop(j)
	for _, n := range next {
		r.take(n)
	}
	if stored && r.Finished != nil {
		go r.Finished(&settled)
	}
}
