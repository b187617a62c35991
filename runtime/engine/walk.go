package engine

import (
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
)

// maxNesting is how deep a syntax tree may be: the compiler recurses over it, and takes quadratic time
// for a long chain of operators.
const maxNesting = 1000

// facts is what a walk over a script's syntax tree finds.
type facts struct {
	tooDeep   bool
	usesAwait bool // an identifier named await: read outside an async function it is none
	usesArgs  bool // an identifier named arguments
	usesAxios bool
	orgParams []string // keys read as org_params.key or org_params["key"], in order
	property  file.Idx // the first regular expression with a \p{…} class, 0 for none
}

func survey(program *ast.Program) facts {
	w := walker{}
	w.statements(program.Body)
	return w.facts
}

// walker visits every node once; a node's kind decides what lies below it.
type walker struct {
	facts
	depth int
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
			w.statements(s.List)
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
		w.expression(s.Object)
		w.statement(s.Body)
	case *ast.SwitchStatement:
		w.expression(s.Discriminant)
		for _, c := range s.Body {
			w.expression(c.Test)
			w.statements(c.Consequent)
		}
	case *ast.TryStatement:
		w.statement(s.Body)
		if s.Catch != nil {
			w.expression(s.Catch.Parameter)
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
		w.expression(into.Target)
	case *ast.ForIntoExpression:
		w.expression(into.Expression)
	}
}

func (w *walker) bindings(list []*ast.Binding) {
	for _, b := range list {
		w.expression(b.Target)
		w.expression(b.Initializer)
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
	case *ast.RegExpLiteral:
		w.regexp(e.Idx, e.Pattern, e.Flags)
	case *ast.DotExpression:
		w.member(e.Left, e.Identifier.Name.String())
	case *ast.BracketExpression:
		key, _ := e.Member.(*ast.StringLiteral)
		w.expression(e.Member)
		if key != nil {
			w.member(e.Left, key.Value.String())
		} else {
			w.expression(e.Left)
		}
	case *ast.CallExpression:
		w.call(e.Callee, e.ArgumentList)
	case *ast.NewExpression:
		w.call(e.Callee, e.ArgumentList)
	case *ast.FunctionLiteral:
		if e != nil {
			w.parameters(e.ParameterList)
			w.statement(e.Body)
		}
	case *ast.ArrowFunctionLiteral:
		w.parameters(e.ParameterList)
		switch body := e.Body.(type) {
		case *ast.BlockStatement:
			w.statement(body)
		case *ast.ExpressionBody:
			w.expression(body.Expression)
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
		w.expression(e.Left)
		w.expression(e.Right)
	case *ast.BinaryExpression:
		w.expression(e.Left)
		w.expression(e.Right)
	case *ast.ConditionalExpression:
		w.expression(e.Test)
		w.expression(e.Consequent)
		w.expression(e.Alternate)
	case *ast.UnaryExpression:
		w.expression(e.Operand)
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
		w.expressions(e.Value)
	case *ast.ObjectLiteral:
		w.properties(e.Value)
	case *ast.ArrayPattern:
		w.expressions(e.Elements)
		w.expression(e.Rest)
	case *ast.ObjectPattern:
		w.properties(e.Properties)
		w.expression(e.Rest)
	case *ast.Binding:
		w.expression(e.Target)
		w.expression(e.Initializer)
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

func (w *walker) parameters(list *ast.ParameterList) {
	if list != nil {
		w.bindings(list.List)
		w.expression(list.Rest)
	}
}

func (w *walker) class(c *ast.ClassLiteral) {
	w.expression(c.SuperClass)
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

func (w *walker) identifier(id *ast.Identifier) {
	switch id.Name {
	case "await":
		w.usesAwait = true
	case "arguments":
		w.usesArgs = true
	case "axios":
		w.usesAxios = true
	}
}

// member notes which keys of org_params a script names; org_params?.key arrives here too.
func (w *walker) member(left ast.Expression, key string) {
	w.expression(left)
	if optional, ok := left.(*ast.Optional); ok {
		left = optional.Expression
	}
	if id, ok := left.(*ast.Identifier); ok && id.Name == "org_params" {
		w.orgParams = append(w.orgParams, key)
	}
}

func (w *walker) call(callee ast.Expression, arguments []ast.Expression) {
	w.expression(callee)
	w.expressions(arguments)
	if id, ok := callee.(*ast.Identifier); ok && id.Name == "RegExp" && len(arguments) == 2 {
		pattern, ok1 := arguments[0].(*ast.StringLiteral)
		flags, ok2 := arguments[1].(*ast.StringLiteral)
		if ok1 && ok2 {
			w.regexp(pattern.Idx, pattern.Value.String(), flags.Value.String())
		}
	}
}

// regexp notes Unicode property classes: the engine would read them as the letter p and answer false.
func (w *walker) regexp(at file.Idx, pattern, flags string) {
	if w.property != 0 || !strings.Contains(flags, "u") {
		return
	}
	for i := 0; i+1 < len(pattern); i++ {
		if pattern[i] != '\\' {
			continue
		}
		if pattern[i+1] == 'p' || pattern[i+1] == 'P' {
			w.property = at
			return
		}
		i++
	}
}

// declares reports whether the statements declare name, assign it as an implicit global, or export it.
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
