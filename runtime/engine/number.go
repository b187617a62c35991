package engine

import (
	"math/big"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// numberName is the name of the global that makes what Number is given convertible.
const numberName = "\u0000Number"

// convertNumbers has every Number(x) look at x first: the interpreter keeps the lowest 64 bits of a BigInt,
// and takes a text with a radix of more than 63 bits for no number. A script that has neither pays nothing.
func (f *facts) convertNumbers(text string) {
	if !f.bigints && !strings.Contains(text, "Big") && !writesRadix(text) {
		return
	}
	for _, arguments := range f.numbers {
		argument := (*arguments)[0]
		if _, spread := argument.(*ast.SpreadElement); spread {
			continue
		}
		at := argument.Idx0()
		*arguments = []ast.Expression{&ast.CallExpression{
			Callee: &ast.Identifier{Name: numberName, Idx: at}, LeftParenthesis: at,
			ArgumentList: []ast.Expression{argument}, RightParenthesis: argument.Idx1() - 1,
		}}
	}
}

// writesRadix reports whether text has a string that begins as a number with a radix does.
func writesRadix(text string) bool {
	for _, quote := range []string{`"`, "'", "`"} {
		if strings.Contains(text, quote+"0x") || strings.Contains(text, quote+"0b") || strings.Contains(text, quote+"0o") {
			return true
		}
	}
	return false
}

// maxRadixText bounds the texts with a radix that are converted here: the largest number has 1024 bits.
const maxRadixText = 1100

// convertible is what Number has to convert in place of its argument.
func (r *run) convertible(call goja.FunctionCall) goja.Value {
	v := call.Argument(0)
	whole := new(big.Int)
	switch {
	case goja.IsBigInt(v):
		whole = v.Export().(*big.Int)
	case goja.IsString(v):
		s := strings.TrimSpace(v.String())
		if len(s) < len("0x")+16 || len(s) > maxRadixText || s[0] != '0' || !strings.ContainsAny(s[1:2], "xXbBoO") || strings.Contains(s, "_") {
			return v
		}
		if _, ok := whole.SetString(s, 0); !ok {
			return v
		}
	default:
		return v
	}
	nearest, _ := new(big.Float).SetInt(whole).Float64()
	return r.vm.ToValue(nearest)
}
