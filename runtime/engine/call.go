package engine

import (
	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// callScript runs the program in whichever form it has and returns what the script returned, promises
// settled.
func (r *run) callScript() (goja.Value, error) {
	value, err := r.vm.RunProgram(r.program.code)
	if err != nil {
		return nil, err
	}
	if r.program.parsed.form == formScript {
		if entry := r.entry(); entry != nil {
			r.called = entry.name
			return r.callAndSettle(entry.function, entry.this, entry.arguments)
		}
		r.warnOfNothing()
		return goja.Undefined(), r.missingEntry()
	}
	if !r.bodyAnswers() {
		return nil, r.missingEntry()
	}
	body, _ := goja.AssertFunction(value)
	var predefined []goja.Value
	for _, name := range r.program.parsed.predefined {
		predefined = append(predefined, r.vm.GlobalObject().Get(name))
	}
	if value, err = r.callAndSettle(body, nil, predefined); err != nil {
		return nil, err
	}
	// A body that declares the function of its kind ends by returning it.
	if function, ok := goja.AssertFunction(value); ok {
		r.called = entryName(r.program.kind)
		return r.callAndSettle(function, nil, r.arguments())
	}
	return value, nil
}

// callAndSettle calls f as a method of this; nil: as a plain function.
func (r *run) callAndSettle(f goja.Callable, this *goja.Object, arguments []goja.Value) (goja.Value, error) {
	receiver := goja.Undefined()
	if this != nil {
		receiver = this
	}
	value, err := f(receiver, arguments...)
	if err != nil {
		return nil, err
	}
	return r.settle(value)
}

// entry is a function that the script offers, with what it is to be called with.
type entry struct {
	name      string
	function  goja.Callable
	this      *goja.Object // whose method it is; nil: nobody's
	arguments []goja.Value
}

// entry finds the function to call, nil when the script declared none.
func (r *run) entry() *entry {
	if r.program.kind == runtime.KindParser {
		return r.parserEntry()
	}
	name := entryName(r.program.kind)
	if f := r.function(nil, name); f != nil {
		return &entry{name, f, nil, r.arguments()}
	}
	for _, place := range r.places()[1:] {
		if f := r.function(place, name); f != nil {
			return &entry{name, f, place, r.arguments()}
		}
	}
	if f, ok := goja.AssertFunction(r.exports()); ok {
		return &entry{name, f, nil, r.arguments()}
	}
	return nil
}

// places are the objects on which a script may offer its functions; nil stands for the global scope.
func (r *run) places() []*goja.Object {
	places := []*goja.Object{nil}
	roots := []*goja.Object{objectOf(r.exports())}
	if r.program.kind == runtime.KindParser {
		roots = append(roots, objectOf(r.vm.Get("driver")))
	}
	for _, root := range roots {
		if root == nil {
			continue
		}
		places = append(places, root)
		for _, outer := range []string{"driver", "default"} {
			if o := objectOf(member(root, outer)); o != nil {
				places = append(places, o)
				// A bundle wraps what the module inside exports, which may be called either once more.
				for _, inner := range []string{"driver", "default"} {
					if p := objectOf(member(o, inner)); p != nil && p != root && p != o {
						places = append(places, p)
					}
				}
			}
		}
	}
	return places
}

// exports is what the script exports, undefined when it never touched module or exports.
func (r *run) exports() goja.Value {
	if module := r.globals.made("module"); module != nil {
		return member(module, "exports")
	}
	if exports := r.globals.made("exports"); exports != nil {
		return exports
	}
	return goja.Undefined()
}

// function is a function by name in the global scope, where const and let are found as well, or of an
// object.
func (r *run) function(place *goja.Object, name string) goja.Callable {
	var v goja.Value
	if place == nil {
		v = r.vm.Get(name)
	} else {
		v = place.Get(name)
	}
	f, _ := goja.AssertFunction(v)
	return f
}

func objectOf(v goja.Value) *goja.Object {
	o, _ := v.(*goja.Object)
	return o
}

// arguments are those of the function of the script's own kind.
func (r *run) arguments() []goja.Value {
	needs := &r.program.needs
	switch r.program.kind {
	case runtime.KindTrigger:
		arguments := []goja.Value{r.inputs.device, r.inputs.thingModelID}
		if needs.third {
			arguments = append(arguments, r.object("alarms", "org_params", "logger"))
		}
		return arguments
	case runtime.KindRPC:
		if needs.argument != nil {
			return []goja.Value{r.object(needs.argument...)}
		}
		return []goja.Value{r.object("device", "params", "values", "alarms", "logger", "org_params", "thingModelId")}
	}
	return []goja.Value{r.object("device", "msg", "thingModelId", "noticeAttrs")}
}

// warnOfNothing says so when a text only declares functions, none of which the host calls: most likely
// the name of one is misspelt.
func (r *run) warnOfNothing() {
	if r.program.parsed.inert {
		r.log.add(r.now(), runtime.LevelWarn, "nothing was called: the script declares functions, but no "+entryName(r.program.kind), nil)
	}
}
