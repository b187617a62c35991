// Package action turns what a script returned into typed actions. Decoding is strict: a bad field is an
// error that names its path, and then nothing of the array is used.
package action

import (
	"encoding/json"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Type is what the host does with an action of an RPC.
type Type string

// The types of actions. A script's "default" and "thinkOne" are Downlink too.
const (
	Downlink   Type = "downlink"
	Attributes Type = "modifyAttrs"
	Alarm      Type = "alarm"
	Request    Type = "axios"
)

// Action is one action that an RPC returned. Of the last four fields the one that Type names is set.
type Action struct {
	Type   Type
	Sleep  time.Duration // to wait before it, after the one before was first attempted
	Target string        // EUI; "" is the device that the RPC ran for

	Downlink   json.RawMessage // the AS downlink as the script gave it
	Attributes device.Attributes
	Alarm      alarm.Change
	Request    *runtime.HTTPRequest
}

// Dispatch is what a trigger returned: RPCs to run, now or later.
type Dispatch struct {
	Delay              time.Duration
	AbortPreviousTimer bool
	Calls              []Call
}

// Call is one RPC that a trigger wants to run.
type Call struct {
	Method string          `json:"method"`
	EUI    string          `json:"eui,omitempty"` // the target device; "" is the device that triggered
	Params json.RawMessage `json:"params"`        // an object, _eui among it

	// Read is Params as it was read; Absent when the trigger gave none. Nobody may change it.
	Read jsonvalue.Value `json:"-"`
}
