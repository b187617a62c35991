package action

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// NotActions is the message for an RPC that returned something else than it may.
const NotActions = "rpc_script must return an array of actions or null"

// NotDispatch is the message for a trigger that returned something else than it may.
const NotDispatch = "trigger_script must return an object { delayms, abort_previous_timer, actions } or null"

// DecodeActions reads what an RPC returned, as JSON; nil and null are no actions. notes are lines for the
// log of the run, such as options that mean nothing here. The error is a *runtime.Error, bad_result with
// a message that begins with the path of what is wrong, or too_many_actions.
func DecodeActions(value json.RawMessage, limits runtime.Limits) (actions []Action, notes []string, err error) {
	v, err := parse(value)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case v.Nullish():
		return nil, nil, nil
	case v.Kind != jsonvalue.Array:
		return nil, nil, runtime.Errorf(runtime.CodeBadResult, NotActions)
	case len(v.Items) > limits.Actions:
		return nil, nil, tooMany("rpc_script", len(v.Items), limits)
	}
	actions = make([]Action, 0, len(v.Items))
	for i, item := range v.Items {
		a, note, err := decodeAction(item)
		if err != nil {
			return nil, nil, badResult(fmt.Sprintf("[%d]", i), err)
		}
		if note != "" {
			notes = append(notes, fmt.Sprintf("[%d].dnMsg: %s", i, note))
		}
		actions = append(actions, a)
	}
	return actions, notes, nil
}

// DecodeDispatch reads what a trigger returned, as JSON; nil and null are the zero Dispatch. Its errors
// are those of DecodeActions.
func DecodeDispatch(value json.RawMessage, limits runtime.Limits) (Dispatch, error) {
	v, err := parse(value)
	if err != nil || v.Nullish() {
		return Dispatch{}, err
	}
	if v.Kind != jsonvalue.Object {
		return Dispatch{}, runtime.Errorf(runtime.CodeBadResult, NotDispatch)
	}
	var d Dispatch
	if d.Delay, err = milliseconds(v, "delayms"); err != nil {
		return Dispatch{}, badResult("", err)
	}
	if d.AbortPreviousTimer, err = boolean(v, "abort_previous_timer"); err != nil {
		return Dispatch{}, badResult("", err)
	}
	list := v.Get("actions")
	if !list.Nullish() && list.Kind != jsonvalue.Array {
		return Dispatch{}, badResult("", wrongKind("actions", jsonvalue.Array, list))
	}
	if len(list.Items) > limits.Actions {
		return Dispatch{}, tooMany("trigger_script", len(list.Items), limits)
	}
	if len(list.Items) > 0 {
		d.Calls = make([]Call, 0, len(list.Items))
	}
	for i, item := range list.Items {
		call, err := decodeCall(item)
		if err != nil {
			return Dispatch{}, badResult(fmt.Sprintf("actions[%d]", i), err)
		}
		d.Calls = append(d.Calls, call)
	}
	return d, nil
}

func decodeCall(v jsonvalue.Value) (Call, error) {
	if v.Kind != jsonvalue.Object {
		return Call{}, wrongKind("", jsonvalue.Object, v)
	}
	name := "method"
	if v.Get(name).Nullish() && !v.Get("methodId").Nullish() {
		name = "methodId"
	}
	method, err := text(v, name)
	if err != nil {
		return Call{}, err
	}
	if method == "" {
		return Call{}, invalid.At(name, "is missing; give the name of an RPC")
	}
	params := v.Get("params")
	if params.Nullish() {
		return Call{Method: method, Params: json.RawMessage("{}")}, nil
	}
	if params.Kind != jsonvalue.Object {
		return Call{}, wrongKind("params", jsonvalue.Object, params)
	}
	eui, err := text(params, "_eui")
	if err != nil {
		return Call{}, invalid.Under("params", err)
	}
	return Call{Method: method, EUI: eui, Params: params.Raw, Read: params}, nil
}

func parse(value json.RawMessage) (jsonvalue.Value, error) {
	if value == nil {
		return jsonvalue.Value{}, nil
	}
	v, err := jsonvalue.Parse(value)
	if err != nil {
		return v, runtime.Errorf(runtime.CodeBadResult, "the result %s", err)
	}
	return v, nil
}

func tooMany(function string, n int, limits runtime.Limits) error {
	return runtime.Errorf(runtime.CodeTooManyActions, "%s returned %d actions; at most %d are allowed", function, n, limits.Actions)
}

// badResult puts prefix, unless it is "", before the places in err.
func badResult(prefix string, err error) error {
	if prefix != "" {
		err = invalid.Under(prefix, err)
	}
	return &runtime.Error{Code: runtime.CodeBadResult, Message: err.Error()}
}

func wrongKind(location string, want jsonvalue.Kind, got jsonvalue.Value) error {
	return invalid.At(location, "must be %s, not %s", want, got.Kind)
}

// text returns a member that is a string; one that is absent or null is "".
func text(v jsonvalue.Value, name string) (string, error) {
	member := v.Get(name)
	if !member.Nullish() && member.Kind != jsonvalue.String {
		return "", wrongKind(name, jsonvalue.String, member)
	}
	return member.Text(), nil
}

// boolean returns a member that is true or false; one that is absent or null is false.
func boolean(v jsonvalue.Value, name string) (bool, error) {
	member := v.Get(name)
	if !member.Nullish() && member.Kind != jsonvalue.Bool {
		return false, wrongKind(name, jsonvalue.Bool, member)
	}
	return member.True(), nil
}

// longest is the longest wait that a script may ask for. It keeps due times inside what clocks and
// databases can hold.
const longest = 10 * 365 * 24 * time.Hour

// milliseconds returns a member that is a duration; one that is absent is 0. A null is an error: it is
// what JSON makes of NaN and Infinity.
func milliseconds(v jsonvalue.Value, name string) (time.Duration, error) {
	member := v.Get(name)
	if member.Kind == jsonvalue.Absent {
		return 0, nil
	}
	ms := member.Float()
	if member.Kind != jsonvalue.Number || ms < 0 || math.IsInf(ms, 0) {
		return 0, invalid.At(name, "must be a finite number of milliseconds, 0 or more")
	}
	if ms > float64(longest.Milliseconds()) {
		return 0, invalid.At(name, "must be at most %d ms (ten years)", longest.Milliseconds())
	}
	return time.Duration(ms * float64(time.Millisecond)), nil
}
