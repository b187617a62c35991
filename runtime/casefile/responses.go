package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime"
)

// Response answers requests that a script makes. Of the responses that fit a request the first one not
// used yet answers it; when all were used, the last one does.
type Response struct {
	Method  string            `json:"method,omitempty"` // "": any
	URL     string            `json:"url,omitempty"`    // what the request's URL begins with
	Status  int               `json:"status,omitempty"` // 0: 200
	Headers map[string]string `json:"headers,omitempty"`
	Data    json.RawMessage   `json:"data,omitempty"` // a string is the body as it is, anything else its JSON text
}

func (r *Response) fits(req runtime.HTTPRequest) bool {
	return (r.Method == "" || strings.EqualFold(r.Method, req.Method)) && strings.HasPrefix(req.URL, r.URL)
}

// Host is a runtime.Host for one run that reaches nothing: it answers requests from a list and keeps
// the cache in memory.
type Host struct {
	responses []Response
	mu        sync.Mutex
	used      []bool
	cache     map[string]json.RawMessage
	locks     map[string]chan struct{}
}

var _ runtime.Host = (*Host)(nil)

// NewHost returns a Host that answers from responses and refuses every other request.
func NewHost(responses []Response) *Host {
	return &Host{
		responses: responses, used: make([]bool, len(responses)),
		cache: map[string]json.RawMessage{}, locks: map[string]chan struct{}{},
	}
}

// Fetch answers req, or refuses it with the code egress_blocked.
func (h *Host) Fetch(_ context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	r := h.choose(req)
	if r == nil {
		// Without its query: that may carry a credential.
		address, _, _ := strings.Cut(req.URL, "?")
		return runtime.HTTPResponse{}, &runtime.FetchError{
			Code:    string(runtime.CodeEgressBlocked),
			Message: fmt.Sprintf("nothing is sent in a dry run, and no response is given for %s %s", req.Method, address),
		}
	}
	out := runtime.HTTPResponse{Status: r.Status, URL: req.URL}
	if out.Status == 0 {
		out.Status = http.StatusOK
	}
	out.StatusText = http.StatusText(out.Status)
	contentType := "application/json"
	var text string
	if json.Unmarshal(r.Data, &text) == nil {
		out.Body, contentType = []byte(text), "text/plain"
	} else {
		out.Body = r.Data
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		if strings.EqualFold(name, "Content-Type") {
			contentType = ""
		}
		out.Header = append(out.Header, runtime.HeaderField{Name: strings.ToLower(name), Value: r.Headers[name]})
	}
	if contentType != "" {
		out.Header = append(out.Header, runtime.HeaderField{Name: "content-type", Value: contentType})
	}
	return out, nil
}

func (h *Host) choose(req runtime.HTTPRequest) *Response {
	h.mu.Lock()
	defer h.mu.Unlock()
	var chosen *Response
	for i := range h.responses {
		if !h.responses[i].fits(req) {
			continue
		}
		chosen = &h.responses[i]
		if !h.used[i] {
			h.used[i] = true
			break
		}
	}
	return chosen
}

// CacheGet returns what this run stored under key.
func (h *Host) CacheGet(_ context.Context, key string) (json.RawMessage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cache[key], nil
}

// CacheSet stores value until the run is over; a ttl that is not positive forgets it.
func (h *Host) CacheSet(_ context.Context, key string, value json.RawMessage, ttl time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ttl <= 0 {
		delete(h.cache, key)
	} else {
		h.cache[key] = value
	}
	return nil
}

// CacheLock waits until no other caller holds key.
func (h *Host) CacheLock(ctx context.Context, key string) (unlock func(), err error) {
	h.mu.Lock()
	lock := h.locks[key]
	if lock == nil {
		lock = make(chan struct{}, 1)
		h.locks[key] = lock
	}
	h.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
