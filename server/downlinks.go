package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) downlinkRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-downlinks", Method: http.MethodGet, Path: "/devices/{eui}/downlinks", Summary: "A device's downlinks, newest first", Tags: []string{"downlinks", "devices"},
	}, s.listDownlinks)
	handle(s, auth.PostUplinks, huma.Operation{
		OperationID: "fetch-downlinks", Method: http.MethodPost, Path: "/downlinks/fetch", Summary: "Hand out downlinks that are due, oldest first; what is not acknowledged within the lease is handed out again", Tags: []string{"downlinks"},
	}, s.fetchDownlinks)
	handle(s, auth.PostUplinks, huma.Operation{
		OperationID: "acknowledge-downlink", Method: http.MethodPost, Path: "/downlinks/{id}/ack", Summary: "Say what became of a downlink", Tags: []string{"downlinks"},
	}, s.acknowledgeDownlink)
}

func (s *Server) listDownlinks(ctx context.Context, p auth.Principal, in *struct {
	EUIPath
	Page
}) (*body[list[deliveryView]], error) {
	eui := device.NormalEUI(in.EUI)
	if _, err := s.Store.Device(ctx, p.Org, eui); err != nil {
		return nil, err
	}
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	jobs, next, err := s.Store.Jobs(ctx, store.JobQuery{Org: p.Org, EUI: eui, Kind: string(deliver.KindDownlink), Before: before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &body[list[deliveryView]]{list[deliveryView]{s.deliveryViews(jobs), cursorOf(next)}}, nil
}

// fetchedDownlink is a downlink as a network server gets it.
type fetchedDownlink struct {
	ID       string       `json:"id"`
	EUI      string       `json:"eui"`
	Downlink downlinkJSON `json:"downlink" doc:"the AS downlink as the script returned it"`
	LeasedTo time.Time    `json:"leased_until"`
}

type downlinkJSON struct{ json.RawMessage }

// Schema is what huma documents; the value is ready JSON.
func (downlinkJSON) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

func (s *Server) fetchDownlinks(ctx context.Context, p auth.Principal, in *struct {
	Body struct {
		Limit        int `json:"limit,omitempty" minimum:"1" maximum:"500" default:"50"`
		LeaseSeconds int `json:"lease_seconds,omitempty" minimum:"1" maximum:"3600" default:"60"`
	}
}) (*body[list[fetchedDownlink]], error) {
	now := s.Now().UTC()
	until := now.Add(time.Duration(in.Body.LeaseSeconds) * time.Second)
	jobs, err := s.Store.LeaseDownlinks(ctx, p.Org, now, until, in.Body.Limit)
	if err != nil {
		return nil, err
	}
	out := list[fetchedDownlink]{Items: []fetchedDownlink{}}
	for _, j := range jobs {
		out.Items = append(out.Items, fetchedDownlink{j.ID, j.EUI, downlinkJSON{j.Payload}, until})
	}
	return &body[list[fetchedDownlink]]{out}, nil
}

func (s *Server) acknowledgeDownlink(ctx context.Context, p auth.Principal, in *struct {
	IDPath
	Body struct {
		OK     bool   `json:"ok"`
		Detail string `json:"detail,omitempty" maxLength:"1000"`
	}
}) (*body[deliveryView], error) {
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	attempt := deliver.Attempt{At: now, Outcome: deliver.Delivered, Reply: params.Redactor().String(in.Body.Detail)}
	if !in.Body.OK {
		attempt.Outcome = deliver.Permanent
		attempt.Error = &deliver.Error{Code: "refused", Message: attempt.Reply, Remedy: "The network server did not take the downlink. Mend what it says, then retry this delivery."}
	}
	var j *deliver.Job
	var next []*deliver.Job
	err = s.Store.Write(ctx, func(tx *store.Tx) (err error) {
		next = nil
		if j, err = tx.Job(p.Org, in.ID); err != nil {
			return err
		}
		if j.Kind != deliver.KindDownlink {
			return store.ErrNotFound
		}
		if j.State.Finished() {
			return nil // acknowledged before: the network server may not have heard our answer
		}
		deliver.DefaultRetry.Settle(j, attempt, now)
		next, err = tx.FinishAttempt(j)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.Runner.Offer(next...)
	return &body[deliveryView]{s.deliveryView(j)}, nil
}
