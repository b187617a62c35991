package deliver

import "slices"

// destination is what is due for one destination. Jobs of one device go there one at a time and in
// order, so that a recovery does not overtake its alarm; devices take turns.
type destination struct {
	inFlight int
	queues   map[string][]*Job // by EUI
	busy     map[string]bool   // EUIs with an attempt under way
	turns    []string          // EUIs with a job and no attempt under way, in the order of their turns
}

func newDestination() *destination {
	return &destination{queues: map[string][]*Job{}, busy: map[string]bool{}}
}

func (d *destination) add(j *Job) {
	queue := d.queues[j.EUI]
	if len(queue) == 0 && !d.busy[j.EUI] {
		d.turns = append(d.turns, j.EUI)
	}
	d.queues[j.EUI] = append(queue, j)
}

// next takes the job whose turn it is, or nil.
func (d *destination) next() *Job {
	for len(d.turns) > 0 {
		eui := d.turns[0]
		d.turns = d.turns[1:]
		queue := d.queues[eui]
		if len(queue) == 0 || d.busy[eui] {
			continue // its job was removed, and the turn of one that came later may have been taken already
		}
		j := queue[0]
		d.set(eui, queue[1:])
		d.busy[eui] = true
		return j
	}
	return nil
}

// done ends an attempt: the device's next job gets in line.
func (d *destination) done(j *Job) {
	delete(d.busy, j.EUI)
	if len(d.queues[j.EUI]) > 0 {
		d.turns = append(d.turns, j.EUI)
	}
}

func (d *destination) remove(j *Job) {
	d.set(j.EUI, slices.DeleteFunc(slices.Clone(d.queues[j.EUI]), func(q *Job) bool { return q == j }))
}

func (d *destination) set(eui string, queue []*Job) {
	if len(queue) == 0 {
		delete(d.queues, eui)
		return
	}
	d.queues[eui] = queue
}

// idle reports whether nothing waits here.
func (d *destination) idle() bool { return len(d.queues) == 0 }
