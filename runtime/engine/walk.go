package engine

import (
	"math/big"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// walker visits every node once; a node's kind decides what lies below it.
type walker struct {
	facts
	calls
	depth int
	scope *scope
}

func (w *walker) statements(list []ast.Statement) {
	for _, s := range list {
		w.statement(s)
	}
}

func (w *walker) enter() bool {
	w.depth++
	if w.depth > maxNesting {
		w.tooDeep = true
	}
	return !w.tooDeep
}

func (w *walker) statement(s ast.Statement) {
	defer func() { w.depth-- }()
	if !w.enter() {
		return
	}
	switch s := s.(type) {
	case *ast.BlockStatement:
		if s != nil {
			w.block(s.List)
		}
	case *ast.ExpressionStatement:
		w.expression(s.Expression)
	case *ast.FunctionDeclaration:
		w.expression(s.Function)
	case *ast.ClassDeclaration:
		w.expression(s.Class)
	case *ast.VariableStatement:
		w.bindings(s.List)
	case *ast.LexicalDeclaration:
		w.bindings(s.List)
	case *ast.IfStatement:
		w.expression(s.Test)
		w.statement(s.Consequent)
		w.statement(s.Alternate)
	case *ast.ReturnStatement:
		w.expression(s.Argument)
	case *ast.ThrowStatement:
		w.expression(s.Argument)
	case *ast.LabelledStatement:
		w.statement(s.Statement)
	case *ast.WithStatement:
		w.reflective = true
		w.expression(s.Object)
		w.statement(s.Body)
	case *ast.SwitchStatement:
		w.expression(s.Discriminant)
		w.cases(s)
	case *ast.TryStatement:
		w.statement(s.Body)
		if s.Catch != nil {
			w.target(s.Catch.Parameter)
			if s.Catch.Parameter != nil {
				w.catches = append(w.catches, s.Catch)
			}
			w.statement(s.Catch.Body)
		}
		w.statement(s.Finally)
	default:
		w.loop(s)
	}
}

func (w *walker) loop(s ast.Statement) {
	switch s := s.(type) {
	case *ast.WhileStatement:
		w.expression(s.Test)
		w.statement(s.Body)
	case *ast.DoWhileStatement:
		w.statement(s.Body)
		w.expression(s.Test)
	case *ast.ForStatement:
		switch init := s.Initializer.(type) {
		case *ast.ForLoopInitializerExpression:
			w.expression(init.Expression)
		case *ast.ForLoopInitializerVarDeclList:
			w.bindings(init.List)
		case *ast.ForLoopInitializerLexicalDecl:
			w.bindings(init.LexicalDeclaration.List)
		}
		w.expression(s.Test)
		w.expression(s.Update)
		w.statement(s.Body)
	case *ast.ForInStatement:
		w.into(s.Into)
		w.expression(s.Source)
		w.statement(s.Body)
	case *ast.ForOfStatement:
		w.culprits.iterate(s.Source)
		w.into(s.Into)
		w.expression(s.Source)
		w.statement(s.Body)
	}
}

func (w *walker) into(into ast.ForInto) {
	switch into := into.(type) {
	case *ast.ForIntoVar:
		w.bindings([]*ast.Binding{into.Binding})
	case *ast.ForDeclaration:
		w.target(into.Target)
	case *ast.ForIntoExpression:
		w.expression(into.Expression)
	}
}

func (w *walker) bindings(list []*ast.Binding) {
	for _, b := range list {
		w.target(b.Target)
		w.culprits.bind(b.Target, b.Initializer)
		if keys, plain := patternKeys(b.Target); plain && isDevice(b.Initializer) {
			w.name(b.Initializer.(*ast.Identifier))
			w.deviceKeys = append(w.deviceKeys, keys...)
			continue
		}
		w.expression(b.Initializer)
	}
}

// target visits what a declaration, a parameter or an assignment binds: naming device there reads nothing.
func (w *walker) target(e ast.Expression) {
	switch e := e.(type) {
	case *ast.Identifier:
		w.name(e)
	case *ast.Binding:
		w.bindings([]*ast.Binding{e})
	case *ast.AssignExpression:
		w.target(e.Left)
		w.expression(e.Right)
	case *ast.ArrayPattern:
		for _, element := range e.Elements {
			w.target(element)
		}
		w.target(e.Rest)
	case *ast.ObjectPattern:
		for _, p := range e.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				w.name(&p.Name)
				w.expression(p.Initializer)
			case *ast.PropertyKeyed:
				if p.Computed {
					w.expression(p.Key)
				}
				w.target(p.Value)
			}
		}
		w.target(e.Rest)
	default:
		w.expression(e)
	}
}

func (w *walker) expressions(list []ast.Expression) {
	for _, e := range list {
		w.expression(e)
	}
}

