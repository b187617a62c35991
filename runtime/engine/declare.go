package engine

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// declares reports whether the statements declare name or assign it as an implicit global.
func declares(list []ast.Statement, name string) bool {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.FunctionDeclaration:
			if s.Function.Name != nil && s.Function.Name.Name.String() == name {
				return true
			}
		case *ast.VariableStatement:
			if binds(s.List, name) {
				return true
			}
		case *ast.LexicalDeclaration:
			if binds(s.List, name) {
				return true
			}
		case *ast.ExpressionStatement:
			if assigns(s.Expression, name) {
				return true
			}
		}
	}
	return false
}

func binds(list []*ast.Binding, name string) bool {
	for _, b := range list {
		if id, ok := b.Target.(*ast.Identifier); ok && id.Name.String() == name {
			return true
		}
	}
	return false
}

func assigns(e ast.Expression, name string) bool {
	a, ok := e.(*ast.AssignExpression)
	if !ok || a.Operator != token.ASSIGN {
		return false
	}
	id, ok := a.Left.(*ast.Identifier)
	return ok && id.Name.String() == name
}

// varNames lists what var declares in a function or script, however deep in its blocks.
func varNames(list []*ast.VariableDeclaration) []string {
	var names []string
	for _, declaration := range list {
		for _, b := range declaration.List {
			if id, ok := b.Target.(*ast.Identifier); ok {
				names = append(names, id.Name.String())
			}
		}
	}
	return names
}
