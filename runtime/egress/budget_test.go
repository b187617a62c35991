package egress

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/wecom"
)

// ledger is a durable one that a test looks into.
type ledger struct {
	mu     sync.Mutex
	uses   map[string][]time.Time
	writes int
	err    error
	own    map[string]int
}

func (l *ledger) BudgetUses(context.Context) (map[string][]time.Time, error) { return l.uses, nil }

func (l *ledger) PutBudgetUses(_ context.Context, key string, uses []time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	l.writes++
	l.uses[key] = slices.Clone(uses)
	return nil
}

func (l *ledger) BudgetLimit(_, name string) (int, bool) {
	limit, own := l.own[name]
	return limit, own
}

func newBudgets(t *testing.T, l *ledger) *Budgets {
	t.Helper()
	b, err := NewBudgets(t.Context(), l, l, platform.Set{wecom.WeCom{}}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func budget(limit int) []platform.Budget {
	return []platform.Budget{{Name: "n", Key: "k", Limit: limit, Window: time.Minute}}
}

// spend makes requests of some length until the budget allows no more, and returns how many.
func spend(t *testing.T, b *Budgets, budgets []platform.Budget, length time.Duration) (n int, next time.Time) {
	t.Helper()
	for {
		slot, next, err := b.Take(t.Context(), budgets)
		if err != nil {
			t.Fatal(err)
		}
		if slot == nil {
			return n, next
		}
		time.Sleep(length)
		slot.Done()
		n++
	}
}

func TestNoWindowHoldsMoreThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudgets(t, &ledger{uses: map[string][]time.Time{}})
		var begun, ended []time.Time
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 5 { // who share it
			wg.Go(func() {
				for range 40 {
					slot, next, err := b.Take(t.Context(), budget(20))
					if err != nil {
						t.Error(err)
						return
					}
					if slot == nil {
						time.Sleep(time.Until(next))
						continue
					}
					mu.Lock()
					begun = append(begun, time.Now())
					mu.Unlock()
					time.Sleep(700 * time.Millisecond)
					mu.Lock()
					ended = append(ended, time.Now())
					mu.Unlock()
					slot.Done()
				}
			})
		}
		wg.Wait()
		// The platform may count a request when it begins or when it ends.
		for i := 20; i < len(begun); i++ {
			if within := begun[i].Sub(ended[i-20]); within < time.Minute {
				t.Fatalf("request %d begins %v after the end of the twentieth before it", i, within)
			}
		}
		if len(begun) < 60 {
			t.Errorf("only %d requests were made", len(begun))
		}
	})
}

func TestACrashForgetsNoUse(t *testing.T) {
	for _, limit := range []int{20, 1000} {
		synctest.Test(t, func(t *testing.T) {
			l := &ledger{uses: map[string][]time.Time{}}
			b := newBudgets(t, l)
			made, _ := spend(t, b, budget(limit), time.Millisecond)
			if made != limit {
				t.Errorf("%d of %d were allowed", made, limit)
			}
			if most := limit/max(limit/writeAhead, 1) + 1; l.writes > most {
				t.Errorf("%d requests cost %d writes", limit, l.writes)
			}
			time.Sleep(30 * time.Second)
			again := newBudgets(t, l) // without a word from the one before
			if n, next := spend(t, again, budget(limit), time.Millisecond); n != 0 || next.IsZero() {
				t.Errorf("after the crash %d are allowed within the same window", n)
			}
			time.Sleep(61 * time.Second)
			if n, _ := spend(t, again, budget(limit), time.Millisecond); n != limit {
				t.Errorf("a window later %d of %d are allowed", n, limit)
			}
		})
	}
}

func TestWithoutTheLedgerNothingIsSent(t *testing.T) {
	l := &ledger{uses: map[string][]time.Time{}, err: errors.New("disk full")}
	b := newBudgets(t, l)
	for range 30 {
		if slot, _, err := b.Take(t.Context(), budget(20)); err == nil || slot != nil {
			t.Fatal("a use that is nowhere was allowed")
		}
	}
	l.err = nil
	if n, _ := spend(t, b, budget(20), 0); n != 20 {
		t.Errorf("afterwards %d are allowed: what was not made counts", n)
	}
}

