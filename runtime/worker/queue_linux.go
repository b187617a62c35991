package worker

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime"
)

// org is what an organisation has of the pool.
type org struct {
	name    string
	running int // of its grants, those that use a processor
	grants  map[*grant]struct{}
	waiting []*waiter
	listed  bool // is in the pool's queue
	// used is the CPU time that the organisation is charged with, on a clock that all organisations share:
	// see Pool.clock. Of a run that is on it holds what runs of the organisation take on the average.
	used, average time.Duration
	began         time.Time // its last run
}

// charge puts what a run has cost in the place of what it was expected to cost.
func (o *org) charge(expected, cost time.Duration) {
	o.used += cost - expected
	o.average += (cost - o.average) / 8
}

// grant is a process that a run has until it is over, or the runs of a series have one after the other.
type grant struct {
	pool    *Pool
	org     *org
	process *process
	charged time.Duration
	turn    bool // one of the pool's turns is taken; a run that was overtaken runs on without
	alone   bool // other turns were free then: there are processors with nothing to do
	running bool
	yields  bool      // overtaken: its process stands behind others
	since   time.Time // of running
}

// waiter is a run that waits: for a process and a turn, or for a turn only.
type waiter struct {
	grant *grant // that wants its turn back; else it is filled in
	ready chan *runtime.Error
}

func (w *waiter) fail(err *runtime.Error) { w.ready <- err }

// politeness is the niceness of the process of a run that steps aside or was overtaken. With much more it would
// reach its limit of wall time on a machine that is busy, though it uses little.
const politeness = 5

// quantum is how long a run keeps others waiting for its turn. After it the run goes on beside them, and
// the kernel shares the processors out.
const quantum = 20 * time.Millisecond

// workerShare is how many processes one organisation may have at a time.
func (p *Pool) workerShare() int { return max(1, p.config.Max/4) }

// acquire returns a process and a turn for a run of an organisation.
func (p *Pool) acquire(ctx context.Context, name string) (*grant, *runtime.Error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errUnavailable
	}
	o := p.orgs[name]
	if o == nil {
		o = &org{name: name, grants: make(map[*grant]struct{})}
		p.orgs[name] = o
	}
	if len(o.grants)+len(o.waiting) == 0 { // what it did not use while it had no runs is not saved up
		o.used = max(o.used, p.clock)
	}
	if g := p.tryStart(o); g != nil {
		p.mu.Unlock()
		return g, nil
	}
	if len(o.waiting) >= p.config.Queue {
		p.mu.Unlock()
		return nil, runtime.Errorf(runtime.CodeBusy, "%d runs of the organisation wait for a worker already", p.config.Queue)
	}
	w := &waiter{ready: make(chan *runtime.Error, 1)}
	o.waiting = append(o.waiting, w)
	p.enlist(o)
	p.mu.Unlock()
	return p.await(ctx, o, w)
}

// await waits until a waiter is served or its caller leaves.
func (p *Pool) await(ctx context.Context, o *org, w *waiter) (*grant, *runtime.Error) {
	select {
	case err := <-w.ready:
		return w.grant, err
	case <-ctx.Done():
	}
	p.mu.Lock()
	for i := range o.waiting {
		if o.waiting[i] == w {
			o.waiting = append(o.waiting[:i], o.waiting[i+1:]...)
			break
		}
	}
	p.mu.Unlock()
	select {
	case err := <-w.ready: // served at the same moment
		if err == nil {
			p.release(w.grant, true, 0)
		}
	default:
	}
	return nil, cancelled(ctx)
}

func cancelled(ctx context.Context) *runtime.Error {
	return runtime.Errorf(runtime.CodeHostUnavailable, "the run was cancelled: %v", context.Cause(ctx))
}

// enlist puts an organisation that waits at the end of the queue. The caller holds mu.
func (p *Pool) enlist(o *org) {
	if !o.listed {
		o.listed = true
		p.queue = append(p.queue, o)
	}
	p.dispatch()
}

// tryStart gives a new run of o what it needs, nil when something is missing. The caller holds mu.
func (p *Pool) tryStart(o *org) *grant {
	if o.running >= p.config.Running || len(o.grants) >= p.workerShare() {
		return nil
	}
	aside, spare := p.stepsAside(o), 0
	if aside {
		spare = 1 // the last process is for those who do not take long
	}
	if p.free == 0 && !aside {
		return nil
	}
	if len(p.idle) <= spare {
		p.startAhead(spare)
		return nil
	}
	last := len(p.idle) - 1
	g := &grant{pool: p, org: o, process: p.idle[last]}
	p.idle = p.idle[:last]
	o.grants[g] = struct{}{}
	p.clock = max(p.clock, o.used)
	g.charged = o.average
	o.used += g.charged
	if aside {
		g.yields = g.process.nice(politeness)
		g.run()
	} else {
		p.giveTurn(g)
	}
	p.startAhead(spare)
	return g
}

// lengthy is what runs of an organisation take on the average when they step aside for those of others.
const lengthy = 5 * time.Millisecond

// stepsAside reports whether the next run of o goes beside those that have a turn, from its beginning: its
// runs take long, and there are others who would wait for them.
func (p *Pool) stepsAside(o *org) bool {
	if o.average < lengthy {
		return false
	}
	recent := time.Now().Add(-time.Second)
	for _, other := range p.orgs {
		if other != o && (len(other.grants)+len(other.waiting) > 0 || other.began.After(recent)) {
			return true
		}
	}
	return false
}

