package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) alarmRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-alarms", Method: http.MethodGet, Path: "/alarms", Summary: "List alarms, newest first; active ones unless asked otherwise", Tags: []string{"alarms"},
	}, func(ctx context.Context, p auth.Principal, in *AlarmFilter) (*body[list[alarm.Alarm]], error) {
		return s.listAlarms(ctx, p.Org, "", in)
	})
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-device-alarms", Method: http.MethodGet, Path: "/devices/{eui}/alarms", Summary: "List a device's alarms", Tags: []string{"alarms", "devices"},
	}, func(ctx context.Context, p auth.Principal, in *struct {
		EUIPath
		AlarmFilter
	}) (*body[list[alarm.Alarm]], error) {
		eui := device.NormalEUI(in.EUI)
		if _, err := s.Store.Device(ctx, p.Org, eui); err != nil {
			return nil, err
		}
		return s.listAlarms(ctx, p.Org, eui, &in.AlarmFilter)
	})
	handle(s, auth.Read, huma.Operation{
		OperationID: "get-alarm", Method: http.MethodGet, Path: "/alarms/{id}", Summary: "One alarm, and who was told of it", Tags: []string{"alarms"},
	}, s.getAlarm)
	handle(s, auth.Operate, huma.Operation{
		OperationID: "clear-alarm", Method: http.MethodPost, Path: "/alarms/{id}/clear", Summary: "Clear an active alarm by hand", Tags: []string{"alarms"},
	}, s.clearAlarm)
	handle(s, auth.Operate, huma.Operation{
		OperationID: "acknowledge-alarm", Method: http.MethodPost, Path: "/alarms/{id}/acknowledge", Summary: "Say that somebody is on it", Tags: []string{"alarms"},
	}, s.acknowledgeAlarm)
}

// AlarmFilter is the query of the lists of alarms.
type AlarmFilter struct {
	Page
	State  string `query:"state" enum:"active,cleared" default:"active"`
	Level  string `query:"level" enum:"low,mid,high,urgent"`
	Search string `query:"search" maxLength:"200" doc:"part of the title, the name or the EUI"`
}

func (s *Server) listAlarms(ctx context.Context, org, eui string, in *AlarmFilter) (*body[list[alarm.Alarm]], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	alarms, next, err := s.Store.Alarms(ctx, store.AlarmQuery{Org: org, EUI: eui, State: in.State, Level: in.Level, Search: in.Search, Before: before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &body[list[alarm.Alarm]]{list[alarm.Alarm]{alarms, cursorOf(next)}}, nil
}

// IDPath is the input of routes about one thing.
type IDPath struct {
	ID string `path:"id"`
}

func (s *Server) clearAlarm(ctx context.Context, p auth.Principal, in *struct {
	IDPath
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"1000" doc:"kept as the recovery note"`
	}
}) (*body[alarm.Alarm], error) {
	note := "cleared by " + p.Name
	if in.Body != nil && in.Body.Note != "" {
		note = in.Body.Note
	}
	return s.changeAlarm(ctx, p, in.ID, "alarm.clear", func(tx *store.Tx, a alarm.Alarm) (alarm.Alarm, []*deliver.Job, error) {
		change := dispatch.Change{EUI: a.EUI, At: s.Now().UTC(), Alarm: &alarm.Change{Action: alarm.Clear, Name: a.Name, Desc: note}}
		return tx.ChangeAlarm(p.Org, change)
	})
}

func (s *Server) acknowledgeAlarm(ctx context.Context, p auth.Principal, in *IDPath) (*body[alarm.Alarm], error) {
	return s.changeAlarm(ctx, p, in.ID, "alarm.acknowledge", func(tx *store.Tx, a alarm.Alarm) (alarm.Alarm, []*deliver.Job, error) {
		a, err := tx.AcknowledgeAlarm(p.Org, a, p.Name)
		return a, nil, err
	})
}

// changeAlarm changes an alarm that is active.
func (s *Server) changeAlarm(ctx context.Context, p auth.Principal, id, action string, fn func(*store.Tx, alarm.Alarm) (alarm.Alarm, []*deliver.Job, error)) (*body[alarm.Alarm], error) {
	var out alarm.Alarm
	var told []*deliver.Job
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := tx.Alarm(p.Org, id)
		if err != nil {
			return err
		}
		if a.State != alarm.Active {
			return problem(http.StatusConflict, "not_active", "the alarm is cleared already")
		}
		if out, told, err = fn(tx, a); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, action, a.EUI+"/"+a.Name, nil, nil)
	})
	if err != nil {
		return nil, err
	}
	s.Runner.Offer(told...)
	s.Events.Alarm(p.Org, out)
	return &body[alarm.Alarm]{out}, nil
}
