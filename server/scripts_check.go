package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/worker"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/scripts/reference"
	"github.com/tripline/tripline/server/auth"
)

// editorRoutes are what an editor asks while somebody types.
func (s *Server) editorRoutes() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"scripts"}}
	}
	handle(s, auth.Read, op("get-script-reference", http.MethodGet, "/scripts/reference", "What scripts can name, with documentation and signatures"), s.getReference)
	handle(s, auth.Write, op("check-script", http.MethodPost, "/scripts/check", "Say whether a script would be published; nothing is stored and nothing runs"), s.checkScript)
}

// referenceView is the reference with the declarations that tripline types prints.
type referenceView struct {
	Globals      json.RawMessage `json:"globals" doc:"a list of { name, kinds?, signature, doc, type?, returns?, members? }"`
	Types        json.RawMessage `json:"types" doc:"the same for the types that globals name in type and returns"`
	Declarations string          `json:"declarations" doc:"all of it in TypeScript"`
	CPULimitMS   float64         `json:"cpu_limit_ms" doc:"how long one run may compute"`
}

func (s *Server) getReference(_ context.Context, p auth.Principal, _ *struct{}) (*body[referenceView], error) {
	r := reference.Read()
	globals, err := json.Marshal(r.Globals)
	if err != nil {
		return nil, err
	}
	types, err := json.Marshal(r.Types)
	if err != nil {
		return nil, err
	}
	return &body[referenceView]{referenceView{globals, types, reference.Declarations(), float64(s.Limits.Of(p.Org).CPU.Milliseconds())}}, nil
}

type checkScriptInput struct {
	Body struct {
		Kind     runtime.Kind    `json:"kind" enum:"trigger,rpc,parser"`
		Name     string          `json:"name,omitempty" maxLength:"128"`
		Source   string          `json:"source"`
		Language string          `json:"language,omitempty" enum:"javascript,typescript"`
		Params   []scripts.Param `json:"params,omitempty" maxItems:"200" nullable:"false" doc:"declared parameters"`
	}
}

// checkedScript is what would become of a publication.
type checkedScript struct {
	Error     *runtime.Error  `json:"error,omitempty" doc:"why the source would be refused"`
	Fields    []invalid.Field `json:"fields,omitempty" doc:"what is wrong with the declared parameters"`
	OtherKind runtime.Kind    `json:"other_kind,omitempty" doc:"the kind whose function the script declares, when that is another"`
}

func (s *Server) checkScript(ctx context.Context, p auth.Principal, in *checkScriptInput) (*body[checkedScript], error) {
	b := &in.Body
	script := scripts.Script{Kind: b.Kind, Name: b.Name, Source: b.Source, Language: b.Language, Params: b.Params}
	if script.Name == "" {
		script.Name = "script"
	}
	var out checkedScript
	compiled, err := scripts.Compile(worker.ForOrg(ctx, p.Org), s.Sandbox, s.Sandbox, s.Limits.Of(p.Org), script)
	if fields, ok := errors.AsType[invalid.Error](err); ok {
		out.Fields = fields
	} else if e, ok := errors.AsType[*runtime.Error](err); ok {
		if e.Code == runtime.CodeBusy {
			return nil, e
		}
		out.Error = e
	} else if err != nil {
		return nil, err
	}
	if err == nil {
		if kind, ok := scripts.DetectKind(compiled.Compiled); ok && kind != b.Kind {
			out.OtherKind = kind
		}
	}
	return &body[checkedScript]{out}, nil
}
