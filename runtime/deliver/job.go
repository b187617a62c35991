// Package deliver performs the jobs of the durable queue, one attempt at a time, and turns the outcome
// of an attempt into what happens next.
package deliver

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/platform"
)

// Kind is what a job does.
type Kind string

// Kinds of jobs.
const (
	KindRequest    Kind = "axios"      // an HTTP request that was fixed when a script returned it
	KindDownlink   Kind = "downlink"   // a downlink for the device's network server
	KindAttributes Kind = "attributes" // an attribute merge whose turn comes later
	KindAlarm      Kind = "alarm"      // an alarm change whose turn comes later

	// KindNotification is a notice for one target of a notification service.
	KindNotification Kind = "notification"
)

// State is where a job stands.
type State string

// States of a job.
const (
	Scheduled State = "scheduled" // waits for its time or for the job before it
	Available State = "available" // may be attempted now
	Running   State = "running"   // is being attempted; known in memory only
	Retryable State = "retryable" // was attempted and will be again
	Completed State = "completed"
	Discarded State = "discarded" // given up; can be retried by hand
	Cancelled State = "cancelled" // taken out by hand
)

// States lists every state.
var States = []State{Scheduled, Available, Running, Retryable, Completed, Discarded, Cancelled}

// Finished reports whether nothing happens by itself any more.
func (s State) Finished() bool { return s == Completed || s == Discarded || s == Cancelled }

// Outcomes of an attempt.
const (
	Delivered = "delivered"
	Transient = "retryable"
	Permanent = "permanent"
)

// Job is one thing to be done durably.
type Job struct {
	ID          string // stable over every attempt: what platforms deduplicate by
	Org         string
	EUI         string // the device that it concerns
	ExecutionID string
	Kind        Kind
	State       State
	ScheduledAt time.Time     // when the next attempt is due; zero while it waits for Follows
	Follows     string        // the job whose first attempt starts Wait
	Alone       bool          // it is known that no job follows this one
	Wait        time.Duration // between that attempt and this job
	Destination string        // the masked URL, or what stands in its place
	Payload     []byte        // what to do, as JSON; sealed at rest, gone once completed
	CreatedAt   time.Time
	FinishedAt  time.Time
	Record

	// Request is what Payload says of a job of KindRequest, for as long as the job stays in memory; nil when
	// it was read from disk. Nobody may change what it points to.
	Request *runtime.HTTPRequest

	// Repacked says that an attempt changed Payload: it is to be stored.
	Repacked bool

	route  Route
	limits []platform.Budget // of a request: those of its platform, found with route
	to     *destination      // while it is in memory

	// Local is what a completed attempt changes of the device, in the transaction that stores the attempt.
	Local *LocalChange
}

// Record is what people see of a job's way. All of it is redacted.
type Record struct {
	Script   string    `json:"script,omitempty"`       // the RPC that returned the action
	Told     *Told     `json:"notification,omitempty"` // of a job of KindNotification
	Outcome  string    `json:"outcome,omitempty"`
	Error    *Error    `json:"error,omitempty"`
	Tries    int       `json:"tries"`
	Attempts []Attempt `json:"attempts,omitempty"` // the first and the latest ones

	// Turn is the job's place in the line of its destination: when it fell due first.
	Turn time.Time `json:"turn,omitzero"`
}

// Told says who is told what by a notification.
type Told struct {
	Event   string `json:"event"` // one of platform's events: raise, change, clear, repeat
	AlarmID string `json:"alarm_id"`
	Service string `json:"service"`
	Target  string `json:"target"`         // in the service
	Rule    string `json:"rule,omitempty"` // "" when the alarm itself names the service
}

// keptAttempts bounds the attempts on a job's record.
const keptAttempts = 20

// Add puts an attempt on record.
func (r *Record) Add(a Attempt) {
	r.Tries++
	a.Number = r.Tries
	if len(r.Attempts) >= keptAttempts {
		r.Attempts = append(r.Attempts[:1:1], r.Attempts[2:]...)
	}
	r.Attempts = append(r.Attempts, a)
	r.Outcome, r.Error = a.Outcome, a.Error
}

// answered is how often a chat platform itself has refused the job, as far as is on record: waits and bounds
// for a code do not count the attempts that never reached it.
func (r *Record) answered() (n int) {
	for _, a := range r.Attempts {
		if a.Error != nil && refusedByPlatform(a.Status, a.Error.Code) {
			n++
		}
	}
	return n
}

// refusedByPlatform reports whether an attempt failed with a code of the platform's, or without the one that
// it should have: not on the network, nor with a status of HTTP alone.
func refusedByPlatform(status int, code string) bool {
	return status != 0 && code != "" && !strings.HasPrefix(code, "http_")
}

// failures is how many of the latest attempts failed, as far as is on record.
func (r *Record) failures() (n int) {
	for _, a := range slices.Backward(r.Attempts) {
		if a.Outcome == Delivered {
			break
		}
		n++
	}
	return n
}

// Error says why an attempt failed and what an operator can do about it.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Attempt is one try.
type Attempt struct {
	Number     int       `json:"number"`
	At         time.Time `json:"at"`
	DurationMS float64   `json:"duration_ms"`
	Status     int       `json:"status,omitempty"` // of the HTTP answer
	Reply      string    `json:"reply,omitempty"`  // the answer's body, redacted and cut
	Outcome    string    `json:"outcome"`
	Error      *Error    `json:"error,omitempty"`
	Part       string    `json:"part,omitempty"`   // of a notice that takes several messages: "2/3"
	Merged     int       `json:"merged,omitempty"` // of a digest: how many deliveries it was

	RetryAfter time.Duration `json:"-"` // not before; 0 leaves it to the backoff
	Ours       bool          `json:"-"` // of RetryAfter: the destination did not ask for it, others may be sent meanwhile
	Payload    []byte        `json:"-"` // what is left to do, when that has changed
	Refused    bool          `json:"-"` // of a Transient: the destination is well, it refused this message
	Unfinished bool          `json:"-"` // of a Delivered: there are more parts
}

// request is what a job of KindRequest asks for.
func (j *Job) request() (req runtime.HTTPRequest, err error) {
	if j.Request != nil {
		return *j.Request, nil
	}
	err = json.Unmarshal(j.Payload, &req)
	return req, err
}

// Due reports whether the job may be attempted at t.
func (j *Job) Due(t time.Time) bool {
	return !j.State.Finished() && !j.ScheduledAt.IsZero() && !j.ScheduledAt.After(t)
}

// LocalChange is the payload of jobs that change the target device only.
type LocalChange struct {
	Attributes *device.Attributes `json:"attributes,omitempty"`
	Alarm      *alarm.Change      `json:"alarm,omitempty"`
}
