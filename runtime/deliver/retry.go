package deliver

import (
	"math/rand/v2"
	"time"
)

// Retry says when a failed attempt is made again.
type Retry struct {
	First  time.Duration // the most that is waited after the first failure
	Most   time.Duration // the most that is ever waited between attempts
	GiveUp time.Duration // after the first attempt; then it is discarded. What waits for a budget is not
}

// DefaultRetry keeps trying for a day.
var DefaultRetry = Retry{First: time.Second, Most: 10 * time.Minute, GiveUp: 24 * time.Hour}

// Settle puts an attempt on the job's record and decides what happens next.
func (r Retry) Settle(j *Job, a Attempt, now time.Time) {
	wait := a.RetryAfter
	j.Add(a)
	if a.Payload != nil {
		j.Payload, j.Repacked = a.Payload, true
	}
	switch {
	case a.Unfinished:
		j.State, j.ScheduledAt = Available, now
		return
	case a.Outcome == Delivered:
		j.State, j.FinishedAt, j.ScheduledAt, j.Payload, j.Request = Completed, now, time.Time{}, nil, nil
		return
	case a.Outcome == Permanent, now.Sub(j.Attempts[0].At) > r.GiveUp && j.Tries > 1:
		j.State, j.FinishedAt, j.ScheduledAt = Discarded, now, time.Time{}
		return
	}
	if wait == 0 {
		wait = r.backoff(j.Tries)
	}
	j.State, j.ScheduledAt = Retryable, now.Add(wait)
}

// backoff is a random wait up to a bound that doubles with every attempt: a destination that comes back
// is not met by everybody at once.
func (r Retry) backoff(tries int) time.Duration {
	bound := r.First << min(tries-1, 30)
	if bound <= 0 || bound > r.Most {
		bound = r.Most
	}
	return max(time.Duration(rand.Int64N(int64(bound))), 50*time.Millisecond)
}
