package runtime

import "context"

// Series are runs of one piece of work, one soon after the other. A Sandbox may keep for the next run what the
// one before had, while nobody else has a better claim to it. One goroutine uses it.
type Series struct{ kept Kept }

// Kept is what a Sandbox keeps from one run of a Series to the next.
type Kept interface {
	// Release gives it back.
	Release()
}

type seriesKey struct{}

// InSeries returns a context for the runs of a Series. Whoever is about to wait for something else, or has no
// further run, calls Pause.
func InSeries(ctx context.Context) (context.Context, *Series) {
	s := new(Series)
	return context.WithValue(ctx, seriesKey{}, s), s
}

// SeriesOf returns the Series that a run is of, nil when it is of none.
func SeriesOf(ctx context.Context) *Series {
	s, _ := ctx.Value(seriesKey{}).(*Series)
	return s
}

// Keep is for a Sandbox: k stays until the next Take or Pause.
func (s *Series) Keep(k Kept) { s.kept = k }

// Take is for a Sandbox: it returns what was kept, which is the caller's then, or nil.
func (s *Series) Take() Kept {
	k := s.kept
	s.kept = nil
	return k
}

// Pause gives back what is kept. Runs may follow. A nil Series keeps nothing.
func (s *Series) Pause() {
	if s == nil {
		return
	}
	if k := s.Take(); k != nil {
		k.Release()
	}
}
