package egress

import (
	"slices"
	"time"
)

const (
	// A destination is down after so many failures in a row, when nothing succeeded for so long.
	downAfter  = 5
	downWithin = 5 * time.Second

	// While it is down, one attempt is made after these waits, doubled from one to the other.
	probeFirst = 2 * time.Second
	probeMost  = 30 * time.Second

	healthMinutes = 60
)

// Failure is what went wrong at a destination last. It holds no secret.
type Failure struct {
	At      time.Time `json:"at"`
	Code    string    `json:"code"`
	Message string    `json:"message"`
	Remedy  string    `json:"remedy,omitempty"`
}

// Minute is the attempts of one minute at a destination.
type Minute struct {
	At     time.Time `json:"at"` // its beginning
	OK     int       `json:"ok"`
	Failed int       `json:"failed"`
}

// Health is how a destination has answered, and its breaker: while the destination is down, one attempt
// at a time sees whether it is up again. The zero value is healthy. It is not safe for concurrent use.
type Health struct {
	Minutes      []Minute  `json:"minutes,omitempty"`      // of the last hour those in which something was attempted
	Last         *Failure  `json:"last,omitempty"`         // nil when nothing ever failed
	FailingSince time.Time `json:"failing_since,omitzero"` // the first failure since the last success
	Failures     int       `json:"failures,omitempty"`     // in a row, those that another attempt may mend
	DownSince    time.Time `json:"down_since,omitzero"`    // zero while it is not down
	ProbeAt      time.Time `json:"probe_at,omitzero"`      // while it is down: not before is it tried
	Probes       int       `json:"probes,omitempty"`       // since it went down
}

// Down reports whether the breaker is open.
func (h *Health) Down() bool { return !h.DownSince.IsZero() }

// Succeeded records an attempt that the destination took, or answered with a refusal of this one request
// (failure): it is up either way.
func (h *Health) Succeeded(at time.Time, refusal *Failure) {
	m := h.minute(at)
	if refusal != nil {
		h.Last = refusal
		m.Failed++
	} else {
		m.OK++
	}
	h.FailingSince, h.Failures, h.DownSince, h.ProbeAt, h.Probes = time.Time{}, 0, time.Time{}, time.Time{}, 0
}

// Failed records an attempt, begun and ended at these times, that the destination could not take now.
func (h *Health) Failed(begun, ended time.Time, f Failure) {
	h.minute(ended).Failed++
	h.Last = &f
	h.Failures++
	if h.FailingSince.IsZero() {
		h.FailingSince = begun
	}
	switch {
	case h.Down():
		if !ended.Before(h.ProbeAt) { // others were under way when it went down
			h.Probes++
			h.ProbeAt = ended.Add(min(probeFirst<<min(h.Probes, 16), probeMost))
		}
	case h.Failures >= downAfter && ended.Sub(h.FailingSince) >= downWithin:
		h.DownSince, h.ProbeAt = ended, ended.Add(probeFirst)
	}
}

// minute is the one of t, made if need be.
func (h *Health) minute(t time.Time) *Minute {
	at := t.UTC().Truncate(time.Minute)
	h.forget(at)
	if n := len(h.Minutes); n > 0 && !h.Minutes[n-1].At.Before(at) {
		return &h.Minutes[n-1]
	}
	h.Minutes = append(h.Minutes, Minute{At: at})
	return &h.Minutes[len(h.Minutes)-1]
}

// forget drops minutes that are older than an hour.
func (h *Health) forget(now time.Time) {
	old := 0
	for old < len(h.Minutes) && now.Sub(h.Minutes[old].At) >= healthMinutes*time.Minute {
		old++
	}
	if old > 0 {
		h.Minutes = slices.Delete(h.Minutes, 0, old)
	}
}

// Idle reports whether nothing was attempted for an hour.
func (h *Health) Idle(now time.Time) bool {
	h.forget(now)
	return len(h.Minutes) == 0
}
