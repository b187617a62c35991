package device

import (
	"fmt"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// AppendJSON appends the device as encoding/json writes it, but for escapes of HTML. The error is for a value
// that is not JSON.
func (d Device) AppendJSON(b []byte) (_ []byte, err error) {
	b = jsonvalue.AppendString(append(b, `{"eui":`...), d.EUI)
	b = jsonvalue.AppendString(append(b, `,"name":`...), d.Name)
	if d.DeviceType != "" {
		b = jsonvalue.AppendString(append(b, `,"device_type":`...), d.DeviceType)
	}
	if d.Parent != "" {
		b = jsonvalue.AppendString(append(b, `,"parent":`...), d.Parent)
	}
	b = jsonvalue.AppendStrings(append(b, `,"tags":`...), d.Tags)
	if b, err = d.ServerAttrs.AppendJSON(append(b, `,"server_attrs":`...)); err != nil {
		return b, err
	}
	if b, err = d.SharedAttrs.AppendJSON(append(b, `,"shared_attrs":`...)); err != nil {
		return b, err
	}
	if b, err = d.ClientAttrs.AppendJSON(append(b, `,"client_attrs":`...)); err != nil {
		return b, err
	}
	if b, err = d.appendTelemetry(append(b, `,"telemetry_data":`...)); err != nil {
		return b, err
	}
	b = jsonvalue.AppendStrings(append(b, `,"thing_models":`...), d.ThingModels)
	b = jsonvalue.AppendStrings(append(b, `,"rpcs":`...), d.RPCs)
	b = jsonvalue.AppendStrings(append(b, `,"triggers":`...), d.Triggers)
	if b, err = jsonvalue.AppendTime(append(b, `,"created_at":`...), d.CreatedAt); err != nil {
		return b, err
	}
	if b, err = jsonvalue.AppendTime(append(b, `,"updated_at":`...), d.UpdatedAt); err != nil {
		return b, err
	}
	if !d.LastSeen.IsZero() {
		if b, err = jsonvalue.AppendTime(append(b, `,"last_seen":`...), d.LastSeen); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func (d Device) appendTelemetry(b []byte) ([]byte, error) {
	if d.Telemetry == nil {
		return append(b, "null"...), nil
	}
	return jsonvalue.AppendMap(b, d.Telemetry, func(b []byte, values Object) ([]byte, error) { return values.AppendJSON(b) })
}

// AppendJSON appends the object with its keys in their order and without the space around values. The error is
// for a value that is not JSON.
func (o Object) AppendJSON(b []byte) (_ []byte, err error) {
	b = append(b, '{')
	for i, f := range o.fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsonvalue.AppendString(b, f.key), ':')
		if b, err = jsonvalue.AppendCompact(b, f.value); err != nil {
			return b, fmt.Errorf("the value of %q: %w", f.key, err)
		}
	}
	return append(b, '}'), nil
}
