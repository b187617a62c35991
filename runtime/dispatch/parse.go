package dispatch

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
)

// DefaultModel names the telemetry of a device that has no thing model.
const DefaultModel = "default"

// merge brings what the uplink carries into the device and returns the thing models whose telemetry
// changed. A raw payload goes through the device's parsers first.
func (u *unit) merge(ctx context.Context, s State, uplink *Uplink) []string {
	first := Change{EUI: uplink.EUI, Seen: true, Attributes: device.Attributes{Server: uplink.ServerAttrs, Shared: uplink.SharedAttrs}}
	if !uplink.Raw() {
		first.ThingModelID, first.Telemetry = modelOf(uplink, s), uplink.Telemetry
		u.change(ctx, first)
		return []string{first.ThingModelID}
	}
	u.change(ctx, first)
	var models []string
	for _, model := range s.Device.ThingModels {
		c, ok := u.parse(ctx, s, uplink, model)
		if !ok {
			continue
		}
		u.change(ctx, c)
		if c.Telemetry != nil && c.Telemetry.Len() > 0 {
			models = append(models, model)
		}
	}
	return models
}

func modelOf(uplink *Uplink, s State) string {
	switch {
	case uplink.ThingModelID != "":
		return uplink.ThingModelID
	case len(s.Device.ThingModels) > 0:
		return s.Device.ThingModels[0]
	default:
		return DefaultModel
	}
}

// parsed is what a parser returns, in ThinkLink's form or in TS013's.
type parsed struct {
	Telemetry   *device.Object `json:"telemetry_data"`
	ServerAttrs *device.Object `json:"server_attrs"`
	SharedAttrs *device.Object `json:"shared_attrs"`
	Data        *device.Object `json:"data"`
	Warnings    []string       `json:"warnings"`
	Errors      []string       `json:"errors"`
}

// parse runs one thing model's parser. What goes wrong stands on its run.
func (u *unit) parse(ctx context.Context, s State, uplink *Uplink, model string) (Change, bool) {
	script, ok := u.catalog.Lookup(runtime.KindParser, model)
	if !ok {
		u.exec.Runs = append(u.exec.Runs, Run{Kind: runtime.KindParser, Script: model, EUI: uplink.EUI, StartedAt: u.d.Now(),
			Error: runtime.Errorf(CodeNoMethod, "there is no parser %s: publish it, or take it off the device", model)})
		return Change{}, false
	}
	msg, input := uplink.forms()
	run, result, err := u.run(ctx, runtime.Invocation{
		Org:    u.org,
		Script: runtime.Script{Kind: runtime.KindParser, Name: script.Name, Source: script.Compiled},
		Input:  runtime.Input{Device: s.Device.ScriptView(), Msg: msg, Payload: input, ThingModelID: model, OrgParams: u.params.ForScript(script.Name)},
	}, script, uplink.EUI)
	defer func() { u.exec.Runs = append(u.exec.Runs, *run) }()
	if err != nil {
		run.Error = runtime.AsError(err)
		return Change{}, false
	}
	if result.Value == nil {
		return Change{}, false
	}
	var out parsed
	if err := json.Unmarshal(result.Value, &out); err != nil {
		run.Error = runtime.Errorf(runtime.CodeBadResult, "the parser must return { telemetry_data, server_attrs, shared_attrs } or { data, warnings, errors }: %v", err)
		return Change{}, false
	}
	if len(out.Errors) > 0 {
		run.Error = runtime.Errorf(runtime.CodeScriptError, "the parser reports: %s", out.Errors[0])
		return Change{}, false
	}
	for _, w := range out.Warnings {
		run.Logs = append(run.Logs, runtime.LogEntry{Time: u.d.Now(), Level: runtime.LevelWarn, Text: w})
	}
	c := Change{EUI: uplink.EUI, ThingModelID: model, Telemetry: out.Telemetry,
		Attributes: u.redactAttributes(device.Attributes{Server: out.ServerAttrs, Shared: out.SharedAttrs})}
	if c.Telemetry == nil {
		c.Telemetry = out.Data
	}
	return c, true
}

// userdata is the part of an AS uplink that carries the payload.
type userdata struct {
	Port    int    `json:"port"`
	Payload string `json:"payload"` // base64
}

// forms returns the uplink as ThinkLink's parsers get it (msg) and as the codecs of network servers do
// (input).
func (up *Uplink) forms() (msg, input json.RawMessage) {
	port, payload := up.FPort, up.Payload
	if msg = up.Msg; msg != nil {
		var in struct {
			Userdata userdata `json:"userdata"`
		}
		if json.Unmarshal(msg, &in) == nil {
			port = in.Userdata.Port
			payload, _ = base64.StdEncoding.DecodeString(in.Userdata.Payload) // checked when it was accepted
		}
	} else {
		msg = marshal(map[string]any{"moteeui": up.EUI, "userdata": userdata{port, base64.StdEncoding.EncodeToString(payload)}})
	}
	bytes := make([]int, len(payload)) // []byte would become base64
	for i, b := range payload {
		bytes[i] = int(b)
	}
	return msg, marshal(map[string]any{"bytes": bytes, "fPort": port, "recvTime": up.ReceivedAt})
}

func marshal(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("dispatch: " + err.Error()) // plain data
	}
	return text
}
