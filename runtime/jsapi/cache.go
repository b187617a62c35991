package jsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

const (
	maxCacheKey = 256                  // bytes
	maxCacheTTL = 400 * 24 * time.Hour // longer is a mistake in the unit
	cacheTypes  = `const cache: {
  get<T = any>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  once<T>(key: string, ttlSeconds: number, compute: () => T | Promise<T>): Promise<T>;
}`
)

func cacheGlobals() []Global {
	return []Global{{
		Name:  "cache",
		Kinds: []runtime.Kind{runtime.KindRPC},
		Doc: "Keeps JSON values for later runs of this script: one space per script and organisation, sealed at rest. " +
			"With once, one run computes a missing value while the others wait for it: the right place for an access token.",
		TypeScript: cacheTypes,
		New:        newCache,
	}}
}

// errNoCache is what every call is rejected with in a run that nothing outside belongs to.
var errNoCache = errors.New("cache: not available in this run, which cannot reach anything outside the script")

// cacheLib is cache in one realm.
type cacheLib struct {
	env     *Env
	running map[string]goja.Value // what this run is computing, by key: a second once shares the promise
}

func newCache(e *Env) goja.Value {
	l := &cacheLib{env: e, running: make(map[string]goja.Value)}
	o := e.VM.NewObject()
	for _, m := range []method{{"get", 1, l.get}, {"set", 3, l.set}, {"once", 3, l.once}} {
		_ = o.Set(m.name, e.newFunction(m))
	}
	return o
}

// promised turns what call throws into a rejection, for nothing here throws at once.
func (l *cacheLib) promised(call func() goja.Value) goja.Value {
	var result goja.Value
	thrown := l.env.VM.Try(func() { result = call() })
	if thrown == nil {
		return result
	}
	return l.rejected(thrown.Value())
}

func (l *cacheLib) rejected(reason any) goja.Value {
	promise, _, reject := l.env.VM.NewPromise()
	_ = reject(reason)
	return l.env.VM.ToValue(promise)
}

// await does work with the host on a goroutine of its own.
func (l *cacheLib) await(work func(context.Context, runtime.Host) func() (goja.Value, error)) goja.Value {
	host := l.env.Host
	if host == nil {
		return l.rejected(l.env.newPlainError(errorClassPlain, errNoCache.Error()))
	}
	return l.env.VM.ToValue(l.env.Await(func(ctx context.Context) func() (goja.Value, error) { return work(ctx, host) }))
}

func settled(v goja.Value, err error) func() (goja.Value, error) {
	return func() (goja.Value, error) { return v, err }
}

// parsed gives the value of stored JSON text, undefined for none.
func (l *cacheLib) parsed(text json.RawMessage) (goja.Value, error) {
	if text == nil {
		return goja.Undefined(), nil
	}
	return l.env.Parse(text)
}

func (l *cacheLib) key(v goja.Value) string {
	if !goja.IsString(v) {
		l.env.throwArgType("key", "of type string", v)
	}
	key := v.String()
	if key == "" || len(key) > maxCacheKey {
		l.env.throw(errorClassRange, codeOutOfRange, "cache: the key has %d bytes, 1 to %d are possible", len(key), maxCacheKey)
	}
	return key
}

func (l *cacheLib) ttl(v goja.Value) time.Duration {
	seconds := l.env.number(v, "ttlSeconds")
	if !(seconds > 0) || math.IsInf(seconds, 0) || seconds > maxCacheTTL.Seconds() {
		l.env.throwOutOfRange("ttlSeconds", fmt.Sprintf("> 0 and <= %d", int(maxCacheTTL.Seconds())), v)
	}
	return time.Duration(seconds * float64(time.Second))
}

// json returns the text that is stored for a value.
func (l *cacheLib) json(v goja.Value) json.RawMessage {
	text, err := l.env.Stringify(v)
	if err != nil {
		l.env.rethrow(err)
	}
	if text == nil {
		l.env.throw(errorClassType, codeInvalidArgType, "cache: a value that JSON can hold is needed. Received %s", l.env.received(v))
	}
	if limit := l.env.Limits.Result; len(text) > limit {
		l.env.throw(errorClassRange, codeOutOfRange, "cache: the value has %d bytes of JSON, at most %d are possible", len(text), limit)
	}
	return text
}

