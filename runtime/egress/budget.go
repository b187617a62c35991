package egress

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
)

// CodeOverBudget is the code of a *runtime.FetchError for a request that a script awaits and that is above
// what the platform takes from a bot or app.
const CodeOverBudget = "ERR_OVER_BUDGET"

// Ledger keeps the uses of budgets over a restart: what a platform has counted it goes on counting.
type Ledger interface {
	// BudgetUses returns what was stored, by the budget's key.
	BudgetUses(ctx context.Context) (map[string][]time.Time, error)
	// PutBudgetUses stores the uses of a budget, durably.
	PutBudgetUses(ctx context.Context, key string, uses []time.Time) error
}

// Limits are an organisation's own limits in place of a platform's, by the budget's name. 0 is no limit.
type Limits interface {
	BudgetLimit(org, name string) (limit int, own bool)
}

const (
	// budgetMargin is added to a window: the platform's clock is not ours.
	budgetMargin = 500 * time.Millisecond
	// writeAhead is the part of a large budget that is taken in the ledger at once, so that not every
	// request costs a write.
	writeAhead = 100
	// inTurn is how long the next free slot is kept for the jobs that wait for it: a script that sends
	// by itself does not take it from them.
	inTurn = 5 * time.Second
)

// Budgets counts requests in sliding windows. It is safe for concurrent use.
//
// A request counts from its beginning and until its window after its end: the platform counted it some
// time in between. Uses are in the ledger before the request begins, so that a crash forgets none.
type Budgets struct {
	ledger    Ledger
	limits    Limits
	platforms platform.Set
	now       func() time.Time

	mu      sync.Mutex
	windows map[string]*window
	waiting map[string]time.Time // key: until when jobs wait for its next slot
}

// window is the uses of one budget.
type window struct {
	length  time.Duration
	ends    []time.Time // of the requests that have ended, in order
	begun   int         // requests under way
	ahead   int         // uses that the ledger has beyond these; negative: so many it lacks
	written sync.Mutex  // held while the ledger is written, so that an older state never comes later
}

// NewBudgets returns Budgets that go on where ledger left off. What was under way when the last process
// ended counts from now on.
func NewBudgets(ctx context.Context, ledger Ledger, limits Limits, platforms platform.Set, now func() time.Time) (*Budgets, error) {
	b := &Budgets{ledger: ledger, limits: limits, platforms: platforms, now: now, windows: map[string]*window{}, waiting: map[string]time.Time{}}
	uses, err := ledger.BudgetUses(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the uses of budgets: %w", err)
	}
	started := now()
	for key, ends := range uses {
		w := &window{}
		for _, end := range ends {
			if end.After(started) { // it was under way, or the clock was set back
				end = started
			}
			w.ends = append(w.ends, end)
		}
		slices.SortFunc(w.ends, time.Time.Compare)
		b.windows[key] = w
	}
	return b, nil
}

// Of returns the budgets that a request of a user's script has to keep.
func (b *Budgets) Of(org string, req runtime.HTTPRequest) []platform.Budget {
	return b.Own(org, b.platforms.Budgets(req))
}

// Own returns budgets with the organisation's own limits; those that it has lifted are left out.
func (b *Budgets) Own(org string, budgets []platform.Budget) []platform.Budget {
	var out []platform.Budget
	for _, budget := range budgets {
		if limit, own := b.limits.BudgetLimit(org, budget.Name); own {
			budget.Limit = limit
		}
		if budget.Limit > 0 {
			out = append(out, budget)
		}
	}
	return out
}

// Slot is the leave to make one request. Done ends it.
type Slot struct {
	budgets *Budgets
	windows []*window
	once    sync.Once
}

// Done says that the request has ended, whatever came of it.
func (s *Slot) Done() {
	s.once.Do(func() {
		s.budgets.mu.Lock()
		defer s.budgets.mu.Unlock()
		now := s.budgets.now()
		for _, w := range s.windows {
			w.begun--
			w.ends = append(w.ends, now)
		}
	})
}

// Take returns the leave to make a request that keeps every one of budgets, or when to ask again. An
// error says that the ledger could not be written: no request may be made.
func (b *Budgets) Take(ctx context.Context, budgets []platform.Budget) (slot *Slot, next time.Time, err error) {
	b.mu.Lock()
	now := b.now()
	if next = b.next(budgets, now); next.After(now) {
		for _, budget := range budgets {
			b.waiting[budget.Key] = next.Add(inTurn)
		}
		b.mu.Unlock()
		return nil, next, nil
	}
	slot = &Slot{budgets: b}
	var unwritten []platform.Budget
	for _, budget := range budgets {
		delete(b.waiting, budget.Key)
		w := b.window(budget)
		w.begun++
		slot.windows = append(slot.windows, w)
		if w.ahead--; w.ahead < 0 {
			unwritten = append(unwritten, budget)
		}
	}
	b.mu.Unlock()
	for _, budget := range unwritten {
		if err := b.write(ctx, budget); err != nil {
			b.release(slot)
			return nil, time.Time{}, fmt.Errorf("store the use of a budget: %w", err)
		}
	}
	return slot, time.Time{}, nil
}

