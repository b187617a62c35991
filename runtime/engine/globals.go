package engine

import (
	"reflect"
	"slices"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/jsapi"
)

// registry is the globals that scripts of one kind see, by name.
type registry struct {
	names []string
	index map[string]int
	list  []jsapi.Global
}

// registries are built once: the set of globals is fixed when the program is.
var registries = sync.OnceValue(func() map[runtime.Kind]*registry {
	byKind := make(map[runtime.Kind]*registry)
	for _, kind := range runtime.Kinds {
		r := &registry{index: make(map[string]int)}
		for _, g := range jsapi.Globals() {
			if g.For(kind) {
				r.index[g.Name] = len(r.list)
				r.names = append(r.names, g.Name)
				r.list = append(r.list, g)
			}
		}
		byKind[kind] = r
	}
	return byKind
})

func lazyNames(k runtime.Kind) []string { return registries()[k].names }

// inputNames are the arguments of a kind, which are globals as well.
func inputNames(k runtime.Kind) []string {
	switch k {
	case runtime.KindTrigger:
		return []string{"device", "thingModelId", "alarms", "org_params"}
	case runtime.KindRPC:
		return []string{"device", "params", "values", "alarms", "org_params", "thingModelId"}
	}
	return []string{"device", "msg", "thingModelId", "noticeAttrs", "input", "bytes", "fPort", "context"}
}

// lazyGlobals is the prototype of a realm's global object. It makes a global at its first use, so that a
// run pays for what it touches; what a script declares or assigns stands in front of it.
type lazyGlobals struct {
	registry *registry
	env      *jsapi.Env
	values   []goja.Value
	language func(name string) goja.Value // makes what the interpreter lacks of the language
	added    map[string]goja.Value
}

// install puts the lazy globals behind vm's global object.
func (l *lazyGlobals) install(vm *goja.Runtime) error {
	return vm.GlobalObject().SetPrototype(vm.NewDynamicObject(l))
}

func (l *lazyGlobals) Get(name string) goja.Value {
	i, ok := l.registry.index[name]
	if !ok {
		return l.lacking(name)
	}
	if l.values == nil {
		l.values = make([]goja.Value, len(l.registry.list))
	}
	if l.values[i] == nil {
		l.values[i] = l.registry.list[i].New(l.env)
	}
	return l.values[i]
}

// made returns a global if it has come into being.
func (l *lazyGlobals) made(name string) goja.Value {
	if i, ok := l.registry.index[name]; ok && l.values != nil {
		return l.values[i]
	}
	return nil
}

// lacking are the globals of the language that the interpreter has not, Node's name of the global object, and
// what calls are compiled to: no script can write such a name.
var lacking = []string{"Intl", "global", powerName, patternName, numberName, wordsName}

func (l *lazyGlobals) lacking(name string) goja.Value {
	if !slices.Contains(lacking, name) {
		return nil
	}
	if v, ok := l.added[name]; ok {
		return v
	}
	if l.added == nil {
		l.added = make(map[string]goja.Value)
	}
	l.added[name] = l.language(name)
	return l.added[name]
}

func (l *lazyGlobals) Has(name string) bool {
	_, ok := l.registry.index[name]
	return ok || slices.Contains(lacking, name)
}

// Set and Delete refuse: scripts change the global object, which stands in front.
func (l *lazyGlobals) Set(string, goja.Value) bool { return false }
func (l *lazyGlobals) Delete(string) bool          { return false }

// Keys is empty, since built-in globals are not enumerable.
func (l *lazyGlobals) Keys() []string { return nil }

// closeDynamicCode makes vm refuse to compile anything at run time: eval, called directly or not, and the
// constructors of functions, generators and async functions all pass their text to the parser with the
// options of the realm, so that one option that throws closes them all and whatever may be added to them.
func closeDynamicCode(vm *goja.Runtime) {
	closed := reflect.MakeFunc(optionType, func([]reflect.Value) []reflect.Value {
		panic(vm.NewTypeError("code from strings is not available: eval, Function and the constructors of functions are closed"))
	})
	vm.SetParserOptions(closed.Interface().(parser.Option))
}

// optionType is reflected because the parser keeps the type of an option's argument to itself.
var optionType = reflect.TypeFor[parser.Option]()
