package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

type postTokenInput struct {
	Body struct {
		Name      string    `json:"name" minLength:"1" maxLength:"100"`
		Scopes    []string  `json:"scopes" minItems:"1" uniqueItems:"true" enum:"ingest,rpc,read,scripts,admin"`
		Org       string    `json:"org,omitempty" maxLength:"64" doc:"another organisation: only for an admin of default"`
		ExpiresAt time.Time `json:"expires_at,omitzero" doc:"left out: never"`
	}
}

// newToken is the one reply that carries a token.
type newToken struct {
	store.Token
	Secret string `json:"token" doc:"shown this once"`
}

func (s *Server) tokenRoutes() {
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, DefaultStatus: status, Tags: []string{"access"}}
	}
	handle(s, auth.Admin, op("list-tokens", http.MethodGet, "/tokens", "List API tokens, the newest first", 0), s.listTokens)
	handle(s, auth.Admin, op("make-token", http.MethodPost, "/tokens", "Make an API token", http.StatusCreated), s.postToken)
	handle(s, auth.Admin, op("delete-token", http.MethodDelete, "/tokens/{id}", "End an API token", http.StatusNoContent), s.deleteToken)
}

func (s *Server) listTokens(ctx context.Context, p auth.Principal, in *Page) (*body[list[store.Token]], error) {
	cursor, err := in.before()
	if err != nil {
		return nil, err
	}
	tokens, next, err := s.Store.Tokens(ctx, p.Org, cursor, in.Limit)
	return &body[list[store.Token]]{list[store.Token]{Items: tokens, NextCursor: cursorOf(next)}}, err
}

func (s *Server) postToken(ctx context.Context, p auth.Principal, in *postTokenInput) (*body[newToken], error) {
	org := p.Org
	if in.Body.Org != "" {
		org = in.Body.Org
	}
	if org != p.Org && p.Org != auth.DefaultOrg {
		return nil, problem(http.StatusForbidden, "forbidden", "only an admin of the organisation default makes tokens for others")
	}
	if !in.Body.ExpiresAt.IsZero() && !in.Body.ExpiresAt.After(s.Now()) {
		return nil, invalid.At("body.expires_at", "must be in the future")
	}
	secret := auth.NewToken()
	var stored store.Token
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Org(org); errors.Is(err, store.ErrNotFound) {
			return invalid.At("body.org", "there is no such organisation")
		} else if err != nil {
			return err
		}
		actor := p.Name
		if org != p.Org {
			actor = p.Org + "/" + p.Name
		}
		var err error
		stored, err = tx.AddToken(store.Token{Org: org, Name: in.Body.Name, Scopes: in.Body.Scopes, CreatedBy: actor, ExpiresAt: in.Body.ExpiresAt},
			auth.HashOf(secret))
		if err != nil {
			return err
		}
		return tx.Audit(org, actor, "token.create", stored.Name, nil, stored)
	})
	return &body[newToken]{newToken{stored, secret}}, err
}

func (s *Server) deleteToken(ctx context.Context, p auth.Principal, in *struct {
	ID string `path:"id" maxLength:"64"`
}) (*struct{}, error) {
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		token, err := tx.DeleteToken(p.Org, in.ID)
		if err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "token.delete", token.Name, token, nil)
	})
}
