package server

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) scriptRunRoutes() {
	handle(s, auth.Read, huma.Operation{
		OperationID: "list-script-runs", Method: http.MethodGet, Path: "/scripts/{kind}/{name}/runs", Tags: []string{"scripts"},
		Summary: "A script's latest runs, the newest first; a page may be short of runs when they lie far apart, and next_cursor goes on",
	}, s.listScriptRuns)
}

type scriptRunsInput struct {
	ScriptPath
	Page
	Failed bool `query:"failed" doc:"only runs that failed"`
}

// scriptRun is one run without what it returned and logged: that is told by its execution.
type scriptRun struct {
	ExecutionID string         `json:"execution_id"`
	EUI         string         `json:"eui"`
	Version     int            `json:"version,omitempty"`
	StartedAt   time.Time      `json:"started_at"`
	CPUMS       float64        `json:"cpu_ms"`
	WallMS      float64        `json:"wall_ms"`
	LogLines    int            `json:"log_lines"`
	Error       *runtime.Error `json:"error,omitempty"`
}

// searched is how many executions one page of runs looks through: the answer must not take long, however
// rarely a script runs.
const (
	searched   = 2000
	searchStep = 100
)

func (s *Server) listScriptRuns(ctx context.Context, p auth.Principal, in *scriptRunsInput) (*body[list[scriptRun]], error) {
	before, err := in.before()
	if err != nil {
		return nil, err
	}
	if _, err := s.script(ctx, p.Org, &in.ScriptPath); err != nil {
		return nil, err
	}
	out := list[scriptRun]{Items: []scriptRun{}}
	for range searched / searchStep {
		found, next, err := s.Store.Executions(ctx, store.ExecutionQuery{Org: p.Org, Before: before, Limit: searchStep})
		if err != nil {
			return nil, err
		}
		for i, e := range found {
			out.Items = append(out.Items, runsOf(e, in)...)
			if len(out.Items) >= in.Limit && i < len(found)-1 {
				// The next page begins behind this execution, wherever that is.
				_, next, err = s.Store.Executions(ctx, store.ExecutionQuery{Org: p.Org, Before: before, Limit: i + 1})
				break
			}
		}
		if err != nil {
			return nil, err
		}
		before = next
		if next == 0 || len(out.Items) >= in.Limit {
			break
		}
	}
	out.NextCursor = cursorOf(before)
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	for i := range out.Items {
		if e := out.Items[i].Error; e != nil {
			e.Message = params.Redactor().String(e.Message)
		}
	}
	return &body[list[scriptRun]]{out}, nil
}

func runsOf(e *dispatch.Execution, in *scriptRunsInput) []scriptRun {
	var out []scriptRun
	for i := range e.Runs {
		r := &e.Runs[i]
		if r.Kind == in.Kind && r.Script == in.Name && (r.Error != nil || !in.Failed) {
			out = append(out, scriptRun{e.ID, r.EUI, r.Version, r.StartedAt, r.CPUMS, r.WallMS, len(r.Logs), r.Error})
		}
	}
	return out
}
