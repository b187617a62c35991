package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

const sessionCookie = "tripline_session"

// me is who the caller is, as the admin pages need it.
type me struct {
	Org          string            `json:"org"`
	OrgName      string            `json:"org_name"`
	TimeZone     string            `json:"time_zone" doc:"of the organisation, an IANA name"`
	Name         string            `json:"name"`
	Role         string            `json:"role" doc:"of a user; empty for a token"`
	Scopes       []string          `json:"scopes" doc:"of a token; empty for a user"`
	Capabilities []auth.Capability `json:"capabilities"`
}

// signedIn is the reply to those who just signed in.
type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      me
}

type loginInput struct {
	Body struct {
		Org      string `json:"org,omitempty" maxLength:"64" default:"default"`
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s *Server) loginRoutes() {
	anyone(s, huma.Operation{OperationID: "login", Method: http.MethodPost, Path: "/login", Summary: "Sign in", Tags: []string{"access"}}, s.login)
	anyone(s, huma.Operation{OperationID: "logout", Method: http.MethodPost, Path: "/logout", Summary: "Sign out", Tags: []string{"access"},
		DefaultStatus: http.StatusNoContent}, s.logout)
	handle(s, auth.SignedIn, huma.Operation{OperationID: "me", Method: http.MethodGet, Path: "/me", Summary: "Who the caller is and what they may do",
		Tags: []string{"access"}}, s.me)
}

func (s *Server) login(ctx context.Context, r *http.Request, in *loginInput) (*signedIn, error) {
	if err := sameOrigin(r); err != nil {
		return nil, err
	}
	attempt := attemptKey(in.Body.Org, in.Body.Name, r.RemoteAddr)
	if wait := s.logins.take(attempt, s.Now()); wait > 0 {
		p := problem(http.StatusTooManyRequests, "too_many_attempts", "too many attempts to sign in; wait and try again")
		p.RetryAfter = int((wait + time.Second - 1) / time.Second)
		return nil, p
	}
	user, err := s.Store.User(ctx, in.Body.Org, in.Body.Name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if !auth.CheckPassword(user.PasswordHash, in.Body.Password) {
		return nil, unauthorized("organisation, name or password is wrong")
	}
	s.logins.forget(attempt)
	return s.startSession(ctx, r, user, func(tx *store.Tx) error {
		// The password may have been changed while this one was checked.
		if now, err := tx.User(user.Org, user.Name); err != nil || now.PasswordHash != user.PasswordHash {
			return unauthorized("organisation, name or password is wrong")
		}
		return tx.Audit(user.Org, user.Name, "session.start", user.Name, nil, nil)
	})
}

// startSession signs user in, in one transaction with first.
func (s *Server) startSession(ctx context.Context, r *http.Request, user store.User, first func(*store.Tx) error) (*signedIn, error) {
	value := auth.NewSession()
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		return tx.StartSession(user.Org, user.Name, auth.HashOf(value))
	})
	if err != nil {
		return nil, err
	}
	who, err := s.describe(ctx, auth.Principal{Org: user.Org, Name: user.Name, Role: user.Role})
	return &signedIn{SetCookie: cookie(r, value, int(store.SessionLife.Seconds())), Body: who}, err
}

func (s *Server) logout(ctx context.Context, r *http.Request, _ *struct{}) (*signedOut, error) {
	if err := sameOrigin(r); err != nil {
		return nil, err
	}
	if c, err := r.Cookie(sessionCookie); err == nil {
		err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.EndSession(auth.HashOf(c.Value)) })
		if err != nil {
			return nil, err
		}
	}
	return &signedOut{SetCookie: cookie(r, "", -1)}, nil
}

func (s *Server) me(ctx context.Context, p auth.Principal, _ *struct{}) (*body[me], error) {
	who, err := s.describe(ctx, p)
	return &body[me]{who}, err
}

func (s *Server) describe(ctx context.Context, p auth.Principal) (me, error) {
	org, err := s.Store.Org(ctx, p.Org)
	if err != nil {
		return me{}, err
	}
	return me{Org: p.Org, OrgName: org.Name, TimeZone: org.TimeZone, Name: p.Name, Role: p.Role, Scopes: append([]string{}, p.Scopes...), Capabilities: p.Capabilities()}, nil
}

// cookie is the session's cookie. A proxy that ended TLS says so in X-Forwarded-Proto; a client that
// makes it up only keeps its own cookie from being sent without TLS.
func cookie(r *http.Request, value string, maxAge int) http.Cookie {
	return http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https"),
	}
}