func (l *cacheLib) get(_ *Env, c goja.FunctionCall) goja.Value {
	return l.promised(func() goja.Value {
		key := l.key(c.Argument(0))
		return l.await(func(ctx context.Context, host runtime.Host) func() (goja.Value, error) {
			text, err := host.CacheGet(ctx, key)
			if err != nil {
				return settled(nil, fmt.Errorf("cache.get: %w", err))
			}
			return func() (goja.Value, error) { return l.parsed(text) }
		})
	})
}

func (l *cacheLib) set(_ *Env, c goja.FunctionCall) goja.Value {
	return l.promised(func() goja.Value {
		return l.store(l.key(c.Argument(0)), l.json(c.Argument(1)), l.ttl(c.Argument(2)))
	})
}

func (l *cacheLib) store(key string, text json.RawMessage, ttl time.Duration) goja.Value {
	return l.await(func(ctx context.Context, host runtime.Host) func() (goja.Value, error) {
		if err := host.CacheSet(ctx, key, text, ttl); err != nil {
			return settled(nil, fmt.Errorf("cache.set: %w", err))
		}
		return settled(goja.Undefined(), nil)
	})
}

// cacheOnce waits with await, which nothing that a script does to promises can change.
var cacheOnce = sync.OnceValue(func() *goja.Program {
	return goja.MustCompile("cache.once", `(acquire, store, release) => async (key, compute) => {
		try {
			const found = await acquire(key);
			if (found) return found.value;
			const value = await compute();
			await store(key, value);
			return value;
		} finally {
			release(key);
		}
	}`, true)
})

// once is once(key, ttlSeconds, compute).
func (l *cacheLib) once(_ *Env, c goja.FunctionCall) goja.Value {
	return l.promised(func() goja.Value {
		key, ttl := l.key(c.Argument(0)), l.ttl(c.Argument(1))
		if _, ok := goja.AssertFunction(c.Argument(2)); !ok {
			l.env.throwArgType("compute", "of type function", c.Argument(2))
		}
		if promise, ok := l.running[key]; ok {
			return promise
		}
		return l.start(key, ttl, c.Argument(2))
	})
}

// start computes a value under the host's lock for its key.
func (l *cacheLib) start(key string, ttl time.Duration, compute goja.Value) goja.Value {
	vm := l.env.VM
	unlock := func() {}
	acquire := func(goja.FunctionCall) goja.Value {
		return l.acquire(key, func(release func()) { unlock = release })
	}
	store := func(c goja.FunctionCall) goja.Value { return l.store(key, l.json(c.Argument(1)), ttl) }
	release := func(goja.FunctionCall) goja.Value {
		delete(l.running, key)
		unlock()
		return goja.Undefined()
	}
	factory, err := vm.RunProgram(cacheOnce())
	if err != nil {
		l.env.rethrow(err)
	}
	bind, _ := goja.AssertFunction(factory)
	once, err := bind(goja.Undefined(), vm.ToValue(acquire), vm.ToValue(store), vm.ToValue(release))
	if err != nil {
		l.env.rethrow(err)
	}
	run, _ := goja.AssertFunction(once)
	promise, err := run(goja.Undefined(), vm.ToValue(key), compute)
	if err != nil {
		l.env.rethrow(err)
	}
	l.running[key] = promise
	return promise
}

// acquire resolves with { value } when the key has one, and with null when this run holds the lock and
// has to compute it. The lock is also given back when the run ends before it could do so itself.
func (l *cacheLib) acquire(key string, locked func(unlock func())) goja.Value {
	return l.await(func(ctx context.Context, host runtime.Host) func() (goja.Value, error) {
		text, err := host.CacheGet(ctx, key)
		if err != nil {
			return settled(nil, fmt.Errorf("cache.once: %w", err))
		}
		if text != nil {
			return func() (goja.Value, error) { return l.found(text) }
		}
		unlock, err := host.CacheLock(ctx, key)
		if err != nil {
			return settled(nil, fmt.Errorf("cache.once: %w", err))
		}
		unlock = sync.OnceFunc(unlock)
		context.AfterFunc(ctx, unlock)
		text, err = host.CacheGet(ctx, key) // the one before may have stored it
		if err != nil || text != nil {
			unlock()
		}
		return func() (goja.Value, error) {
			switch {
			case err != nil:
				return nil, fmt.Errorf("cache.once: %w", err)
			case text != nil:
				return l.found(text)
			}
			locked(unlock)
			return goja.Null(), nil
		}
	})
}

func (l *cacheLib) found(text json.RawMessage) (goja.Value, error) {
	v, err := l.env.Parse(text)
	if err != nil {
		return nil, err
	}
	o := l.env.VM.NewObject()
	return o, o.Set("value", v)
}
