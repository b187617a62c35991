package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) telemetryRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-telemetry", Method: http.MethodGet, Path: "/devices/{eui}/telemetry", Tags: []string{"devices"},
		Summary: "The values of a device's latest uplinks, the newest first, as long as their executions are kept",
	}, s.listTelemetry)
}

// reading is what one uplink told of one thing model.
type reading struct {
	ExecutionID  string     `json:"execution_id"`
	At           time.Time  `json:"at"`
	ThingModelID string     `json:"thing_model_id"`
	Values       readValues `json:"values"`
}

type readValues struct{ json.RawMessage }

// Schema is what huma documents; the value is ready JSON.
func (readValues) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

func (s *Server) listTelemetry(ctx context.Context, p auth.Principal, in *struct {
	EUIPath
	Page
}) (*body[list[reading]], error) {
	eui := device.NormalEUI(in.EUI)
	state, err := s.Store.Device(ctx, p.Org, eui)
	if err != nil {
		return nil, err
	}
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	found, next, err := s.Store.Executions(ctx, store.ExecutionQuery{Org: p.Org, EUI: eui, Before: before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	out := list[reading]{Items: []reading{}, NextCursor: cursorOf(next)}
	for _, e := range found {
		for _, r := range readingsOf(e, state.Device) {
			r.Values = readValues{params.Redactor().JSON(r.Values.RawMessage)}
			out.Items = append(out.Items, r)
		}
	}
	return &body[list[reading]]{out}, nil
}

// readingsOf returns the telemetry of an execution's own device, which is d: as the uplink carried it, or as
// its parsers returned it.
func readingsOf(e *dispatch.Execution, d device.Device) (out []reading) {
	up := e.Uplink
	if up == nil {
		return nil
	}
	add := func(model string, values *device.Object) {
		if values == nil {
			return
		}
		if text, err := values.MarshalJSON(); err == nil {
			out = append(out, reading{e.ID, up.ReceivedAt, model, readValues{text}})
		}
	}
	add(up.Model(d), up.Telemetry)
	for i := range e.Runs {
		add(e.Runs[i].Script, e.Runs[i].Telemetry())
	}
	return out
}
