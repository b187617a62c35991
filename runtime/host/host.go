// Package host serves running scripts with what reaches outside their realm: HTTP requests through the
// guarded client, and the cache that the runs of one script share.
package host

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/egress"
)

// Cache keeps the values of scripts, sealed.
type Cache interface {
	// CacheValue returns the JSON text under key, or nil when there is none that has not expired.
	CacheValue(ctx context.Context, org, script, key string) (json.RawMessage, error)
	// PutCacheValue stores a JSON text until expires.
	PutCacheValue(ctx context.Context, org, script, key string, value json.RawMessage, expires time.Time) error
}

// Policy says which hosts an organisation's scripts may reach; empty is any.
type Policy interface{ EgressHosts(org string) []string }

// Budgets bound what is sent to chat platforms.
type Budgets interface {
	// Enter gives leave to make a request now, or says why not. leave ends it.
	Enter(ctx context.Context, org string, req runtime.HTTPRequest) (leave func(), err error)
}

// Hosts makes the Host of each run.
type Hosts struct {
	Budgets Budgets // nil: nothing is bounded

	client egress.Doer
	cache  Cache
	policy Policy
	now    func() time.Time
	locks  locks
}

// New returns Hosts that use client for requests and cache for values.
func New(client egress.Doer, cache Cache, policy Policy, now func() time.Time) *Hosts {
	return &Hosts{client: client, cache: cache, policy: policy, now: now, locks: locks{held: map[lockKey]*lock{}}}
}

// Host returns the Host of one run of a script. Requests may carry the values in params only to where
// their grants allow.
func (h *Hosts) Host(org, script string, params *orgparams.Set) runtime.Host {
	return &host{hosts: h, org: org, script: script, params: params}
}

type host struct {
	hosts       *Hosts
	org, script string
	params      *orgparams.Set
}

func (h *host) Fetch(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	if h.hosts.Budgets != nil {
		leave, err := h.hosts.Budgets.Enter(ctx, h.org, req)
		if err != nil {
			return runtime.HTTPResponse{}, err
		}
		defer leave()
	}
	guard := egress.All{egress.Hosts(h.hosts.policy.EgressHosts(h.org)), h.params.Guard()}
	return h.hosts.client.Do(ctx, req, guard)
}

func (h *host) CacheGet(ctx context.Context, key string) (json.RawMessage, error) {
	return h.hosts.cache.CacheValue(ctx, h.org, h.script, key)
}

func (h *host) CacheSet(ctx context.Context, key string, value json.RawMessage, ttl time.Duration) error {
	return h.hosts.cache.PutCacheValue(ctx, h.org, h.script, key, value, h.hosts.now().Add(ttl))
}

func (h *host) CacheLock(ctx context.Context, key string) (func(), error) {
	return h.hosts.locks.acquire(ctx, lockKey{h.org, h.script, key})
}

type lockKey struct{ org, script, key string }

// lock is held by whoever put the token into it; users counts its holder and those who wait.
type lock struct {
	token chan struct{}
	users int
}

type locks struct {
	mu   sync.Mutex
	held map[lockKey]*lock
}

func (l *locks) acquire(ctx context.Context, key lockKey) (release func(), err error) {
	l.mu.Lock()
	k := l.held[key]
	if k == nil {
		k = &lock{token: make(chan struct{}, 1)}
		l.held[key] = k
	}
	k.users++
	l.mu.Unlock()
	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if k.users--; k.users == 0 {
			delete(l.held, key)
		}
	}
	select {
	case k.token <- struct{}{}:
		return sync.OnceFunc(func() { <-k.token; leave() }), nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
