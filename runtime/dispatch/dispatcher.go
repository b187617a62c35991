package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/scripts"
)

// Store is what the dispatcher keeps its work in.
type Store interface {
	// State returns a device; ErrNotFound when there is none.
	State(ctx context.Context, org, eui string) (*State, error)
	// Commit writes all of e, durably, before it returns.
	Commit(ctx context.Context, e *Effects) error
	// Dispatch returns a pending dispatch, or nil when it is over or was aborted.
	Dispatch(ctx context.Context, id string) (*Dispatch, error)
	// Execution returns what is stored of an execution.
	Execution(ctx context.Context, org, id string) (*Execution, error)
	// QueuedExecutions calls each for every execution whose triggers have not run, oldest first.
	QueuedExecutions(ctx context.Context, each func(*Execution) error) error
	// DueDispatches returns the pending dispatches that are due before t, earliest first.
	DueDispatches(ctx context.Context, before time.Time, limit int) ([]Timer, error)
}

// Timer is when a pending dispatch is due.
type Timer struct {
	ID, Org, EUI string
	DueAt        time.Time
}

// Orgs knows what belongs to an organisation.
type Orgs interface {
	Catalog(ctx context.Context, org string) (*scripts.Catalog, error)
	OrgParams(ctx context.Context, org string) (*orgparams.Set, error)
	// Notifications are the organisation's notification services and rules.
	Notifications(ctx context.Context, org string) (*notify.Set, error)
	// PushesDownlinks reports whether downlinks are sent to the organisation's network server, and not
	// fetched by it.
	PushesDownlinks(org string) bool
	// CreatesDevices reports whether the organisation makes devices that it does not know.
	CreatesDevices(org string) bool
}

// Queue takes jobs that are on disk.
type Queue interface{ Offer(jobs ...*deliver.Job) }

// Hosts makes the runtime.Host of one run.
type Hosts interface {
	Host(org, script string, params *orgparams.Set) runtime.Host
}

// Config is what a Dispatcher is made of.
type Config struct {
	Store   Store
	Orgs    Orgs
	Sandbox runtime.Sandbox
	Limits  runtime.OrgLimits // of the actions that one run may ask for
	Queue   Queue
	Hosts   Hosts
	Now     func() time.Time
	Backlog int                // uplinks of one organisation that may wait for their triggers, twice as many of all; 0: DefaultBacklog
	NewID   func() string      // gives out ids (UUIDv7) that rise; nil: the clock's
	Refused func(error) bool   // whether the store would refuse the same again, so that to repeat it is vain; nil: never
	Changed func(e *Execution) // told of every stored step of an execution; nil: nobody
}

// DefaultBacklog is how many uplinks of one organisation may wait for their triggers before more are
// refused.
const DefaultBacklog = 10_000

// ErrNotFound says that there is no such device, or execution, in the organisation.
var ErrNotFound = errors.New("not found")

// ErrGone says that the organisation was deleted while work of it was under way. Nothing was stored.
var ErrGone = errors.New("the organisation was deleted")

// ErrBusy says that too much is waiting already. Nothing was stored.
var ErrBusy = errors.New("too many uplinks are waiting")

// Dispatcher does the work of every device, in order.
type Dispatcher struct {
	Config
	lanes   *lanes
	timers  *timers
	paused  sync.Map // ids of dispatches on disk that a unit of this process is in the middle of
	backlog backlog
	ctx     context.Context // ends when the work is to stop where it is
	stop    context.CancelFunc
}

// New returns a Dispatcher that does nothing until Start.
func New(c Config) *Dispatcher {
	if c.Backlog == 0 {
		c.Backlog = DefaultBacklog
	}
	if c.Changed == nil {
		c.Changed = func(*Execution) {}
	}
	if c.NewID == nil {
		c.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if c.Refused == nil {
		c.Refused = func(error) bool { return false }
	}
	d := &Dispatcher{Config: c, backlog: backlog{limit: load{c.Backlog, backlogBytes}}}
	d.ctx, d.stop = context.WithCancel(context.Background())
	d.lanes = newLanes(d.ctx.Done())
	d.timers = newTimers(c.Now, d.Store.DueDispatches, d.fire)
	return d
}

// Start takes up what was left when the last process ended and begins to fire timers.
func (d *Dispatcher) Start(ctx context.Context) error {
	// What had begun goes first: queued uplinks of the device came later.
	late, err := d.Store.DueDispatches(ctx, d.Now(), maxLoaded)
	if err != nil {
		return fmt.Errorf("take up dispatches: %w", err)
	}
	for _, t := range late {
		d.fire(t)
	}
	err = d.Store.QueuedExecutions(ctx, func(e *Execution) error {
		d.backlog.reserve(e.Org, e.Size, true) // it was taken in by the last process
		d.Enqueue(e, nil)
		return nil
	})
	if err != nil {
		return fmt.Errorf("take up queued uplinks: %w", err)
	}
	return d.timers.start(ctx)
}

// Stop ends all work. What runs is given until ctx ends to finish; what is left is taken up by the next
// process.
func (d *Dispatcher) Stop(ctx context.Context) {
	d.timers.stop()
	done := make(chan struct{})
	go func() { d.lanes.wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	d.stop()
	<-done // nothing is written behind the back of whoever goes on with the store
}

// Reserve makes room for one more uplink of an organisation, of so many bytes (Execution.Size), or returns ErrBusy. Whoever reserved calls
// Enqueue, or Release when the uplink could not be stored.
func (d *Dispatcher) Reserve(org string, bytes int) error {
	if !d.backlog.reserve(org, bytes, false) {
		return ErrBusy
	}
	return nil
}

// Release gives a reservation back.
func (d *Dispatcher) Release(org string, bytes int) { d.backlog.release(org, bytes) }

// Waiting is how many uplinks wait for their triggers.
func (d *Dispatcher) Waiting() int { return d.backlog.waiting() }

// crowd is how many uplinks of an organisation wait before it is crowded.
const crowd = 32

// Crowded reports whether uplinks of an organisation come faster than their triggers run. Those who
// wait for an answer then should be slowed down: what is done soon after it came costs less.
func (d *Dispatcher) Crowded(org string) bool { return d.backlog.waitingOf(org) > crowd }

// enough is how much work keeps the processors busy until a group of commits has come together.
const enough = 16

// Busy reports whether the processors have enough to do without what waits for the disk.
func (d *Dispatcher) Busy() bool { return d.lanes.computing.Load() > enough }

// Enqueue has the triggers of a stored uplink run in the device's order. It may be called by the
// goroutine that commits: it does not block. done, if not nil, gets the number of dispatches.
func (d *Dispatcher) Enqueue(e *Execution, done chan<- int) {
	d.lanes.add(laneKey{e.Org, e.EUI}, func() {
		n, err := d.runUplink(d.ctx, e)
		d.backlog.release(e.Org, e.Size) // before anybody hears that it is done
		if err != nil {
			d.report("uplink", e.ID, err)
		}
		if done != nil {
			done <- n
		}
	})
}

// fire has a dispatch run whose time has come.
func (d *Dispatcher) fire(t Timer) {
	d.lanes.add(laneKey{t.Org, t.EUI}, func() {
		defer d.timers.done(t.ID)
		if err := d.runTimer(d.ctx, t); err != nil {
			d.report("dispatch", t.ID, err)
		}
	})
}

// report logs work that could not be stored. It stays queued on disk, and the next process takes it up.
func (d *Dispatcher) report(what, id string, err error) {
	if d.ctx.Err() == nil {
		slog.Error("work could not be finished and stays queued", "what", what, "id", id, "error", err)
	}
}
