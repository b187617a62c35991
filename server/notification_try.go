package server

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// triedTarget is what came of a test message to one target.
type triedTarget struct {
	Target  string `json:"target"`
	Outcome string `json:"outcome" enum:"delivered,retryable,permanent"`
	Detail  string `json:"detail" doc:"what the platform answered, in plain words, and what to do about it"`
}

// triedAtOnce bounds the targets that a test sends to at the same time.
const triedAtOnce = 8

// testNotificationService sends a test message to every target and tells what each answered. It is no
// delivery: nothing is retried, and an organisation has one test at a time.
func (s *Server) testNotificationService(ctx context.Context, p auth.Principal, in *NotificationPath) (*body[list[triedTarget]], error) {
	service, ok := s.Store.Service(p.Org, in.Name)
	if !ok {
		return nil, store.ErrNotFound
	}
	org, err := s.Store.Org(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	if _, busy := s.trying.LoadOrStore(p.Org, true); busy {
		refused := problem(http.StatusTooManyRequests, "busy", "another test of this organisation is being sent; try again when it has ended")
		refused.RetryAfter = 5
		return nil, refused
	}
	defer s.trying.Delete(p.Org)
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.Audit(p.Org, p.Name, "notification_service.test", in.Name, nil, nil)
	})
	if err != nil {
		return nil, err
	}
	if service.Broken != nil {
		return &body[list[triedTarget]]{list[triedTarget]{Items: []triedTarget{{in.Name, deliver.Permanent, service.Broken.Error()}}}}, nil
	}
	notice := platform.Notice{
		Event: platform.EventTest, Origin: org.OriginTag, Zone: org.TimeZone, At: s.Now().UTC(), Title: "Test message",
		Desc: "Sent by " + p.Name + " to see whether " + in.Name + " works.",
	}
	out := make([]triedTarget, len(service.Targets))
	var tries sync.WaitGroup
	turns := make(chan struct{}, triedAtOnce)
	for i, target := range service.Targets {
		turns <- struct{}{}
		tries.Go(func() {
			defer func() { <-turns }()
			out[i] = s.try(ctx, p.Org, deliver.Notification{Service: in.Name, Target: target.ID(), Notice: notice})
			out[i].Target = target.Name()
		})
	}
	tries.Wait()
	return &body[list[triedTarget]]{list[triedTarget]{Items: out}}, nil
}

// maxTestParts bounds the messages that one test is split into.
const maxTestParts = 10

// try makes one attempt at a notification that is not queued.
func (s *Server) try(ctx context.Context, org string, n deliver.Notification) triedTarget {
	n.Notice.ID = s.Store.NewID()
	job := &deliver.Job{ID: n.Notice.ID, Org: org, Kind: deliver.KindNotification, CreatedAt: n.Notice.At}
	payload, err := json.Marshal(n)
	if err != nil {
		return triedTarget{n.Target, deliver.Permanent, err.Error()}
	}
	job.Payload = payload
	for range maxTestParts {
		performed := s.Performer.Perform(ctx, []*deliver.Job{job})
		if len(performed.Attempts) == 0 {
			return triedTarget{n.Target, deliver.Transient, "The platform's limit is used up; the next message may go at " + performed.Wait.UTC().Format(time.TimeOnly) + " UTC."}
		}
		a := performed.Attempts[0]
		if !a.Unfinished {
			return triedTarget{n.Target, a.Outcome, detailOf(a)}
		}
		job.Payload = a.Payload
	}
	return triedTarget{n.Target, deliver.Delivered, "The first messages were taken; the rest was not sent."}
}

func detailOf(a deliver.Attempt) string {
	if a.Error == nil {
		return "The message was taken."
	}
	return strings.TrimSpace(cmp.Or(a.Error.Message, a.Error.Code) + " " + a.Error.Remedy)
}
