package dispatch

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
)

// pausingHost stores what the unit has done so far before the script waits for something outside.
type pausingHost struct {
	runtime.Host
	unit *unit
	ctx  context.Context
	once sync.Once
	err  error
}

func (h *pausingHost) pause() error {
	h.once.Do(func() { h.err = h.unit.pause(h.ctx) })
	return h.err
}

func (h *pausingHost) Fetch(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	if err := h.pause(); err != nil {
		return runtime.HTTPResponse{}, err
	}
	return h.Host.Fetch(ctx, req)
}

func (h *pausingHost) CacheSet(ctx context.Context, key string, value json.RawMessage, ttl time.Duration) error {
	if err := h.pause(); err != nil {
		return err
	}
	return h.Host.CacheSet(ctx, key, value, ttl)
}

func (h *pausingHost) CacheLock(ctx context.Context, key string) (func(), error) {
	if err := h.pause(); err != nil {
		return nil, err
	}
	return h.Host.CacheLock(ctx, key)
}
