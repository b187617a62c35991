package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/store"
)

// Problem is an error reply (RFC 9457). It never repeats a value that a caller sent: values may be secret.
type Problem struct {
	Status int             `json:"status"`
	Title  string          `json:"title"`
	Detail string          `json:"detail"`
	Code   string          `json:"code"`
	Errors []invalid.Field `json:"errors,omitempty"`

	RetryAfter int `json:"-"` // seconds, for the header of that name; 0 leaves it out
}

// Error makes a Problem an error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is what huma asks for the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders is what huma asks for further headers of the reply.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="tripline"`)
	}
	return h
}

// ContentType is what huma asks for the media type of the reply.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func problem(status int, code, detail string, fields ...invalid.Field) *Problem {
	return &Problem{Status: status, Title: http.StatusText(status), Detail: detail, Code: code, Errors: fields}
}

// fail turns any error into the Problem that its caller sees. What is not the caller's doing becomes a
// 500 without detail and is logged.
func fail(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if fields, ok := errors.AsType[invalid.Error](err); ok {
		return problem(http.StatusUnprocessableEntity, "invalid", fields.Error(), fields...)
	}
	if e, ok := errors.AsType[*runtime.Error](err); ok {
		if e.Code == runtime.CodeBusy {
			p := problem(http.StatusServiceUnavailable, "busy", "too many scripts of this organisation are waiting to run; ask again in a second")
			p.RetryAfter = 1
			return p
		}
		return problem(http.StatusUnprocessableEntity, string(e.Code), e.Error(),
			invalid.Field{Location: "body.source", Message: e.Message, Line: e.Line, Column: e.Column})
	}
	if trouble := store.TroubleOf(err); trouble != "" {
		p := problem(http.StatusServiceUnavailable, "storage_unavailable", string(trouble)+": nothing was stored; send it again later")
		p.RetryAfter = retryAfterTrouble
		return p
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return problem(http.StatusNotFound, "not_found", "there is no such thing in this organisation")
	case errors.Is(err, context.Canceled):
		return problem(499, "cancelled", "the caller went away")
	}
	slog.ErrorContext(ctx, "request failed", "error", err)
	return problem(http.StatusInternalServerError, "internal", "the server could not do this; its log says why")
}

// retryAfterTrouble is when to try again what the disk did not take, in seconds.
const retryAfterTrouble = 5

func abort(c *gin.Context, err error) {
	p := fail(c.Request.Context(), err)
	maps.Copy(c.Writer.Header(), p.GetHeaders())
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(p.Status, p)
}

// humaError replaces huma's own error type, which would repeat the bad value, and says in detail what is
// wrong first: many callers show nothing else.
func humaError(status int, detail string, errs ...error) huma.StatusError {
	code := "bad_request"
	switch status {
	case http.StatusUnprocessableEntity:
		code = "invalid"
	case http.StatusRequestEntityTooLarge:
		code = "too_large"
	case http.StatusUnsupportedMediaType:
		code = "unsupported_media_type"
	case http.StatusNotFound:
		code = "not_found"
	}
	p := problem(status, code, detail)
	for _, err := range errs {
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			p.Errors = append(p.Errors, invalid.Field{Location: d.Location, Message: d.Message})
		} else if fields, ok := errors.AsType[invalid.Error](err); ok {
			p.Errors = append(p.Errors, fields...)
		} else if err != nil {
			p.Errors = append(p.Errors, invalid.Field{Location: "body", Message: err.Error()})
		}
	}
	if len(p.Errors) > 0 {
		p.Detail = invalid.Error(p.Errors[:1]).Error()
		if more := len(p.Errors) - 1; more > 0 {
			p.Detail += fmt.Sprintf("; and %d more, see errors", more)
		}
		p.Errors = p.Errors[:min(len(p.Errors), maxErrors)]
	}
	return p
}

// maxErrors is how many mistakes of a body are told: it may have one in every few bytes.
const maxErrors = 100
