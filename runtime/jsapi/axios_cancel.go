package jsapi

import (
	_ "embed"

	"github.com/dop251/goja"
)

//go:embed axios_cancel.js
var cancelSource string

var cancelClass = scripted("axios_cancel.js", cancelSource)

const axiosCanceled = "ERR_CANCELED"

// cancelToken is axios.CancelToken, which came before AbortController.
func (l *axiosLib) cancelToken() goja.Value {
	return cancelClass.call(l.env, l.canceledClass())
}

// canceledClass is axios.CanceledError.
func (l *axiosLib) canceledClass() *goja.Object {
	if l.canceled == nil {
		prototype := l.env.VM.NewObject()
		_ = prototype.SetPrototype(l.errorProto())
		l.canceled = l.env.VM.ToValue(func(call goja.ConstructorCall) *goja.Object {
			f := axiosFailure{config: call.Argument(1), request: call.Argument(2)}
			if v := call.Argument(0); !isNullish(v) {
				f.message = v.String()
			}
			return l.newCanceled(f)
		}).(*goja.Object)
		l.env.defineHidden(l.canceled, "name", l.text("CanceledError"))
		l.setPrototype(l.canceled, prototype)
		_ = prototype.Set("__CANCEL__", true)
	}
	return l.canceled
}

func (l *axiosLib) newCanceled(f axiosFailure) *goja.Object {
	f.code, f.name = axiosCanceled, "CanceledError"
	if f.message == "" {
		f.message = "canceled"
	}
	e := l.newAxiosError(f)
	if prototype, ok := l.canceledClass().Get("prototype").(*goja.Object); ok {
		_ = e.SetPrototype(prototype)
	}
	_ = e.Set("__CANCEL__", true)
	return e
}

// refuseCancelled throws when the request of config was cancelled already.
func (l *axiosLib) refuseCancelled(config *goja.Object) {
	if token, ok := configOption(config, "cancelToken").(*goja.Object); ok {
		if reason := token.Get("reason"); !isNullish(reason) {
			panic(reason)
		}
	}
	if configOption(configOption(config, "signal"), "aborted").ToBoolean() {
		panic(l.newCanceled(axiosFailure{config: config}))
	}
}

// cancellable is promise, or one that is rejected when the request is cancelled before: then stop is called.
func (s *axiosSending) cancellable(promise goja.Value, stop func()) goja.Value {
	token, hasToken := configOption(s.config, "cancelToken").(*goja.Object)
	signal, hasSignal := configOption(s.config, "signal").(*goja.Object)
	if !hasToken && !hasSignal {
		return promise
	}
	vm := s.lib.env.VM
	either, resolve, reject := vm.NewPromise()
	cancel := vm.ToValue(func(call goja.FunctionCall) goja.Value {
		stop()
		reason := call.Argument(0)
		if !configOption(reason, "__CANCEL__").ToBoolean() { // an event of a signal
			reason = s.lib.newCanceled(axiosFailure{config: s.config, request: s.shown, calledAt: s.calledAt})
		}
		_ = reject(reason)
		return goja.Undefined()
	})
	if hasToken {
		s.lib.invoke(token, "subscribe", cancel)
	}
	if hasSignal {
		s.lib.invoke(signal, "addEventListener", s.lib.text("abort"), cancel)
	}
	settle := func(with func(any) error) goja.Value {
		return vm.ToValue(func(call goja.FunctionCall) goja.Value { _ = with(call.Argument(0)); return goja.Undefined() })
	}
	s.lib.then(promise, settle(resolve), settle(reject))
	return vm.ToValue(either)
}

// invoke calls a method of an object that a script gave.
func (l *axiosLib) invoke(o *goja.Object, name string, arguments ...goja.Value) goja.Value {
	method, ok := goja.AssertFunction(orUndefined(o.Get(name)))
	if !ok {
		l.env.throw(errorClassType, "", "%s is not a function", name)
	}
	v, err := method(o, arguments...)
	if err != nil {
		l.env.rethrow(err)
	}
	return v
}
