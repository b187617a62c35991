package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

// testHost answers requests by their path: /echo gives the request back, /hang waits for the run's end,
// /fail has no answer.
type testHost struct {
	mu     sync.Mutex
	cache  map[string]json.RawMessage
	locks  map[string]*sync.Mutex
	locked atomic.Int64 // locks that are held
	hangs  atomic.Int64 // requests that hang
	hung   chan struct{}
}

func newTestHost() *testHost {
	return &testHost{cache: make(map[string]json.RawMessage), locks: make(map[string]*sync.Mutex), hung: make(chan struct{}, 100)}
}

func (h *testHost) Fetch(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	switch {
	case strings.HasSuffix(req.URL, "/hang"):
		h.hangs.Add(1)
		defer h.hangs.Add(-1)
		h.hung <- struct{}{}
		<-ctx.Done()
		return runtime.HTTPResponse{}, ctx.Err()
	case strings.HasSuffix(req.URL, "/fail"):
		return runtime.HTTPResponse{}, &runtime.FetchError{Code: "ECONNREFUSED", Message: "connect ECONNREFUSED"}
	case strings.HasSuffix(req.URL, "/panic"):
		panic("boom")
	}
	body, _ := json.Marshal(map[string]any{"method": req.Method, "url": req.URL, "body": string(req.Body)})
	return runtime.HTTPResponse{
		Status: 200, StatusText: "OK", Header: []runtime.HeaderField{{Name: "content-type", Value: "application/json"}}, Body: body, URL: req.URL,
	}, nil
}

func (h *testHost) CacheGet(_ context.Context, key string) (json.RawMessage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cache[key], nil
}

func (h *testHost) CacheSet(_ context.Context, key string, value json.RawMessage, _ time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cache[key] = value
	return nil
}

func (h *testHost) CacheLock(_ context.Context, key string) (func(), error) {
	h.mu.Lock()
	lock := h.locks[key]
	if lock == nil {
		lock = new(sync.Mutex)
		h.locks[key] = lock
	}
	h.mu.Unlock()
	lock.Lock()
	h.locked.Add(1)
	return func() { h.locked.Add(-1); lock.Unlock() }, nil
}

func withHost(inv runtime.Invocation, h runtime.Host) runtime.Invocation {
	inv.Host = h
	return inv
}

func TestHostCalls(t *testing.T) {
	p := newPool(t, worker.Config{})
	for name, c := range map[string]struct{ source, value, failure string }{
		"fetch":     {source: `const r = await axios.post("https://a.example/echo", {x: 1}); return [r.status, r.data.method, r.data.body]`, value: `[200,"POST","{\"x\":1}"]`},
		"at once":   {source: `const r = await Promise.all(["a", "b", "c"].map(x => axios.get("https://" + x + ".example/echo"))); return r.map(x => x.data.url)`, value: `["https://a.example/echo","https://b.example/echo","https://c.example/echo"]`},
		"in turn":   {source: `let n = 0; for (let i = 0; i < 10; i++) n += (await axios.get("https://a.example/echo")).status; return n`, value: `2000`},
		"refused":   {source: `try { await axios.get("https://a.example/fail") } catch (e) { return [e.code, e.message] }`, value: `["ECONNREFUSED","connect ECONNREFUSED"]`},
		"panic":     {source: `await axios.get("https://a.example/panic")`, failure: "Network Error"},
		"cache":     {source: `const a = await cache.get("k"); await cache.set("k", {v: 1}, 60); return [a === undefined || a === null, await cache.get("k")]`, value: `[true,{"v":1}]`},
		"once":      {source: `return await cache.once("o", 60, async () => (await axios.get("https://a.example/echo")).status)`, value: `200`},
		"left":      {source: `axios.get("https://a.example/hang"); return 1`, value: `1`},
		"too large": {source: `await axios.post("https://a.example/echo", "x".repeat(3e6))`, failure: "maxBodyLength"},
		"too many":  {source: `for (let i = 0; i < 20; i++) await axios.get("https://a.example/echo")`, failure: "too_many_requests"},
		"no host":   {source: `await cache.get("k")`, failure: "script_error"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newTestHost()
			inv := withHost(invocation("acme", c.source), h)
			if name == "no host" {
				inv.Host = nil
			}
			for range 2 {
				h.cache = make(map[string]json.RawMessage)
				got, err := p.Run(t.Context(), inv)
				switch {
				case c.failure == "" && (err != nil || string(got.Value) != c.value):
					t.Fatalf("%s %v, want %s", got.Value, err, c.value)
				case c.failure != "" && (err == nil || !strings.Contains(err.Error(), c.failure)):
					t.Fatalf("%s %v, want %s", got.Value, err, c.failure)
				}
			}
		})
	}
	if s := p.Stats(); s.Killed+s.Lost > 0 {
		t.Errorf("%+v", s)
	}
}

// A run that ends while it holds a lock or waits for an answer leaves neither behind.
func TestRunEndsItsCalls(t *testing.T) {
	p := newPool(t, worker.Config{})
	h := newTestHost()
	inv := withHost(invocation("acme", `cache.once("o", 60, () => axios.get("https://a.example/hang")); await axios.get("https://a.example/echo"); await axios.get("https://a.example/echo"); for (;;) await axios.get("https://a.example/fail")`), h)
	if _, err := p.Run(t.Context(), inv); err == nil {
		t.Fatal("no failure")
	}
	eventually(t, "the lock is free and the request cancelled", func() bool { return h.locked.Load() == 0 && h.hangs.Load() == 0 })
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 500 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not so after 5 s: %s", what)
}

// Runs that hang in an await keep their workers and nothing else.
func TestHangingRunsDelayNobody(t *testing.T) {
	limits := runtime.DefaultLimits()
	limits.AsyncWall = time.Second
	p := newPool(t, worker.Config{Limits: runtime.OrgLimits{Everyone: limits}, Running: 2})
	h := newTestHost()
	var done sync.WaitGroup
	for i := range 3 {
		done.Go(func() {
			got, err := p.Run(t.Context(), withHost(invocation("hanging", fmt.Sprintf(`await axios.get("https://a.example/hang"); return %d`, i)), h))
			if codeOf(err) != "time_limit" || got.Wall < limits.AsyncWall || got.CPU > 500*time.Millisecond {
				t.Errorf("%v, CPU %v, wall %v", err, got.CPU, got.Wall)
			}
		})
	}
	for range 3 {
		<-h.hung
	}
	eventually(t, "nobody has a turn", func() bool { return p.Stats().Running == 0 })
	for range 20 {
		mustRun(t, p, invocation("other", "return [1]"), "[1]")
	}
	if h.hangs.Load() != 3 {
		t.Error("the other runs had to wait for those that hang")
	}
	done.Wait()
}
