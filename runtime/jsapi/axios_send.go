package jsapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/axios"
)

// dispatch sends the request of a merged config and returns the promise of its response. calledAt is an
// Error made where the script called axios.
func (l *axiosLib) dispatch(config, calledAt *goja.Object) goja.Value {
	l.refuseCancelled(config)
	headers := l.newHeaders(config.Get("headers"))
	_ = config.Set("headers", headers)
	_ = config.Set("data", l.runTransforms(config.Get("transformRequest"), config, config.Get("data"), headers))
	method := strings.ToLower(orUndefined(config.Get("method")).String())
	if slices.Contains([]string{"post", "put", "patch"}, method) {
		l.setHeader(headers, "Content-Type", l.text(axios.FormType), false)
	}
	s := &axiosSending{lib: l, config: config, calledAt: calledAt}
	if kind := configOption(config, "responseType"); kind.ToBoolean() && !slices.Contains([]string{"json", "text", "arraybuffer"}, kind.String()) {
		s.fail(axiosFailure{code: axiosBadOption, message: "responseType: " + kind.String() + " is not available; take json, text or arraybuffer"})
	}
	req := s.request()
	s.shown = l.shownRequest(req)
	if l.calls++; l.calls > l.env.Limits.Requests {
		s.fail(axiosFailure{code: string(runtime.CodeTooManyRequests), message: tooManyRequests(l.env.Limits.Requests)})
	}
	host := l.env.Host
	if host == nil {
		s.fail(axiosFailure{code: axiosNetwork, message: "axios: this run cannot send requests"})
	}
	cancelled := make(chan struct{})
	answer := l.env.VM.ToValue(l.env.Await(func(ctx context.Context) func() (goja.Value, error) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		go func() {
			select {
			case <-cancelled:
				stop()
			case <-ctx.Done():
			}
		}()
		resp, err := host.Fetch(ctx, *req)
		return func() (goja.Value, error) { return s.finish(resp, err) }
	}))
	return s.cancellable(answer, sync.OnceFunc(func() { close(cancelled) }))
}

// axiosSending is one request on its way.
type axiosSending struct {
	lib      *axiosLib
	config   *goja.Object
	calledAt *goja.Object
	shown    *goja.Object // what scripts see as request
}

// fail throws an AxiosError about this request.
func (s *axiosSending) fail(f axiosFailure) {
	f.config, f.calledAt = s.config, s.calledAt
	if s.shown != nil {
		f.request = s.shown
	}
	s.lib.throwFailure(f)
}

func (s *axiosSending) request() *runtime.HTTPRequest {
	config := s.lib.wireConfig(s.config)
	req, ignored, err := axios.Request(config, s.lib.query(s.config), s.lib.body(s.config.Get("data")))
	if err != nil {
		s.fail(s.invalidConfig(config, err))
	}
	if len(ignored) > 0 {
		s.lib.env.Log(runtime.LevelWarn, "axios: ignored, because it means nothing on a server: "+strings.Join(ignored, ", "), nil)
	}
	return req
}

// finish is called on the realm's goroutine when the host has answered.
func (s *axiosSending) finish(resp runtime.HTTPResponse, failure error) (v goja.Value, err error) {
	if exception := s.lib.env.VM.Try(func() { v = s.settle(resp, failure) }); exception != nil {
		return nil, exception
	}
	return v, nil
}

// settle returns the response, or throws the AxiosError of a failed request.
func (s *axiosSending) settle(resp runtime.HTTPResponse, failure error) goja.Value {
	if failure != nil {
		s.fail(s.networkFailure(failure))
	}
	l := s.lib
	l.refuseCancelled(s.config)
	response := l.response(s, resp)
	valid := s.valid(resp.Status)
	_ = s.config.Set("response", response) // for a transform that throws
	data := l.runTransforms(s.config.Get("transformResponse"), s.config, response.Get("data"), response.Get("headers"), l.env.VM.ToValue(resp.Status))
	_ = s.config.Delete("response")
	_ = response.Set("data", data)
	if !valid {
		code := axiosBadResponse
		if resp.Status >= 400 && resp.Status < 500 {
			code = axiosBadRequest
		}
		s.fail(axiosFailure{message: "Request failed with status code " + l.env.VM.ToValue(resp.Status).String(), code: code, response: response})
	}
	return response
}

