package secret

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
)

// logHandler masks what goes into the process's log.
type logHandler struct {
	next     slog.Handler
	redactor func() *Redactor
}

// NewLogHandler returns a handler that masks messages and attributes before next sees them. It asks for
// the redactor at every record: secrets change while a logger lives.
func NewLogHandler(next slog.Handler, redactor func() *Redactor) slog.Handler {
	return &logHandler{next, redactor}
}

func (h *logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h *logHandler) Handle(ctx context.Context, record slog.Record) error {
	r := h.redactor()
	out := slog.NewRecord(record.Time, record.Level, r.String(record.Message), record.PC)
	record.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(maskAttr(r, a))
		return true
	})
	return h.next.Handle(ctx, out)
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	r := h.redactor()
	masked := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		masked[i] = maskAttr(r, a)
	}
	return &logHandler{h.next.WithAttrs(masked), h.redactor}
}

func (h *logHandler) WithGroup(name string) slog.Handler {
	return &logHandler{h.next.WithGroup(name), h.redactor}
}

func maskAttr(r *Redactor, a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(r.String(a.Value.String()))
	case slog.KindGroup:
		group := make([]slog.Attr, 0, len(a.Value.Group()))
		for _, inner := range a.Value.Group() {
			group = append(group, maskAttr(r, inner))
		}
		a.Value = slog.GroupValue(group...)
	case slog.KindAny:
		// As text: what a handler would make of the value later is not known here.
		a.Value = slog.StringValue(r.String(textOfAny(a.Value.Any())))
	}
	return a
}

func textOfAny(v any) string {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case json.RawMessage:
		return string(v)
	default:
		return fmt.Sprintf("%+v", v)
	}
}
