package jsapi

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
)

// memoryHost is a cache in memory; it serves no requests.
type memoryHost struct {
	runtime.Host
	mu     sync.Mutex
	values map[string]json.RawMessage
	ttls   map[string]time.Duration
	locks  map[string]chan struct{}
	held   int // locks that were not given back
	err    error
}

func newMemoryHost() *memoryHost {
	return &memoryHost{values: map[string]json.RawMessage{}, ttls: map[string]time.Duration{}, locks: map[string]chan struct{}{}}
}

func (h *memoryHost) CacheGet(_ context.Context, key string) (json.RawMessage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.values[key], h.err
}

func (h *memoryHost) CacheSet(_ context.Context, key string, value json.RawMessage, ttl time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.values[key], h.ttls[key] = value, ttl
	return h.err
}

func (h *memoryHost) CacheLock(ctx context.Context, key string) (func(), error) {
	h.mu.Lock()
	lock, ok := h.locks[key]
	if !ok {
		lock = make(chan struct{}, 1)
		h.locks[key] = lock
	}
	h.mu.Unlock()
	select {
	case lock <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.count(1)
	return func() { h.count(-1); <-lock }, nil
}

func (h *memoryHost) count(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held += n
}

func (h *memoryHost) heldLocks() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.held
}

func TestCacheKeepsValues(t *testing.T) {
	host := newMemoryHost()
	got, err := newRealm(t, host).run(`
		const before = await cache.get("k");
		const set = await cache.set("k", { token: "t", list: [1, null] }, 90.5);
		return [before === undefined, set === undefined, await cache.get("k")]`)
	if want := `[true,true,{"token":"t","list":[1,null]}]`; err != nil || got != want {
		t.Fatalf("%s, %v, want %s", got, err, want)
	}
	if host.ttls["k"] != 90500*time.Millisecond {
		t.Errorf("kept for %v", host.ttls["k"])
	}
	if got, _ := newRealm(t, host).run(`return (await cache.get("k")).token`); got != `"t"` {
		t.Errorf("the next run sees %s", got)
	}
}

func TestCacheRefusesBadArguments(t *testing.T) {
	for call, want := range map[string]string{
		`cache.get()`:                                                "ERR_INVALID_ARG_TYPE",
		`cache.get("")`:                                              "ERR_OUT_OF_RANGE",
		`cache.get("k".repeat(257))`:                                 "ERR_OUT_OF_RANGE",
		`cache.set("k", 1)`:                                          "ERR_INVALID_ARG_TYPE",
		`cache.set("k", 1, 0)`:                                       "ERR_OUT_OF_RANGE",
		`cache.set("k", 1, NaN)`:                                     "ERR_OUT_OF_RANGE",
		`cache.set("k", 1, 1e12)`:                                    "ERR_OUT_OF_RANGE",
		`cache.set("k", undefined, 5)`:                               "ERR_INVALID_ARG_TYPE",
		`cache.set("k", () => 1, 5)`:                                 "ERR_INVALID_ARG_TYPE",
		`cache.set("k", "x".repeat(3e5), 5)`:                         "ERR_OUT_OF_RANGE",
		`cache.once("k", 5)`:                                         "ERR_INVALID_ARG_TYPE",
		`cache.once("k", 5, () => undefined)`:                        "ERR_INVALID_ARG_TYPE",
		`cache.set("k", { toJSON() { throw { code: "own" } } }, 5)`:  "own",
		`cache.once("k", 5, async () => { throw { code: "mine" } })`: "mine",
	} {
		host := newMemoryHost()
		got, err := newRealm(t, host).run("const p = " + call + "; return p.then(() => 'fulfilled', (e) => e.code)")
		if err != nil || got != `"`+want+`"` {
			t.Errorf("%s: %s, %v, want %s", call, got, err, want)
		}
		if n := host.heldLocks(); n != 0 {
			t.Errorf("%s: %d locks were not given back", call, n)
		}
	}
}

