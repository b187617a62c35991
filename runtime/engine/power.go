package engine

import (
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"

	"github.com/tripline/tripline/runtime/fdlibm"
)

// powerName is the name of the global that ** calls. No script can write it as a name.
const powerName = "\u0000**"

// deferShifts keeps the compiler from shifting BigInt literals: it folds constants, where nothing can stop
// it. The element of an array literal is no constant to it.
func (f *facts) deferShifts() {
	if !f.bigints {
		return
	}
	for _, e := range f.shifts {
		at := e.Left.Idx0()
		e.Left = &ast.BracketExpression{
			Left:         &ast.ArrayLiteral{LeftBracket: at, RightBracket: at, Value: []ast.Expression{e.Left}},
			Member:       &ast.NumberLiteral{Idx: at, Literal: "0", Value: int64(0)},
			LeftBracket:  at,
			RightBracket: at,
		}
	}
}

// replacePowers makes calls of a ** b and of a **= b: the engine's own operator differs from V8's in the
// last place, and its compiler computes powers of BigInt literals where nothing can stop it. A node cannot
// take the place of another, so a ** b becomes null ?? power(a, b).
func (f *facts) replacePowers() {
	for _, e := range f.powers {
		result := powerOf(e.Left, e.Right)
		at := e.Left.Idx0()
		e.Operator, e.Left, e.Right = token.COALESCE, &ast.NullLiteral{Idx: at, Literal: "null"}, result
	}
	for _, e := range f.powerAssign {
		if repeatable(e.Left) {
			e.Operator, e.Right = token.ASSIGN, powerOf(e.Left, e.Right)
		}
	}
}

// powerOf is a call, or the number itself when both operands are written in the text.
func powerOf(base, exponent ast.Expression) ast.Expression {
	at := base.Idx0()
	if x, ok := literalNumber(base); ok {
		if y, ok := literalNumber(exponent); ok {
			return &ast.NumberLiteral{Idx: at, Literal: "0.", Value: fdlibm.Pow(x, y)}
		}
	}
	return &ast.CallExpression{
		Callee:           &ast.Identifier{Name: powerName, Idx: at},
		LeftParenthesis:  at,
		ArgumentList:     []ast.Expression{base, exponent},
		RightParenthesis: exponent.Idx1() - 1,
	}
}

func literalNumber(e ast.Expression) (float64, bool) {
	if minus, ok := e.(*ast.UnaryExpression); ok && minus.Operator == token.MINUS {
		v, ok := literalNumber(minus.Operand)
		return -v, ok
	}
	literal, ok := e.(*ast.NumberLiteral)
	if !ok {
		return 0, false
	}
	switch v := literal.Value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// repeatable reports whether the target of an assignment can be read and then written without doing
// anything twice.
func repeatable(e ast.Expression) bool {
	switch e := e.(type) {
	case *ast.Identifier, *ast.ThisExpression, *ast.NumberLiteral, *ast.StringLiteral:
		return true
	case *ast.DotExpression:
		return repeatable(e.Left)
	case *ast.PrivateDotExpression:
		return repeatable(e.Left)
	case *ast.BracketExpression:
		return repeatable(e.Left) && repeatable(e.Member)
	}
	return false
}

// bigPower raises BigInts, and says what is wrong with other operands.
var bigPower = sync.OnceValue(func() *goja.Program {
	return goja.MustCompile("", "(function (a, b) { return a ** b })", true)
})

// power returns the function that stands for ** in vm.
func power(vm *goja.Runtime) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		x, y := call.Argument(0), call.Argument(1)
		if plainNumber(x) && plainNumber(y) {
			return vm.ToValue(fdlibm.Pow(x.ToFloat(), y.ToFloat()))
		}
		function, err := vm.RunProgram(bigPower())
		if err != nil {
			panic(thrown(err))
		}
		raise, _ := goja.AssertFunction(function)
		result, err := raise(goja.Undefined(), x, y)
		if err != nil {
			panic(thrown(err))
		}
		return result
	}
}

// plainNumber reports whether v is converted to a number without running anything and is no BigInt.
func plainNumber(v goja.Value) bool {
	switch v.(type) {
	case *goja.Object, *goja.Symbol:
		return false
	}
	return !goja.IsBigInt(v)
}
