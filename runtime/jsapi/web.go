package jsapi

import (
	_ "embed"
	"sync"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// scriptedClass is a part of the API that is written in JavaScript. It is compiled once, and run in a realm
// when it is first needed.
type scriptedClass struct {
	name    string
	program func() *goja.Program
}

func scripted(name, source string) *scriptedClass {
	return &scriptedClass{name, sync.OnceValue(func() *goja.Program { return goja.MustCompile(name, source, true) })}
}

//go:embed abort.js
var abortSource string

//go:embed formdata.js
var formDataSource string

var (
	abortClasses = scripted("abort.js", abortSource)
	formClasses  = scripted("formdata.js", formDataSource)
)

// value is what the text evaluates to in the realm of e, the same at every call.
func (s *scriptedClass) value(e *Env) goja.Value {
	if v, ok := e.scripted[s]; ok {
		return v
	}
	v, err := e.VM.RunProgram(s.program())
	if err != nil {
		e.rethrow(err)
	}
	if e.scripted == nil {
		e.scripted = make(map[*scriptedClass]goja.Value)
	}
	e.scripted[s] = v
	return v
}

// call calls the function that the text evaluates to.
func (s *scriptedClass) call(e *Env, arguments ...goja.Value) goja.Value {
	function, _ := goja.AssertFunction(s.value(e))
	v, err := function(goja.Undefined(), arguments...)
	if err != nil {
		e.rethrow(err)
	}
	return v
}

func (s *scriptedClass) member(name string) func(*Env) goja.Value {
	return func(e *Env) goja.Value { return s.value(e).(*goja.Object).Get(name) }
}

func webGlobals() []Global {
	rpc := []runtime.Kind{runtime.KindRPC}
	return []Global{{
		Name:       "AbortController",
		Kinds:      rpc,
		Doc:        "Cancels axios requests that were given its signal.",
		TypeScript: "class AbortController {\n  readonly signal: AbortSignal;\n  abort(reason?: any): void;\n}",
		New:        abortClasses.member("AbortController"),
	}, {
		Name:  "AbortSignal",
		Kinds: rpc,
		Doc:   "Says that something was cancelled. There are no timers, and so no AbortSignal.timeout.",
		TypeScript: "class AbortSignal {\n  readonly aborted: boolean;\n  readonly reason: any;\n  onabort: ((event: any) => void) | null;\n" +
			"  throwIfAborted(): void;\n  addEventListener(type: \"abort\", listener: (event: any) => void, options?: { once?: boolean }): void;\n" +
			"  removeEventListener(type: \"abort\", listener: (event: any) => void): void;\n" +
			"  static abort(reason?: any): AbortSignal;\n  static any(signals: Iterable<AbortSignal>): AbortSignal;\n}",
		New: abortClasses.member("AbortSignal"),
	}, {
		Name:  "FormData",
		Kinds: rpc,
		Doc:   "A form of names and texts, which axios sends as multipart/form-data. There are no files in it.",
		TypeScript: "class FormData {\n  append(name: string, value: any): void;\n  set(name: string, value: any): void;\n  delete(name: string): void;\n" +
			"  get(name: string): string | null;\n  getAll(name: string): string[];\n  has(name: string): boolean;\n" +
			"  forEach(callback: (value: string, name: string, form: FormData) => void): void;\n" +
			"  entries(): IterableIterator<[string, string]>;\n  keys(): IterableIterator<string>;\n  values(): IterableIterator<string>;\n  [Symbol.iterator](): IterableIterator<[string, string]>;\n}",
		New: formClasses.member("FormData"),
	}}
}
