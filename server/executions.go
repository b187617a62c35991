package server

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) executionRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-executions", Method: http.MethodGet, Path: "/executions", Summary: "List executions, newest first", Tags: []string{"executions"},
	}, s.listExecutions)
	handle(s, auth.Read, huma.Operation{
		OperationID: "get-execution", Method: http.MethodGet, Path: "/executions/{id}", Summary: "One uplink's or call's whole story", Tags: []string{"executions"},
	}, s.getExecution)
}

// executionView is an execution with its deliveries, redacted.
type executionView struct{ json.RawMessage }

// Schema is what huma documents; the value is ready JSON.
func (executionView) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "An execution: the uplink or call, the runs of its scripts, their logs, actions and deliveries"}
}

func (s *Server) listExecutions(ctx context.Context, p auth.Principal, in *struct {
	Page
	EUI   string `query:"eui"`
	State string `query:"state" enum:"queued,waiting,completed,failed"`
}) (*body[list[executionView]], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	found, next, err := s.Store.Executions(ctx, store.ExecutionQuery{Org: p.Org, EUI: device.NormalEUI(in.EUI), State: in.State, Before: before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := list[executionView]{Items: []executionView{}, NextCursor: cursorOf(next)}
	for _, e := range found {
		// A list tells what happened; what scripts returned and logged is told one by one.
		for i := range e.Runs {
			e.Runs[i].Result, e.Runs[i].Logs = nil, nil
		}
		view, err := s.redacted(ctx, p.Org, e)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, view)
	}
	return &body[list[executionView]]{out}, nil
}

// maxShownDeliveries bounds the deliveries that stand inside an execution.
const maxShownDeliveries = 500

func (s *Server) getExecution(ctx context.Context, p auth.Principal, in *IDPath) (*body[executionView], error) {
	e, err := s.Store.Execution(ctx, p.Org, in.ID)
	if err != nil {
		return nil, err
	}
	jobs, _, err := s.Store.Jobs(ctx, store.JobQuery{Org: p.Org, ExecutionID: e.ID, Limit: maxShownDeliveries})
	if err != nil {
		return nil, err
	}
	slices.Reverse(jobs) // a story begins at its beginning
	view, err := s.redacted(ctx, p.Org, struct {
		*dispatch.Execution
		Deliveries []deliveryView `json:"deliveries"`
	}{e, s.deliveryViews(jobs)})
	return &body[executionView]{view}, err
}

// redacted writes v as JSON without secrets. What is stored is redacted already, but a queued uplink is
// not, nor what was stored before a value became a secret.
func (s *Server) redacted(ctx context.Context, org string, v any) (executionView, error) {
	params, err := s.Store.OrgParams(ctx, org)
	if err != nil {
		return executionView{}, err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return executionView{}, err
	}
	return executionView{params.Redactor().JSON(text)}, nil
}
