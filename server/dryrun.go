package server

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/worker"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/server/auth"
)

func (s *Server) dryRunRoutes() {
	handle(s, auth.Write, huma.Operation{
		OperationID: "dry-run", Method: http.MethodPost, Path: "/scripts/test",
		Summary: "Run a script once and show what it would do; nothing is performed", Tags: []string{"scripts"},
	}, s.dryRun)
}

// RunInputs are what a run is given, in a dry run and in a saved case.
type RunInputs struct {
	Device       json.RawMessage     `json:"device,omitempty" doc:"the device as the script is to see it, or the EUI of one that exists"`
	Params       json.RawMessage     `json:"params,omitempty"`
	Values       json.RawMessage     `json:"values,omitempty" doc:"another name of params"`
	Alarms       json.RawMessage     `json:"alarms,omitempty" doc:"by alarm_name; left out with an EUI: those that are active"`
	OrgParams    json.RawMessage     `json:"org_params,omitempty" doc:"left out: a placeholder for each known key"`
	ThingModelID string              `json:"thing_model_id,omitempty"`
	ThingModel   string              `json:"thingModelId,omitempty" doc:"another name of thing_model_id"`
	Msg          json.RawMessage     `json:"msg,omitempty" doc:"a parser's uplink in AS form"`
	NoticeAttrs  json.RawMessage     `json:"noticeAttrs,omitempty"`
	Input        json.RawMessage     `json:"input,omitempty" doc:"a codec's input as in TS013"`
	Entry        string              `json:"entry,omitempty" doc:"which function of a parser is wanted"`
	Context      json.RawMessage     `json:"context,omitempty" doc:"a driver's state"`
	Now          json.RawMessage     `json:"now,omitempty" doc:"freezes the clock; RFC 3339, or ms since 1970"`
	Seed         uint64              `json:"seed,omitempty" doc:"what Math.random follows while the clock is frozen"`
	Responses    []casefile.Response `json:"responses,omitempty" nullable:"false" maxItems:"100" doc:"what answers axios"`
}

// toCase checks the inputs and returns them as a case of that kind.
func (in *RunInputs) toCase(kind runtime.Kind, name string) (casefile.Case, error) {
	c := casefile.Case{
		Kind: kind, Name: name, Entry: in.Entry, Device: in.Device, Params: in.Params, Values: in.Values, Alarms: in.Alarms, OrgParams: in.OrgParams,
		Msg: in.Msg, NoticeAttrs: in.NoticeAttrs, Input: in.Input, Context: in.Context,
		ThingModelID: in.ThingModelID, ThingModel: in.ThingModel, Seed: casefile.Seed(in.Seed), Responses: in.Responses,
	}
	var eui string
	checked := map[string]json.RawMessage{"alarms": c.Alarms, "org_params": c.OrgParams}
	if json.Unmarshal(c.Device, &eui) != nil {
		checked["device"] = c.Device
	}
	if err := objects(checked); err != nil {
		return c, err
	}
	if in.Now != nil {
		if err := c.Now.UnmarshalJSON(in.Now); err != nil {
			return c, invalid.At("body.now", "%s", err)
		}
	}
	return c, nil
}

type dryRunInput struct {
	Body struct {
		Kind          runtime.Kind    `json:"kind" enum:"trigger,rpc,parser"`
		Source        string          `json:"source,omitempty" doc:"a source to try, in place of the script called name"`
		Language      string          `json:"language,omitempty" enum:"javascript,typescript"`
		Name          string          `json:"name,omitempty" maxLength:"128"`
		Declared      []scripts.Param `json:"declared,omitempty" maxItems:"200" nullable:"false" doc:"parameters that source declares"`
		RealOrgParams bool            `json:"real_org_params,omitempty" doc:"the real values, masked in the reply; for admins only"`
		RunInputs
	}
}

func (s *Server) dryRun(ctx context.Context, p auth.Principal, in *dryRunInput) (*body[casefile.Report], error) {
	b := &in.Body
	c, err := b.toCase(b.Kind, b.Name)
	if err != nil {
		return nil, err
	}
	if err := s.dryRunDevice(ctx, p.Org, &c); err != nil {
		return nil, err
	}
	params, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	switch {
	case b.RealOrgParams && !p.May(auth.Admin):
		return nil, problem(http.StatusForbidden, "forbidden", "only an admin may run a script on the real org params; leave real_org_params out, or give org_params")
	case b.RealOrgParams:
		c.OrgParams = params.ForScript(b.Name)
	case c.OrgParams == nil:
		c.OrgParams = params.Placeholders()
	}
	script, err := s.dryRunScript(ctx, p.Org, in)
	if err != nil {
		return nil, err
	}
	outcome := s.caseRunner(p.Org).Try(worker.ForOrg(ctx, p.Org), script, &c)
	report := outcome.Report()
	if b.RealOrgParams {
		err = redactReport(&report, params.Redactor().JSON)
	}
	return &body[casefile.Report]{report}, err
}

// caseRunner runs cases at the organisation's expense.
func (s *Server) caseRunner(org string) *casefile.Runner {
	return &casefile.Runner{Sandbox: s.Sandbox, Translator: s.Sandbox, Limits: s.Limits.Of(org), Org: org, Now: s.Now}
}

// dryRunDevice puts the device in the place of an EUI, with its active alarms unless the caller gave some.
func (s *Server) dryRunDevice(ctx context.Context, org string, c *casefile.Case) error {
	var eui string
	if len(c.Device) == 0 || json.Unmarshal(c.Device, &eui) != nil {
		return nil
	}
	state, err := s.Store.Device(ctx, org, device.NormalEUI(eui))
	if err != nil {
		return err
	}
	c.Device = state.Device.ScriptView()
	if c.Alarms == nil {
		c.Alarms = alarm.ScriptView(state.Alarms)
	}
	return nil
}

// dryRunScript returns the script that the caller means, not compiled: what is wrong with a source is an
// outcome of the run.
func (s *Server) dryRunScript(ctx context.Context, org string, in *dryRunInput) (scripts.Script, error) {
	b := &in.Body
	switch {
	case b.Source != "":
		if err := scripts.CheckParams(b.Declared); err != nil {
			return scripts.Script{}, invalid.Under("body.declared", err)
		}
		return scripts.Script{Kind: b.Kind, Name: b.Name, Source: b.Source, Language: b.Language, Params: b.Declared}, nil
	case b.Name == "":
		return scripts.Script{}, invalid.At("body.source", "give a source, or the name of a script")
	}
	script, err := s.script(ctx, org, &ScriptPath{Kind: b.Kind, Name: b.Name})
	if err != nil {
		return scripts.Script{}, err
	}
	return *script, nil
}

// objects reports which of the given texts are no JSON objects.
func objects(fields map[string]json.RawMessage) error {
	var bad invalid.Error
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if text := bytes.TrimSpace(fields[name]); len(text) > 0 && text[0] != '{' && string(text) != "null" {
			bad = append(bad, invalid.At("body."+name, "must be an object")...)
		}
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

func redactReport(r *casefile.Report, redact func(json.RawMessage) json.RawMessage) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	*r = casefile.Report{}
	return json.Unmarshal(redact(text), r)
}
