package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) overviewRoutes() {
	handle(s, auth.Read, huma.Operation{OperationID: "get-overview", Method: http.MethodGet, Path: "/overview", Tags: []string{"overview"},
		Summary: "How the organisation's work stands: the last hour, active alarms, deliveries, scripts in trouble, first steps"}, s.overview)
}

const (
	overviewMinutes = 60             // that executions are counted for
	troubledFor     = 24 * time.Hour // how long a script's last error is news
)

// overview is how an organisation's work stands.
type overview struct {
	Minutes    []minuteCount     `json:"minutes" doc:"executions that began, minute by minute; the last one is not over"`
	Alarms     map[string]int    `json:"alarms" doc:"active alarms by level"`
	Deliveries deliveryCounts    `json:"deliveries"`
	Scripts    []troubledScript  `json:"scripts" doc:"scripts that are paused or failed within a day, the latest first"`
	Steps      overviewStepsDone `json:"steps" doc:"what a newcomer has done"`
}

type minuteCount struct {
	At    time.Time `json:"at"`
	Count int       `json:"count"`
}

// deliveryCounts says what is on its way and what was given up. Of each, at most 10,000 are counted.
type deliveryCounts struct {
	Waiting  int `json:"waiting" doc:"scheduled or due"`
	Retrying int `json:"retrying" doc:"failed and will be attempted again"`
	Failed   int `json:"failed" doc:"given up"`
}

// troubledScript is a script that does not do what it should.
type troubledScript struct {
	Kind runtime.Kind `json:"kind"`
	Name string       `json:"name"`
	scriptLife
}

type overviewStepsDone struct {
	Param  bool `json:"param"`
	Script bool `json:"script"`
	Device bool `json:"device"`
	Uplink bool `json:"uplink"`
	Alert  bool `json:"alert" doc:"an alarm was raised, or a delivery arrived"`
}

func (s *Server) overview(ctx context.Context, p auth.Principal, _ *struct{}) (*body[overview], error) {
	now := s.Now().UTC()
	since := now.Truncate(time.Minute).Add(-(overviewMinutes - 1) * time.Minute)
	tally, err := s.Store.Tally(ctx, p.Org, since, overviewMinutes)
	if err != nil {
		return nil, err
	}
	catalog, err := s.Store.Catalog(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	out := overview{Minutes: make([]minuteCount, overviewMinutes), Alarms: tally.Alarms, Scripts: []troubledScript{}}
	for i, count := range tally.PerMinute {
		out.Minutes[i] = minuteCount{since.Add(time.Duration(i) * time.Minute), count}
	}
	of := func(state deliver.State) int { return tally.Deliveries[string(state)] }
	out.Deliveries = deliveryCounts{Waiting: of(deliver.Scheduled) + of(deliver.Available), Retrying: of(deliver.Transient), Failed: of(deliver.Discarded)}
	uses := s.Store.ScriptUses(p.Org)
	for _, sc := range catalog.All() {
		out.Steps.Script = out.Steps.Script || !sc.Library
		life := s.lifeOf(p.Org, sc, uses[store.ScriptKey{Kind: sc.Kind, Name: sc.Name}])
		if life.LastError != nil {
			shown := *life.LastError
			shown.Message = params.Redactor().String(shown.Message)
			life.LastError = &shown
		}
		if life.Paused != nil || life.LastError != nil && now.Sub(life.LastError.At) < troubledFor && life.LastError.Version == sc.Version {
			out.Scripts = append(out.Scripts, troubledScript{sc.Kind, sc.Name, life})
		}
	}
	slices.SortStableFunc(out.Scripts, func(a, b troubledScript) int { return b.failedAt().Compare(a.failedAt()) })
	out.Steps.Param = len(params.Keys()) > 0
	out.Steps.Device, out.Steps.Uplink, out.Steps.Alert = tally.AnyDevice, tally.AnyUplink, tally.AnyTold
	return &body[overview]{out}, nil
}

// failedAt is when the script last failed; long ago when that is not known.
func (t troubledScript) failedAt() time.Time {
	if t.LastError == nil {
		return time.Time{}
	}
	return t.LastError.At
}
