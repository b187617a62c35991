package engine

import (
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// rejection is the failure of a script whose promise was rejected.
type rejection struct{ reason goja.Value }

func (*rejection) Error() string { return "the promise was rejected" }

// badResult is a result that cannot be brought out.
type badResult struct{ cause error }

func (*badResult) Error() string { return "the result is not JSON" }

// explain turns whatever ended a run into its error.
func (r *run) explain(err error) *runtime.Error {
	if cause := r.watch.stopped(); cause != "" {
		return r.overtime(cause)
	}
	switch err := err.(type) {
	case *runtime.Error:
		return err
	case *goja.InterruptedError:
		return r.overtime(stoppedCPU)
	case *goja.StackOverflowError:
		e := runtime.Errorf(runtime.CodeStackLimit, "calls nest more than %d deep", r.limits.CallDepth)
		e.Line, e.Column = r.placeOf(err.Stack())
		return e
	case *goja.Exception:
		e := &runtime.Error{Code: r.codeOf(err.Value()), Message: r.describe(err.Value())}
		e.Line, e.Column = r.placeOf(err.Stack())
		return e
	case *rejection:
		e := &runtime.Error{Code: r.codeOf(err.reason), Message: r.describe(err.reason)}
		e.Line, e.Column = r.placeOfError(err.reason)
		return e
	case *badResult:
		e := r.explain(err.cause)
		if e.Code == runtime.CodeScriptError {
			e.Code, e.Message = runtime.CodeBadResult, "the result is not JSON: "+e.Message
		}
		return e
	}
	if exception, ok := errors.AsType[*goja.Exception](err); ok {
		return r.explain(exception)
	}
	return runtime.Errorf(runtime.CodeScriptError, "%v", err)
}

// codeOf is the code of an error that the script did not catch: what policy or a limit on requests refused
// keeps its code on the way through the script.
func (r *run) codeOf(v goja.Value) runtime.Code {
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Error" && !isProxy(o) {
		if code, plain := r.dataProperty(o, "code"); plain && code != nil && goja.IsString(code) {
			if c := runtime.Code(code.String()); c == runtime.CodeEgressBlocked || c == runtime.CodeTooManyRequests {
				return c
			}
		}
	}
	return runtime.CodeScriptError
}

// explainPanic is explain for what a call into the realm panicked with.
func (r *run) explainPanic(p any) *runtime.Error {
	if cause := r.watch.stopped(); cause != "" {
		return r.overtime(cause)
	}
	switch p := p.(type) {
	case goja.Value:
		return &runtime.Error{Code: runtime.CodeScriptError, Message: r.describe(p)}
	case goruntime.Error:
		return runtime.Errorf(runtime.CodeScriptError, "the engine failed: %v", p)
	case error:
		return r.explain(p)
	}
	return runtime.Errorf(runtime.CodeScriptError, "the engine failed: %v", p)
}

// overtime is the error of a run that was stopped.
func (r *run) overtime(cause interruption) *runtime.Error {
	switch cause {
	case stoppedByCaller:
		return runtime.Errorf(runtime.CodeHostUnavailable, "the run was cancelled")
	case stoppedWall:
		return runtime.Errorf(runtime.CodeTimeLimit, "the run took longer than %v", r.watch.wallLimit())
	}
	return runtime.Errorf(runtime.CodeTimeLimit, "the run used more than %v of CPU time", r.limits.CPU)
}

// placeOf is the author's place of the innermost frame of the script itself.
func (r *run) placeOf(stack []goja.StackFrame) (line, column int) {
	for _, frame := range stack {
		if p := frame.Position(); p.Line > 0 {
			return r.program.parsed.source.place(spot{p.Line, p.Column})
		}
	}
	return 0, 0
}

// placeOfError is the place at which an Error object was made. A rejected promise keeps no stack, but the
// object has one as text; it is left alone when reading it could run the script's code.
func (r *run) placeOfError(v goja.Value) (line, column int) {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() != "Error" || isProxy(o) {
		return 0, 0
	}
	for _, name := range []string{"name", "message"} {
		if v, plain := r.dataProperty(o, name); !plain || isObject(v) {
			return 0, 0
		}
	}
	stack, _ := r.dataProperty(o, "stack")
	if stack == nil || !goja.IsString(stack) {
		return 0, 0
	}
	for line := range strings.Lines(stack.String()) {
		if at, ok := frameSpot(line); ok {
			return r.program.parsed.source.place(at)
		}
	}
	return 0, 0
}

