package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Pool is a runtime.Sandbox of worker processes.
type Pool struct {
	config  Config
	limits  limitTable
	spawner *spawner
	sources *sourceIDs

	mu       sync.Mutex
	idle     []*process // the one that ended a run last comes last
	total    int        // processes, those that are being started included
	starting int
	failures int // to start a process, since the last that went well
	free     int // turns that nobody has
	orgs     map[string]*org
	queue    []*org // organisations that wait
	// clock is how far the organisations' use of CPU time has come: what was charged already to the one whose
	// run began last.
	clock     time.Duration
	startCost time.Duration // CPU time of starting a process
	rotation  *time.Timer
	stats     Stats
	closed    bool
	busy      sync.WaitGroup // processes that are started or ended in the background
	quit      chan struct{}
}

var (
	_ runtime.Sandbox    = (*Pool)(nil)
	_ runtime.Translator = (*Pool)(nil)
)

// New starts the first worker process and returns when it is ready. Others come when they are needed.
func New(c Config) (*Pool, error) {
	if err := c.fillIn(); err != nil {
		return nil, err
	}
	p := &Pool{
		config: c, limits: newLimitTable(c.Limits), spawner: newSpawner(), sources: newSourceIDs(), free: c.Running,
		orgs: make(map[string]*org), quit: make(chan struct{}),
	}
	first, err := startProcess(p.spawner, c.Command, p.limits.sets)
	if err != nil {
		p.spawner.close()
		return nil, err
	}
	p.total, p.stats.Started, p.startCost = 1, 1, cpuTime(first.process.Pid)
	p.idle = append(p.idle, first)
	first.idle = time.Now()
	p.busy.Add(1)
	go p.shrink()
	return p, nil
}

// Close ends the worker processes. Runs that are on fail with CodeHostUnavailable when it has killed their
// process; callers that want them done wait for them first.
func (p *Pool) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	idle := p.idle
	p.idle = nil
	for _, o := range p.orgs {
		for g := range o.grants {
			g.process.watch.stop(errUnavailable)
		}
		for _, w := range o.waiting {
			w.fail(errUnavailable)
		}
		o.waiting = nil
	}
	p.queue = nil
	p.mu.Unlock()
	close(p.quit)
	for _, w := range idle {
		w.end()
	}
	p.busy.Wait()
	p.spawner.close()
	return nil
}

var errUnavailable = runtime.Errorf(runtime.CodeHostUnavailable, "the pool of workers is closed")

// Stats says what the pool does.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Workers, s.Idle = p.total-p.starting, len(p.idle)
	for _, o := range p.orgs {
		s.Running += o.running
		s.Waiting += len(o.waiting)
	}
	return s
}

// startAhead starts a process in the background when no more are idle than are to spare. The caller holds mu.
func (p *Pool) startAhead(spare int) {
	if p.closed || p.starting > 0 || len(p.idle) > spare || p.total >= p.config.Max {
		return
	}
	p.total++
	p.starting++
	p.busy.Add(1)
	go func() {
		defer p.busy.Done()
		w, err := startProcess(p.spawner, p.config.Command, p.limits.sets)
		p.started(w, err)
	}()
}

// maxFailures is how often in a row a process is started in vain before those who wait are told.
const maxFailures = 3

func (p *Pool) started(w *process, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.starting--
	switch {
	case err != nil:
		p.total--
		if !errors.Is(err, errClosed) {
			p.config.Log.Error("no worker process can be started", "error", err)
		}
		if p.failures++; p.failures < maxFailures {
			p.startAhead(0)
		} else if p.total == 0 { // nobody else will serve those who wait
			p.failAll(runtime.Errorf(runtime.CodeWorkerLost, "no worker process can be started"))
		}
		return
	case p.closed:
		p.total--
		p.busy.Add(1)
		go func() { defer p.busy.Done(); w.end() }()
		return
	}
	p.failures = 0
	p.startCost = cpuTime(w.process.Pid)
	p.stats.Started++
	w.idle = time.Now()
	p.idle = append(p.idle, w)
	p.dispatch()
}

func (p *Pool) failAll(err *runtime.Error) {
	for _, o := range p.queue {
		for _, w := range o.waiting {
			w.fail(err)
		}
		o.waiting = nil
		o.listed = false
	}
	p.queue = nil
}

// shrink ends processes that nobody has needed for a while: all but those of one run per processor and a
// spare.
func (p *Pool) shrink() {
	defer p.busy.Done()
	tick := time.NewTicker(p.config.Idle / 4)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-p.quit:
			return
		}
		for _, w := range p.surplus() {
			w.end()
		}
	}
}

// surplus takes processes out of the pool that have been idle for long, the ones first that were used
// least recently. Organisations that nobody needs are forgotten on the way.
func (p *Pool) surplus() []*process {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, o := range p.orgs {
		if len(o.grants)+len(o.waiting) == 0 {
			delete(p.orgs, name)
		}
	}
	n := 0
	for n < len(p.idle)-1 && p.total-n > p.config.Running+1 && time.Since(p.idle[n].idle) > p.config.Idle {
		n++
	}
	gone := append([]*process(nil), p.idle[:n]...)
	p.idle = append([]*process(nil), p.idle[n:]...)
	p.total -= n
	return gone
}

// Check compiles a script in a worker process, for the organisation that ForOrg put into ctx.
func (p *Pool) Check(ctx context.Context, s runtime.Script) error {
	if e := p.refuse(orgOf(ctx), s, nil); e != nil {
		return e
	}
	_, err := p.perform(ctx, orgOf(ctx), &runtime.Invocation{Script: s}, taskCheck)
	if err != nil {
		return err
	}
	return nil
}

// Translate translates TypeScript in a worker process, for the organisation that ForOrg put into ctx.
func (p *Pool) Translate(ctx context.Context, s runtime.Script) (runtime.Translation, error) {
	if e := p.refuse(orgOf(ctx), s, nil); e != nil {
		return runtime.Translation{}, e
	}
	o, err := p.perform(ctx, orgOf(ctx), &runtime.Invocation{Script: s}, taskTranslate)
	if err != nil {
		return runtime.Translation{}, err
	}
	return o.translation, nil
}

// Run runs a script once in a worker process.
func (p *Pool) Run(ctx context.Context, inv runtime.Invocation) (runtime.Result, error) {
	if e := p.refuse(inv.Org, inv.Script, &inv.Input); e != nil {
		return runtime.Result{}, e
	}
	o, err := p.perform(ctx, inv.Org, &inv, taskRun)
	if err != nil {
		return o.result, err
	}
	return o.result, nil
}

// refuse is the error of what is too large to be sent to a worker at all.
func (p *Pool) refuse(org string, s runtime.Script, in *runtime.Input) *runtime.Error {
	_, limits := p.limits.of(org)
	if !s.Kind.Valid() {
		return runtime.Errorf(runtime.CodeCompileError, "%q is no kind of script: it is one of %v", s.Kind, runtime.Kinds)
	}
	if limit := limits.Source; len(s.Source) > limit {
		return runtime.Errorf(runtime.CodeSourceTooLarge, "the source has %d bytes, at most %d are allowed", len(s.Source), limit)
	}
	if in == nil {
		return nil
	}
	size := len(in.Device) + len(in.Params) + len(in.Alarms) + len(in.OrgParams) +
		len(in.Msg) + len(in.NoticeAttrs) + len(in.Payload) + len(in.Context) + len(in.ThingModelID)
	if limit := limits.Input; size > limit {
		return runtime.Errorf(runtime.CodeInputTooLarge, "the inputs have %d bytes together, at most %d are allowed", size, limit)
	}
	return nil
}
