package dispatch

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/uplink"
	"github.com/tripline/tripline/scripts"
)

// defaultModel names the telemetry of a device that has no thing model.
const defaultModel = "default"

// heard is a device whose telemetry of one thing model has changed.
type heard struct{ eui, model string }

// merge brings what the uplink carries into the device, and into those under it, and returns whose
// telemetry changed. A raw payload goes through the device's parsers first.
func (u *unit) merge(ctx context.Context, s *known, up *Uplink) []heard {
	first := Change{EUI: up.EUI, Seen: true, Attributes: device.Attributes{Server: up.ServerAttrs, Shared: up.SharedAttrs}}
	if !up.Raw() {
		first.ThingModelID, first.Telemetry = up.Model(s.Device), up.Telemetry
		if _, err := u.change(ctx, first); err != nil {
			u.refuse(up, first.ThingModelID, err)
			return nil // triggers would judge by what is not there
		}
		return []heard{{up.EUI, first.ThingModelID}}
	}
	if _, err := u.change(ctx, first); err != nil {
		u.refuse(up, "", err)
	}
	models := parsersOf(up, s)
	if len(models) == 0 {
		u.refuse(up, "", runtime.Errorf(CodeNoMethod, "device %s has no thing model: mount a parser on it, and its payloads become telemetry", up.EUI))
	}
	var all []heard
	for _, model := range models {
		for _, h := range u.parse(ctx, up, model) {
			if !slices.Contains(all, h) {
				all = append(all, h)
			}
		}
	}
	return all
}

// parsersOf are the thing models that read a raw uplink: all that are mounted, or the one it names.
func parsersOf(up *Uplink, s *known) []string {
	if slices.Contains(s.Device.ThingModels, up.ThingModelID) {
		return []string{up.ThingModelID}
	}
	return s.Device.ThingModels
}

// Model is the thing model that the uplink's telemetry is of: the one it names, or its device's first.
func (u *Uplink) Model(d device.Device) string {
	switch {
	case u.ThingModelID != "":
		return u.ThingModelID
	case len(d.ThingModels) > 0:
		return d.ThingModels[0]
	default:
		return defaultModel
	}
}

// refuse records that an uplink, or a parser of it, did not come into its device.
func (u *unit) refuse(up *Uplink, model string, err error) {
	u.exec.Runs = append(u.exec.Runs, Run{Kind: runtime.KindParser, Script: model, EUI: up.EUI, StartedAt: u.d.Now(),
		Error: runtime.AsError(err)})
}

// parse runs one thing model's parser and applies what it returns. What goes wrong stands on its run; the
// uplink itself is on the execution's record in any case.
func (u *unit) parse(ctx context.Context, up *Uplink, model string) []heard {
	script, ok := u.catalog.Lookup(runtime.KindParser, model)
	if !ok {
		u.refuse(up, model, runtime.Errorf(CodeNoMethod, "there is no parser %s: publish it, or take it off the device", model))
		return nil
	}
	s, err := u.state(ctx, up.EUI) // with what the parsers before have changed
	if err != nil {
		return nil
	}
	run, result, err := u.run(ctx, u.parserRun(up, s, script), script, up.EUI)
	defer u.record(run)
	if err != nil {
		run.Error = runtime.AsError(err)
		return nil
	}
	u.keepDriverState(ctx, run, up.EUI, model, result.Context)
	out, err := readParsed(result)
	if err != nil {
		run.Error = runtime.AsError(err)
		return nil
	}
	for _, text := range out.warnings {
		u.warn(run, text)
	}
	return u.apply(ctx, run, up.EUI, model, out)
}

func (u *unit) parserRun(up *Uplink, s *known, script *scripts.Script) runtime.Invocation {
	frame := uplink.Frame{EUI: up.EUI, Port: up.FPort, Payload: up.Payload, ReceivedAt: up.ReceivedAt}
	msg := up.Msg
	if msg == nil {
		msg = frame.Message()
	} else if carried, ok, err := uplink.FromMessage(msg); ok && err == nil { // checked when it was accepted
		frame.Port, frame.Payload = carried.Port, carried.Payload
	}
	return runtime.Invocation{
		Org:    u.org,
		Script: script.Runnable(),
		Input: runtime.Input{
			Device: s.deviceView(), Msg: msg, Payload: frame.Input(), ReceivedAt: up.ReceivedAt,
			NoticeAttrs: marshal(map[string]bool{"server_attrs": up.ServerAttrs != nil, "shared_attrs": up.SharedAttrs != nil, "telemetry_data": true}),
			Context:     s.Device.DriverState[script.Name], ThingModelID: script.Name, OrgParams: u.params.ForScript(script.Name),
		},
	}
}

// apply merges what a parser returned into the device and into those under it.
func (u *unit) apply(ctx context.Context, run *Run, eui, model string, out parsed) []heard {
	var all []heard
	merge := func(eui string, g groups) {
		c := Change{EUI: eui, ThingModelID: model, Telemetry: u.redactObject(g.telemetry),
			Attributes: u.redactAttributes(device.Attributes{Server: g.server, Shared: g.shared})}
		if _, err := u.change(ctx, c); err != nil {
			run.Error = runtime.AsError(err)
			return
		}
		if c.Telemetry != nil && c.Telemetry.Len() > 0 {
			all = append(all, heard{eui, model})
		}
	}
	merge(eui, out.own)
	for _, sub := range out.subs {
		target, err := u.subDevice(ctx, eui, sub)
		if err != nil {
			run.Error = runtime.AsError(err)
			continue
		}
		merge(target, sub.groups)
	}
	return all
}

// maxDriverState is how much state a driver may keep per device, in bytes of JSON.
const maxDriverState = 16 << 10

// keepDriverState has the driver's context come back with the device's next uplink.
func (u *unit) keepDriverState(ctx context.Context, run *Run, eui, model string, state json.RawMessage) {
	switch {
	case state == nil:
	case len(state) > maxDriverState:
		u.warn(run, "the context has grown over 16384 bytes of JSON and is not kept: the next uplink finds the one that this uplink found")
	default:
		if _, err := u.change(ctx, Change{EUI: eui, ThingModelID: model, DriverState: u.redact.Values(state)}); err != nil {
			u.warn(run, "the context is not kept: "+err.Error())
		}
	}
}

func (u *unit) warn(run *Run, text string) {
	run.Logs = append(run.Logs, runtime.LogEntry{Time: u.d.Now(), Level: runtime.LevelWarn, Text: text})
}

func marshal(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("dispatch: " + err.Error()) // plain data
	}
	return text
}
