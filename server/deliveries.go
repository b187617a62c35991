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
	s.destinationRoutes()
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
	WaitsFor    string            `json:"waits_for,omitempty" enum:"budget,pause,down" doc:"why it is not attempted though it is due: its destination has taken all that its platform allows, has asked for a pause, or is down"`
	WaitsUntil  time.Time         `json:"waits_until,omitzero" doc:"when the destination is tried next"`
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
	if until, why := s.Runner.Held(j.ID); why != "" {
		v.WaitsFor, v.WaitsUntil = why, until.UTC()
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
	Destination string `query:"destination" maxLength:"2000" doc:"a masked URL, as destinations and deliveries show it; also of everything under it"`
	EUI         string `query:"eui"`
	ExecutionID string `query:"execution_id"`
}) (*body[list[deliveryView]], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	jobs, next, err := s.Store.Jobs(ctx, store.JobQuery{
		Org: p.Org, EUI: device.NormalEUI(in.EUI), ExecutionID: in.ExecutionID, State: in.State, Destination: in.Destination, Before: before, Limit: in.Limit,
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

// deliveryChange is what people may do to deliveries.
type deliveryChange struct {
	action string          // in the audit log
	may    []deliver.State // in which it is done
	apply  func(j *deliver.Job, now time.Time)
}

var (
	retry = deliveryChange{"delivery.retry", []deliver.State{deliver.Discarded, deliver.Cancelled, deliver.Retryable}, func(j *deliver.Job, now time.Time) {
		j.State, j.ScheduledAt, j.FinishedAt = deliver.Available, now, time.Time{}
	}}
	cancel = deliveryChange{"delivery.cancel", []deliver.State{deliver.Scheduled, deliver.Available, deliver.Retryable}, func(j *deliver.Job, now time.Time) {
		j.State, j.ScheduledAt, j.FinishedAt = deliver.Cancelled, time.Time{}, now
	}}
)

func (s *Server) retryDelivery(ctx context.Context, p auth.Principal, in *IDPath) (*body[deliveryView], error) {
	return s.changeDelivery(ctx, p, in.ID, retry)
}

func (s *Server) cancelDelivery(ctx context.Context, p auth.Principal, in *IDPath) (*body[deliveryView], error) {
	return s.changeDelivery(ctx, p, in.ID, cancel)
}

// changeDelivery changes a delivery that is in a state for it and not being attempted.
func (s *Server) changeDelivery(ctx context.Context, p auth.Principal, id string, c deliveryChange) (*body[deliveryView], error) {
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
		if !slices.Contains(c.may, j.State) {
			return problem(http.StatusConflict, "wrong_state", "the delivery is "+string(j.State))
		}
		c.apply(j, s.Now().UTC())
		if err := tx.SetJob(j); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, c.action, id, nil, nil)
	})
	if err != nil {
		s.Runner.Reload()
		return nil, err
	}
	s.Runner.Hurry(j)
	s.Runner.Reload() // the job that followed a cancelled one may go on
	return &body[deliveryView]{s.deliveryView(j)}, nil
}
