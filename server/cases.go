package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/worker"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) caseRoutes() {
	const all = "/scripts/{kind}/{name}/cases"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"scripts"}}
	}
	gone := op("delete-case", http.MethodDelete, all+"/{case}", "Delete a saved case")
	gone.DefaultStatus = http.StatusNoContent
	handle(s, auth.Read, op("list-cases", http.MethodGet, all, "A script's saved cases: inputs, and what should come out"), s.listCases)
	handle(s, auth.Write, op("put-case", http.MethodPut, all+"/{case}", "Save a case of a script"), s.putCase)
	handle(s, auth.Write, gone, s.deleteCase)
	handle(s, auth.Write, op("run-cases", http.MethodPost, all+"/run", "Run all saved cases, of the current version or of a source; nothing is performed"), s.runCases)
	handle(s, auth.Write, op("get-inputs", http.MethodGet, "/scripts/{kind}/{name}/inputs", "Inputs for a dry run, from a device or from what was recorded of an execution"), s.getInputs)
}

// maxCases is how many cases a script may have.
const maxCases = 200

// savedCase is a case as it is shown.
type savedCase struct {
	Name      string          `json:"name"`
	Case      json.RawMessage `json:"case" doc:"in the form of a case file"`
	UpdatedAt time.Time       `json:"updated_at"`
	UpdatedBy string          `json:"updated_by"`
}

// CasePath is the part of a path that names a case of a script.
type CasePath struct {
	ScriptPath
	Case string `path:"case" minLength:"1" maxLength:"200"`
}

func (s *Server) listCases(ctx context.Context, p auth.Principal, in *ScriptPath) (*body[list[savedCase]], error) {
	if _, err := s.script(ctx, p.Org, in); err != nil {
		return nil, err
	}
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	found, err := s.Store.ScriptCases(ctx, p.Org, in.Kind, in.Name)
	if err != nil {
		return nil, err
	}
	out := list[savedCase]{Items: []savedCase{}}
	for _, c := range found {
		out.Items = append(out.Items, shownCase(c, params))
	}
	return &body[list[savedCase]]{out}, nil
}

// shownCase masks what may have become a secret since the case was saved.
func shownCase(c store.ScriptCase, params *orgparams.Set) savedCase {
	return savedCase{c.Name, params.Redactor().JSON(c.Doc), c.UpdatedAt, c.UpdatedBy}
}

type putCaseInput struct {
	CasePath
	Body struct {
		RunInputs
		Expect *casefile.Expectation `json:"expect,omitempty" doc:"left out: the case reports what comes out"`
	}
}

func (s *Server) putCase(ctx context.Context, p auth.Principal, in *putCaseInput) (*body[savedCase], error) {
	if _, err := s.script(ctx, p.Org, &in.ScriptPath); err != nil {
		return nil, err
	}
	if _, err := in.Body.toCase(in.Kind, in.Case); err != nil {
		return nil, err
	}
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	var saved store.ScriptCase
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		// Whoever may read scripts reads their cases: no value of an org param stays in one.
		saved = store.ScriptCase{Name: in.Case, Doc: params.Redactor().JSON(text), UpdatedBy: p.Name}
		if err := tx.PutScriptCase(p.Org, in.Kind, in.Name, &saved); err != nil {
			return err
		}
		n, err := tx.CountScriptCases(p.Org, in.Kind, in.Name)
		if err != nil {
			return err
		}
		if n > maxCases {
			return problem(http.StatusConflict, "too_many_cases", "the script has 200 cases already: delete one first")
		}
		return tx.Audit(p.Org, p.Name, "script.case.put", caseTarget(&in.CasePath), nil, nil)
	})
	if err != nil {
		return nil, err
	}
	return &body[savedCase]{shownCase(saved, params)}, nil
}

func caseTarget(in *CasePath) string { return string(in.Kind) + "/" + in.Name + "/" + in.Case }

func (s *Server) deleteCase(ctx context.Context, p auth.Principal, in *CasePath) (*struct{}, error) {
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteScriptCase(p.Org, in.Kind, in.Name, in.Case); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "script.case.delete", caseTarget(in), nil, nil)
	})
}

type runCasesInput struct {
	ScriptPath
	Body struct {
		Source   string          `json:"source,omitempty" doc:"a source to try, in place of the current version"`
		Language string          `json:"language,omitempty" enum:"javascript,typescript"`
		Declared []scripts.Param `json:"declared,omitempty" maxItems:"200" nullable:"false" doc:"parameters that source declares"`
	}
}

// caseOutcome is what came out of one case.
type caseOutcome struct {
	Name        string          `json:"name"`
	OK          bool            `json:"ok"`
	Compared    bool            `json:"compared" doc:"false when the case expects nothing"`
	Differences []string        `json:"differences" doc:"from what the case expects"`
	Report      casefile.Report `json:"report"`
}

// longestCases bounds the cases of one call together: each has the limits of a run for itself.
const longestCases = 30 * time.Second

func (s *Server) runCases(ctx context.Context, p auth.Principal, in *runCasesInput) (*body[list[caseOutcome]], error) {
	dry := dryRunInput{}
	dry.Body.Kind, dry.Body.Name, dry.Body.Source, dry.Body.Language, dry.Body.Declared = in.Kind, in.Name, in.Body.Source, in.Body.Language, in.Body.Declared
	script, err := s.dryRunScript(ctx, p.Org, &dry)
	if err != nil {
		return nil, err
	}
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	saved, err := s.Store.ScriptCases(ctx, p.Org, in.Kind, in.Name)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(worker.ForOrg(ctx, p.Org), longestCases)
	defer cancel()
	runner := s.caseRunner(p.Org)
	out := list[caseOutcome]{Items: []caseOutcome{}}
	for _, sc := range saved {
		c := casefile.Case{}
		if err := json.Unmarshal(sc.Doc, &c); err != nil {
			return nil, err
		}
		c.Kind, c.Name = in.Kind, sc.Name
		if c.OrgParams == nil {
			c.OrgParams = params.Placeholders()
		}
		var outcome casefile.Outcome
		if err := s.dryRunDevice(ctx, p.Org, &c); err != nil {
			outcome = casefile.Outcome{Error: runtime.Errorf(casefile.CodeBadCase, "the device of this case is not there any more"),
				Actions: []any{}, Logs: []runtime.LogEntry{}}
		} else {
			outcome = runner.Try(ctx, script, &c)
		}
		if outcome.Differences == nil {
			outcome.Differences = []string{}
		}
		ok := outcome.OK && (c.Expect != nil || outcome.Error == nil)
		out.Items = append(out.Items, caseOutcome{sc.Name, ok, c.Expect != nil, outcome.Differences, outcome.Report()})
	}
	return &body[list[caseOutcome]]{out}, nil
}
