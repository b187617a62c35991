package engine

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/unistring"
)

// A script that hands device to a function of its own, whose parameter has that name too, still says by name
// what it reads of it.

// calls is what a walk finds about the functions that a script calls by their names.
type calls struct {
	named  map[unistring.String]int // functions and classes that have the name
	called map[unistring.String]int // calls by it
	passed []passedDevice
}

// passedDevice is an argument of a call that is device and nothing else.
type passedDevice struct {
	to unistring.String
	at int // its place among the arguments
}

func newCalls() calls {
	return calls{named: make(map[unistring.String]int), called: make(map[unistring.String]int)}
}

func (c *calls) declares(name *ast.Identifier) {
	if name != nil {
		c.named[name.Name]++
	}
}

// arguments walks those of a call. What stands behind a spread has no certain place.
func (w *walker) arguments(callee ast.Expression, list []ast.Expression) {
	function, byName := callee.(*ast.Identifier)
	if byName {
		w.called[function.Name]++
	}
	for i, e := range list {
		if _, spread := e.(*ast.SpreadElement); spread {
			byName = false
		}
		if id, ok := e.(*ast.Identifier); ok && byName && id.Name == "device" {
			w.name(id)
			w.passed = append(w.passed, passedDevice{function.Name, i})
			continue
		}
		w.expression(e)
	}
}

// followDevice takes device for used as a whole when it is passed to what is not certainly a function of the
// script's outermost scope that calls it device as well. A function is certain when its name is that of no
// other, and stands for nothing but calls.
func (w *walker) followDevice(body []ast.Statement) {
	functions := make(map[unistring.String]*ast.ParameterList)
	for _, s := range body {
		if f, ok := s.(*ast.FunctionDeclaration); ok && f.Function.Name != nil {
			functions[f.Function.Name.Name] = f.Function.ParameterList
		}
	}
	for _, p := range w.passed {
		parameters := functions[p.to]
		certain := parameters != nil && w.named[p.to] == 1 && w.called[p.to] == w.scope.uses[p.to]
		if !certain || p.at >= len(parameters.List) || !isDevice(parameters.List[p.at].Target) {
			w.wholeValue = true
		}
	}
}

func isDevice(e ast.Expression) bool {
	id, ok := e.(*ast.Identifier)
	return ok && id.Name == "device"
}
