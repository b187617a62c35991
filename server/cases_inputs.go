package server

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
	"github.com/tripline/tripline/runtime/uplink"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

type inputsInput struct {
	ScriptPath
	EUI         string `query:"eui" maxLength:"64" doc:"a device as it is now"`
	ExecutionID string `query:"execution_id" maxLength:"64" doc:"an execution as it was recorded; what of the device was not recorded is as it is now"`
}

// foundInputs are inputs for a dry run.
type foundInputs struct {
	Inputs RunInputs `json:"inputs"`
	EUI    string    `json:"eui" doc:"the device that the script runs for"`
	// What was not recorded, and therefore is as it is now.
	Current []string `json:"current" doc:"parts that are as they are now: attributes, alarms, telemetry, params"`
}

// getInputs makes the inputs that a script would be given. They are masked like everything that is shown:
// a run on them is one on placeholders.
func (s *Server) getInputs(ctx context.Context, p auth.Principal, in *inputsInput) (*body[foundInputs], error) {
	r := &inputFinder{ScriptPath: in.ScriptPath, org: p.Org, s: s, at: s.Now().UTC()}
	var err error
	switch {
	case (in.EUI == "") == (in.ExecutionID == ""):
		return nil, invalid.At("query.eui", "give eui or execution_id")
	case in.EUI != "":
		err = r.fromDevice(ctx, device.NormalEUI(in.EUI))
	default:
		err = r.fromExecution(ctx, in.ExecutionID)
	}
	if err != nil {
		return nil, err
	}
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(r.found)
	if err != nil {
		return nil, err
	}
	var out foundInputs
	err = json.Unmarshal(params.Redactor().JSON(text), &out)
	return &body[foundInputs]{out}, err
}

// inputFinder gathers the inputs of one script.
type inputFinder struct {
	ScriptPath
	s     *Server
	org   string
	at    time.Time
	found foundInputs
}

func (r *inputFinder) fromDevice(ctx context.Context, eui string) error {
	state, err := r.s.Store.Device(ctx, r.org, eui)
	if err != nil {
		return err
	}
	r.found.EUI, r.found.Current = eui, []string{}
	r.fill(state.Device, state.Alarms, modelOfDevice(state.Device))
	switch r.Kind {
	case runtime.KindRPC:
		r.found.Inputs.Params = asJSON(map[string]string{"_eui": eui})
	case runtime.KindParser:
		r.frame(uplink.Frame{EUI: eui, Port: 1, ReceivedAt: r.at}, nil)
	}
	return nil
}

// modelOfDevice is the thing model whose telemetry was heard last, or the first that is mounted.
func modelOfDevice(d device.Device) string {
	model, latest := "", int64(-1)
	for id, values := range d.Telemetry {
		var at int64
		_ = json.Unmarshal(values.Get("update_time"), &at) // absent or no number: heard at no known time
		if at > latest || at == latest && id < model {
			model, latest = id, at
		}
	}
	if model == "" && len(d.ThingModels) > 0 {
		model = d.ThingModels[0]
	}
	return model
}

// fill sets what every kind is given.
func (r *inputFinder) fill(d device.Device, alarms map[string]alarm.Alarm, model string) {
	in := &r.found.Inputs
	in.Device, in.ThingModelID = d.ScriptView(), model
	if r.Kind == runtime.KindParser {
		in.ThingModelID = r.Name
		return
	}
	in.Alarms = alarm.ScriptView(alarms)
}

// frame gives a parser an uplink in both forms; msg is the application server's own, if it was one.
func (r *inputFinder) frame(f uplink.Frame, msg json.RawMessage) {
	in := &r.found.Inputs
	if in.Msg = msg; msg == nil {
		in.Msg = f.Message()
	} else if carried, ok, err := uplink.FromMessage(msg); ok && err == nil {
		f.Port, f.Payload = carried.Port, carried.Payload
	}
	in.Input = f.Input()
}

func (r *inputFinder) fromExecution(ctx context.Context, id string) error {
	e, err := r.s.Store.Execution(ctx, r.org, id)
	if err != nil {
		return err
	}
	r.at = e.CreatedAt
	model := ""
	r.found.EUI, r.found.Current = e.EUI, []string{"attributes", "alarms"}
	// The script may have run for another device than the one that sent the uplink.
	for i := range e.Runs {
		if run := &e.Runs[i]; run.Kind == r.Kind && run.Script == r.Name {
			r.found.EUI = run.EUI
		}
	}
	state, err := r.s.Store.Device(ctx, r.org, r.found.EUI)
	if errors.Is(err, store.ErrNotFound) {
		state, err = &store.DeviceState{Device: device.New(r.found.EUI, r.at)}, nil // deleted since
	}
	if err != nil {
		return err
	}
	d := state.Device
	if e.Uplink != nil {
		d, model = r.withUplink(d, e)
	}
	if model == "" {
		model = modelOfDevice(d)
	}
	r.fill(d, state.Alarms, model)
	r.found.Inputs.Now = asJSON(r.at)
	switch r.Kind {
	case runtime.KindRPC:
		r.found.Inputs.Params = r.paramsOf(e)
	case runtime.KindParser:
		if up := e.Uplink; up != nil {
			r.frame(uplink.Frame{EUI: up.EUI, Port: up.FPort, Payload: up.Payload, ReceivedAt: up.ReceivedAt}, up.Msg)
			r.found.Inputs.NoticeAttrs = asJSON(map[string]bool{"server_attrs": up.ServerAttrs != nil, "shared_attrs": up.SharedAttrs != nil, "telemetry_data": true})
		}
	}
	return nil
}

// withUplink returns the device with what the uplink brought, as the triggers saw it.
func (r *inputFinder) withUplink(d device.Device, e *dispatch.Execution) (device.Device, string) {
	up := e.Uplink
	if d.EUI == up.EUI {
		d = d.WithAttributes(device.Attributes{Server: up.ServerAttrs, Shared: up.SharedAttrs})
	}
	if r.Kind == runtime.KindParser {
		return d, ""
	}
	if !up.Raw() && d.EUI == up.EUI {
		model := up.Model(d)
		return d.WithTelemetry(model, *up.Telemetry, up.ReceivedAt), model
	}
	for i := range e.Runs {
		run := &e.Runs[i]
		if values := run.Telemetry(); values != nil && run.EUI == d.EUI {
			return d.WithTelemetry(run.Script, *values, up.ReceivedAt), run.Script
		}
	}
	r.found.Current = append(r.found.Current, "telemetry")
	return d, ""
}

// paramsOf are the parameters with which the execution called the RPC: those of the call from outside, or
// those that a trigger returned.
func (r *inputFinder) paramsOf(e *dispatch.Execution) json.RawMessage {
	if e.Call != nil && e.Call.Method == r.Name {
		return e.Call.Params
	}
	for i := range slices.Backward(e.Runs) {
		if e.Runs[i].Kind != runtime.KindTrigger {
			continue
		}
		result, err := jsonvalue.Parse(e.Runs[i].Result)
		if err != nil {
			continue
		}
		for _, action := range result.Get("actions").Items {
			if action.Get("method").Text() == r.Name || action.Get("methodId").Text() == r.Name {
				if params := action.Get("params"); params.Kind == jsonvalue.Object {
					return params.Raw
				}
			}
		}
	}
	r.found.Current = append(r.found.Current, "params")
	return asJSON(map[string]string{"_eui": r.found.EUI})
}

func asJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("server: " + err.Error()) // plain data
	}
	return text
}
