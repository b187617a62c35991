package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/server/audit"
	"github.com/tripline/tripline/server/auth"
)

type auditInput struct {
	Page
	Search string `query:"search" maxLength:"200" doc:"part of the actor, the action or the target"`
}

func (s *Server) auditRoutes() {
	handle(s, auth.Admin, huma.Operation{OperationID: "list-audit", Method: http.MethodGet, Path: "/audit", Tags: []string{"audit"},
		Summary: "Who changed what, the newest first"}, s.listAudit)
}

func (s *Server) listAudit(ctx context.Context, p auth.Principal, in *auditInput) (*body[list[audit.Entry]], error) {
	cursor, err := in.before()
	if err != nil {
		return nil, err
	}
	entries, next, err := s.Store.AuditLog(ctx, p.Org, in.Search, cursor, in.Limit)
	return &body[list[audit.Entry]]{list[audit.Entry]{Items: entries, NextCursor: cursorOf(next)}}, err
}
