package worker

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
)

// maxInFlight bounds the host calls of one run that are under way at once. Others wait for one to end.
const maxInFlight = 32

// hostProxy is the runtime.Host of a run inside the worker process: it sends the calls over the channel.
type hostProxy struct {
	child *child
	slots chan struct{} // one per call that may be under way

	// sending is held while a frame is written, which may take until the supervisor has read it. The
	// reader of answers never waits for it: both sides could be waiting to write otherwise.
	sending sync.Mutex
	frame   frame

	mu      sync.Mutex
	active  bool // a run is on; nothing is sent outside of one
	last    uint64
	waiting map[uint64]chan reply
	turns   int           // asked for and not yet given
	turn    chan struct{} // a turn that was given
	idle    chan struct{} // closed when the reader has ended; nil while there is none
}

func (h *hostProxy) open() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.active = true
	if h.waiting == nil {
		h.slots = make(chan struct{}, maxInFlight)
		h.waiting = make(map[uint64]chan reply)
		h.turn = make(chan struct{}, 1)
	}
}

func (h *hostProxy) close() {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.active = false
}

// drain returns when nobody reads the channel any more: it waits until the calls that the run left behind are answered. The supervisor answers them as soon
// as it knows that the run is over.
func (h *hostProxy) drain() {
	h.mu.Lock()
	idle := h.idle
	h.mu.Unlock()
	if idle != nil {
		<-idle
	}
}

// expect makes sure that somebody reads what comes. The caller holds mu.
func (h *hostProxy) expect() {
	if h.idle == nil {
		h.idle = make(chan struct{})
		go h.readReplies(h.idle)
	}
}

// readReplies reads until nothing more is to come, and leaves the channel to the next run then.
func (h *hostProxy) readReplies(idle chan struct{}) {
	defer close(idle)
	in := h.child.in
	in.stream = h.child.polled
	for {
		k, body, err := h.child.in.read()
		if err != nil {
			os.Exit(2) // nobody is left who could want the run
		}
		f := fields{rest: body}
		if k == frameReply {
			r := f.reply()
			if f.done() != nil {
				os.Exit(2)
			}
			h.settle(r)
		} else {
			h.turn <- struct{}{}
		}
		if h.nothingExpected(k) {
			return
		}
	}
}

func (h *hostProxy) settle(r reply) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting[r.id] <- r
	delete(h.waiting, r.id)
}

func (h *hostProxy) nothingExpected(k kind) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if k == frameTurn {
		h.turns--
	}
	if len(h.waiting)+h.turns > 0 {
		return false
	}
	h.idle = nil
	h.child.in.stream = h.child.out // the next to read is the process's own loop
	return true
}

// Park tells the supervisor that the run only waits from here on.
func (h *hostProxy) Park() { h.signal(framePark) }

// Resume asks the supervisor for a turn and waits for it.
func (h *hostProxy) Resume() {
	h.mu.Lock()
	h.turns++
	h.expect()
	h.mu.Unlock()
	h.signal(frameResume)
	<-h.turn
}

func (h *hostProxy) signal(k kind) {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.frame.reset(k)
	if h.child.flush(&h.frame) != nil {
		os.Exit(2)
	}
}

var errOver = errors.New("the run is over")

// do sends a call and waits for its answer.
func (h *hostProxy) do(ctx context.Context, c call) (reply, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return reply{}, errOver
	}
	answer, err := h.sendCall(ctx, &c)
	if err != nil {
		return reply{}, err
	}
	select {
	case r := <-answer:
		if r.failure != "" && r.code != "" {
			return reply{}, &runtime.FetchError{Code: r.code, Message: r.failure}
		} else if r.failure != "" {
			return reply{}, errors.New(r.failure)
		}
		return r, nil
	case <-ctx.Done():
		return reply{}, errOver
	}
}

func (h *hostProxy) sendCall(ctx context.Context, c *call) (chan reply, error) {
	h.sending.Lock()
	defer h.sending.Unlock()
	answer, err := h.register(ctx, c)
	if err != nil {
		return nil, err
	}
	defer h.frame.trim()
	h.frame.reset(frameCall)
	h.frame.call(c)
	err = h.child.flush(&h.frame)
	if err != nil && !errors.Is(err, errTooLarge) {
		os.Exit(2)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		delete(h.waiting, c.id)
		return nil, &runtime.FetchError{Code: "ERR_FR_MAX_BODY_LENGTH_EXCEEDED", Message: "Request body larger than maxBodyLength limit"}
	}
	h.expect()
	return answer, nil
}

// register gives a call its number. A goroutine of an earlier run may come as late as in the next one,
// whose host is none of its business.
func (h *hostProxy) register(ctx context.Context, c *call) (chan reply, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.active || ctx.Err() != nil {
		return nil, errOver
	}
	h.last++
	c.id = h.last
	answer := make(chan reply, 1)
	h.waiting[c.id] = answer
	return answer, nil
}

// Fetch is runtime.Host's.
func (h *hostProxy) Fetch(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	if len(req.Header) > maxLines {
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ERR_BAD_REQUEST", Message: "the request has too many header lines"}
	}
	r, err := h.do(ctx, call{method: methodFetch, request: req})
	return r.response, err
}

// CacheGet is runtime.Host's.
func (h *hostProxy) CacheGet(ctx context.Context, key string) (json.RawMessage, error) {
	r, err := h.do(ctx, call{method: methodCacheGet, key: key})
	return r.value, err
}

// CacheSet is runtime.Host's.
func (h *hostProxy) CacheSet(ctx context.Context, key string, value json.RawMessage, ttl time.Duration) error {
	_, err := h.do(ctx, call{method: methodCacheSet, key: key, value: value, ttl: ttl})
	return err
}

// CacheLock is runtime.Host's. The supervisor ends locks that a run leaves behind.
func (h *hostProxy) CacheLock(ctx context.Context, key string) (unlock func(), err error) {
	r, err := h.do(ctx, call{method: methodCacheLock, key: key})
	if err != nil {
		return nil, err
	}
	return func() { h.unlock(r.id) }, nil
}

// unlock tells the supervisor that a lock is over. The number of an earlier run's lock says nothing to it.
func (h *hostProxy) unlock(id uint64) {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.mu.Lock()
	active := h.active
	h.mu.Unlock()
	if !active {
		return
	}
	h.frame.reset(frameUnlock)
	h.frame.uint(id)
	if h.child.flush(&h.frame) != nil {
		os.Exit(2)
	}
}
