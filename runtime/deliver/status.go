package deliver

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform"
)

// DestinationState is what is kept of a destination over a restart.
type DestinationState struct {
	Org         string        `json:"-"`
	Route       Route         `json:"route"`
	Health      egress.Health `json:"health"`
	Hold        time.Time     `json:"hold,omitzero"`
	Why         string        `json:"why,omitempty"`
	ParkedUntil time.Time     `json:"parked_until,omitzero"`
	Gone        bool          `json:"-"` // nothing is to be kept of it any more
}

// States of a destination.
const (
	DestinationUp      = "up"
	DestinationFailing = "failing" // the latest attempts failed
	DestinationDown    = "down"    // it keeps failing: one attempt at a time sees whether it is up again
)

// DestinationStatus is how a destination does, for people.
type DestinationStatus struct {
	ID       string            `json:"id" doc:"opaque; stable"`
	URL      string            `json:"url" doc:"masked"`
	Service  string            `json:"service,omitempty" doc:"the notification service, and target in it, that the destination belongs to"`
	Target   string            `json:"target,omitempty"`
	Script   string            `json:"script,omitempty" doc:"the RPC that sent there last, where no service does: URLs of two bots look alike when they are masked"`
	State    string            `json:"state" enum:"up,failing,down"`
	Since    time.Time         `json:"since,omitzero" doc:"of failing and down: since when"`
	Waiting  int               `json:"waiting" doc:"deliveries in memory that wait for it"`
	Running  int               `json:"running" doc:"attempts under way"`
	HeldBy   string            `json:"held_by,omitempty" enum:"budget,pause,down" doc:"why nothing is sent just now"`
	NextSlot time.Time         `json:"next_slot,omitzero" doc:"when the next attempt may be made; absent: now"`
	Budgets  []DestinationLoad `json:"budgets" doc:"what the platform allows"`
	Minutes  []egress.Minute   `json:"minutes" doc:"attempts of the last hour by minute; minutes without one are left out"`
	OK       int               `json:"ok" doc:"attempts of the last hour that succeeded"`
	Failed   int               `json:"failed"`
	Last     *egress.Failure   `json:"last_error,omitempty"`
}

// DestinationLoad is a limit of a destination's platform.
type DestinationLoad struct {
	Name          string  `json:"name" doc:"by which an organisation overrides it"`
	Limit         int     `json:"limit" doc:"requests"`
	WindowSeconds float64 `json:"window_seconds" doc:"in which they are counted, sliding"`
}

// Destinations tells how the destinations of an organisation do, those that are down first.
func (r *Runner) Destinations(org string) []DestinationStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	out := []DestinationStatus{}
	for _, d := range r.destinations {
		if d.org == org && d.Shown != "" && !(d.inMemory == 0 && d.health.Idle(now)) {
			out = append(out, d.status(now))
		}
	}
	rank := map[string]int{DestinationDown: 0, DestinationFailing: 1, DestinationUp: 2}
	slices.SortFunc(out, func(a, b DestinationStatus) int {
		return cmp.Or(cmp.Compare(rank[a.State], rank[b.State]), cmp.Compare(b.Waiting, a.Waiting),
			cmp.Compare(a.Service, b.Service), cmp.Compare(a.Target, b.Target), cmp.Compare(a.URL, b.URL), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func (d *destination) status(now time.Time) DestinationStatus {
	s := DestinationStatus{
		ID: platform.Key(d.Destination), URL: d.Shown, Service: d.Service, Target: d.Target, Script: d.script, State: DestinationUp,
		Waiting: max(d.inMemory-d.inFlight, 0), Running: d.inFlight, Budgets: []DestinationLoad{}, Minutes: slices.Clone(d.health.Minutes), Last: d.health.Last,
	}
	if d.hold.After(now) {
		s.HeldBy, s.NextSlot = d.why, d.hold.UTC()
	}
	switch {
	case d.health.Down():
		s.State, s.Since = DestinationDown, d.health.DownSince.UTC()
	case d.health.Failures > 0:
		s.State, s.Since = DestinationFailing, d.health.FailingSince.UTC()
	}
	for _, b := range d.Budgets {
		s.Budgets = append(s.Budgets, DestinationLoad{b.Name, b.Limit, b.Window.Seconds()})
	}
	for _, m := range s.Minutes {
		s.OK, s.Failed = s.OK+m.OK, s.Failed+m.Failed
	}
	return s
}

// Held returns until when a job waits for its destination, and why; the zero time when it does not.
func (r *Runner) Held(id string) (until time.Time, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.jobs[id]
	if j == nil || r.running[id] || !j.to.hold.After(r.now()) {
		return time.Time{}, ""
	}
	return j.to.hold, j.to.why
}

// Hurry takes a job that is on disk and that a person wants attempted now: its destination is tried before
// its time, but not beyond its budget.
func (r *Runner) Hurry(j *Job) {
	r.Offer(j)
	r.mu.Lock()
	defer r.mu.Unlock()
	d := j.to
	if d == nil || j.State.Finished() || d.why == HeldByBudget {
		return
	}
	now := r.now()
	d.hold = time.Time{}
	if d.health.Down() && d.health.ProbeAt.After(now) {
		d.health.ProbeAt = now
	}
	r.pump(d)
}

// remember takes up how destinations did when the last process ended.
func (r *Runner) remember(ctx context.Context) error {
	states, err := r.store.Destinations(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range states {
		d := newDestination(s.Org, s.Route)
		d.health, d.hold, d.why, d.parkedUntil = s.Health, s.Hold, s.Why, s.ParkedUntil
		r.destinations[s.Route.Destination] = d
	}
	return nil
}

// save stores how destinations do that have changed, and forgets those that nobody uses.
func (r *Runner) save() {
	r.mu.Lock()
	now := r.now()
	var states []DestinationState
	for name, d := range r.destinations {
		gone := d.inFlight == 0 && d.inMemory == 0 && !d.hold.After(now) && !d.parkedUntil.After(now) && d.health.Idle(now)
		if gone {
			delete(r.destinations, name)
		}
		if d.Shown != "" && (d.changed || gone) {
			health := d.health
			health.Minutes = slices.Clone(health.Minutes)
			states = append(states, DestinationState{
				Org: d.org, Route: d.Route, Health: health, Hold: d.hold, Why: d.why, ParkedUntil: d.parkedUntil, Gone: gone,
			})
			d.changed = false
		}
	}
	r.mu.Unlock()
	if len(states) == 0 {
		return
	}
	if err := r.store.PutDestinations(context.Background(), states...); err != nil {
		slog.Error("the state of destinations could not be stored", "error", err)
	}
}
