package engine

import (
	"maps"
	"slices"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// A function that is declared inside a block is, in sloppy mode, a variable of the whole function as well.
// The engine keeps it to its block, so that what a script calls behind the block is not there. Where a
// script uses such a name outside of the block, the declaration becomes what the language says it amounts
// to: a variable of the function that the block assigns.

// scope is a function, or the script, that is being walked.
type scope struct {
	outer      *scope
	variables  *[]*ast.VariableDeclaration
	strict     bool
	parameters []unistring.String
	taken      []unistring.String        // parameters, and what let, const and class declare in open blocks
	uses       map[unistring.String]int  // how often a name occurs so far, in functions inside too
	free       map[unistring.String]bool // names that occur and are no parameter of the function inside in which they do
	candidates []blockFunction
}

// blockFunction is a function declared in a block of a scope. Of several with one name the last counts.
type blockFunction struct {
	list        []ast.Statement      // what it stands in: its block, or a case of it
	of          *ast.SwitchStatement // what its block is the body of, nil where it has to stay in its list
	declaration *ast.FunctionDeclaration
	inside      int // how often its block uses its name
}

func (f *blockFunction) name() unistring.String { return f.declaration.Function.Name.Name }

func (w *walker) openScope(variables *[]*ast.VariableDeclaration, parameters *ast.ParameterList, body []ast.Statement) {
	w.scope = &scope{
		outer: w.scope, variables: variables, uses: make(map[unistring.String]int), free: make(map[unistring.String]bool),
		strict: w.scope != nil && w.scope.strict || saysStrict(body),
		taken:  lexicalNames(body),
	}
	if parameters != nil { // a parameter of that name stays what it is
		for _, b := range parameters.List {
			w.scope.parameters = append(w.scope.parameters, boundNames(b.Target)...)
		}
		w.scope.taken = append(w.scope.taken, w.scope.parameters...)
	}
}

// closeScope turns the functions whose names are used outside of their blocks into variables.
func (w *walker) closeScope() {
	s := w.scope
	w.scope = s.outer
	for _, f := range s.candidates {
		if s.uses[f.name()] > f.inside {
			f.assignFirst()
			*s.variables = append(*s.variables, &ast.VariableDeclaration{List: []*ast.Binding{{Target: &ast.Identifier{Name: f.name()}}}})
		}
	}
	for _, name := range s.parameters {
		delete(s.free, name)
	}
	if s.outer == nil {
		w.free = s.free
		return
	}
	maps.Copy(s.outer.free, s.free)
	for name, n := range s.uses {
		s.outer.uses[name] += n
	}
}

// beStrict makes the rest of the scope strict until the returned function is called.
func (s *scope) beStrict() (restore func()) {
	before := s.strict
	s.strict = true
	return func() { s.strict = before }
}

// block walks a list of statements that has a scope of its own.
func (w *walker) block(list []ast.Statement) {
	w.inBlock([][]ast.Statement{list}, nil, func() { w.statements(list) })
}

// cases walks the body of a switch, whose cases are one block. Where they declare more than functions, those
// have to stay inside to see it.
func (w *walker) cases(s *ast.SwitchStatement) {
	lists := make([][]ast.Statement, len(s.Body))
	of := s
	for i, c := range s.Body {
		lists[i] = c.Consequent
		if len(lexicalNames(c.Consequent)) > 0 {
			of = nil
		}
	}
	w.inBlock(lists, of, func() {
		for _, c := range s.Body {
			w.expression(c.Test)
			w.statements(c.Consequent)
		}
	})
}

// inBlock has a block walked that consists of lists.
func (w *walker) inBlock(lists [][]ast.Statement, of *ast.SwitchStatement, walk func()) {
	s := w.scope
	if s.strict {
		walk()
		return
	}
	var functions []blockFunction
	open := len(s.taken)
	for _, list := range lists {
		functions = s.functionsOf(functions, list, of)
	}
	for _, list := range lists {
		s.taken = append(s.taken, lexicalNames(list)...)
	}
	walk()
	s.taken = s.taken[:open]
	for _, f := range functions {
		f.inside += s.uses[f.name()]
		s.candidates = append(s.candidates, f)
	}
}

// functionsOf adds the functions that list declares to those of its block. One that is declared again
// later on is never there.
func (s *scope) functionsOf(functions []blockFunction, list []ast.Statement, of *ast.SwitchStatement) []blockFunction {
	for _, statement := range list {
		declaration, ok := plainFunction(statement)
		if !ok || slices.Contains(s.taken, declaration.Function.Name.Name) {
			continue
		}
		f := blockFunction{list, of, declaration, -s.uses[declaration.Function.Name.Name]}
		earlier := slices.IndexFunc(functions, func(e blockFunction) bool { return e.name() == f.name() })
		if earlier < 0 {
			functions = append(functions, f)
			continue
		}
		functions[earlier].drop()
		functions[earlier] = f
	}
	return functions
}

// drop leaves nothing where the declaration is.
func (f *blockFunction) drop() {
	f.list[slices.Index(f.list, ast.Statement(f.declaration))] = &ast.EmptyStatement{Semicolon: f.declaration.Idx0()}
}

// assignFirst makes the declaration an assignment ahead of everything in its block, where it is in force. A
// switch may enter its block anywhere, so that the assignment comes before what it switches on.
func (f *blockFunction) assignFirst() {
	literal := f.declaration.Function
	assignment := &ast.AssignExpression{
		Operator: token.ASSIGN,
		Left:     &ast.Identifier{Name: literal.Name.Name, Idx: literal.Name.Idx},
		Right:    literal,
	}
	if f.of != nil {
		f.drop()
		f.of.Discriminant = &ast.SequenceExpression{Sequence: []ast.Expression{assignment, f.of.Discriminant}}
		return
	}
	at := slices.Index(f.list, ast.Statement(f.declaration))
	copy(f.list[1:], f.list[:at])
	f.list[0] = &ast.ExpressionStatement{Expression: assignment}
}

func plainFunction(s ast.Statement) (*ast.FunctionDeclaration, bool) {
	f, ok := s.(*ast.FunctionDeclaration)
	return f, ok && !f.Function.Async && !f.Function.Generator && f.Function.Name != nil
}

// lexicalNames are what let, const and class declare among statements.
func lexicalNames(list []ast.Statement) (names []unistring.String) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.LexicalDeclaration:
			for _, b := range s.List {
				names = append(names, boundNames(b.Target)...)
			}
		case *ast.ClassDeclaration:
			if s.Class.Name != nil {
				names = append(names, s.Class.Name.Name)
			}
		}
	}
	return names
}

// boundNames are the names that a target of a declaration binds, as far as they are plain.
func boundNames(e ast.Expression) (names []unistring.String) {
	switch e := e.(type) {
	case *ast.Identifier:
		names = append(names, e.Name)
	case *ast.AssignExpression:
		names = boundNames(e.Left)
	case *ast.ArrayPattern:
		for _, element := range e.Elements {
			names = append(names, boundNames(element)...)
		}
		names = append(names, boundNames(e.Rest)...)
	case *ast.ObjectPattern:
		for _, p := range e.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				names = append(names, p.Name.Name)
			case *ast.PropertyKeyed:
				names = append(names, boundNames(p.Value)...)
			}
		}
		names = append(names, boundNames(e.Rest)...)
	}
	return names
}

func saysStrict(body []ast.Statement) bool {
	for _, s := range body {
		expression, ok := s.(*ast.ExpressionStatement)
		if !ok {
			return false
		}
		text, ok := expression.Expression.(*ast.StringLiteral)
		if !ok {
			return false
		}
		if text.Literal == `"use strict"` || text.Literal == `'use strict'` {
			return true
		}
	}
	return false
}
