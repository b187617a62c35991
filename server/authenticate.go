package server

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// panicError is a bug that a request ran into.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// principal finds out who sent the request: a token in the Authorization header, or else the cookie of
// a session. A request that another site made the browser send does not count as the user's.
func (s *Server) principal(r *http.Request) (auth.Principal, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return auth.Principal{}, unauthorized("the Authorization header must be: Bearer TOKEN")
		}
		return s.bearer(r.Context(), strings.TrimSpace(token))
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return auth.Principal{}, unauthorized("send an Authorization: Bearer header with a token, or sign in")
	}
	if err := sameOrigin(r); err != nil {
		return auth.Principal{}, err
	}
	p, err := s.Store.SessionPrincipal(r.Context(), auth.HashOf(cookie.Value))
	if errors.Is(err, store.ErrNotFound) {
		err = unauthorized("the session is over: sign in again")
	}
	return p, err
}

func (s *Server) bearer(ctx context.Context, token string) (auth.Principal, error) {
	hash := auth.HashOf(token)
	if s.AdminToken != "" {
		if want := auth.HashOf(s.AdminToken); subtle.ConstantTimeCompare(hash[:], want[:]) == 1 {
			return auth.Principal{Org: auth.DefaultOrg, Name: "token:TRIPLINE_ADMIN_TOKEN", Scopes: []string{auth.ScopeAdmin}}, nil
		}
	}
	p, err := s.Store.TokenPrincipal(ctx, hash)
	if errors.Is(err, store.ErrNotFound) {
		err = unauthorized("the token is unknown, was deleted or has expired")
	}
	return p, err
}

func sameOrigin(r *http.Request) error {
	var protection http.CrossOriginProtection
	if err := protection.Check(r); err != nil {
		return problem(http.StatusForbidden, "cross_origin", "a page of another site sent this request: a cookie is not enough for it")
	}
	return nil
}

func unauthorized(detail string) *Problem {
	return problem(http.StatusUnauthorized, "unauthorized", detail)
}

func forbidden(capability auth.Capability) *Problem {
	return problem(http.StatusForbidden, "forbidden", "this needs the permission "+string(capability))
}

// permitted returns the caller when it may do what needs the capability.
func (s *Server) permitted(r *http.Request, capability auth.Capability) (auth.Principal, error) {
	p, err := s.principal(r)
	if err == nil && !p.May(capability) {
		err = forbidden(capability)
	}
	return p, err
}

// may is the middleware of the routes that are plain gin.
func (s *Server) may(capability auth.Capability) gin.HandlerFunc {
	return func(c *gin.Context) {
		p, err := s.permitted(c.Request, capability)
		if err != nil {
			abort(c, err)
			return
		}
		leave, err := s.bodies.enter(c.Request, p.Org)
		if err != nil {
			abort(c, err)
			return
		}
		defer leave()
		c.Request = c.Request.WithContext(auth.With(c.Request.Context(), p))
		c.Next()
	}
}

// requestKey finds the request in the context of the routes that need no caller: they look at cookies
// and addresses themselves.
type requestKey struct{}

func requestOf(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

// authenticateHuma does the same for the routes that huma serves.
func (s *Server) authenticateHuma(ctx huma.Context, next func(huma.Context)) {
	r := humagin.Unwrap(ctx).Request
	capability, guarded := ctx.Operation().Metadata["may"].(auth.Capability)
	if !guarded {
		next(huma.WithValue(ctx, requestKey{}, r))
		return
	}
	p, err := s.permitted(r, capability)
	if err != nil {
		writeProblem(s.api, ctx, fail(ctx.Context(), err))
		return
	}
	leave, err := s.bodies.enter(r, p.Org)
	if err != nil {
		writeProblem(s.api, ctx, fail(ctx.Context(), err))
		return
	}
	defer leave()
	next(huma.WithContext(ctx, auth.With(ctx.Context(), p)))
}

func writeProblem(api huma.API, ctx huma.Context, p *Problem) {
	for name, values := range p.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	_ = api.Marshal(ctx.BodyWriter(), "application/json", p) // the connection may be gone; nobody is left to tell
}

// anyone registers a route that needs no caller.
func anyone[I, O any](s *Server, op huma.Operation, fn func(context.Context, *http.Request, *I) (*O, error)) {
	op.MaxBodyBytes = maxBody
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, requestOf(ctx), in)
		if err != nil {
			return nil, fail(ctx, err)
		}
		return out, nil
	})
}