func (s *axiosSending) networkFailure(failure error) axiosFailure {
	fetch, ok := errors.AsType[*runtime.FetchError](failure)
	if !ok {
		return axiosFailure{code: axiosNetwork, message: "Network Error"}
	}
	f := axiosFailure{code: fetch.Code, message: fetch.Message, name: wrappedName(fetch.Code)}
	if f.code == axiosAborted {
		if text := configOption(s.config, "timeoutErrorMessage"); text.ToBoolean() {
			f.message = text.String()
		}
		if s.lib.transitional(s.config, "clarifyTimeoutError", false) {
			f.code = axiosTimedOut
		}
	}
	return f
}

// wrappedName is the name that an AxiosError takes over from the error that it wraps; "" if axios makes an
// error of that code itself.
func wrappedName(code string) string {
	switch {
	case code == axiosAborted, code == axiosBadResponse, code == string(runtime.CodeEgressBlocked):
		return ""
	case strings.HasPrefix(code, "ERR_FR_"):
		return "Error [" + code + "]"
	default:
		return errorClassPlain
	}
}

// valid asks the config's validateStatus; without one every status is.
func (s *axiosSending) valid(status int) bool {
	validate, ok := goja.AssertFunction(configOption(s.config, "validateStatus"))
	if !ok {
		return true
	}
	v, err := validate(s.config, s.lib.env.VM.ToValue(status))
	if err != nil {
		s.lib.env.rethrow(err)
	}
	return v.ToBoolean()
}

// response makes the object that scripts get, its data not yet transformed.
func (l *axiosLib) response(s *axiosSending, resp runtime.HTTPResponse) *goja.Object {
	vm := l.env.VM
	out := vm.NewObject()
	_ = out.Set("status", resp.Status)
	_ = out.Set("statusText", resp.StatusText)
	_ = out.Set("headers", l.responseHeaders(resp.Header))
	_ = out.Set("config", s.config)
	_ = s.shown.Set("res", l.plainObject("responseUrl", resp.URL))
	_ = out.Set("request", s.shown)
	_ = out.Set("data", l.responseData(s.config, resp.Body))
	return out
}

func (l *axiosLib) responseData(config *goja.Object, body []byte) goja.Value {
	if configOption(config, "responseType").String() == "arraybuffer" {
		return l.env.newBuffer(body)
	}
	encoding := encodingUTF8
	if name := configOption(config, "responseEncoding"); name.ToBoolean() {
		encoding = l.env.encodingNamed(name)
	}
	if encoding == encodingUTF8 && len(body) >= 3 && string(body[:3]) == "\uFEFF" {
		body = body[3:]
	}
	return encoding.decode(l.env.VM, body)
}

// single are the headers of which Node keeps the first only.
var single = []string{
	"age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host", "if-modified-since",
	"if-unmodified-since", "last-modified", "location", "max-forwards", "proxy-authorization", "referer", "retry-after", "server", "user-agent",
}

// responseHeaders joins the lines of a header as Node does.
func (l *axiosLib) responseHeaders(fields []runtime.HeaderField) *goja.Object {
	h := l.newHeaders()
	for i := 0; i < len(fields); {
		name := fields[i].Name
		var values []any
		var texts []string
		for ; i < len(fields) && fields[i].Name == name; i++ {
			values, texts = append(values, fields[i].Value), append(texts, fields[i].Value)
		}
		switch {
		case name == "set-cookie":
			_ = h.Set(name, l.env.VM.NewArray(values...))
		case slices.Contains(single, name):
			_ = h.Set(name, texts[0])
		default:
			_ = h.Set(name, strings.Join(texts, ", "))
		}
	}
	return h
}

// shownRequest stands for Node's ClientRequest: the parts of it that scripts look at.
func (l *axiosLib) shownRequest(req *runtime.HTTPRequest) *goja.Object {
	out := l.plainObject("method", req.Method)
	if parsed, err := http.NewRequest(req.Method, req.URL, nil); err == nil {
		_ = out.Set("path", parsed.URL.RequestURI())
		_ = out.Set("host", parsed.URL.Hostname())
		_ = out.Set("protocol", parsed.URL.Scheme+":")
	}
	return out
}

func (l *axiosLib) plainObject(name, value string) *goja.Object {
	o := l.env.VM.NewObject()
	_ = o.Set(name, value)
	return o
}
