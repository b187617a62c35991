package deliver

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime/platform"
)

// TokenStore keeps access tokens, sealed.
type TokenStore interface {
	// AppToken returns the token of an app and until when it is good; "" when there is none.
	AppToken(ctx context.Context, org, app string) (token string, until time.Time, err error)
	// PutAppToken stores it; "" takes it away.
	PutAppToken(ctx context.Context, org, app, token string, until time.Time) error
}

// earlyRenewal is how long before its end a token is renewed, at most a tenth of its life.
const earlyRenewal = 5 * time.Minute

// failedFetch is how long a failure to get a token that may pass is shared, doubled with every one.
const failedFetch = time.Second

// Tokens caches the access tokens of apps. For one app one fetch runs at a time; everybody else waits for
// it and shares what comes of it. It is safe for concurrent use.
type Tokens struct {
	store TokenStore
	now   func() time.Time

	mu   sync.Mutex
	apps map[appKey]*app
}

type appKey struct{ org, app string }

// app is what is known of one app's token. Its fields belong to whoever holds turn.
type app struct {
	turn     chan struct{} // holds one token while nobody looks or fetches
	read     bool          // from the store
	token    string
	until    time.Time
	err      error // of the latest fetch, shared until retry
	retry    time.Time
	failures int
}

// NewTokens returns a cache over store.
func NewTokens(store TokenStore, now func() time.Time) *Tokens {
	return &Tokens{store: store, now: now, apps: map[appKey]*app{}}
}

// Token returns the token of an app, fetched when there is none that is good for a while.
func (t *Tokens) Token(ctx context.Context, org, name string, fetch func(context.Context) (platform.AccessToken, error)) (string, error) {
	key := appKey{org, name}
	a, err := t.hold(ctx, key)
	if err != nil {
		return "", err
	}
	defer a.release()
	t.read(ctx, key, a)
	now := t.now()
	switch {
	case a.token != "" && now.Before(a.until):
		return a.token, nil
	case a.err != nil && now.Before(a.retry):
		return "", a.err
	}
	// The fetch is for everybody who waits: it goes on when the one who began it gives up.
	got, err := fetch(context.WithoutCancel(ctx))
	now = t.now()
	if err != nil {
		a.failed(err, now)
		return "", err
	}
	a.token, a.until, a.err, a.failures = got.Value, now.Add(got.Life-min(earlyRenewal, got.Life/10)), nil, 0
	if err := t.store.PutAppToken(context.WithoutCancel(ctx), org, name, a.token, a.until); err != nil {
		slog.Error("an access token could not be stored: it is fetched again after a restart", "error", err)
	}
	return a.token, nil
}

// failed keeps an error for everybody who asks soon.
func (a *app) failed(err error, now time.Time) {
	a.token, a.err = "", err
	if refusal, ok := errors.AsType[*platform.Refusal](err); ok && refusal.Outcome.Class == platform.Permanent {
		a.retry = now.Add(platform.RefusalKept)
		return
	}
	a.retry = now.Add(min(failedFetch<<min(a.failures, 6), time.Minute))
	a.failures++
}

// Forget takes back a token that the platform does not take any more. A newer one stays.
func (t *Tokens) Forget(org, name, token string) {
	key := appKey{org, name}
	a, err := t.hold(context.Background(), key)
	if err != nil {
		return
	}
	defer a.release()
	t.read(context.Background(), key, a)
	if a.token != token {
		return
	}
	a.token = ""
	if err := t.store.PutAppToken(context.Background(), org, name, "", time.Time{}); err != nil {
		slog.Error("an access token that has ended could not be forgotten", "error", err)
	}
}

func (t *Tokens) hold(ctx context.Context, key appKey) (*app, error) {
	t.mu.Lock()
	a := t.apps[key]
	if a == nil {
		a = &app{turn: make(chan struct{}, 1)}
		a.turn <- struct{}{}
		t.apps[key] = a
	}
	t.mu.Unlock()
	select {
	case <-a.turn:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (a *app) release() { a.turn <- struct{}{} }

// read takes up what an earlier process stored.
func (t *Tokens) read(ctx context.Context, key appKey, a *app) {
	if a.read {
		return
	}
	token, until, err := t.store.AppToken(ctx, key.org, key.app)
	if err != nil {
		slog.Error("a stored access token cannot be read and is fetched again", "error", err)
	}
	a.read, a.token, a.until = true, token, until
}
