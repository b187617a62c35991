package server

import (
	"context"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// alarmView is an alarm with who was told of it.
type alarmView struct {
	alarm.Alarm
	Notifications []alarmNotification `json:"notifications" doc:"who was told by which service, and with what answer; the latest first, at most 500"`
	Upcoming      []store.Upcoming    `json:"upcoming" doc:"what is to be told later: reminders, and what quiet hours hold back"`
	UnknownGroups []string            `json:"unknown_groups,omitempty" doc:"names among notice_groups that no notification service has now: nobody is told there"`
}

// alarmNotification is one message about an alarm to one target of a service.
type alarmNotification struct {
	deliver.Told
	DeliveryID  string         `json:"delivery_id"`
	Destination string         `json:"destination"`
	State       deliver.State  `json:"state"`
	Outcome     string         `json:"outcome,omitempty"`
	Error       *deliver.Error `json:"error,omitempty"`
	Reply       string         `json:"reply,omitempty" doc:"the platform's latest answer, redacted"`
	Tries       int            `json:"tries"`
	CreatedAt   time.Time      `json:"created_at"`
	ScheduledAt time.Time      `json:"scheduled_at,omitzero"`
	FinishedAt  time.Time      `json:"finished_at,omitzero"`
}

func (s *Server) getAlarm(ctx context.Context, p auth.Principal, in *IDPath) (*body[alarmView], error) {
	a, err := s.Store.Alarm(ctx, p.Org, in.ID)
	if err != nil {
		return nil, err
	}
	out := alarmView{Alarm: a, Notifications: []alarmNotification{}}
	jobs, _, err := s.Store.Jobs(ctx, store.JobQuery{Org: p.Org, AlarmID: a.ID, Limit: maxShownDeliveries})
	if err != nil {
		return nil, err
	}
	for _, v := range s.deliveryViews(jobs) {
		n := alarmNotification{
			DeliveryID: v.ID, Destination: v.Destination, State: v.State, Outcome: v.Outcome, Error: v.Error, Tries: v.Tries,
			CreatedAt: v.CreatedAt, ScheduledAt: v.ScheduledAt, FinishedAt: v.FinishedAt,
		}
		if v.Told != nil {
			n.Told = *v.Told
		}
		if len(v.Attempts) > 0 {
			n.Reply = v.Attempts[len(v.Attempts)-1].Reply
		}
		out.Notifications = append(out.Notifications, n)
	}
	if out.Upcoming, err = s.Store.Upcoming(ctx, p.Org, a.ID); err != nil {
		return nil, err
	}
	set, err := s.Store.Notifications(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	out.UnknownGroups = set.Unknown(a.NoticeGroups)
	return &body[alarmView]{out}, nil
}
