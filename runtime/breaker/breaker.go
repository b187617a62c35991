// Package breaker pauses scripts that keep reaching their limits. It is a runtime.Sandbox around another
// one: a paused script is refused before it costs anything, and tried again by itself after a while.
package breaker

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/sony/gobreaker/v2"

	"github.com/tripline/tripline/runtime"
)

// Settings say when a script is paused, and for how long.
type Settings struct {
	Window time.Duration // over which runs are counted
	Limits uint32        // runs within the window that must reach a limit,
	Share  float64       // and the part of all its runs that they must be
	Pause  time.Duration // until one run is let through to see whether it is better now
}

// Default pauses a script for a minute after five runs within a minute that reached a limit, when they
// were at least half of its runs.
var Default = Settings{Window: time.Minute, Limits: 5, Share: 0.5, Pause: time.Minute}

// watched is how many scripts are watched at once; the ones that ran longest ago are forgotten.
const watched = 10_000

// Pause is why and since when a script does not run.
type Pause struct {
	Since  time.Time    `json:"since"`
	Until  time.Time    `json:"until"`  // when it is tried again by itself
	Code   runtime.Code `json:"code"`   // of the limit that it reached last
	Reason string       `json:"reason"` // in words
}

// Sandbox is a runtime.Sandbox that pauses.
type Sandbox struct {
	next     runtime.Sandbox
	settings Settings
	scripts  *lru.Cache[key, *script]
	seed     maphash.Seed
}

// key is one version of a script of one organisation. Nobody can know which other text has the same hash.
type key struct {
	org  string
	kind runtime.Kind
	name string
	hash uint64
}

func (b *Sandbox) keyOf(org string, s runtime.Script) key {
	return key{org, s.Kind, s.Name, maphash.String(b.seed, s.Source)}
}

type script struct {
	*gobreaker.CircuitBreaker[runtime.Result]
	last atomic.Pointer[runtime.Error] // the limit that it reached last
	open atomic.Pointer[Pause]         // nil while it runs
}

// New returns a Sandbox around next.
func New(next runtime.Sandbox, settings Settings) *Sandbox {
	scripts, err := lru.New[key, *script](watched)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Sandbox{next: next, settings: settings, scripts: scripts, seed: maphash.MakeSeed()}
}

// Check is the next sandbox's.
func (b *Sandbox) Check(ctx context.Context, s runtime.Script) error { return b.next.Check(ctx, s) }

// Run runs the script unless it is paused.
func (b *Sandbox) Run(ctx context.Context, inv runtime.Invocation) (runtime.Result, error) {
	s := b.script(b.keyOf(inv.Org, inv.Script))
	result, err := s.Execute(func() (runtime.Result, error) {
		result, err := b.next.Run(ctx, inv)
		if reachedLimit(err) {
			s.last.Store(runtime.AsError(err))
		}
		return result, err
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return runtime.Result{}, paused(s.last.Load())
	}
	return result, err
}

func paused(last *runtime.Error) *runtime.Error {
	return runtime.Errorf(runtime.CodeScriptPaused,
		"the script is paused, because it kept reaching a limit (%s); it is tried again by itself in a while, or at once when it was changed or resumed", last.Code)
}

// script returns what is known of a script. Two that are made at the same time are one a moment later.
func (b *Sandbox) script(k key) *script {
	if s, ok := b.scripts.Get(k); ok {
		return s
	}
	s := &script{}
	s.CircuitBreaker = gobreaker.NewCircuitBreaker[runtime.Result](gobreaker.Settings{
		MaxRequests:  1,
		Interval:     b.settings.Window,
		Timeout:      b.settings.Pause,
		IsSuccessful: func(err error) bool { return !reachedLimit(err) },
		IsExcluded: func(err error) bool {
			return hasCode(err, runtime.CodeHostUnavailable, runtime.CodeWorkerLost, runtime.CodeBusy)
		},
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.TotalFailures >= b.settings.Limits && float64(c.TotalFailures) >= b.settings.Share*float64(c.Requests)
		},
		OnStateChange: func(_ string, _, to gobreaker.State) {
			switch to {
			case gobreaker.StateOpen:
				now, last := time.Now().UTC(), s.last.Load()
				s.open.Store(&Pause{Since: now, Until: now.Add(b.settings.Pause), Code: last.Code, Reason: last.Message})
			case gobreaker.StateClosed:
				s.open.Store(nil)
			}
		},
	})
	if previous, found, _ := b.scripts.PeekOrAdd(k, s); found {
		return previous
	}
	return s
}

// Paused returns why a script is paused, and whether it is.
func (b *Sandbox) Paused(org string, s runtime.Script) (Pause, bool) {
	known, ok := b.scripts.Peek(b.keyOf(org, s))
	if !ok {
		return Pause{}, false
	}
	if p := known.open.Load(); p != nil {
		return *p, true
	}
	return Pause{}, false
}

// Resume has a script run again at once, as if it had never reached a limit. It reports whether it was
// paused.
func (b *Sandbox) Resume(org string, s runtime.Script) bool {
	_, was := b.Paused(org, s)
	b.scripts.Remove(b.keyOf(org, s))
	return was
}

// reachedLimit reports whether a run failed because it took too much. A script that merely throws, or
// returns nonsense, costs no more than one that works.
func reachedLimit(err error) bool {
	return hasCode(err, runtime.CodeTimeLimit, runtime.CodeMemoryLimit, runtime.CodeStackLimit, runtime.CodeCompileLimit,
		runtime.CodeResultTooLarge, runtime.CodeNeverSettled)
}

func hasCode(err error, codes ...runtime.Code) bool {
	e, ok := errors.AsType[*runtime.Error](err)
	return ok && slices.Contains(codes, e.Code)
}
