package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) deviceRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-devices", Method: http.MethodGet, Path: "/devices", Summary: "List devices by EUI", Tags: []string{"devices"},
	}, s.listDevices)
	handle(s, auth.Read, huma.Operation{
		OperationID: "get-device", Method: http.MethodGet, Path: "/devices/{eui}", Summary: "One device", Tags: []string{"devices"},
	}, s.getDevice)
	handle(s, auth.Write, huma.Operation{
		OperationID: "put-device", Method: http.MethodPut, Path: "/devices/{eui}", Summary: "Make or change a device; what is left out stays as it is", Tags: []string{"devices"},
	}, s.putDevice)
	handle(s, auth.Write, huma.Operation{
		OperationID: "delete-device", Method: http.MethodDelete, Path: "/devices/{eui}", Summary: "Remove a device, its active alarms and its timers", Tags: []string{"devices"}, DefaultStatus: http.StatusNoContent,
	}, s.deleteDevice)
	handle(s, auth.Write, huma.Operation{
		OperationID: "patch-attributes", Method: http.MethodPatch, Path: "/devices/{eui}/attributes", Summary: "Merge attributes, one level deep", Tags: []string{"devices"},
	}, s.patchAttributes)
}

// deviceView is a device as the interface shows it.
type deviceView struct {
	device.Device
	Alarms int `json:"active_alarms"`
}

// EUIPath is the input of routes about one device.
type EUIPath struct {
	EUI string `path:"eui"`
}

// euiRule says what device.ValidEUI takes.
const euiRule = "must be 1 to 64 letters, digits, _ - . or :"

// MarshalJSON writes the device's fields beside active_alarms.
func (v deviceView) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(v.Device)
	if err != nil {
		return nil, err
	}
	count, err := json.Marshal(v.Alarms)
	if err != nil {
		return nil, err
	}
	return append(append(append(text[:len(text)-1], `,"active_alarms":`...), count...), '}'), nil
}

// Schema is what huma documents; the value has a writer of its own.
func (deviceView) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "A device with attributes, latest telemetry by thing model and mounted scripts"}
}

func (s *Server) listDevices(ctx context.Context, p auth.Principal, in *struct {
	Page
	Search string `query:"search" doc:"part of the EUI or the name"`
	Alarms bool   `query:"alarms" doc:"only those with active alarms"`
}) (*body[list[deviceView]], error) {
	found, err := s.Store.Devices(ctx, store.DeviceQuery{Org: p.Org, Search: in.Search, Alarming: in.Alarms, After: in.Cursor, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := list[deviceView]{Items: []deviceView{}}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.NextCursor = found[in.Limit-1].Device.EUI
	}
	for _, state := range found {
		out.Items = append(out.Items, deviceView{state.Device, len(state.Alarms)})
	}
	return &body[list[deviceView]]{out}, nil
}

func (s *Server) getDevice(ctx context.Context, p auth.Principal, in *EUIPath) (*body[deviceView], error) {
	state, err := s.Store.Device(ctx, p.Org, device.NormalEUI(in.EUI))
	if err != nil {
		return nil, err
	}
	return &body[deviceView]{deviceView{state.Device, len(state.Alarms)}}, nil
}

// devicePatch is the body of PUT /devices/{eui}. What is nil stays as it is.
type devicePatch struct {
	Name        *string         `json:"name,omitempty" maxLength:"200"`
	DeviceType  *string         `json:"device_type,omitempty" maxLength:"200"`
	Parent      *string         `json:"parent,omitempty" maxLength:"64"`
	Tags        *[]string       `json:"tags,omitempty" maxItems:"50"`
	ServerAttrs json.RawMessage `json:"server_attrs,omitempty" doc:"replaces the group"`
	SharedAttrs json.RawMessage `json:"shared_attrs,omitempty" doc:"replaces the group"`
	ClientAttrs json.RawMessage `json:"client_attrs,omitempty" doc:"replaces the group"`
	ThingModels *[]string       `json:"thing_models,omitempty" maxItems:"50" doc:"parsers to mount, by name"`
	RPCs        *[]string       `json:"rpcs,omitempty" maxItems:"200" doc:"RPCs to mount, by name"`
	Triggers    *[]string       `json:"triggers,omitempty" maxItems:"200" doc:"triggers to mount, by name"`
}

func (s *Server) putDevice(ctx context.Context, p auth.Principal, in *struct {
	EUIPath
	Body devicePatch
}) (*body[deviceView], error) {
	eui := device.NormalEUI(in.EUI)
	if !device.ValidEUI(eui) {
		return nil, invalid.At("path.eui", euiRule)
	}
	groups, err := in.Body.groups()
	if err != nil {
		return nil, err
	}
	var out deviceView
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := checkMounts(tx, p.Org, &in.Body); err != nil {
			return err
		}
		now := s.Now().UTC()
		d := device.New(eui, now)
		state, err := tx.Device(p.Org, eui)
		if err == nil {
			d = state.Device
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		before := d
		in.Body.apply(&d, groups)
		if err := before.CheckGrowth(d); err != nil {
			return invalid.At("body", "%v", err)
		}
		d.UpdatedAt = now
		out = deviceView{Device: d}
		if state != nil {
			out.Alarms = len(state.Alarms)
		}
		if err := tx.PutDevice(p.Org, d); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "device.put", eui, nil, nil)
	})
	if err != nil {
		return nil, err
	}
	return &body[deviceView]{out}, nil
}

