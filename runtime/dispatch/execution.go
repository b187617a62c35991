// Package dispatch is the order of work: an uplink is merged into its device, the device's triggers
// run, what they return dispatches RPCs, now or later, and the RPCs' actions are performed or queued.
package dispatch

import (
	"encoding/json"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/jsonvalue"
	"github.com/tripline/tripline/scripts"
)

// State is a device together with its active alarms. It is a value that nobody changes.
type State struct {
	Device device.Device
	Alarms map[string]alarm.Alarm // by alarm_name
}

// Uplink is what a device sent, as it was accepted.
type Uplink struct {
	ID           string          `json:"uplink_id"`
	EUI          string          `json:"eui"`
	ThingModelID string          `json:"thing_model_id,omitempty"`
	Telemetry    *device.Object  `json:"telemetry_data,omitempty"`
	SharedAttrs  *device.Object  `json:"shared_attrs,omitempty"`
	ServerAttrs  *device.Object  `json:"server_attrs,omitempty"`
	FPort        int             `json:"f_port,omitempty"`
	Payload      []byte          `json:"payload,omitempty"` // base64 in JSON
	Msg          json.RawMessage `json:"msg,omitempty"`     // AS form
	ReceivedAt   time.Time       `json:"received_at"`
}

// Raw reports whether a parser has to make telemetry of u.
func (u Uplink) Raw() bool { return u.Telemetry == nil }

// Call is an RPC that was called from outside.
type Call struct {
	EUI    string          `json:"eui"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Caller string          `json:"caller"`
}

// States of an execution.
const (
	Queued    = "queued"    // its triggers have not run yet
	Waiting   = "waiting"   // a dispatch of it has not run yet
	Completed = "completed" // all its scripts ran; deliveries have states of their own
	Failed    = "failed"    // a script of it failed
)

// Execution is the whole story of one uplink or call, as people see it.
type Execution struct {
	ID         string    `json:"id"`
	Org        string    `json:"-"`
	Size       int       `json:"-"` // bytes of what was accepted, as long as its triggers have not run
	EUI        string    `json:"eui"`
	State      string    `json:"state"`
	CreatedAt  time.Time `json:"created_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	Uplink     *Uplink   `json:"uplink,omitempty"`
	Call       *Call     `json:"call,omitempty"`
	Runs       []Run     `json:"runs"`
}

// Run is one run of one script.
type Run struct {
	Kind       runtime.Kind       `json:"kind"`
	Script     string             `json:"script"`
	Version    int                `json:"version,omitempty"` // 0: a script of the library
	EUI        string             `json:"eui"`
	DispatchID string             `json:"dispatch_id,omitempty"`
	StartedAt  time.Time          `json:"started_at"`
	CPUMS      float64            `json:"cpu_ms"`
	WallMS     float64            `json:"wall_ms"`
	Result     json.RawMessage    `json:"result,omitempty"` // what the script returned
	Logs       []runtime.LogEntry `json:"logs,omitempty"`
	Error      *runtime.Error     `json:"error,omitempty"`
	Dispatch   *DispatchView      `json:"dispatch,omitempty"` // of a trigger
	Actions    []ActionView       `json:"actions,omitempty"`  // of an RPC
}

// maxDocument is the size of an execution on disk, in bytes, from which what its scripts returned is left
// out: 64 RPCs may return 256 KB each.
const maxDocument = 1 << 20

// maxShortened is what a run keeps of its result when its execution is too large.
const maxShortened = 4 << 10

// shorten takes out of a run what makes an execution too large.
func (r *Run) shorten() {
	if len(r.Result) > maxShortened {
		r.Result = json.RawMessage(`"left out: the execution is too large to keep it"`)
	}
	if len(r.Logs) > 20 {
		r.Logs = r.Logs[:20]
	}
}

// DispatchView is what became of a trigger's result.
type DispatchView struct {
	ID                 string    `json:"id,omitempty"`
	DueAt              time.Time `json:"due_at,omitzero"`
	Calls              int       `json:"calls"`
	AbortPreviousTimer bool      `json:"abort_previous_timer,omitempty"`
}

// ActionView is what became of one action.
type ActionView struct {
	Type       string `json:"type"`
	EUI        string `json:"eui"`
	DeliveryID string `json:"delivery_id,omitempty"` // of what was queued
	Event      string `json:"event,omitempty"`       // of an alarm: raise, change, count, clear
}

// failed reports whether a run of the execution failed.
func (e *Execution) failed() bool {
	for i := range e.Runs {
		if e.Runs[i].Error != nil {
			return true
		}
	}
	return false
}

// Dispatch is the RPC calls that one trigger result asked for, and how far they have come.
type Dispatch struct {
	ID          string
	Org         string
	EUI         string // of the device that triggered
	Trigger     string
	ExecutionID string
	DueAt       time.Time
	Plan
}

// Plan is the part of a Dispatch that is sealed at rest: params may carry what a script read.
type Plan struct {
	Steps        []Step `json:"steps"`
	ThingModelID string `json:"thing_model_id,omitempty"`
	Next         int    `json:"next,omitempty"` // the step to go on with
	// Alarms are the active alarms of every target when the dispatch started. They are kept with it, so
	// that a rerun after a crash sees the same. Nil: not started.
	Alarms map[string]map[string]alarm.Alarm `json:"alarms,omitempty"`
}

// Step is one RPC call of a Dispatch.
type Step struct {
	Method string          `json:"method"`
	EUI    string          `json:"eui"`
	Params json.RawMessage `json:"params"`

	read jsonvalue.Value // Params; Absent when the step comes from disk
}

// applied returns the parameters with the defaults of declared.
func (s *Step) applied(declared []scripts.Param) (json.RawMessage, error) {
	if s.read.Kind == jsonvalue.Absent {
		return scripts.ApplyParams(declared, s.Params)
	}
	return scripts.ApplyRead(declared, s.read)
}
