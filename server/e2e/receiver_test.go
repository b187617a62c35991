package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// newServer runs an HTTP server until the test ends and returns its address.
func newServer(t *testing.T, handle http.HandlerFunc) string {
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.URL
}

// received is a request that a receiver got.
type received struct {
	At     time.Time
	Method string
	Host   string
	URL    string
	Header http.Header
	Body   string
}

// receiver is any server that scripts talk to. It remembers every request.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	requests []received
}

// newReceiver answers with handle, or with 200 and an empty object when that is nil.
func newReceiver(t *testing.T, handle http.HandlerFunc) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.requests = append(r.requests, received{time.Now(), req.Method, req.Host, req.URL.String(), req.Header, string(body)})
		r.mu.Unlock()
		req.Body = io.NopCloser(bytes.NewReader(body))
		if handle == nil {
			writeJSON(w, map[string]any{})
			return
		}
		handle(w, req)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.requests...)
}

// where returns the requests whose URL is the given one.
func (r *receiver) where(url string) []received {
	var out []received
	for _, req := range r.all() {
		if req.URL == url {
			out = append(out, req)
		}
	}
	return out
}
