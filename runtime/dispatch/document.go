package dispatch

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Document is the execution as JSON, not redacted: byte for byte what encoding/json makes of it, in a tenth
// of the time, for it is written with every step of every uplink. Nothing of it is embedded in HTML: < and >
// stay as they are, which spares the redactor an escape to look through in every message.
func (e *Execution) Document() (json.RawMessage, error) {
	size := 640 // what one of a few runs takes, and each of them
	for i := range e.Runs {
		size += 320 + len(e.Runs[i].Result)
	}
	w := writer{text: make([]byte, 0, size)}
	w.execution(e)
	return w.text, w.err
}

// writer appends JSON. After an error what it has written is of no use.
type writer struct {
	text []byte
	err  error
}

func (w *writer) execution(e *Execution) {
	w.open('{')
	w.string("id", e.ID)
	w.string("eui", e.EUI)
	w.string("state", e.State)
	w.time("created_at", e.CreatedAt)
	w.knownTime("finished_at", e.FinishedAt)
	if e.Uplink != nil {
		w.key("uplink")
		w.uplink(e.Uplink)
	}
	if e.Call != nil {
		w.key("call")
		w.call(e.Call)
	}
	w.key("runs")
	if e.Runs == nil {
		w.null()
	} else {
		list(w, e.Runs, w.run)
	}
	w.close('}')
}

func (w *writer) uplink(u *Uplink) {
	w.open('{')
	w.string("uplink_id", u.ID)
	w.string("eui", u.EUI)
	w.knownString("thing_model_id", u.ThingModelID)
	w.object("telemetry_data", u.Telemetry)
	w.object("shared_attrs", u.SharedAttrs)
	w.object("server_attrs", u.ServerAttrs)
	w.knownInt("f_port", u.FPort)
	if len(u.Payload) > 0 {
		w.key("payload")
		w.base64(u.Payload)
	}
	w.knownRaw("msg", u.Msg)
	w.time("received_at", u.ReceivedAt)
	w.close('}')
}

func (w *writer) call(c *Call) {
	w.open('{')
	w.string("eui", c.EUI)
	w.string("method", c.Method)
	w.raw("params", c.Params)
	w.string("caller", c.Caller)
	w.close('}')
}

func (w *writer) run(r *Run) {
	w.open('{')
	w.string("kind", string(r.Kind))
	w.string("script", r.Script)
	w.knownInt("version", r.Version)
	w.string("eui", r.EUI)
	w.knownString("dispatch_id", r.DispatchID)
	w.time("started_at", r.StartedAt)
	w.float("cpu_ms", r.CPUMS)
	w.float("wall_ms", r.WallMS)
	w.knownRaw("result", r.Result)
	if len(r.Logs) > 0 {
		w.key("logs")
		list(w, r.Logs, w.logEntry)
	}
	if r.Error != nil {
		w.key("error")
		w.runError(r.Error)
	}
	if r.Dispatch != nil {
		w.key("dispatch")
		w.dispatch(r.Dispatch)
	}
	if len(r.Actions) > 0 {
		w.key("actions")
		list(w, r.Actions, w.action)
	}
	w.close('}')
}

func (w *writer) logEntry(l *runtime.LogEntry) {
	w.open('{')
	w.time("time", l.Time)
	w.string("level", l.Level)
	w.string("text", l.Text)
	w.knownRaw("fields", l.Fields)
	w.close('}')
}

func (w *writer) runError(e *runtime.Error) {
	w.open('{')
	w.string("code", string(e.Code))
	w.string("message", e.Message)
	w.knownInt("line", e.Line)
	w.knownInt("column", e.Column)
	w.close('}')
}

func (w *writer) dispatch(d *DispatchView) {
	w.open('{')
	w.knownString("id", d.ID)
	w.knownTime("due_at", d.DueAt)
	w.int("calls", int64(d.Calls))
	if d.AbortPreviousTimer {
		w.bool("abort_previous_timer", true)
	}
	w.close('}')
}

