package server

import (
	"net"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// A name may be tried from an address a few times at once, and then at a rate that leaves a person room
// for typing errors and a guesser none.
const (
	loginBurst = 5
	loginEvery = 20 * time.Second
	loginNames = 10_000
)

// throttle slows down guessing.
type throttle struct {
	mu   sync.Mutex
	byID *lru.Cache[string, *rate.Limiter]
}

func newThrottle() *throttle {
	byID, err := lru.New[string, *rate.Limiter](loginNames)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &throttle{byID: byID}
}

// attemptKey joins what an attempt is counted by. The port of the address is left out.
func attemptKey(org, name, addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		addr = host
	}
	return strings.Join([]string{org, name, addr}, "\x00")
}

// take counts an attempt, or returns how long to wait when there were too many.
func (t *throttle) take(id string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	limiter, ok := t.byID.Get(id)
	if !ok {
		limiter = rate.NewLimiter(rate.Every(loginEvery), loginBurst)
		t.byID.Add(id, limiter)
	}
	r := limiter.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget ends the counting: the attempt was right.
func (t *throttle) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byID.Remove(id)
}
