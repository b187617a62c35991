package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// orgParam is a parameter in a reply. The value is there only when an admin asked to see it.
type orgParam struct {
	orgparams.Param
	RotateBy time.Time `json:"rotate_by,omitzero" doc:"when the value should be changed next"`
	Value    *string   `json:"value,omitempty" doc:"only with reveal=1"`

	UsedBy []readingScript `json:"used_by,omitempty" doc:"in lists: scripts whose sources name the key"`
}

// OrgParamPath is the input of routes about one org param.
type OrgParamPath struct {
	Key string `path:"key" maxLength:"128"`
}

type orgParamsInput struct {
	Page
	Search string `query:"search" maxLength:"200" doc:"part of the key or the remark"`
}

type revealInput struct {
	OrgParamPath
	Reveal bool `query:"reveal" doc:"shows the value; this is recorded in the audit log"`
}

type putOrgParamInput struct {
	OrgParamPath
	Body struct {
		Value      *string  `json:"value,omitempty" doc:"must be given for a new parameter; otherwise left out = stays"`
		Remark     *string  `json:"remark,omitempty" maxLength:"2000"`
		Secret     *bool    `json:"secret,omitempty" doc:"true, unless said otherwise: the value is masked wherever it is stored or shown"`
		Scripts    []string `json:"scripts,omitempty" maxItems:"100" doc:"names or globs of the scripts that get it; empty = all"`
		Hosts      []string `json:"hosts,omitempty" maxItems:"100" doc:"hosts that it may be sent to; empty = any"`
		RotateDays *int     `json:"rotate_days,omitempty" minimum:"0" maximum:"3650" doc:"how old the value may become; 0 = any age"`
	}
}

func (s *Server) orgParamRoutes() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"org params"}}
	}
	handle(s, auth.Admin, op("list-org-params", http.MethodGet, "/org-params", "List org params, without values"), s.listOrgParams)
	handle(s, auth.Write, op("list-org-param-keys", http.MethodGet, "/org-params/keys", "The keys that a script may read"), s.listOrgParamKeys)
	handle(s, auth.Admin, op("get-org-param", http.MethodGet, "/org-params/{key}", "Get one org param"), s.getOrgParam)
	handle(s, auth.Admin, op("put-org-param", http.MethodPut, "/org-params/{key}", "Add or change an org param"), s.putOrgParam)
	remove := op("delete-org-param", http.MethodDelete, "/org-params/{key}", "Delete an org param")
	remove.DefaultStatus = http.StatusNoContent
	handle(s, auth.Admin, remove, s.deleteOrgParam)
	s.orgParamStoryRoutes()
}