// run counts a run among those of its organisation that use a processor.
func (g *grant) run() {
	g.org.running++
	g.org.began = time.Now()
	g.running, g.since = true, g.org.began
}

func (p *Pool) giveTurn(g *grant) {
	p.free--
	g.turn, g.alone = true, p.free > 0
	g.run()
}

func (p *Pool) takeTurn(g *grant) {
	if g.running {
		g.running = false
		g.org.running--
	}
	if g.turn {
		g.turn = false
		p.free++
	}
}

// dispatch serves those who wait as far as there is something to give, the organisation first that has used
// the least. The caller holds mu.
func (p *Pool) dispatch() {
	for len(p.queue) > 0 && p.serveFirst() {
	}
	if len(p.queue) > 0 && p.free == 0 {
		p.rotateSoon()
	}
}

// serveFirst serves one who waits, and reports whether there was one who could be served.
func (p *Pool) serveFirst() bool {
	slices.SortStableFunc(p.queue, func(a, b *org) int { return cmp.Compare(a.used, b.used) })
	for i := 0; i < len(p.queue); i++ {
		o := p.queue[i]
		served := len(o.waiting) > 0 && p.serve(o)
		if len(o.waiting) == 0 {
			o.listed = false
			p.queue = slices.Delete(p.queue, i, i+1)
			i--
		}
		if served {
			return true
		}
	}
	return false
}

// serve gives the first waiter of o what it waits for. Runs that want a turn back stand before new ones.
func (p *Pool) serve(o *org) bool {
	w := o.waiting[0]
	if w.grant != nil {
		if p.free == 0 || o.running >= p.config.Running {
			return false
		}
		p.giveTurn(w.grant)
	} else if w.grant = p.tryStart(o); w.grant == nil {
		return false
	}
	o.waiting = o.waiting[1:]
	w.ready <- nil
	return true
}

// rotateSoon makes sure that long runs are overtaken while others wait. The caller holds mu.
func (p *Pool) rotateSoon() {
	if p.rotation == nil {
		p.rotation = time.AfterFunc(quantum, p.rotate)
	}
}

// rotate lets those who wait overtake runs that have had their turn for long. Such a run still counts as
// a running one of its organisation, which so cannot have more of them than there are processors.
func (p *Pool) rotate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rotation = nil
	if len(p.queue) == 0 || p.closed {
		return
	}
	for _, o := range p.orgs {
		for g := range o.grants {
			if g.turn && time.Since(g.since) >= quantum {
				g.turn = false
				p.free++
				g.yields = g.process.nice(politeness)
			}
		}
	}
	p.dispatch()
}

// park takes the turn of a run that only waits.
func (p *Pool) park(g *grant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.takeTurn(g)
	p.dispatch()
}

// resume waits for a turn for a run that was parked.
func (p *Pool) resume(ctx context.Context, g *grant) *runtime.Error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return errUnavailable
	}
	if p.free > 0 && g.org.running < p.config.Running {
		p.giveTurn(g)
		p.mu.Unlock()
		return nil
	}
	w := &waiter{grant: g, ready: make(chan *runtime.Error, 1)}
	g.org.waiting = append([]*waiter{w}, g.org.waiting...)
	p.enlist(g.org)
	p.mu.Unlock()
	select {
	case err := <-w.ready:
		return err
	case <-ctx.Done():
		return cancelled(ctx) // release takes the turn, should it still be given
	}
}

// release ends a run's grant, which has cost CPU time. A process that is not fit for another run is ended.
func (p *Pool) release(g *grant, fit bool, cost time.Duration) {
	p.mu.Lock()
	if !fit {
		cost += p.startCost
	}
	g.org.charge(g.charged, cost)
	if g.yields && fit {
		fit = g.process.nice(0) // which not everyone may do
	}
	p.takeTurn(g)
	delete(g.org.grants, g)
	for i, w := range g.org.waiting {
		if w.grant == g { // a resume that was given up
			g.org.waiting = append(g.org.waiting[:i], g.org.waiting[i+1:]...)
			break
		}
	}
	keep := fit && !p.closed
	if keep {
		g.process.idle = time.Now()
		p.idle = append(p.idle, g.process)
	} else {
		p.total--
		p.startAhead(0)
	}
	p.dispatch()
	p.mu.Unlock()
	if !keep {
		g.process.end()
	}
}

// longestSeries is how long runs of a series may follow each other without waiting for their turn.
const longestSeries = 5 * time.Millisecond

// keep ends a run and leaves its process and its turn to the next one of a series, and reports whether it did:
// not when another organisation waits.
func (p *Pool) keep(g *grant, cost time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !g.turn || g.yields || time.Since(g.since) > longestSeries || len(p.queue) > 1 || len(p.queue) == 1 && p.queue[0] != g.org {
		return false
	}
	g.org.charge(g.charged, cost)
	g.charged = 0
	return true
}

// Release gives back what was kept for a run that does not come.
func (g *grant) Release() { g.pool.release(g, true, 0) }

// keptFor returns the grant that the run before of a series has left, nil when there is none.
func keptFor(series *runtime.Series, p *Pool, org string) *grant {
	if series == nil {
		return nil
	}
	kept := series.Take()
	g, ok := kept.(*grant)
	if ok && g.pool == p && g.org.name == org && p.goesOn(g) {
		return g
	}
	if kept != nil {
		kept.Release()
	}
	return nil
}

// goesOn expects of a kept grant's next run what is expected of any.
func (p *Pool) goesOn(g *grant) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !g.turn {
		return false
	}
	g.charged = g.org.average
	g.org.used += g.charged
	return true
}
