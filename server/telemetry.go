package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime"
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
	if _, err := s.Store.Device(ctx, p.Org, eui); err != nil {
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
		for _, r := range readingsOf(e) {
			r.Values = readValues{params.Redactor().JSON(r.Values.RawMessage)}
			out.Items = append(out.Items, r)
		}
	}
	return &body[list[reading]]{out}, nil
}

// readingsOf returns the telemetry of an execution's own device: as the uplink carried it, or as its
// parsers returned it.
func readingsOf(e *dispatch.Execution) []reading {
	up := e.Uplink
	if up == nil {
		return nil
	}
	if up.Telemetry != nil {
		text, err := up.Telemetry.MarshalJSON()
		if err != nil {
			return nil
		}
		model := up.ThingModelID
		if model == "" {
			model = dispatch.DefaultModel
		}
		return []reading{{e.ID, up.ReceivedAt, model, readValues{text}}}
	}
	var out []reading
	for i := range e.Runs {
		r := &e.Runs[i]
		if r.Kind != runtime.KindParser || r.Error != nil {
			continue
		}
		if values := parsedTelemetry(r.Result); values != nil {
			out = append(out, reading{e.ID, up.ReceivedAt, r.Script, readValues{values}})
		}
	}
	return out
}

// parsedTelemetry finds the telemetry in what a parser returned, in whichever form; nil when there is none.
func parsedTelemetry(result json.RawMessage) json.RawMessage {
	var groups map[string]json.RawMessage
	if json.Unmarshal(result, &groups) != nil {
		return nil
	}
	for _, name := range []string{"telemetry_data", "data"} {
		if group := groups[name]; len(group) > 0 && group[0] == '{' {
			return group
		}
	}
	for _, name := range []string{"telemetry_data", "data", "server_attrs", "shared_attrs", "sub_device", "warnings", "errors"} {
		if _, grouped := groups[name]; grouped {
			return nil
		}
	}
	return result // the telemetry itself, as Decode and Decoder return it
}
