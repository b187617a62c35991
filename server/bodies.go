package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// What the bodies of one organisation's requests may have together while they are worked on, in bytes. JSON takes
// up to a hundred times its length once it is decoded, so a few dozen bodies of 1 MB would take all memory there is.
const (
	bodiesAtOnce = 2 * maxBody
	smallBody    = 8 << 10 // which needs no room of its own
	bodyWait     = 10 * time.Second
)

// bodyRoom has large bodies of an organisation take turns. They wait before they are read, where a sender's own
// socket holds them, and no organisation waits for another.
type bodyRoom struct {
	mu   sync.Mutex
	orgs map[string]*orgRoom
}

type orgRoom struct {
	*semaphore.Weighted
	users int // requests that have room or wait for it
}

func newBodyRoom() *bodyRoom { return &bodyRoom{orgs: make(map[string]*orgRoom)} }

// enter waits until there is room for the body of r. The caller calls leave when it is done with the request.
func (b *bodyRoom) enter(r *http.Request, org string) (leave func(), err error) {
	size := r.ContentLength
	if size >= 0 && size <= smallBody {
		return func() {}, nil
	}
	if size < 0 || size > maxBody { // not known, or refused while it is read
		size = maxBody
	}
	room := b.of(org)
	ctx, cancel := context.WithTimeout(r.Context(), bodyWait)
	defer cancel()
	if err := room.Acquire(ctx, size); err != nil {
		b.left(org, room)
		p := problem(http.StatusServiceUnavailable, "busy", "too many large requests of this organisation are being worked on; send it again in a second")
		p.RetryAfter = 1
		return nil, p
	}
	return func() {
		room.Release(size)
		b.left(org, room)
	}, nil
}

func (b *bodyRoom) of(org string) *orgRoom {
	b.mu.Lock()
	defer b.mu.Unlock()
	room := b.orgs[org]
	if room == nil {
		room = &orgRoom{Weighted: semaphore.NewWeighted(bodiesAtOnce)}
		b.orgs[org] = room
	}
	room.users++
	return room
}

func (b *bodyRoom) left(org string, room *orgRoom) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if room.users--; room.users == 0 {
		delete(b.orgs, org)
	}
}