func TestCacheOnceComputesOnce(t *testing.T) {
	host := newMemoryHost()
	got, err := newRealm(t, host).run(`
		let computed = 0;
		const compute = async () => { computed++; await cache.get("other"); return { n: computed } };
		const [a, b] = await Promise.all([cache.once("k", 60, compute), cache.once("k", 60, compute)]);
		const c = await cache.once("k", 60, compute);
		const d = await cache.once("sync", 60, () => 7);
		return [a, b, c, d, computed]`)
	if want := `[{"n":1},{"n":1},{"n":1},7,1]`; err != nil || got != want {
		t.Fatalf("%s, %v, want %s", got, err, want)
	}
	if host.heldLocks() != 0 {
		t.Error("a lock was not given back")
	}
}

func TestCacheOnceAcrossRuns(t *testing.T) {
	host := newMemoryHost()
	results := make(chan string, 4)
	for range cap(results) {
		go func() {
			got, err := newRealm(t, host).run(`let mine = false; const v = await cache.once("token", 60, async () => { mine = true; await cache.get("slow"); return "t" }); return [v, mine]`)
			if err != nil {
				got = err.Error()
			}
			results <- got
		}()
	}
	counts := map[string]int{}
	for range cap(results) {
		counts[<-results]++
	}
	if counts[`["t",true]`] != 1 || counts[`["t",false]`] != 3 {
		t.Errorf("%v, want one run that computes and three that wait", counts)
	}
}

func TestCacheOnceAfterAFailure(t *testing.T) {
	host := newMemoryHost()
	got, err := newRealm(t, host).run(`
		let first; try { await cache.once("k", 60, async () => { throw new Error("down") }) } catch (e) { first = e.message }
		return [first, await cache.once("k", 60, () => "up")]`)
	if want := `["down","up"]`; err != nil || got != want {
		t.Fatalf("%s, %v, want %s", got, err, want)
	}
}

// TestCacheLockEndsWithTheRun ends a run while it computes.
func TestCacheLockEndsWithTheRun(t *testing.T) {
	host := newMemoryHost()
	t.Run("a run that never finishes", func(t *testing.T) {
		r := newRealm(t, host)
		if _, err := r.env.VM.RunString(`cache.once("k", 60, () => new Promise(() => {}))`); err != nil {
			t.Fatal(err)
		}
		(<-r.settle)()
		_, _ = r.env.VM.RunString("")
		if host.heldLocks() != 1 {
			t.Fatal("the run does not hold the lock")
		}
	})
	for deadline := time.Now().Add(5 * time.Second); host.heldLocks() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the lock outlives the run")
		}
	}
}

func TestCacheWithoutAHost(t *testing.T) {
	for _, call := range []string{`cache.get("k")`, `cache.set("k", 1, 1)`, `cache.once("k", 1, () => 1)`} {
		got, err := newRealm(t, nil).run("return " + call + ".catch((e) => [e instanceof Error, e.message])")
		if want := `[true,"` + errNoCache.Error() + `"]`; err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", call, got, err, want)
		}
	}
}

func TestCacheHostErrors(t *testing.T) {
	host := newMemoryHost()
	host.err = errors.New("the store is full")
	for _, call := range []string{"get", "set", "once"} {
		got, err := newRealm(t, host).run(`return cache.` + call + `("k", ` + map[string]string{"get": "", "set": "1, 1", "once": "1, () => 1"}[call] + `).catch((e) => e.message)`)
		if want := `"cache.` + call + `: the store is full"`; err != nil || got != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
	if host.heldLocks() != 0 {
		t.Error("a lock was not given back")
	}
}

// TestCacheOnceWithBrokenPromises runs a script that has replaced then.
func TestCacheOnceWithBrokenPromises(t *testing.T) {
	got, err := newRealm(t, newMemoryHost()).run(`
		Promise.prototype.then = function () { throw new Error("forged") };
		return await cache.once("k", 60, async () => "value")`)
	if err != nil || got != `"value"` {
		t.Errorf("%s, %v", got, err)
	}
}
