package engine

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Bounds of the cache of compiled scripts.
const (
	cacheEntries = 1024
	cacheBytes   = 64 << 20 // of compiled code, estimated
	codePerByte  = 30       // bytes of compiled code per byte of source, roughly
)

// cacheKey is the text itself: a map hashes it faster than any digest would, and cannot mix up two.
type cacheKey struct {
	kind   runtime.Kind
	source string
}

// compiled is a script that is being compiled or was. Refused scripts are kept as well, so that one that
// takes long to refuse does so once.
type compiled struct {
	key     cacheKey
	done    chan struct{} // closed when program and err are set
	program *program
	err     error
	clock   atomic.Pointer[threadClock] // of the compilation, nil before it begins
	place   *list.Element
}

// programs is the cache of compiled scripts: the least recently used ones go first.
type programs struct {
	limit time.Duration // CPU time that compiling one script may take

	mu      sync.Mutex
	entries map[cacheKey]*compiled
	recent  list.List // of *compiled, latest first
	bytes   int
}

func newPrograms(limit time.Duration) *programs {
	return &programs{limit: limit, entries: make(map[cacheKey]*compiled)}
}

// get returns the compiled script. Compiling cannot be stopped, so that it happens on a goroutine of its
// own, once however many ask, and the callers stop waiting when it has used its time.
func (c *programs) get(ctx context.Context, s runtime.Script) (*program, error) {
	entry := c.entry(s)
	select {
	case <-entry.done:
		return entry.program, entry.err
	default:
	}
	patience := time.NewTimer(c.limit * wallPerCPU)
	defer patience.Stop()
	next := time.NewTimer(c.limit)
	defer next.Stop()
	for {
		select {
		case <-entry.done:
			return entry.program, entry.err
		case <-ctx.Done():
			return nil, runtime.Errorf(runtime.CodeHostUnavailable, "the run was cancelled: %v", context.Cause(ctx))
		case <-patience.C:
			return nil, c.tooLong()
		case <-next.C:
			left := c.limit - entry.used()
			if left <= 0 {
				return nil, c.tooLong()
			}
			next.Reset(max(left, time.Millisecond))
		}
	}
}

// wallPerCPU is how much longer than its CPU time a compilation may take on a busy machine.
const wallPerCPU = 20

// used is the CPU time of a compilation so far.
func (e *compiled) used() time.Duration {
	if clock := e.clock.Load(); clock != nil {
		return clock.elapsed()
	}
	return 0
}

func (c *programs) tooLong() *runtime.Error {
	return runtime.Errorf(runtime.CodeCompileLimit, "compiling took more than %v", c.limit)
}

// entry finds or starts the compilation of s.
func (c *programs) entry(s runtime.Script) *compiled {
	key := cacheKey{s.Kind, s.Source}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[key]; ok {
		c.recent.MoveToFront(e.place)
		return e
	}
	e := &compiled{key: key, done: make(chan struct{})}
	e.place = c.recent.PushFront(e)
	c.entries[key] = e
	c.bytes += weight(key)
	for len(c.entries) > cacheEntries || c.bytes > cacheBytes && len(c.entries) > 1 {
		c.drop(c.recent.Back().Value.(*compiled))
	}
	go func() {
		defer close(e.done)
		clock := lockThread()
		e.clock.Store(&clock)
		e.program, e.err = compile(s)
		if failure, ok := errors.AsType[*runtime.Error](e.err); ok {
			failure.Message = cutMessage(failure.Message) // it may quote the source
		}
		if clock.unlock() > c.limit {
			e.program, e.err = nil, c.tooLong()
		}
	}()
	return e
}

func (c *programs) drop(e *compiled) {
	c.recent.Remove(e.place)
	delete(c.entries, e.key)
	c.bytes -= weight(e.key)
}

func weight(k cacheKey) int { return len(k.source) * (1 + codePerByte) }
