package dispatch

import (
	"cmp"
	"container/heap"
	"context"
	"log/slog"
	"sync"
	"time"
)

// horizon is how far ahead timers are kept in memory; the rest waits on disk. A fleet that sets a timer
// of an hour with every uplink costs no memory.
const horizon = time.Minute

// maxLoaded is how many timers one look at the disk brings.
const maxLoaded = 10_000

// timers fires pending dispatches when they are due, never early. Aborted ones are fired too: whoever
// runs them finds them gone.
type timers struct {
	now  func() time.Time
	load func(ctx context.Context, before time.Time, limit int) ([]Timer, error)
	fire func(Timer)

	mu     sync.Mutex
	heap   timerHeap
	known  map[string]bool // ids in the heap, or fired and not done
	until  time.Time       // timers before this are in the heap
	more   bool            // some timers of the horizon are on disk only
	loaded int             // bounds the timers that one look at the disk brings
	wake   chan struct{}
	quit   chan struct{}
	closed sync.WaitGroup
}

func newTimers(now func() time.Time, load func(context.Context, time.Time, int) ([]Timer, error), fire func(Timer)) *timers {
	return &timers{now: now, load: load, fire: fire, known: map[string]bool{}, loaded: maxLoaded, wake: make(chan struct{}, 1), quit: make(chan struct{})}
}

// add takes a timer that is on disk.
func (t *timers) add(timer Timer) {
	t.mu.Lock()
	if timer.DueAt.Before(t.until) {
		t.push(timer)
	}
	t.mu.Unlock()
	t.poke()
}

// done says that the work of a timer that was fired is over.
func (t *timers) done(id string) {
	t.mu.Lock()
	delete(t.known, id)
	room := t.hasRoom()
	t.mu.Unlock()
	if room {
		t.poke()
	}
}

// hasRoom reports whether timers that are on disk only can be taken up. The caller holds mu.
func (t *timers) hasRoom() bool { return t.more && len(t.known) < t.loaded/2 }

func (t *timers) poke() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *timers) push(timer Timer) {
	if !t.known[timer.ID] {
		t.known[timer.ID] = true
		heap.Push(&t.heap, timer)
	}
}

func (t *timers) start(ctx context.Context) error {
	if err := t.refill(ctx); err != nil {
		return err
	}
	t.closed.Add(1)
	go t.run()
	return nil
}

func (t *timers) stop() {
	close(t.quit)
	t.closed.Wait()
}

func (t *timers) run() {
	defer t.closed.Done()
	refill := time.NewTicker(horizon / 3)
	defer refill.Stop()
	for {
		next, room := t.fireDue()
		if room {
			if err := t.refill(context.Background()); err == nil {
				continue
			} else {
				slog.Error("timers could not be read and are read again", "error", err)
			}
		}
		wait := time.NewTimer(next)
		select {
		case <-wait.C:
		case <-t.wake:
		case <-refill.C:
			if err := t.refill(context.Background()); err != nil {
				slog.Error("timers could not be read and are read again", "error", err)
			}
		case <-t.quit:
			wait.Stop()
			return
		}
		wait.Stop()
	}
}

// fireDue fires what is due. It returns how long until the next one is, and whether there is room for what
// is on disk only.
func (t *timers) fireDue() (next time.Duration, room bool) {
	now := t.now()
	var due []Timer
	next = horizon
	t.mu.Lock()
	for len(t.heap) > 0 {
		if first := t.heap[0]; first.DueAt.After(now) {
			// A clock that is set back must not keep a timer waiting for longer than a moment.
			next = min(first.DueAt.Sub(now), time.Second)
			break
		}
		due = append(due, heap.Pop(&t.heap).(Timer))
	}
	if t.more {
		next = min(next, time.Second)
	}
	t.mu.Unlock()
	for _, timer := range due {
		t.fire(timer)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return next, t.hasRoom()
}

// refill reads the timers of the next minute. Those that were fired and are not done are on disk too:
// enough is read to find something new behind them.
func (t *timers) refill(ctx context.Context) error {
	t.mu.Lock()
	limit := t.loaded + len(t.known)
	until := t.now().Add(horizon)
	t.until = until // what is added during the look may not be seen by it
	t.mu.Unlock()

	list, err := t.load(ctx, until, limit)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.more = len(list) == limit
	if t.more {
		until = list[len(list)-1].DueAt
	}
	for _, timer := range list {
		t.push(timer)
	}
	t.until = until
	return nil
}

type timerHeap []Timer

func (h timerHeap) Len() int { return len(h) }

// Less breaks ties by id, which is in the order of making: dispatches of one device run in order.
func (h timerHeap) Less(i, j int) bool {
	return cmp.Or(h[i].DueAt.Compare(h[j].DueAt), cmp.Compare(h[i].ID, h[j].ID)) < 0
}
func (h timerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *timerHeap) Push(x any)   { *h = append(*h, x.(Timer)) }
func (h *timerHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
