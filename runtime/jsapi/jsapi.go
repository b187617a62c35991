// Package jsapi holds the globals that scripts see, one file each. A global registers its name, its
// documentation, its TypeScript signature and its constructor together, so that the declarations for
// script authors and the guides cannot say anything else than what runs.
package jsapi

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// Global is one name that scripts see.
type Global struct {
	Name       string
	Kinds      []runtime.Kind // nil: every kind
	Doc        string         // one or two sentences for script authors
	TypeScript string         // its declaration, without the leading "declare"
	// New makes the value in a fresh realm. It is called at the first use of the name, so that a run
	// pays only for what it uses.
	New func(*Env) goja.Value
}

// For reports whether scripts of kind k see g.
func (g Global) For(k runtime.Kind) bool { return g.Kinds == nil || slices.Contains(g.Kinds, k) }

// Env is what a global may use of the run it lives in. All of it belongs to the goroutine of the run's
// realm, but for what the function given to Await does.
type Env struct {
	VM     *goja.Runtime
	Kind   runtime.Kind
	Limits runtime.Limits
	Host   runtime.Host // nil: nothing outside can be reached
	Now    func() time.Time

	// Stringify is JSON.stringify as it was before the script ran. It returns nil for undefined.
	Stringify func(goja.Value) (json.RawMessage, error)
	// Parse makes native values of the realm from JSON text; __proto__ keys become plain data.
	Parse func(json.RawMessage) (goja.Value, error)
	// Log adds a line to the run's log.
	Log func(level, text string, fields json.RawMessage)
	// Await calls work on a goroutine of its own and returns a promise. What work returns is called on
	// the realm's goroutine and gives the value that the promise is resolved with, or the error (a
	// *goja.Exception, or any error whose text the script may see) that it is rejected with.
	Await func(work func(context.Context) func() (goja.Value, error)) *goja.Promise
	// Global returns another registered global's value, whatever the script did to its name.
	Global func(name string) goja.Value

	axios      *axiosLib                     // made when a script first needs axios
	buffers    *bufferClass                  // made when a script or a global first needs a Buffer
	prototypes map[*methodTable]*goja.Object // of classes without a constructor, made at their first use
	queryClass *class                        // URLSearchParams, which URL makes objects of too
	scripted   map[*scriptedClass]goja.Value // made at their first use
}

// Globals returns every global in the order in which the documentation lists them. The arguments of the
// script's kind (device, params, …) are no part of it: the engine defines those.
func Globals() []Global {
	return slices.Concat(
		textGlobals(),
		bufferGlobals(),
		crcGlobals(),
		cryptoGlobals(),
		urlGlobals(),
		logGlobals(),
		moduleGlobals(),
		axiosGlobals(),
		webGlobals(),
		cacheGlobals(),
	)
}
