package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/server/auth"
)

func (s *Server) alarmHistoryRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-alarm-history", Method: http.MethodGet, Path: "/alarms/{id}/history", Tags: []string{"alarms"},
		Summary: "When the device of an alarm had an alarm of that name, the latest first",
	}, s.alarmHistory)
}

func (s *Server) alarmHistory(ctx context.Context, p auth.Principal, in *struct {
	IDPath
	Limit int `query:"limit" default:"100" minimum:"1" maximum:"500"`
}) (*body[list[alarm.Alarm]], error) {
	history, err := s.Store.AlarmHistory(ctx, p.Org, in.ID, in.Limit)
	if err != nil {
		return nil, err
	}
	return &body[list[alarm.Alarm]]{list[alarm.Alarm]{Items: history}}, nil
}