// groups reads the attribute groups, each an object.
func (b *devicePatch) groups() (device.Attributes, error) {
	var out device.Attributes
	var bad invalid.Error
	for _, g := range []struct {
		name string
		raw  json.RawMessage
		to   **device.Object
	}{{"server_attrs", b.ServerAttrs, &out.Server}, {"shared_attrs", b.SharedAttrs, &out.Shared}, {"client_attrs", b.ClientAttrs, &out.Client}} {
		if g.raw == nil || string(g.raw) == "null" {
			continue
		}
		var o device.Object
		if err := json.Unmarshal(g.raw, &o); err != nil {
			bad = append(bad, invalid.Field{Location: "body." + g.name, Message: err.Error()})
			continue
		}
		*g.to = &o
	}
	if bad != nil {
		return out, bad
	}
	return out, nil
}

func (b *devicePatch) apply(d *device.Device, groups device.Attributes) {
	assign(&d.Name, b.Name)
	assign(&d.DeviceType, b.DeviceType)
	assign(&d.Parent, b.Parent)
	assign(&d.Tags, b.Tags)
	assign(&d.ServerAttrs, groups.Server)
	assign(&d.SharedAttrs, groups.Shared)
	assign(&d.ClientAttrs, groups.Client)
	assign(&d.ThingModels, b.ThingModels)
	assign(&d.RPCs, b.RPCs)
	assign(&d.Triggers, b.Triggers)
}

// checkMounts refuses names of scripts that do not exist.
func checkMounts(tx *store.Tx, org string, b *devicePatch) error {
	catalog, err := tx.Catalog(org)
	if err != nil {
		return err
	}
	var wanted device.Device
	b.apply(&wanted, device.Attributes{})
	return invalid.Under("body", catalog.CheckMounts(wanted))
}

func (s *Server) deleteDevice(ctx context.Context, p auth.Principal, in *EUIPath) (*struct{}, error) {
	eui := device.NormalEUI(in.EUI)
	// What was to be done with the device is cancelled. What people and other systems are to be told of it
	// is not: they are told.
	pending, err := s.Store.DeviceJobs(ctx, p.Org, eui)
	if err != nil {
		return nil, err
	}
	pending = slices.DeleteFunc(pending, func(id string) bool { return !s.Runner.Withdraw(id) })
	if len(pending) > 0 {
		defer s.Runner.Reload()
	}
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteDevice(p.Org, eui); err != nil {
			return err
		}
		for _, id := range pending {
			if err := s.cancelOrphan(tx, p.Org, id); err != nil {
				return err
			}
		}
		return tx.Audit(p.Org, p.Name, "device.delete", eui, nil, nil)
	})
}

// cancelOrphan cancels a job whose device is deleted.
func (s *Server) cancelOrphan(tx *store.Tx, org, id string) error {
	j, err := tx.Job(org, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && j.State.Finished() {
		return nil
	}
	if err != nil {
		return err
	}
	j.State, j.ScheduledAt, j.FinishedAt = deliver.Cancelled, time.Time{}, s.Now().UTC()
	j.Error = &deliver.Error{Code: "device_deleted", Message: "the device was deleted before this was done"}
	return tx.SetJob(j)
}

func (s *Server) patchAttributes(ctx context.Context, p auth.Principal, in *struct {
	EUIPath
	Body struct {
		ServerAttrs json.RawMessage `json:"server_attrs,omitempty"`
		SharedAttrs json.RawMessage `json:"shared_attrs,omitempty"`
		ClientAttrs json.RawMessage `json:"client_attrs,omitempty"`
	}
}) (*body[deviceView], error) {
	patch := devicePatch{ServerAttrs: in.Body.ServerAttrs, SharedAttrs: in.Body.SharedAttrs, ClientAttrs: in.Body.ClientAttrs}
	groups, err := patch.groups()
	if err != nil {
		return nil, err
	}
	eui := device.NormalEUI(in.EUI)
	var out deviceView
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		state, err := tx.Device(p.Org, eui)
		if err != nil {
			return err
		}
		d := state.Device.WithAttributes(groups)
		if err := state.Device.CheckGrowth(d); err != nil {
			return invalid.At("body", "%v", err)
		}
		d.UpdatedAt = s.Now().UTC()
		out = deviceView{d, len(state.Alarms)}
		if err := tx.PutDevice(p.Org, d); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "device.attributes", eui, nil, nil)
	})
	if err != nil {
		return nil, err
	}
	return &body[deviceView]{out}, nil
}
