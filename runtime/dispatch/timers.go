package dispatch

import (
	"container/heap"
	"context"
	"log/slog"
	"sync"
	"time"
)

// horizon is how far ahead timers are kept in memory; the rest waits on disk. A fleet that sets a timer
// of an hour with every uplink costs no memory.
const horizon = time.Minute

// maxLoaded bounds the timers that one look at the disk brings.
const maxLoaded = 10_000

// timers fires pending dispatches when they are due, never early. Aborted ones are fired too: whoever
// runs them finds them gone.
type timers struct {
	now  func() time.Time
	load func(ctx context.Context, before time.Time, limit int) ([]Timer, error)
	fire func(Timer)

	mu     sync.Mutex
	heap   timerHeap
	known  map[string]bool // ids in the heap, or fired since the last look at the disk
	fired  []string
	until  time.Time // timers before this are in the heap
	wake   chan struct{}
	quit   chan struct{}
	closed sync.WaitGroup
}

func newTimers(now func() time.Time, load func(context.Context, time.Time, int) ([]Timer, error), fire func(Timer)) *timers {
	return &timers{now: now, load: load, fire: fire, known: map[string]bool{}, wake: make(chan struct{}, 1), quit: make(chan struct{})}
}

// add takes a timer that is on disk.
func (t *timers) add(timer Timer) {
	t.mu.Lock()
	if timer.DueAt.Before(t.until) {
		t.push(timer)
	}
	t.mu.Unlock()
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
		wait := time.NewTimer(t.fireDue())
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

// fireDue fires what is due and returns how long until the next one is.
func (t *timers) fireDue() time.Duration {
	now := t.now()
	var due []Timer
	next := horizon
	t.mu.Lock()
	for len(t.heap) > 0 {
		if first := t.heap[0]; first.DueAt.After(now) {
			// A clock that is set back must not keep a timer waiting for longer than a moment.
			next = min(first.DueAt.Sub(now), time.Second)
			break
		}
		timer := heap.Pop(&t.heap).(Timer)
		t.fired = append(t.fired, timer.ID)
		due = append(due, timer)
	}
	t.mu.Unlock()
	for _, timer := range due {
		t.fire(timer)
	}
	return next
}

// refill reads the timers of the next minute.
func (t *timers) refill(ctx context.Context) error {
	t.mu.Lock()
	old := t.fired
	t.fired = nil
	until := t.now().Add(horizon)
	t.mu.Unlock()

	list, err := t.load(ctx, until, maxLoaded)
	if err != nil {
		return err
	}
	if len(list) == maxLoaded {
		until = list[len(list)-1].DueAt
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, timer := range list {
		t.push(timer)
	}
	t.until = until
	for _, id := range old {
		delete(t.known, id)
	}
	return nil
}

type timerHeap []Timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].DueAt.Before(h[j].DueAt) }
func (h timerHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *timerHeap) Push(x any)        { *h = append(*h, x.(Timer)) }
func (h *timerHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
