package deliver

import (
	"cmp"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime/egress"
	"github.com/tripline/tripline/runtime/platform"
)

// Route is where a job goes.
type Route struct {
	Destination string // what shares slots, order, health and breaker; opaque
	Shown       string // the masked URL for people; "" for work of the server itself, which has no health
	Service     string // of a notification
	Target      string
	Budgets     []platform.Budget // that its requests keep
	Ordered     bool              // jobs go one at a time, in the order in which they fell due
	Merges      bool              // of an ordered one: jobs may be performed together
}

// Why a destination is not tried now.
const (
	HeldByBudget = "budget" // it has taken all that its platform allows for now
	HeldByPause  = "pause"  // it asked for a pause, or its first job is about to be tried again
	HeldDown     = "down"   // it keeps failing
)

// destination is what waits for one destination, and how it answers.
//
// Most take many attempts at once. Jobs of one device go there one at a time and in order, so that a
// recovery does not overtake its alarm; devices take turns. An ordered one takes one attempt at a time, and
// all jobs wait in one line.
type destination struct {
	Route
	org      string
	script   string // the RPC of the latest job
	health   egress.Health
	inFlight int
	changed  bool // since its state was stored
	waiting  bool // in line for a slot of the organisation's share
	inMemory int  // jobs that wait for it or for their time
	due      int  // jobs that wait for it

	hold time.Time // nothing begins before
	why  string    // then

	queues map[string][]*Job // by EUI
	busy   map[string]bool   // EUIs with an attempt under way
	turns  []string          // EUIs with a job and no attempt under way, in the order of their turns

	line        []*Job // in the order of their turns
	merging     bool
	parkedUntil time.Time // the latest time that a job was put off to because too many wait
}

func newDestination(org string, route Route) *destination {
	return &destination{Route: route, org: org, queues: map[string][]*Job{}, busy: map[string]bool{}}
}

func (d *destination) add(j *Job) {
	d.due++
	if d.Ordered {
		at, _ := slices.BinarySearchFunc(d.line, j, byTurn)
		d.line = slices.Insert(d.line, at, j)
		return
	}
	queue := d.queues[j.EUI]
	if len(queue) == 0 && !d.busy[j.EUI] {
		d.turns = append(d.turns, j.EUI)
	}
	d.queues[j.EUI] = append(queue, j)
}

// byTurn orders jobs by when they fell due; those of one moment by when they were made.
func byTurn(a, b *Job) int {
	return cmp.Or(a.Turn.Compare(b.Turn), cmp.Compare(a.ID, b.ID))
}

// mergeAtOnce bounds the notices that are offered for one message: more never fit.
const mergeAtOnce = 100

// clearedWithin is the time in which a budget must clear what waits, or notices are merged.
const clearedWithin = 2 * time.Minute

// next takes the jobs whose turn it is: one, or as many as may become one message.
func (d *destination) next() []*Job {
	if !d.Ordered {
		return d.nextOfDevice()
	}
	d.merging = d.Merges && (len(d.line) > d.clears() || d.merging && len(d.line) > 1)
	n := min(len(d.line), 1)
	if d.merging {
		n = min(len(d.line), mergeAtOnce)
	}
	if n == 0 {
		return nil
	}
	jobs := slices.Clone(d.line[:n])
	d.line = slices.Delete(d.line, 0, n)
	d.due -= n
	return jobs
}

func (d *destination) nextOfDevice() []*Job {
	for len(d.turns) > 0 {
		eui := d.turns[0]
		d.turns = d.turns[1:]
		queue := d.queues[eui]
		if len(queue) == 0 || d.busy[eui] {
			continue // its job was removed, and the turn of one that came later may have been taken already
		}
		d.set(eui, queue[1:])
		d.busy[eui] = true
		d.due--
		return queue[:1:1]
	}
	return nil
}

// clears is how many jobs the budget lets through in clearedWithin.
func (d *destination) clears() int {
	clears := -1 // without a budget, what waits is never too much
	for _, b := range d.Budgets {
		n := b.Limit
		if b.Window < clearedWithin {
			n = int(float64(b.Limit) * float64(clearedWithin) / float64(b.Window))
		}
		if clears < 0 || n < clears {
			clears = n
		}
	}
	if clears < 0 {
		return len(d.line)
	}
	return clears
}

// done ends an attempt: the device's next job gets in line.
func (d *destination) done(j *Job) {
	if d.Ordered {
		return
	}
	delete(d.busy, j.EUI)
	if len(d.queues[j.EUI]) > 0 {
		d.turns = append(d.turns, j.EUI)
	}
}

func (d *destination) remove(j *Job) { d.takeOut(func(q *Job) bool { return q == j }) }

// takeOut removes the jobs that wait and that match.
func (d *destination) takeOut(match func(*Job) bool) (jobs []*Job) {
	matches := func(j *Job) bool {
		if match(j) {
			jobs = append(jobs, j)
			return true
		}
		return false
	}
	d.line = slices.DeleteFunc(d.line, matches)
	for eui, queue := range d.queues {
		if slices.ContainsFunc(queue, match) {
			d.set(eui, slices.DeleteFunc(slices.Clone(queue), matches))
		}
	}
	d.due -= len(jobs)
	return jobs
}

func (d *destination) set(eui string, queue []*Job) {
	if len(queue) == 0 {
		delete(d.queues, eui)
		return
	}
	d.queues[eui] = queue
}
