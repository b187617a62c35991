package server

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) destinationRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-destinations", Method: http.MethodGet, Path: "/deliveries/destinations", Summary: "How the destinations of deliveries do: health, limits, what waits", Tags: []string{"deliveries"},
	}, s.listDestinations)
	handle(s, auth.Operate, huma.Operation{
		OperationID: "retry-deliveries", Method: http.MethodPost, Path: "/deliveries/retry", Summary: "Attempt many deliveries now", Tags: []string{"deliveries"},
	}, s.retryDeliveries)
	handle(s, auth.Operate, huma.Operation{
		OperationID: "cancel-deliveries", Method: http.MethodPost, Path: "/deliveries/cancel", Summary: "Take many deliveries out of the queue", Tags: []string{"deliveries"},
	}, s.cancelDeliveries)
}

func (s *Server) listDestinations(_ context.Context, p auth.Principal, _ *struct{}) (*body[list[deliver.DestinationStatus]], error) {
	return &body[list[deliver.DestinationStatus]]{list[deliver.DestinationStatus]{Items: s.Runner.Destinations(p.Org)}}, nil
}

// atOnce bounds the deliveries that one call changes.
const atOnce = 500

type manyInput struct {
	Body struct {
		IDs         []string `json:"ids,omitempty" maxItems:"500" doc:"these deliveries; without them, those that match the filters"`
		State       string   `json:"state,omitempty" enum:"scheduled,available,retryable,discarded,cancelled"`
		Kind        string   `json:"kind,omitempty" enum:"axios,notification,downlink,attributes,alarm"`
		EUI         string   `json:"eui,omitempty" maxLength:"200"`
		Destination string   `json:"destination,omitempty" maxLength:"2000" doc:"a masked URL, and everything under it"`
		ExecutionID string   `json:"execution_id,omitempty" maxLength:"100"`
	}
}

type manyReply struct {
	Changed []string `json:"changed" doc:"ids"`
	Skipped []string `json:"skipped" doc:"ids of deliveries that are being attempted, in another state, or not there"`
	More    bool     `json:"more" doc:"more deliveries match: call again"`
}

func (s *Server) retryDeliveries(ctx context.Context, p auth.Principal, in *manyInput) (*body[manyReply], error) {
	return s.changeDeliveries(ctx, p, in, retry)
}

func (s *Server) cancelDeliveries(ctx context.Context, p auth.Principal, in *manyInput) (*body[manyReply], error) {
	return s.changeDeliveries(ctx, p, in, cancel)
}

func (s *Server) changeDeliveries(ctx context.Context, p auth.Principal, in *manyInput, c deliveryChange) (*body[manyReply], error) {
	reply := manyReply{Changed: []string{}, Skipped: []string{}}
	ids := in.Body.IDs
	if len(ids) == 0 {
		var err error
		if ids, reply.More, err = s.matching(ctx, p.Org, in, c); err != nil {
			return nil, err
		}
	}
	var free []string
	for _, id := range ids {
		if _, err := s.Store.Job(ctx, p.Org, id); err == nil && s.Runner.Withdraw(id) {
			free = append(free, id)
		} else {
			reply.Skipped = append(reply.Skipped, id)
		}
	}
	slices.Sort(free) // in the order in which they were made
	defer s.Runner.Reload()
	changed, err := s.changeJobs(ctx, p, free, c)
	if err != nil {
		return nil, err
	}
	for _, j := range changed {
		reply.Changed = append(reply.Changed, j.ID)
		s.Runner.Hurry(j)
	}
	for _, id := range free {
		if !slices.Contains(reply.Changed, id) {
			reply.Skipped = append(reply.Skipped, id)
		}
	}
	return &body[manyReply]{reply}, nil
}

// changeJobs changes, in one transaction, those of the jobs that are in a state for it, and returns them.
func (s *Server) changeJobs(ctx context.Context, p auth.Principal, ids []string, c deliveryChange) (changed []*deliver.Job, err error) {
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		changed = nil // the transaction may run twice
		var done []string
		for _, id := range ids {
			j, err := tx.Job(p.Org, id)
			if err != nil {
				return err
			}
			if !slices.Contains(c.may, j.State) {
				continue
			}
			c.apply(j, s.Now().UTC())
			if err := tx.SetJob(j); err != nil {
				return err
			}
			changed, done = append(changed, j), append(done, id)
		}
		if len(done) == 0 {
			return nil
		}
		return tx.Audit(p.Org, p.Name, c.action, "many", nil, map[string]any{"deliveries": done})
	})
	return changed, err
}

// matching lists the deliveries that the filters name and that may be changed, oldest last.
func (s *Server) matching(ctx context.Context, org string, in *manyInput, c deliveryChange) (ids []string, more bool, err error) {
	b := in.Body
	if b.State == "" && b.Kind == "" && b.EUI == "" && b.Destination == "" && b.ExecutionID == "" {
		return nil, false, invalid.At("body.ids", "name the deliveries, or give at least one filter: state, kind, eui, destination or execution_id")
	}
	states := c.may
	if b.State != "" {
		if !slices.Contains(c.may, deliver.State(b.State)) {
			return nil, false, invalid.At("body.state", "%s deliveries cannot be changed so; give one of %v, or leave it out", b.State, c.may)
		}
		states = []deliver.State{deliver.State(b.State)}
	}
	for _, state := range states {
		jobs, next, err := s.Store.Jobs(ctx, store.JobQuery{
			Org: org, EUI: device.NormalEUI(b.EUI), ExecutionID: b.ExecutionID, Kind: b.Kind, State: string(state), Destination: b.Destination, Limit: atOnce - len(ids),
		})
		if err != nil {
			return nil, false, err
		}
		for _, j := range jobs {
			ids = append(ids, j.ID)
		}
		more = more || next != 0
		if len(ids) >= atOnce {
			return ids, true, nil
		}
	}
	return ids, more, nil
}
