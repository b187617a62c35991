package worker

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/tripline/tripline/runtime"
)

// hostCalls serves the calls of one run with the run's host. Its zero value is that of a run without any.
type hostCalls struct {
	process  *process
	host     runtime.Host
	ctx      context.Context
	cancel   context.CancelFunc
	requests int // that the run may still make

	mu      sync.Mutex
	over    bool
	pending map[uint64]struct{}
	locks   map[uint64]func()
}

func (h *hostCalls) open(ctx context.Context, w *process, host runtime.Host, limits *runtime.Limits) {
	h.process, h.host, h.requests = w, host, limits.Requests
	h.ctx, h.cancel = context.WithCancel(ctx)
	h.pending = make(map[uint64]struct{})
	h.locks = make(map[uint64]func())
}

// begin starts a call. The error means that the process does what the engine never lets a script do.
func (h *hostCalls) begin(c call) error {
	if h.host == nil {
		return errMalformed
	}
	if c.method == methodFetch {
		if h.requests--; h.requests < 0 {
			return errMalformed
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.pending) >= 2*maxInFlight {
		return errMalformed
	}
	h.pending[c.id] = struct{}{}
	go func() {
		r := h.answer(&c)
		h.send(&r)
	}()
	return nil
}

// answer makes one call.
func (h *hostCalls) answer(c *call) (r reply) {
	defer func() {
		if p := recover(); p != nil {
			r = reply{id: c.id, failure: fmt.Sprintf("the call failed inside the host: %v", p)}
		}
	}()
	r.id = c.id
	var err error
	switch c.method {
	case methodFetch:
		r.response, err = h.host.Fetch(h.ctx, c.request)
	case methodCacheGet:
		r.value, err = h.host.CacheGet(h.ctx, c.key)
	case methodCacheSet:
		err = h.host.CacheSet(h.ctx, c.key, c.value, c.ttl)
	case methodCacheLock:
		err = h.lock(c)
	default:
		err = errMalformed
	}
	if err != nil {
		r = reply{id: c.id, failure: err.Error()}
		if r.failure == "" {
			r.failure = "the call failed"
		}
		if fetch, ok := errors.AsType[*runtime.FetchError](err); ok {
			r.code = fetch.Code
		}
	}
	return r
}

func (h *hostCalls) lock(c *call) error {
	unlock, err := h.host.CacheLock(h.ctx, c.key)
	if err != nil {
		return err
	}
	h.mu.Lock()
	over := h.over
	if !over {
		h.locks[c.id] = unlock
	}
	h.mu.Unlock()
	if over {
		unlock()
	}
	return nil
}

// unlock ends a lock of the run. An id of another run is none of it.
func (h *hostCalls) unlock(id uint64) {
	h.mu.Lock()
	unlock := h.locks[id]
	delete(h.locks, id)
	h.mu.Unlock()
	if unlock != nil {
		unlock()
	}
}

// send sends an answer unless the run is over, when close has answered.
func (h *hostCalls) send(r *reply) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, wanted := h.pending[r.id]; !wanted {
		return
	}
	delete(h.pending, r.id)
	err := h.process.send(frameReply, func(f *frame) { f.reply(r) })
	if errors.Is(err, errTooLarge) {
		r = &reply{id: r.id, code: "ERR_BAD_RESPONSE", failure: "maxContentLength size exceeded"}
		_ = h.process.send(frameReply, func(f *frame) { f.reply(r) }) // a dead process is found by its reader
	}
}

// close cancels the calls that are still out, answers them and ends the run's locks.
func (h *hostCalls) close() {
	if h.cancel == nil {
		return
	}
	h.cancel()
	h.mu.Lock()
	h.over = true
	for id := range h.pending {
		_ = h.process.send(frameReply, func(f *frame) { f.reply(&reply{id: id, failure: "the run is over"}) })
	}
	h.pending = nil
	locks := h.locks
	h.locks = nil
	h.mu.Unlock()
	for _, unlock := range locks {
		unlock()
	}
}