func (w *walker) expression(e ast.Expression) {
	defer func() { w.depth-- }()
	if !w.enter() {
		return
	}
	switch e := e.(type) {
	case *ast.Identifier:
		w.identifier(e)
	case *ast.NumberLiteral:
		if _, big := e.Value.(*big.Int); big {
			w.bigints = true
		}
	case *ast.RegExpLiteral:
		w.regexp(e.Idx, e.Pattern, e.Flags)
	case *ast.DotExpression:
		w.culprits.read(e.Left, e.Identifier.Idx)
		w.member(e.Left, e.Identifier.Name.String())
	case *ast.BracketExpression:
		w.culprits.read(e.Left, e.LeftBracket)
		key, _ := e.Member.(*ast.StringLiteral)
		w.expression(e.Member)
		if key != nil {
			w.member(e.Left, key.Value.String())
		} else {
			w.expression(e.Left)
		}
	case *ast.CallExpression:
		w.culprits.call(e.LeftParenthesis, e.Callee)
		w.call(e.Callee, e.ArgumentList)
		w.native(e.Callee, &e.ArgumentList)
	case *ast.NewExpression:
		w.culprits.call(e.New, e.Callee)
		w.call(e.Callee, e.ArgumentList)
		w.native(e.Callee, &e.ArgumentList)
	case *ast.FunctionLiteral:
		if e != nil {
			w.declares(e.Name)
			w.function(&e.DeclarationList, e.ParameterList, e.Body.List)
		}
	case *ast.ArrowFunctionLiteral:
		switch body := e.Body.(type) {
		case *ast.BlockStatement:
			w.function(&e.DeclarationList, e.ParameterList, body.List)
		case *ast.ExpressionBody:
			w.function(&e.DeclarationList, e.ParameterList, nil, body.Expression)
		}
	case *ast.ClassLiteral:
		w.class(e)
	case *ast.TemplateLiteral:
		w.expression(e.Tag)
		w.expressions(e.Expressions)
	default:
		w.operator(e)
	}
}

func (w *walker) operator(e ast.Expression) {
	switch e := e.(type) {
	case *ast.AssignExpression:
		if e.Operator == token.EXPONENT {
			w.powerAssign = append(w.powerAssign, e)
		}
		w.culprits.assignment(e)
		w.culprits.bind(e.Left, e.Right)
		w.expression(e.Left)
		w.expression(e.Right)
	case *ast.BinaryExpression:
		switch e.Operator {
		case token.EXPONENT:
			w.powers = append(w.powers, e)
		case token.SHIFT_LEFT:
			w.shifts = append(w.shifts, e)
		}
		if isChain(e) {
			w.chains = append(w.chains, e)
		}
		w.expression(e.Left)
		w.expression(e.Right)
	case *ast.ConditionalExpression:
		w.expression(e.Test)
		w.expression(e.Consequent)
		w.expression(e.Alternate)
	case *ast.UnaryExpression:
		if id, ok := e.Operand.(*ast.Identifier); ok && e.Operator == token.NOT {
			w.name(id)
		} else {
			w.expression(e.Operand)
		}
	case *ast.ThisExpression:
		w.reflective = true
	case *ast.SequenceExpression:
		w.expressions(e.Sequence)
	case *ast.AwaitExpression:
		w.expression(e.Argument)
	case *ast.YieldExpression:
		w.expression(e.Argument)
	case *ast.SpreadElement:
		w.expression(e.Expression)
	case *ast.OptionalChain:
		w.expression(e.Expression)
	case *ast.Optional:
		w.expression(e.Expression)
	case *ast.PrivateDotExpression:
		w.expression(e.Left)
	default:
		w.composite(e)
	}
}

func (w *walker) composite(e ast.Expression) {
	switch e := e.(type) {
	case *ast.ArrayLiteral:
		for _, element := range e.Value {
			if spread, ok := element.(*ast.SpreadElement); ok {
				w.culprits.iterate(spread.Expression)
			}
		}
		w.expressions(e.Value)
	case *ast.ObjectLiteral:
		w.properties(e.Value)
	case *ast.ArrayPattern, *ast.ObjectPattern, *ast.Binding:
		w.target(e)
	case *ast.PropertyShort:
		w.identifier(&e.Name)
		w.expression(e.Initializer)
	case *ast.PropertyKeyed:
		if e.Computed {
			w.expression(e.Key)
		}
		w.expression(e.Value)
	}
}

func (w *walker) properties(list []ast.Property) {
	for _, p := range list {
		w.expression(p)
	}
}

// function walks a function: its parameters, and its statements or the expression that it returns.
func (w *walker) function(variables *[]*ast.VariableDeclaration, parameters *ast.ParameterList, body []ast.Statement, result ...ast.Expression) {
	w.openScope(variables, parameters, body)
	w.parameters(parameters)
	w.statements(body)
	w.expressions(result)
	w.closeScope()
}

func (w *walker) parameters(list *ast.ParameterList) {
	if list != nil {
		w.wide = w.wide || len(list.List) > 2 || list.Rest != nil
		w.bindings(list.List)
		w.target(list.Rest)
	}
}

func (w *walker) class(c *ast.ClassLiteral) {
	w.declares(c.Name)
	w.expression(c.SuperClass)
	defer w.scope.beStrict()()
	for _, element := range c.Body {
		switch e := element.(type) {
		case *ast.FieldDefinition:
			if e.Computed {
				w.expression(e.Key)
			}
			w.expression(e.Initializer)
		case *ast.MethodDefinition:
			if e.Computed {
				w.expression(e.Key)
			}
			w.expression(e.Body)
		case *ast.ClassStaticBlock:
			w.statement(e.Block)
		}
	}
}
