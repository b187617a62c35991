package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

func (s *Server) mountRoutes() {
	const one = "/scripts/{kind}/{name}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"scripts"}}
	}
	handle(s, auth.Write, op("describe-script", http.MethodPatch, one, "Change what stands beside a script's code: remark, tags, whether it is mounted everywhere"), s.describeScript)
	on := op("mount-script", http.MethodPut, one+"/mounts/{eui}", "Mount a script on a device, after those that are mounted there")
	off := op("unmount-script", http.MethodDelete, one+"/mounts/{eui}", "Take a script off a device")
	on.DefaultStatus, off.DefaultStatus = http.StatusNoContent, http.StatusNoContent
	handle(s, auth.Write, on, s.mountScript)
	handle(s, auth.Write, off, s.unmountScript)
}

type describeScriptInput struct {
	ScriptPath
	Body struct {
		Tags    *[]string `json:"tags,omitempty" maxItems:"100" nullable:"false"`
		Remark  *string   `json:"remark,omitempty" maxLength:"4000"`
		OrgWide *bool     `json:"org_wide,omitempty"`
	}
}

func (s *Server) describeScript(ctx context.Context, p auth.Principal, in *describeScriptInput) (*body[scripts.Script], error) {
	var out scripts.Script
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		before, _, err := ownScript(tx, p.Org, &in.ScriptPath)
		if err != nil {
			return err
		}
		next := *before
		assign(&next.Tags, in.Body.Tags)
		assign(&next.Remark, in.Body.Remark)
		assign(&next.OrgWide, in.Body.OrgWide)
		if out, _, err = tx.PublishScript(p.Org, next); err != nil {
			return err
		}
		return auditScript(tx, p, "script.describe", &in.ScriptPath, before, &out)
	})
	if err != nil {
		return nil, err
	}
	out.Source = ""
	return &body[scripts.Script]{out}, nil
}

// MountPath is the part of a path that names a script and a device.
type MountPath struct {
	ScriptPath
	EUIPath
}

func (s *Server) mountScript(ctx context.Context, p auth.Principal, in *MountPath) (*struct{}, error) {
	return nil, s.setMount(ctx, p, in, true)
}

func (s *Server) unmountScript(ctx context.Context, p auth.Principal, in *MountPath) (*struct{}, error) {
	return nil, s.setMount(ctx, p, in, false)
}

func (s *Server) setMount(ctx context.Context, p auth.Principal, in *MountPath, on bool) error {
	eui := device.NormalEUI(in.EUI)
	action := "script.unmount"
	if on {
		action = "script.mount"
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		catalog, err := tx.Catalog(p.Org)
		if err != nil {
			return err
		}
		if _, ok := catalog.Lookup(in.Kind, in.Name); on && !ok {
			return store.ErrNotFound
		}
		changed, err := tx.Mount(p.Org, eui, in.Kind, in.Name, on)
		if errors.Is(err, store.ErrNotFound) {
			return unknownMount(eui)
		}
		if err != nil || !changed {
			return err
		}
		return tx.Audit(p.Org, p.Name, action, string(in.Kind)+"/"+in.Name, nil, map[string]string{"eui": eui})
	})
}

func unknownMount(eui string) *Problem {
	return problem(http.StatusNotFound, "unknown_device", "there is no device "+eui+" in this organisation")
}