// frameSpot reads "\tat name (<eval>:LINE:COLUMN(pc))", goja's form of a frame in a script without a name.
func frameSpot(frame string) (spot, bool) {
	if !strings.HasPrefix(frame, "\tat ") {
		return spot{}, false
	}
	_, rest, ok := strings.Cut(frame, "<eval>:")
	if !ok {
		return spot{}, false
	}
	line, rest, _ := strings.Cut(rest, ":")
	column, _, _ := strings.Cut(rest, "(")
	l, err1 := strconv.Atoi(line)
	c, err2 := strconv.Atoi(column)
	return spot{l, c}, err1 == nil && err2 == nil
}

// wallLimit is the limit of wall time that the run is held to now.
func (w *watch) wallLimit() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wall
}

// Bounds of an error's text.
const (
	maxMessage    = 4 << 10 // bytes
	maxProperties = 8
)

// describe shows a thrown value without running anything of the script: getters, proxies and toString
// stay untouched.
func (r *run) describe(v goja.Value) (text string) {
	defer func() {
		if recover() != nil {
			text = "a value that cannot be shown was thrown"
		}
		text = cutMessage(text)
	}()
	o, ok := v.(*goja.Object)
	if !ok {
		return primitive(v)
	}
	if isProxy(o) {
		return "a Proxy was thrown"
	}
	if _, callable := goja.AssertFunction(o); callable {
		return "a function was thrown"
	}
	message, _ := r.dataProperty(o, "message")
	if message == nil || isObject(message) {
		return r.describeObject(o)
	}
	name, _ := r.dataProperty(o, "name")
	if name == nil || isObject(name) || name.String() == "" {
		return primitive(message)
	}
	if primitive(message) == "" {
		return primitive(name)
	}
	return primitive(name) + ": " + r.nodesWords(o, primitive(message))
}

// describeObject shows an object that is no error by its first plain properties.
func (r *run) describeObject(o *goja.Object) string {
	if o.ClassName() == "Error" {
		if name, _ := r.dataProperty(o, "name"); name != nil && !isObject(name) {
			return primitive(name)
		}
		return "an Error was thrown"
	}
	var parts []string
	for _, key := range o.GetOwnPropertyNames() {
		v, _ := r.dataProperty(o, key)
		if len(parts) == maxProperties {
			parts = append(parts, "…")
			break
		}
		switch {
		case v == nil:
			continue
		case isObject(v):
			parts = append(parts, key+": …")
		case goja.IsString(v):
			parts = append(parts, fmt.Sprintf("%s: %q", key, cut(v.String(), maxMessage)))
		default:
			parts = append(parts, key+": "+v.String())
		}
	}
	return "an object was thrown: { " + strings.Join(parts, ", ") + " }"
}

// dataProperty reads a property of o or of its prototypes. plain is false when an accessor or a proxy
// stands in the way; v is nil then, and when there is no such property.
func (r *run) dataProperty(o *goja.Object, name string) (v goja.Value, plain bool) {
	for range 8 {
		if o == nil {
			return nil, true
		}
		if isProxy(o) {
			return nil, false
		}
		if r.describeProperty == nil {
			r.keepDescribe()
		}
		found, err := r.describeProperty(goja.Undefined(), o, r.vm.ToValue(name))
		if err != nil {
			return nil, false
		}
		if descriptor, ok := found.(*goja.Object); ok {
			if !slices.Contains(descriptor.Keys(), "value") {
				return nil, false
			}
			return descriptor.Get("value"), true
		}
		o = o.Prototype()
	}
	return nil, true
}

// keepDescribe takes the realm's Object.getOwnPropertyDescriptor. A script that names Object can replace it, so
// that it is taken before such a script runs; for others it waits until it is needed.
func (r *run) keepDescribe() {
	r.describeProperty, _ = goja.AssertFunction(r.vm.Get("Object").(*goja.Object).Get("getOwnPropertyDescriptor"))
}

func primitive(v goja.Value) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case *goja.Symbol:
		return "Symbol(" + v.String() + ")"
	case *goja.Object:
		return ""
	}
	return v.String()
}

func isObject(v goja.Value) bool {
	_, ok := v.(*goja.Object)
	return ok
}
