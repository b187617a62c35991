package worker_test

import (
	"context"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

func runIn(ctx context.Context, t *testing.T, p *worker.Pool, org, source string) {
	t.Helper()
	if _, err := p.Run(ctx, invocation(org, source)); err != nil {
		t.Errorf("%s: %v", org, err)
	}
}

// Runs of a series have one turn together, until their caller pauses.
func TestSeriesKeepsItsTurn(t *testing.T) {
	p := newPool(t, worker.Config{Running: 1})
	ctx, series := runtime.InSeries(t.Context())
	for range 3 {
		runIn(ctx, t, p, "acme", "return 1")
		if s := p.Stats(); s.Running != 1 {
			t.Fatalf("between two runs of a series %d turns are taken", s.Running)
		}
	}
	series.Pause()
	if s := p.Stats(); s.Running != 0 {
		t.Errorf("after the series %d turns are taken", s.Running)
	}
	runIn(ctx, t, p, "acme", "return 1") // a series may go on
	series.Pause()
	runIn(t.Context(), t, p, "acme", "return 1")
	if s := p.Stats(); s.Running != 0 {
		t.Errorf("a run by itself has left %d turns taken", s.Running)
	}
}

// Whoever keeps a turn and does nothing with it loses it to those who wait.
func TestIdleSeriesIsOvertaken(t *testing.T) {
	p := newPool(t, worker.Config{Running: 1})
	ctx, series := runtime.InSeries(t.Context())
	defer series.Pause()
	runIn(ctx, t, p, "acme", "return 1")
	eventually(t, "a spare is there", func() bool { return p.Stats().Idle > 0 })
	runIn(t.Context(), t, p, "victim", "return 1")
	runIn(ctx, t, p, "acme", "return 1")
}

// A series of one organisation lends nothing to a run of another, and none to another pool.
func TestSeriesIsOfOneOrganisation(t *testing.T) {
	p, other := newPool(t, worker.Config{Running: 2}), newPool(t, worker.Config{Running: 1})
	ctx, series := runtime.InSeries(t.Context())
	defer series.Pause()
	runIn(ctx, t, p, "acme", "return 1")
	runIn(ctx, t, p, "other", "return 1")
	if s := p.Stats(); s.Running != 1 {
		t.Errorf("%d turns are taken where the last run alone may have one", s.Running)
	}
	runIn(ctx, t, other, "other", "return 1")
	if s, o := p.Stats(), other.Stats(); s.Running != 0 || o.Running != 1 {
		t.Errorf("%d turns are taken in the first pool and %d in the second", s.Running, o.Running)
	}
}

// A pool that is closed while a series has a turn ends all the same, and what comes next fails.
func TestCloseInASeries(t *testing.T) {
	p := newPool(t, worker.Config{Running: 1})
	ctx, series := runtime.InSeries(t.Context())
	runIn(ctx, t, p, "acme", "return 1")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(ctx, invocation("acme", "return 1")); runtime.AsError(err).Code != runtime.CodeHostUnavailable {
		t.Errorf("a run after the end: %v", err)
	}
	series.Pause()
	eventually(t, "all processes are gone", func() bool { return len(children(t)) == 0 })
}
