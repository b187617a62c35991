package server

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/tripline/tripline/server/auth"
)

// panicError is a bug that a request ran into.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// principal finds out who sent the request.
func (s *Server) principal(ctx context.Context, header func(string) string) (auth.Principal, error) {
	return auth.Principal{}, problem(http.StatusUnauthorized, "unauthorized", "send an Authorization: Bearer header with a token, or sign in")
}

// may is the middleware of the routes that are plain gin.
func (s *Server) may(capability auth.Capability) gin.HandlerFunc {
	return func(c *gin.Context) {
		p, err := s.principal(c.Request.Context(), c.GetHeader)
		if err == nil && !p.May(capability) {
			err = forbidden(capability)
		}
		if err != nil {
			abort(c, err)
			return
		}
		c.Request = c.Request.WithContext(auth.With(c.Request.Context(), p))
		c.Next()
	}
}

// authenticateHuma does the same for the routes that huma serves.
func (s *Server) authenticateHuma(ctx huma.Context, next func(huma.Context)) {
	capability, guarded := ctx.Operation().Metadata["may"].(auth.Capability)
	if !guarded {
		next(ctx)
		return
	}
	p, err := s.principal(ctx.Context(), ctx.Header)
	if err == nil && !p.May(capability) {
		err = forbidden(capability)
	}
	if err != nil {
		writeProblem(s.api, ctx, fail(ctx.Context(), err))
		return
	}
	next(huma.WithContext(ctx, auth.With(ctx.Context(), p)))
}

func forbidden(capability auth.Capability) error {
	return problem(http.StatusForbidden, "forbidden", "this needs the permission "+string(capability))
}

func writeProblem(api huma.API, ctx huma.Context, p *Problem) {
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	_ = api.Marshal(ctx.BodyWriter(), "application/json", p) // the connection may be gone; nobody is left to tell
}
