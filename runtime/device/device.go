// Package device is what is known of one device, and how uplinks and scripts change it.
package device

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Device is a snapshot of one device. It is a value: changing it means making another.
type Device struct {
	EUI         string            `json:"eui"` // 16 hexadecimal digits in lower case, or the integrator's own name
	Name        string            `json:"name"`
	DeviceType  string            `json:"device_type,omitempty"`
	Parent      string            `json:"parent,omitempty"` // the EUI of the device it hangs on
	Tags        []string          `json:"tags"`
	ServerAttrs Object            `json:"server_attrs"`
	SharedAttrs Object            `json:"shared_attrs"`
	ClientAttrs Object            `json:"client_attrs"`
	Telemetry   map[string]Object `json:"telemetry_data"` // the latest values by thing model, with update_time in ms
	ThingModels []string          `json:"thing_models"`   // mounted parsers by script name
	RPCs        []string          `json:"rpcs"`           // mounted RPCs by script name
	Triggers    []string          `json:"triggers"`       // mounted triggers by script name
	CreatedAt   time.Time         `json:"created_at"`
	UpdatedAt   time.Time         `json:"updated_at"`
	LastSeen    time.Time         `json:"last_seen,omitzero"` // of the last uplink
	// DriverState is what drivers keep from uplink to uplink, by thing model. No script but the driver
	// sees it, and no caller.
	DriverState map[string]json.RawMessage `json:"-"`
}

// New returns a device of which nothing is known but its EUI.
func New(eui string, at time.Time) Device {
	return Device{
		EUI: eui, Name: eui, Tags: []string{}, ThingModels: []string{}, RPCs: []string{}, Triggers: []string{},
		Telemetry: map[string]Object{}, CreatedAt: at, UpdatedAt: at,
	}
}

// Attributes is a change of a device's attributes. A nil group is left alone.
type Attributes struct {
	Server *Object `json:"server_attrs,omitempty"`
	Shared *Object `json:"shared_attrs,omitempty"`
	Client *Object `json:"client_attrs,omitempty"`
}

// Empty reports whether a changes nothing.
func (a Attributes) Empty() bool {
	return (a.Server == nil || a.Server.Len() == 0) && (a.Shared == nil || a.Shared.Len() == 0) && (a.Client == nil || a.Client.Len() == 0)
}

// WithAttributes returns d with a merged in, key by key, one level deep.
func (d Device) WithAttributes(a Attributes) Device {
	for _, g := range []struct {
		to   *Object
		from *Object
	}{{&d.ServerAttrs, a.Server}, {&d.SharedAttrs, a.Shared}, {&d.ClientAttrs, a.Client}} {
		if g.from != nil {
			*g.to = g.to.Merge(*g.from)
		}
	}
	return d
}

// WithTelemetry returns d with values merged into what is known for thingModelID, and update_time set.
func (d Device) WithTelemetry(thingModelID string, values Object, at time.Time) Device {
	telemetry := make(map[string]Object, len(d.Telemetry)+1)
	maps.Copy(telemetry, d.Telemetry)
	next := telemetry[thingModelID].merge(values, 1)
	next.put("update_time", strconv.AppendInt(nil, at.UnixMilli(), 10))
	telemetry[thingModelID] = next
	d.Telemetry = telemetry
	return d
}

// WithDriverState returns d with the state of one thing model's driver set, and without that of models
// which are mounted no more.
func (d Device) WithDriverState(thingModelID string, state json.RawMessage) Device {
	kept := map[string]json.RawMessage{thingModelID: state}
	for id, other := range d.DriverState {
		if id != thingModelID && slices.Contains(d.ThingModels, id) {
			kept[id] = other
		}
	}
	d.DriverState = kept
	return d
}

// ScriptView returns the device as scripts see it, as JSON.
func (d Device) ScriptView() json.RawMessage {
	b := make([]byte, 0, 1024)
	b = append(b, `{"eui":`...)
	b = jsonvalue.AppendString(b, d.EUI)
	b = append(b, `,"name":`...)
	b = jsonvalue.AppendString(b, d.Name)
	b = append(b, `,"device_type":`...)
	b = jsonvalue.AppendString(b, d.DeviceType)
	b = append(b, `,"parent":`...)
	b = jsonvalue.AppendString(b, d.Parent)
	b = append(b, `,"tags":`...)
	b = appendStrings(b, d.Tags)
	b = append(b, `,"server_attrs":`...)
	b = d.ServerAttrs.append(b)
	b = append(b, `,"shared_attrs":`...)
	b = d.SharedAttrs.append(b)
	b = append(b, `,"client_attrs":`...)
	b = d.ClientAttrs.append(b)
	b = append(b, `,"telemetry_data":{`...)
	first := true
	for id, values := range d.Telemetry {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = jsonvalue.AppendString(b, id)
		b = append(b, ':')
		b = values.append(b)
	}
	b = append(b, `},"thing_model":`...)
	b = appendStrings(b, d.ThingModels)
	b = append(b, `,"rpc":`...)
	b = appendStrings(b, d.RPCs)
	b = append(b, `,"trigger":`...)
	b = appendStrings(b, d.Triggers)
	return append(b, '}')
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsonvalue.AppendString(b, s)
	}
	return append(b, ']')
}