func (s *Server) listOrgParams(ctx context.Context, p auth.Principal, in *orgParamsInput) (*body[list[orgParam]], error) {
	set, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	catalog, err := s.Store.Catalog(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	out := list[orgParam]{Items: []orgParam{}}
	var listed []orgparams.Param
	search := strings.ToLower(in.Search)
	for _, param := range set.Params() {
		if param.Key <= in.Cursor || !strings.Contains(strings.ToLower(param.Key+"\n"+param.Remark), search) {
			continue
		}
		if len(out.Items) == in.Limit {
			out.NextCursor = out.Items[in.Limit-1].Key
			break
		}
		out.Items, listed = append(out.Items, shown(param)), append(listed, param)
	}
	used := readers(catalog, listed)
	for i := range out.Items {
		out.Items[i].UsedBy = used[out.Items[i].Key]
	}
	return &body[list[orgParam]]{out}, nil
}

// shown is what an admin sees of a parameter without asking for its value.
func shown(p orgparams.Param) orgParam {
	p.Hint = orgparams.Hint(p.Value)
	return orgParam{Param: p, RotateBy: p.RotateBy()}
}

func (s *Server) listOrgParamKeys(ctx context.Context, p auth.Principal, in *Page) (*body[list[orgparams.Key]], error) {
	set, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	out := list[orgparams.Key]{Items: []orgparams.Key{}}
	for _, key := range set.Keys() {
		if key.Key <= in.Cursor {
			continue
		}
		if len(out.Items) == in.Limit {
			out.NextCursor = out.Items[in.Limit-1].Key
			break
		}
		out.Items = append(out.Items, key)
	}
	return &body[list[orgparams.Key]]{out}, nil
}

func (s *Server) getOrgParam(ctx context.Context, p auth.Principal, in *revealInput) (*body[orgParam], error) {
	var param orgparams.Param
	read := func(tx *store.Tx) (err error) {
		if param, err = tx.OrgParam(p.Org, in.Key); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "org_param.reveal", in.Key, nil, nil)
	}
	if in.Reveal {
		// The record of it is on disk before the value leaves.
		if err := s.Store.Write(ctx, read); err != nil {
			return nil, err
		}
		out := shown(param)
		out.Value = &param.Value
		return &body[orgParam]{out}, nil
	}
	set, err := s.Store.OrgParams(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	param, ok := set.Param(in.Key)
	if !ok {
		return nil, store.ErrNotFound
	}
	return &body[orgParam]{shown(param)}, nil
}

func (s *Server) putOrgParam(ctx context.Context, p auth.Principal, in *putOrgParamInput) (*body[orgParam], error) {
	if err := orgparams.CheckKey(in.Key); err != nil {
		return nil, invalid.Under("path", err)
	}
	var stored orgparams.Param
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		action := "org_param.update"
		var before any
		param, err := tx.OrgParam(p.Org, in.Key)
		switch {
		case errors.Is(err, store.ErrNotFound):
			if in.Body.Value == nil {
				return invalid.At("body.value", "must be given for a new parameter")
			}
			action, param = "org_param.create", orgparams.Param{Key: in.Key, Secret: true}
		case err != nil:
			return err
		default:
			before = recorded(param, false)
		}
		changed := in.Body.Value != nil && (before == nil || *in.Body.Value != param.Value)
		in.apply(&param)
		if err := param.Check(); err != nil {
			return invalid.Under("body", err)
		}
		param.UpdatedBy = p.Name
		if err := tx.PutOrgParam(p.Org, param); err != nil {
			return err
		}
		if err := tx.Audit(p.Org, p.Name, action, in.Key, before, recorded(param, changed)); err != nil {
			return err
		}
		stored, err = tx.OrgParam(p.Org, in.Key)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &body[orgParam]{shown(stored)}, nil
}

// apply changes what the caller gave and leaves the rest.
func (in *putOrgParamInput) apply(p *orgparams.Param) {
	assign(&p.Value, in.Body.Value)
	assign(&p.Remark, in.Body.Remark)
	assign(&p.Secret, in.Body.Secret)
	assign(&p.RotateDays, in.Body.RotateDays)
	if in.Body.Scripts != nil {
		p.Scripts = in.Body.Scripts
	}
	if in.Body.Hosts != nil {
		p.Hosts = in.Body.Hosts
	}
}

// assign sets what was given.
func assign[T any](to, given *T) {
	if given != nil {
		*to = *given
	}
}

func (s *Server) deleteOrgParam(ctx context.Context, p auth.Principal, in *OrgParamPath) (*struct{}, error) {
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		param, err := tx.OrgParam(p.Org, in.Key)
		if err != nil {
			return err
		}
		if err := tx.DeleteOrgParam(p.Org, in.Key); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "org_param.delete", in.Key, recorded(param, false), nil)
	})
}

// orgParamRecord is what the audit log keeps of a parameter: all but the value, of which it says only
// whether it was changed.
type orgParamRecord struct {
	Remark       string   `json:"remark"`
	Secret       bool     `json:"secret"`
	Scripts      []string `json:"scripts"`
	Hosts        []string `json:"hosts"`
	RotateDays   int      `json:"rotate_days"`
	ValueChanged bool     `json:"value_changed,omitempty"`
}

func recorded(p orgparams.Param, changed bool) orgParamRecord {
	return orgParamRecord{p.Remark, p.Secret, p.Scripts, p.Hosts, p.RotateDays, changed}
}
