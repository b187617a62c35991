package jsapi

import (
	"cmp"
	"errors"
	"net/url"
	"strings"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime/axios"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// The codes of AxiosErrors that are made here; those of the network come from the host.
const (
	axiosBadOption   = "ERR_BAD_OPTION"
	axiosBadRequest  = "ERR_BAD_REQUEST"
	axiosBadResponse = "ERR_BAD_RESPONSE"
	axiosNetwork     = "ERR_NETWORK"
	axiosAborted     = "ECONNABORTED"
	axiosTimedOut    = "ETIMEDOUT"
)

// axiosCodes are the static members of AxiosError.
var axiosCodes = []string{
	"ERR_BAD_OPTION_VALUE", axiosBadOption, axiosAborted, axiosTimedOut, "ECONNREFUSED", axiosNetwork, "ERR_FR_TOO_MANY_REDIRECTS",
	"ERR_DEPRECATED", axiosBadResponse, axiosBadRequest, "ERR_CANCELED", "ERR_NOT_SUPPORT", codeInvalidURL,
}

// axiosFailure is what an AxiosError says. Nil parts are left out of it.
type axiosFailure struct {
	message, code             string
	name                      string // of the error that axios wraps in such a case; "" is AxiosError
	config, request, response goja.Value
	calledAt                  *goja.Object // an Error made where the script called axios
}

// errorProto is AxiosError.prototype.
func (l *axiosLib) errorProto() *goja.Object {
	if l.errorPrototype == nil {
		l.errorPrototype = l.env.VM.NewObject()
		if base, ok := configOption(l.env.VM.Get("Error"), "prototype").(*goja.Object); ok {
			_ = l.errorPrototype.SetPrototype(base)
		}
		l.function(l.errorPrototype, "toJSON", l.errorToJSON)
	}
	return l.errorPrototype
}

// errorClass makes axios.AxiosError.
func (l *axiosLib) errorClass() *goja.Object {
	vm := l.env.VM
	class := vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		f := axiosFailure{config: call.Argument(2), request: call.Argument(3), response: call.Argument(4)}
		if message := call.Argument(0); !isMissing(message) {
			f.message = message.String()
		}
		if code := call.Argument(1); !isNullish(code) {
			f.code = code.String()
		}
		return l.newAxiosError(f)
	}).(*goja.Object)
	l.env.defineHidden(class, "name", vm.ToValue("AxiosError"))
	l.setPrototype(class, l.errorProto())
	for _, code := range axiosCodes {
		_ = class.Set(code, code)
	}
	return class
}

// newAxiosError makes the error that a script catches.
func (l *axiosLib) newAxiosError(f axiosFailure) *goja.Object {
	e := l.env.newPlainError(errorClassPlain, f.message)
	_ = e.SetPrototype(l.errorProto())
	set := func(name string, v any) { _ = e.Set(name, v) }
	_ = e.DefineDataProperty("message", l.env.VM.ToValue(f.message), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	set("name", cmp.Or(f.name, "AxiosError"))
	set("isAxiosError", true)
	if f.code != "" {
		set("code", f.code)
	}
	for name, v := range map[string]goja.Value{"config": f.config, "request": f.request} {
		if !isNullish(v) {
			set(name, v)
		}
	}
	if response, ok := f.response.(*goja.Object); ok {
		set("response", response)
		set("status", response.Get("status"))
	}
	l.setStack(e, f)
	return e
}

// setStack gives the error the place where the script called axios: it is made when nothing of the script
// is on the stack any more.
func (l *axiosLib) setStack(e *goja.Object, f axiosFailure) {
	if f.calledAt == nil {
		return
	}
	stack := f.calledAt.Get("stack")
	if isMissing(stack) || !goja.IsString(stack) {
		return
	}
	_, frames, _ := strings.Cut(stack.String(), "\n")
	text := l.env.VM.ToValue("AxiosError: " + f.message + "\n" + frames)
	_ = e.DefineDataProperty("stack", text, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// errorToJSON leaves out request and response, which are large and hold what was sent.
func (l *axiosLib) errorToJSON(c goja.FunctionCall) goja.Value {
	e := c.This.ToObject(l.env.VM)
	out := l.env.VM.NewObject()
	for _, name := range []string{"message", "name", "description", "number", "fileName", "lineNumber", "columnNumber", "stack", "config", "code", "status"} {
		_ = out.Set(name, orUndefined(e.Get(name)))
	}
	return out
}

// invalidConfig is the failure for a config that the axios package refuses.
func (s *axiosSending) invalidConfig(config jsonvalue.Value, err error) axiosFailure {
	f := axiosFailure{message: err.Error(), code: axiosBadOption}
	fields, ok := errors.AsType[invalid.Error](err)
	if !ok {
		return f
	}
	switch fields[0].Location {
	case "url":
		return s.invalidURL(config)
	case "data":
		f.code = axiosBadRequest
		if strings.Contains(fields[0].Message, "maxBodyLength") {
			f.message = "Request body larger than maxBodyLength limit"
		}
	}
	return f
}

// invalidURL distinguishes as axios does: what is no URL at all is Node's own TypeError.
func (s *axiosSending) invalidURL(config jsonvalue.Value) axiosFailure {
	address, err := axios.Address(config, "")
	if err != nil {
		return axiosFailure{message: "Invalid URL: " + err.Error(), code: codeInvalidURL}
	}
	if u, err := url.Parse(address); err == nil && u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return axiosFailure{message: "Unsupported protocol " + u.Scheme + ":", code: axiosBadRequest}
	}
	panic(s.lib.env.newError(errorClassType, codeInvalidURL, "Invalid URL"))
}

func (l *axiosLib) throwFailure(f axiosFailure) { panic(l.newAxiosError(f)) }
