package action

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
)

// View is an action as people read it in a dry run. It is not redacted.
type View struct {
	Type        Type               `json:"type"`
	SleepTimeMS int64              `json:"sleep_time_ms"`
	Target      string             `json:"target,omitempty"`
	Downlink    json.RawMessage    `json:"downlink,omitempty"`
	Attributes  *device.Attributes `json:"attributes,omitempty"`
	Alarm       *alarm.Change      `json:"alarm,omitempty"`
	Request     *RequestView       `json:"request,omitempty"`
}

// RequestView is the HTTP request of an axios action as it will go over the wire.
type RequestView struct {
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      string            `json:"body,omitempty"` // text; of another body only its size is told
	BodyBytes int               `json:"body_bytes"`
	TimeoutMS int64             `json:"timeout_ms,omitempty"`
}

// NewView returns what people see of a.
func NewView(a Action) View {
	v := View{Type: a.Type, SleepTimeMS: a.Sleep.Milliseconds(), Target: a.Target}
	switch a.Type {
	case Downlink:
		v.Downlink = a.Downlink
	case Attributes:
		v.Attributes = &a.Attributes
	case Alarm:
		v.Alarm = &a.Alarm
	case Request:
		r := a.Request
		v.Request = &RequestView{
			Method: r.Method, URL: r.URL, Headers: map[string]string{}, BodyBytes: len(r.Body), TimeoutMS: r.Timeout.Milliseconds(),
		}
		for _, h := range r.Header {
			v.Request.Headers[h.Name] = h.Value
		}
		if utf8.Valid(r.Body) {
			v.Request.Body = string(r.Body)
		}
	}
	return v
}