func (w *writer) action(a *ActionView) {
	w.open('{')
	w.string("type", a.Type)
	w.string("eui", a.EUI)
	w.knownString("delivery_id", a.DeliveryID)
	w.knownString("event", a.Event)
	w.close('}')
}

// request is an HTTP request as encoding/json writes it: the payload of a delivery.
func request(r *runtime.HTTPRequest) json.RawMessage {
	w := writer{text: make([]byte, 0, 512+len(r.URL)+len(r.Body)*4/3)}
	w.open('{')
	w.string("Method", r.Method)
	w.string("URL", r.URL)
	w.key("Header")
	if r.Header == nil {
		w.null()
	} else {
		list(&w, r.Header, w.headerField)
	}
	w.key("Body")
	if r.Body == nil {
		w.null()
	} else {
		w.base64(r.Body)
	}
	w.int("Timeout", int64(r.Timeout))
	w.int("MaxRedirects", int64(r.MaxRedirects))
	w.int("MaxResponseBytes", r.MaxResponseBytes)
	w.bool("NoDecompress", r.NoDecompress)
	w.close('}')
	return w.text
}

func (w *writer) headerField(h *runtime.HeaderField) {
	w.open('{')
	w.string("Name", h.Name)
	w.string("Value", h.Value)
	w.close('}')
}

func list[T any](w *writer, items []T, write func(*T)) {
	w.open('[')
	for i := range items {
		w.comma()
		write(&items[i])
	}
	w.close(']')
}

func (w *writer) open(bracket byte)  { w.text = append(w.text, bracket) }
func (w *writer) close(bracket byte) { w.text = append(w.text, bracket) }

// comma goes before whatever is not the first in its brackets.
func (w *writer) comma() {
	if last := w.text[len(w.text)-1]; last != '{' && last != '[' {
		w.text = append(w.text, ',')
	}
}

func (w *writer) key(name string) {
	w.comma()
	w.text = append(append(append(w.text, '"'), name...), '"', ':')
}

func (w *writer) string(name, value string) {
	w.key(name)
	w.text = jsonvalue.AppendString(w.text, value)
}

// knownString leaves out what is empty, as omitempty does; so do the others that are called so.
func (w *writer) knownString(name, value string) {
	if value != "" {
		w.string(name, value)
	}
}

func (w *writer) null() { w.text = append(w.text, "null"...) }
func (w *writer) base64(data []byte) {
	w.text = append(base64.StdEncoding.AppendEncode(append(w.text, '"'), data), '"')
}

func (w *writer) bool(name string, value bool) {
	w.key(name)
	w.text = strconv.AppendBool(w.text, value)
}

func (w *writer) int(name string, value int64) {
	w.key(name)
	w.text = strconv.AppendInt(w.text, value, 10)
}

func (w *writer) knownInt(name string, value int) {
	if value != 0 {
		w.int(name, int64(value))
	}
}

func (w *writer) float(name string, value float64) {
	w.key(name)
	if size := math.Abs(value); size == 0 || size >= 1e-6 && size < 1e21 {
		w.text = strconv.AppendFloat(w.text, value, 'f', -1, 64)
		return
	}
	text, err := json.Marshal(value)
	w.text, w.err = append(w.text, text...), firstOf(w.err, err)
}

func (w *writer) time(name string, value time.Time) {
	w.key(name)
	text, err := value.AppendText(append(w.text, '"'))
	w.text, w.err = append(text, '"'), firstOf(w.err, err)
}

func (w *writer) knownTime(name string, value time.Time) {
	if !value.IsZero() {
		w.time(name, value)
	}
}

func (w *writer) raw(name string, value json.RawMessage) {
	w.key(name)
	if value == nil {
		value = json.RawMessage("null")
	}
	text, err := jsonvalue.AppendCompact(w.text, value)
	w.text, w.err = text, firstOf(w.err, err)
}

func (w *writer) knownRaw(name string, value json.RawMessage) {
	if len(value) > 0 {
		w.raw(name, value)
	}
}

func (w *writer) object(name string, value *device.Object) {
	if value != nil {
		w.key(name)
		text, err := value.AppendJSON(w.text)
		w.text, w.err = text, firstOf(w.err, err)
	}
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
