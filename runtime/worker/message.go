package worker

import (
	"encoding/json"
	"time"

	"github.com/tripline/tripline/runtime"
)

// maxLines bounds lists in a frame: header fields and log entries.
const maxLines = 4 << 10

// script is how both ends name a source text that the worker may have already.
type script struct {
	id     uint64
	kind   runtime.Kind
	name   string
	source *string // nil: the worker has it
}

func (f *frame) script(s script) {
	f.uint(s.id)
	f.string(string(s.kind))
	f.string(s.name)
	f.bool(s.source != nil)
	if s.source != nil {
		f.string(*s.source)
	}
}

func (f *fields) script() script {
	s := script{id: f.uint(), kind: f.scriptKind(), name: f.string()}
	if f.bool() {
		source := f.string()
		s.source = &source
	}
	return s
}

// scriptKind allocates nothing for the kinds that there are.
func (f *fields) scriptKind() runtime.Kind {
	text := f.take(f.uint())
	for _, k := range runtime.Kinds {
		if string(text) == string(k) {
			return k
		}
	}
	return runtime.Kind(text)
}

// invocation writes everything of a run but its script: the number of its limits first.
func (f *frame) invocation(inv *runtime.Invocation, limits int) {
	f.uint(uint64(limits))
	f.string(inv.Entry)
	in := &inv.Input
	for _, part := range []json.RawMessage{in.Device, in.Params, in.Alarms, in.OrgParams, in.Msg, in.NoticeAttrs, in.Payload, in.Context} {
		f.bytes(part)
	}
	f.string(in.ThingModelID)
	f.time(in.ReceivedAt)
	f.time(inv.Now)
	f.uint(inv.Seed)
	f.bool(inv.Host != nil)
}

// invocation returns a run whose inputs are valid as long as the frame is, the number of its limits among so
// many, and whether it has a host.
func (f *fields) invocation(sets int) (inv runtime.Invocation, limits int, host bool) {
	limits = f.count(sets - 1)
	inv.Entry = f.string()
	in := &inv.Input
	for _, part := range []*json.RawMessage{&in.Device, &in.Params, &in.Alarms, &in.OrgParams, &in.Msg, &in.NoticeAttrs, &in.Payload, &in.Context} {
		*part = f.view()
	}
	in.ThingModelID = f.string()
	in.ReceivedAt = f.time()
	inv.Now = f.time()
	inv.Seed = f.uint()
	return inv, limits, f.bool()
}

// time keeps the zero time, which has no Unix time.
func (f *frame) time(t time.Time) {
	f.bool(!t.IsZero())
	if !t.IsZero() {
		f.int(t.UnixNano())
	}
}

func (f *fields) time() time.Time {
	if !f.bool() {
		return time.Time{}
	}
	return time.Unix(0, f.int()).UTC()
}

// outcome is how a run or check ended.
type outcome struct {
	result runtime.Result
	err    *runtime.Error
	worn   bool // the worker process holds memory that it cannot give back

	translation runtime.Translation // which comes in a frame of its own
}

func (f *frame) outcome(o *outcome) {
	f.bytes(o.result.Value)
	f.bytes(o.result.Context)
	f.string(o.result.Called)
	f.uint(uint64(len(o.result.Logs)))
	for i := range o.result.Logs {
		l := &o.result.Logs[i]
		f.time(l.Time)
		f.string(l.Level)
		f.string(l.Text)
		f.bytes(l.Fields)
	}
	f.int(int64(o.result.CPU))
	f.int(int64(o.result.Wall))
	f.bool(o.worn)
	f.bool(o.err != nil)
	if o.err != nil {
		f.string(string(o.err.Code))
		f.string(o.err.Message)
		f.int(int64(o.err.Line))
		f.int(int64(o.err.Column))
	}
}

func (f *fields) outcome() outcome {
	var o outcome
	o.result.Value, o.result.Context, o.result.Called = f.bytes(), f.bytes(), f.string()
	if n := f.count(maxLines); n > 0 {
		o.result.Logs = make([]runtime.LogEntry, 0, n)
		for range n {
			o.result.Logs = append(o.result.Logs, runtime.LogEntry{Time: f.time(), Level: f.string(), Text: f.string(), Fields: f.bytes()})
		}
	}
	o.result.CPU, o.result.Wall = time.Duration(f.int()), time.Duration(f.int())
	o.worn = f.bool()
	if f.bool() {
		o.err = &runtime.Error{Code: runtime.Code(f.string()), Message: f.string(), Line: int(f.int()), Column: int(f.int())}
	}
	return o
}

func (f *frame) translation(t runtime.Translation) {
	f.string(t.JavaScript)
	f.string(t.SourceMap)
}

func (f *fields) translation() runtime.Translation {
	return runtime.Translation{JavaScript: f.string(), SourceMap: f.string()}
}

// method is a method of runtime.Host.
type method byte

const (
	methodFetch method = iota
	methodCacheGet
	methodCacheSet
	methodCacheLock
)

// call is a call of the host. Which fields are set depends on the method.
type call struct {
	id      uint64
	method  method
	request runtime.HTTPRequest
	key     string
	value   json.RawMessage
	ttl     time.Duration
}

func (f *frame) call(c *call) {
	f.uint(c.id)
	f.uint(uint64(c.method))
	if c.method != methodFetch {
		f.string(c.key)
		f.bytes(c.value)
		f.int(int64(c.ttl))
		return
	}
	r := &c.request
	f.string(r.Method)
	f.string(r.URL)
	f.header(r.Header)
	f.bytes(r.Body)
	f.int(int64(r.Timeout))
	f.int(int64(r.MaxRedirects))
	f.int(r.MaxResponseBytes)
	f.bool(r.NoDecompress)
}

func (f *fields) call() call {
	c := call{id: f.uint(), method: method(f.uint())}
	if c.method != methodFetch {
		c.key, c.value, c.ttl = f.string(), f.bytes(), time.Duration(f.int())
		return c
	}
	c.request = runtime.HTTPRequest{
		Method: f.string(), URL: f.string(), Header: f.header(), Body: f.bytes(),
		Timeout: time.Duration(f.int()), MaxRedirects: int(f.int()), MaxResponseBytes: f.int(), NoDecompress: f.bool(),
	}
	return c
}

func (f *frame) header(lines []runtime.HeaderField) {
	f.uint(uint64(len(lines)))
	for _, l := range lines {
		f.string(l.Name)
		f.string(l.Value)
	}
}

func (f *fields) header() []runtime.HeaderField {
	n := f.count(maxLines)
	if n == 0 {
		return nil
	}
	lines := make([]runtime.HeaderField, 0, n)
	for range n {
		lines = append(lines, runtime.HeaderField{Name: f.string(), Value: f.string()})
	}
	return lines
}

// reply answers a call.
type reply struct {
	id       uint64
	code     string // of a *runtime.FetchError
	failure  string // "" when the call went well
	response runtime.HTTPResponse
	value    json.RawMessage
}

func (f *frame) reply(r *reply) {
	f.uint(r.id)
	f.string(r.code)
	f.string(r.failure)
	f.int(int64(r.response.Status))
	f.string(r.response.StatusText)
	f.header(r.response.Header)
	f.bytes(r.response.Body)
	f.string(r.response.URL)
	f.bytes(r.value)
}

func (f *fields) reply() reply {
	return reply{
		id: f.uint(), code: f.string(), failure: f.string(),
		response: runtime.HTTPResponse{
			Status: int(f.int()), StatusText: f.string(), Header: f.header(), Body: f.bytes(), URL: f.string(),
		},
		value: f.bytes(),
	}
}
