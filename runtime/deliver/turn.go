package deliver

// mostAtRest is how many goroutines wait for attempts to make.
const mostAtRest = 64

// turn is an attempt that is to be made now.
type turn struct {
	to   *destination
	jobs []*Job
}

// attempts makes attempts one after the other, as long as there are any: the stack of a goroutine that has made
// one is large enough for the next, and that of a new one would have to grow first.
func (r *Runner) attempts(t turn) {
	for {
		r.attempt(t.to, t.jobs)
		if r.rest.Add(1) > mostAtRest {
			r.rest.Add(-1)
			return
		}
		select {
		case t = <-r.resting:
			r.rest.Add(-1)
		case <-r.quit:
			return
		}
	}
}