// release takes back a slot that was not used.
func (b *Budgets) release(s *Slot) {
	s.once.Do(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, w := range s.windows {
			w.begun--
		}
	})
}

// write stores the uses of a budget: those that have ended, and those under way or soon to come with the
// end of time, which NewBudgets takes for its own start.
func (b *Budgets) write(ctx context.Context, budget platform.Budget) error {
	b.mu.Lock()
	w := b.window(budget)
	b.mu.Unlock()
	w.written.Lock()
	defer w.written.Unlock()
	b.mu.Lock()
	if w.ahead >= 0 { // somebody else has written meanwhile
		b.mu.Unlock()
		return nil
	}
	short, ahead := w.ahead, budget.Limit/writeAhead
	uses := slices.Clone(w.ends)
	for range w.begun + ahead {
		uses = append(uses, endless)
	}
	b.mu.Unlock()
	if err := b.ledger.PutBudgetUses(ctx, budget.Key, uses); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w.ahead += ahead - short // what was begun since then is not in the ledger
	return nil
}

// endless is when a use ends that is under way.
var endless = time.UnixMilli(1<<53 - 1).UTC()

// Next returns when a request that keeps budgets may be made; the zero time is now.
func (b *Budgets) Next(budgets []platform.Budget) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if next := b.next(budgets, now); next.After(now) {
		return next
	}
	return time.Time{}
}

// next is when the latest of budgets has room. The caller holds mu.
func (b *Budgets) next(budgets []platform.Budget, now time.Time) time.Time {
	next := now
	for _, budget := range budgets {
		w := b.window(budget)
		w.forget(now)
		over := len(w.ends) + w.begun - budget.Limit
		switch {
		case over < 0:
		case over < len(w.ends):
			next = later(next, w.ends[over].Add(w.length+budgetMargin))
		default: // all of it is under way: look again when some may have ended
			next = later(next, now.Add(budgetMargin))
		}
	}
	return next
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// window returns the uses of a budget. The caller holds mu.
func (b *Budgets) window(budget platform.Budget) *window {
	w := b.windows[budget.Key]
	if w == nil {
		w = &window{}
		b.windows[budget.Key] = w
	}
	w.length = max(w.length, budget.Window)
	return w
}

// forget drops uses that no longer count.
func (w *window) forget(now time.Time) {
	old := 0
	for old < len(w.ends) && !w.ends[old].Add(w.length+budgetMargin).After(now) {
		old++
	}
	w.ends = slices.Delete(w.ends, 0, old)
}

// Enter is Take for a request that a running script awaits: it does not wait in a line. A request that
// has no room now fails with CodeOverBudget, and so does one while jobs wait for the next slot.
func (b *Budgets) Enter(ctx context.Context, org string, req runtime.HTTPRequest) (leave func(), err error) {
	budgets := b.Of(org, req)
	if len(budgets) == 0 {
		return func() {}, nil
	}
	if until := b.reserved(budgets); !until.IsZero() {
		return nil, overBudget(budgets[0], b.Next(budgets))
	}
	slot, next, err := b.Take(ctx, budgets)
	switch {
	case err != nil:
		return nil, failure(CodeNetwork, "the request was not made: its use of the budget %s could not be stored", budgets[0].Name)
	case slot == nil:
		return nil, overBudget(budgets[0], next)
	}
	return slot.Done, nil
}

// reserved returns until when jobs wait for one of budgets, the zero time if none does.
func (b *Budgets) reserved(budgets []platform.Budget) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for _, budget := range budgets {
		if until, waits := b.waiting[budget.Key]; waits && until.After(now) {
			return until
		}
	}
	return time.Time{}
}

func overBudget(budget platform.Budget, next time.Time) error {
	when := "when the deliveries that wait for it are done"
	if !next.IsZero() {
		when = "at " + next.UTC().Format(time.TimeOnly) + " UTC"
	}
	return failure(CodeOverBudget, "over the budget %s (%d in %v): the next request may be made %s. Return an axios action instead of awaiting: it waits by itself",
		budget.Name, budget.Limit, budget.Window, when)
}

// Sweep forgets budgets that nobody has used for their window.
func (b *Budgets) Sweep() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for key, w := range b.windows {
		if w.forget(now); w.begun == 0 && len(w.ends) == 0 {
			delete(b.windows, key)
		}
	}
	for key, until := range b.waiting {
		if !until.After(now) {
			delete(b.waiting, key)
		}
	}
}
