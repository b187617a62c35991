package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

type setupInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"200" doc:"from the link that the first start printed"`
		Name     string `json:"name,omitempty" default:"admin" minLength:"1" maxLength:"64" pattern:"^[\\p{L}\\p{N}._@+-]*$" patternDescription:"user name"`
		Password string `json:"password" minLength:"8" maxLength:"256"`
	}
}

func (s *Server) setupRoutes() {
	anyone(s, huma.Operation{OperationID: "setup", Method: http.MethodPost, Path: "/setup", Tags: []string{"access"},
		Summary: "Set the first admin's password with the one-time link, and sign in"}, s.setup)
}

func (s *Server) setup(ctx context.Context, r *http.Request, in *setupInput) (*signedIn, error) {
	if err := sameOrigin(r); err != nil {
		return nil, err
	}
	used := problem(http.StatusForbidden, "setup_token_used", "this link is not the one that the server printed last, or it was used; a start without an admin prints a new one")
	if !s.Store.IsSetupToken(in.Body.Token) {
		return nil, used
	}
	admin := store.User{Org: auth.DefaultOrg, Name: in.Body.Name, Role: auth.RoleAdmin, PasswordHash: auth.HashPassword(in.Body.Password)}
	return s.startSession(ctx, r, admin, func(tx *store.Tx) error {
		// Two that use the link at once: only the first of them finds no admin.
		if admins, err := tx.Admins(auth.DefaultOrg); err != nil || admins > 0 {
			return used
		}
		if err := tx.PutUser(admin); err != nil {
			return err
		}
		tx.UseSetupToken()
		return tx.Audit(admin.Org, admin.Name, "user.create", admin.Name, nil, userItem{Name: admin.Name, Role: admin.Role})
	})
}