func TestOwnLimits(t *testing.T) {
	l := &ledger{uses: map[string][]time.Time{}, own: map[string]int{wecom.BotBudget: 3}}
	b := newBudgets(t, l)
	req := runtime.HTTPRequest{Method: "POST", URL: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x"}
	if own := b.Of("o", req); len(own) != 1 || own[0].Limit != 3 || own[0].Window != time.Minute {
		t.Errorf("%+v", own)
	}
	l.own[wecom.BotBudget] = 0
	if own := b.Of("o", req); len(own) != 0 {
		t.Errorf("a lifted one is %+v", own)
	}
	if other := b.Of("o", runtime.HTTPRequest{Method: "POST", URL: "https://example.com/"}); len(other) != 0 {
		t.Errorf("another host has %+v", other)
	}
}

func TestAwaitedRequestsKeepTheBudgetAndGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudgets(t, &ledger{uses: map[string][]time.Time{}})
		req := runtime.HTTPRequest{Method: "POST", URL: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x"}
		enter := func() error {
			leave, err := b.Enter(t.Context(), "o", req)
			if err == nil {
				leave()
			}
			return err
		}
		for i := range 20 {
			if err := enter(); err != nil {
				t.Fatalf("request %d: %v", i, err)
			}
		}
		over, ok := errors.AsType[*runtime.FetchError](enter())
		if !ok || over.Code != CodeOverBudget || !strings.Contains(over.Message, "axios action") || strings.Contains(over.Message, "key=") {
			t.Errorf("the next one: %v", over)
		}
		_, next, err := b.Take(t.Context(), b.Of("o", req)) // a delivery waits from now on
		if err != nil || next.IsZero() {
			t.Fatalf("%v %v", next, err)
		}
		time.Sleep(time.Until(next))
		if err := enter(); err == nil {
			t.Error("it takes the slot that a delivery waits for")
		}
		slot, _, err := b.Take(t.Context(), b.Of("o", req))
		if err != nil || slot == nil {
			t.Fatalf("the delivery does not get it: %v", err)
		}
		slot.Done()
		if err := enter(); err != nil {
			t.Errorf("once nobody waits: %v", err)
		}
		if _, err := b.Enter(t.Context(), "o", runtime.HTTPRequest{URL: "https://example.com"}); err != nil {
			t.Errorf("another host: %v", err)
		}
		time.Sleep(2 * time.Minute)
		b.Sweep()
		if len(b.windows) != 0 || len(b.waiting) != 0 {
			t.Errorf("memory keeps %v %v", b.windows, b.waiting)
		}
	})
}

func TestHealth(t *testing.T) {
	var h Health
	at := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	fail := func(after time.Duration) {
		at = at.Add(after)
		h.Failed(at.Add(-time.Millisecond), at, Failure{At: at, Code: "ECONNREFUSED"})
	}
	for range 50 {
		fail(time.Millisecond) // many at once are one moment's trouble
	}
	if h.Down() {
		t.Error("down after a moment")
	}
	h.Succeeded(at, nil)
	for range 5 {
		fail(2 * time.Second)
	}
	if !h.Down() || h.Last.Code != "ECONNREFUSED" {
		t.Errorf("after eight seconds of failures %+v", h)
	}
	var waits []time.Duration
	for range 6 {
		waits = append(waits, h.ProbeAt.Sub(at))
		fail(h.ProbeAt.Sub(at))
	}
	if want := []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second}; !slices.Equal(waits, want) {
		t.Errorf("it is tried after %v, want %v", waits, want)
	}
	h.Succeeded(at, &Failure{Code: "http_404"})
	if h.Down() || h.Last.Code != "http_404" {
		t.Errorf("a refusal is an answer: %+v", h)
	}
	if h.Idle(at.Add(59*time.Minute)) || !h.Idle(at.Add(62*time.Minute)) {
		t.Errorf("minutes are %+v", h.Minutes)
	}
}
