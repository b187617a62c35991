package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) deliveryRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-deliveries", Method: http.MethodGet, Path: "/deliveries", Summary: "List deliveries, newest first", Tags: []string{"deliveries"},
	}, s.listDeliveries)
	handle(s, auth.Read, huma.Operation{
		OperationID: "get-delivery", Method: http.MethodGet, Path: "/deliveries/{id}", Summary: "One delivery with its attempts", Tags: []string{"deliveries"},
	}, s.getDelivery)
	handle(s, auth.Operate, huma.Operation{
		OperationID: "retry-delivery", Method: http.MethodPost, Path: "/deliveries/{id}/retry", Summary: "Attempt a delivery now", Tags: []string{"deliveries"},
	}, s.retryDelivery)
	handle(s, auth.Operate, huma.Operation{
		OperationID: "cancel-delivery", Method: http.MethodPost, Path: "/deliveries/{id}/cancel", Summary: "Take a delivery out of the queue", Tags: []string{"deliveries"},
	}, s.cancelDelivery)
}

// deliveryView is a job as the interface shows it. All of it is redacted.
type deliveryView struct {
	ID          string            `json:"id"`
	Kind        deliver.Kind      `json:"kind"`
	State       deliver.State     `json:"state"`
	EUI         string            `json:"eui"`
	ExecutionID string            `json:"execution_id"`
	Script      string            `json:"script,omitempty"`
	Told        *deliver.Told     `json:"notification,omitempty" doc:"of a notification: who is told what"`
	Destination string            `json:"destination"`
	Outcome     string            `json:"outcome,omitempty"`
	Error       *deliver.Error    `json:"error,omitempty"`
	Tries       int               `json:"tries"`
	Attempts    []deliver.Attempt `json:"attempts"`
	CreatedAt   time.Time         `json:"created_at"`
	ScheduledAt time.Time         `json:"scheduled_at,omitzero"`
	FinishedAt  time.Time         `json:"finished_at,omitzero"`
}

func (s *Server) deliveryView(j *deliver.Job) deliveryView {
	v := deliveryView{
		ID: j.ID, Kind: j.Kind, State: j.State, EUI: j.EUI, ExecutionID: j.ExecutionID, Script: j.Script, Told: j.Told, Destination: j.Destination,
		Outcome: j.Outcome, Error: j.Error, Tries: j.Tries, Attempts: j.Attempts,
		CreatedAt: j.CreatedAt, ScheduledAt: j.ScheduledAt, FinishedAt: j.FinishedAt,
	}
	if v.Attempts == nil {
		v.Attempts = []deliver.Attempt{}
	}
	switch {
	case j.State.Finished():
	case s.Runner.IsRunning(j.ID):
		v.State = deliver.Running
	case j.State == deliver.Scheduled && j.Due(s.Now()):
		v.State = deliver.Available // its time has come since it was stored
	}
	return v
}

func (s *Server) deliveryViews(jobs []*deliver.Job) []deliveryView {
	out := make([]deliveryView, len(jobs))
	for i, j := range jobs {
		out[i] = s.deliveryView(j)
	}
	return out
}

func (s *Server) listDeliveries(ctx context.Context, p auth.Principal, in *struct {
	Page
	State       string `query:"state" enum:"scheduled,available,running,retryable,completed,discarded,cancelled"`
	EUI         string `query:"eui"`
	ExecutionID string `query:"execution_id"`
}) (*body[list[deliveryView]], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	jobs, next, err := s.Store.Jobs(ctx, store.JobQuery{
		Org: p.Org, EUI: device.NormalEUI(in.EUI), ExecutionID: in.ExecutionID, State: in.State, Before: before, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &body[list[deliveryView]]{list[deliveryView]{s.deliveryViews(jobs), cursorOf(next)}}, nil
}

func (s *Server) getDelivery(ctx context.Context, p auth.Principal, in *IDPath) (*body[deliveryView], error) {
	j, err := s.Store.Job(ctx, p.Org, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[deliveryView]{s.deliveryView(j)}, nil
}

func (s *Server) retryDelivery(ctx context.Context, p auth.Principal, in *IDPath) (*body[deliveryView], error) {
	may := []deliver.State{deliver.Discarded, deliver.Cancelled, deliver.Retryable}
	return s.changeJob(ctx, p, in.ID, "delivery.retry", may, func(j *deliver.Job) {
		j.State, j.ScheduledAt, j.FinishedAt = deliver.Available, s.Now().UTC(), time.Time{}
	})
}

func (s *Server) cancelDelivery(ctx context.Context, p auth.Principal, in *IDPath) (*body[deliveryView], error) {
	may := []deliver.State{deliver.Scheduled, deliver.Available, deliver.Retryable}
	return s.changeJob(ctx, p, in.ID, "delivery.cancel", may, func(j *deliver.Job) {
		j.State, j.ScheduledAt, j.FinishedAt = deliver.Cancelled, time.Time{}, s.Now().UTC()
	})
}

// changeJob changes a job that is in one of the states given and not being attempted.
func (s *Server) changeJob(ctx context.Context, p auth.Principal, id, action string, may []deliver.State, fn func(*deliver.Job)) (*body[deliveryView], error) {
	// Whoever may not see the job must not disturb it either.
	if _, err := s.Store.Job(ctx, p.Org, id); err != nil {
		return nil, err
	}
	if !s.Runner.Withdraw(id) {
		return nil, problem(http.StatusConflict, "running", "the delivery is being attempted just now; look again in a moment")
	}
	var j *deliver.Job
	err := s.Store.Write(ctx, func(tx *store.Tx) (err error) {
		if j, err = tx.Job(p.Org, id); err != nil {
			return err
		}
		if !slices.Contains(may, j.State) {
			return problem(http.StatusConflict, "wrong_state", "the delivery is "+string(j.State))
		}
		fn(j)
		if err := tx.SetJob(j); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, action, id, nil, nil)
	})
	if err != nil {
		s.Runner.Reload()
		return nil, err
	}
	s.Runner.Offer(j)
	s.Runner.Reload() // the job that followed a cancelled one may go on
	return &body[deliveryView]{s.deliveryView(j)}, nil
}
