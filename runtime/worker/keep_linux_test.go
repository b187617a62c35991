package worker

import (
	"testing"
	"time"
)

// A series goes on with what it has unless another organisation has a better claim to it.
func TestKeep(t *testing.T) {
	own, other := &org{name: "own"}, &org{name: "other"}
	for name, c := range map[string]struct {
		change func(*Pool, *grant)
		kept   bool
	}{
		"nobody waits":            {func(*Pool, *grant) {}, true},
		"only its own runs wait":  {func(p *Pool, _ *grant) { p.queue = []*org{own} }, true},
		"another one waits":       {func(p *Pool, _ *grant) { p.queue = []*org{other} }, false},
		"another one waits too":   {func(p *Pool, _ *grant) { p.queue = []*org{own, other} }, false},
		"it was overtaken":        {func(_ *Pool, g *grant) { g.turn = false }, false},
		"its process stands back": {func(_ *Pool, g *grant) { g.yields = true }, false},
		"it has had its turn":     {func(_ *Pool, g *grant) { g.since = time.Now().Add(-longestSeries - time.Millisecond) }, false},
		"the pool is closed":      {func(p *Pool, _ *grant) { p.closed = true }, false},
	} {
		p := &Pool{}
		// The clock of a busy machine must not make the series a long one.
		g := &grant{pool: p, org: own, turn: true, since: time.Now().Add(time.Hour), charged: time.Millisecond}
		own.used = time.Millisecond
		c.change(p, g)
		if kept := p.keep(g, 3*time.Millisecond); kept != c.kept {
			t.Errorf("%s: kept %v", name, kept)
		}
		if c.kept && own.used != 3*time.Millisecond {
			t.Errorf("%s: %v are charged", name, own.used)
		}
	}
}
