package engine

import (
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/unistring"
)

// maxNesting is how deep a syntax tree may be: the compiler recurses over it, and takes quadratic time
// for a long chain of operators.
const maxNesting = 1000

// facts is what a walk over a script's syntax tree finds.
type facts struct {
	tooDeep   bool
	orgParams []string // keys read as org_params.key or org_params["key"], in order
	lastMatch file.Idx // the first RegExp.$1 or the like, 0 for none
	property  file.Idx // the first regular expression with a \p{…} class, 0 for none

	chains []*ast.BinaryExpression // comparisons of comparisons, see groupFromLeft

	bigints     bool                    // a BigInt literal
	shifts      []*ast.BinaryExpression // with <<
	powers      []*ast.BinaryExpression // with **
	powerAssign []*ast.AssignExpression // with **=

	patterns []*[]ast.Expression // the arguments of RegExp that are no texts
	numbers  []*[]ast.Expression // the one argument of Number

	catches  []*ast.CatchStatement // those that look at what they catch
	culprits culprits

	mathKeys  []string // keys read as Math.key
	wholeMath bool     // Math is used in another way

	names      map[string]bool           // identifiers that are read, assigned or bound
	free       map[unistring.String]bool // those of them that may be more than a parameter: a global, for one
	deviceKeys []string                  // keys read as device.key
	wholeValue bool                      // device is used in another way than device.key and !device
	reflective bool                      // globals or arguments can be reached without their names
	wide       bool                      // some function takes three parameters or more
}

// lastMatchKeys are members of RegExp that tell of the last match, which the interpreter does not keep.
var lastMatchKeys = strings.Fields("$1 $2 $3 $4 $5 $6 $7 $8 $9 $_ $& $+ $` $' input lastMatch lastParen leftContext rightContext")

func survey(program *ast.Program) facts {
	w := walker{facts: facts{names: make(map[string]bool)}, calls: newCalls()}
	w.openScope(&program.DeclarationList, nil, program.Body)
	w.statements(program.Body)
	w.followDevice(program.Body)
	w.closeScope()
	return w.facts
}

func (w *walker) identifier(id *ast.Identifier) {
	switch w.name(id); id.Name {
	case "device":
		w.wholeValue = true
	case "Math":
		w.wholeMath = true
	}
}

func (w *walker) name(id *ast.Identifier) {
	w.names[id.Name.String()] = true
	w.scope.uses[id.Name]++
	w.scope.free[id.Name] = true
	if id.Name == "arguments" || id.Name == "globalThis" || id.Name == "global" {
		w.reflective = true
	}
}

// member notes which keys of org_params and of device a script names, org_params?.key too.
func (w *walker) member(left ast.Expression, key string) {
	object := left
	if optional, ok := object.(*ast.Optional); ok {
		object = optional.Expression
	}
	id, ok := object.(*ast.Identifier)
	if !ok {
		w.expression(left)
		return
	}
	switch w.name(id); id.Name {
	case "org_params":
		w.orgParams = append(w.orgParams, key)
	case "device":
		w.deviceKeys = append(w.deviceKeys, key)
	case "Math":
		w.mathKeys = append(w.mathKeys, key)
	case "RegExp":
		if w.lastMatch == 0 && slices.Contains(lastMatchKeys, key) {
			w.lastMatch = id.Idx
		}
	}
}

func (w *walker) call(callee ast.Expression, arguments []ast.Expression) {
	w.expression(callee)
	w.arguments(callee, arguments)
	if w.isDeviceMember(callee) { // a method sees all of it
		w.wholeValue = true
	}
}

// native notes the calls of built-ins that are given something else than what stands there.
func (w *walker) native(callee ast.Expression, arguments *[]ast.Expression) {
	id, ok := callee.(*ast.Identifier)
	if ok && id.Name == "Number" && len(*arguments) == 1 {
		w.numbers = append(w.numbers, arguments)
	}
	if !ok || id.Name != "RegExp" || len(*arguments) != 2 {
		return
	}
	pattern, ok1 := (*arguments)[0].(*ast.StringLiteral)
	flags, ok2 := (*arguments)[1].(*ast.StringLiteral)
	if ok1 && ok2 {
		w.regexp(pattern.Idx, pattern.Value.String(), flags.Value.String())
	} else {
		w.patterns = append(w.patterns, arguments)
	}
}

func (w *walker) isDeviceMember(e ast.Expression) bool {
	if optional, ok := e.(*ast.Optional); ok {
		e = optional.Expression
	}
	switch member := e.(type) {
	case *ast.DotExpression:
		e = member.Left
	case *ast.BracketExpression:
		e = member.Left
	default:
		return false
	}
	if optional, ok := e.(*ast.Optional); ok {
		e = optional.Expression
	}
	return isDevice(e)
}

// regexp notes Unicode property classes: the engine would read them as the letter p and answer false.
func (w *walker) regexp(at file.Idx, pattern, flags string) {
	if w.property == 0 && strings.ContainsAny(flags, "uv") && propertyClass(pattern) {
		w.property = at
	}
}

const noPropertyClass = `\p{…} in a regular expression is not available: list the characters instead`

// propertyClass reports whether a pattern has a Unicode property class.
func propertyClass(pattern string) bool {
	for i := 0; i+1 < len(pattern); i++ {
		if pattern[i] != '\\' {
			continue
		}
		if pattern[i+1] == 'p' || pattern[i+1] == 'P' {
			return true
		}
		i++
	}
	return false
}

// patternName is the name of the global that looks at the arguments of RegExp.
const patternName = "\u0000RegExp"

// checkPatterns puts a look at what is known at run time only around the arguments of RegExp.
func (f *facts) checkPatterns() {
	for _, arguments := range f.patterns {
		at := (*arguments)[0].Idx0()
		*arguments = []ast.Expression{&ast.SpreadElement{Expression: &ast.CallExpression{
			Callee: &ast.Identifier{Name: patternName, Idx: at}, LeftParenthesis: at,
			ArgumentList: *arguments, RightParenthesis: (*arguments)[1].Idx1() - 1,
		}}}
	}
}
