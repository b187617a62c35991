package engine

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// A codec hands out what it catches: { errors: [e.message] }. So an error of the language says what Node says of
// the mistakes that a short payload leads to. The interpreter does not tell undefined from null there: null is what
// comes of a match, or of a name that was given it, and everything else is taken for undefined.

// wordsName is the name of the global that a catch clause passes what it caught to.
const wordsName = "\u0000words"

// culprits are what errors of the language name, by the places at which the interpreter reports them.
type culprits struct {
	calls       map[file.Idx]string // what is called, by the parenthesis or by new
	assignments map[file.Idx]string // the property that is set, by its name or the bracket
	iterated    map[file.Idx]string // what a loop or an array takes its elements from, by its last name
	nulls       map[file.Idx]bool   // what is read of something that may be null
	nullNames   map[unistring.String]bool
}

func (c *culprits) iterate(source ast.Expression) {
	var at file.Idx
	switch source := source.(type) {
	case *ast.Identifier:
		at = source.Idx
	case *ast.DotExpression:
		at = source.Identifier.Idx
	default:
		return
	}
	if c.iterated == nil {
		c.iterated = make(map[file.Idx]string)
	}
	c.iterated[at] = cut(written(source), maxMessage)
}

// bind notes that a name is given what may be null.
func (c *culprits) bind(target, value ast.Expression) {
	id, ok := target.(*ast.Identifier)
	if !ok || !mayBeNull(value) {
		return
	}
	if c.nullNames == nil {
		c.nullNames = make(map[unistring.String]bool)
	}
	c.nullNames[id.Name] = true
}

func mayBeNull(e ast.Expression) bool {
	switch e := e.(type) {
	case *ast.NullLiteral:
		return true
	case *ast.CallExpression:
		member, ok := e.Callee.(*ast.DotExpression)
		return ok && (member.Identifier.Name == "match" || member.Identifier.Name == "exec")
	}
	return false
}

// read notes what is read of a value: the interpreter reports it there, or where the value came from.
func (c *culprits) read(left ast.Expression, at file.Idx) {
	id, named := left.(*ast.Identifier)
	if named && !c.nullNames[id.Name] || !named && !mayBeNull(left) {
		return
	}
	if c.nulls == nil {
		c.nulls = make(map[file.Idx]bool)
	}
	c.nulls[at] = true
	switch left := left.(type) {
	case *ast.CallExpression:
		c.nulls[left.LeftParenthesis] = true
	default:
		c.nulls[left.Idx0()] = true
	}
}

func (c *culprits) call(at file.Idx, callee ast.Expression) {
	if c.calls == nil {
		c.calls = make(map[file.Idx]string)
	}
	c.calls[at] = cut(written(callee), maxMessage)
}

func (c *culprits) assignment(e *ast.AssignExpression) {
	if c.assignments == nil {
		c.assignments = make(map[file.Idx]string)
	}
	switch left := e.Left.(type) {
	case *ast.DotExpression:
		c.assignments[left.Identifier.Idx] = left.Identifier.Name.String()
	case *ast.BracketExpression:
		switch key := left.Member.(type) {
		case *ast.StringLiteral:
			c.assignments[left.LeftBracket] = key.Value.String()
		case *ast.NumberLiteral:
			c.assignments[left.LeftBracket] = key.Literal
		}
	}
}

// caughtName is what stands for an error that a catch clause takes apart.
const caughtName = "\u0000caught"

// mendCaught has every catch clause pass on what it caught before anything else.
func (f *facts) mendCaught() {
	for _, c := range f.catches {
		at := c.Catch
		pass := func(name unistring.String) ast.Expression {
			return &ast.CallExpression{
				Callee: &ast.Identifier{Name: wordsName, Idx: at}, LeftParenthesis: at,
				ArgumentList: []ast.Expression{&ast.Identifier{Name: name, Idx: at}}, RightParenthesis: at,
			}
		}
		var first ast.Statement
		if id, ok := c.Parameter.(*ast.Identifier); ok {
			first = &ast.ExpressionStatement{Expression: pass(id.Name)}
		} else {
			first = &ast.LexicalDeclaration{Idx: at, Token: token.LET, List: []*ast.Binding{{Target: c.Parameter, Initializer: pass(caughtName)}}}
			c.Parameter = &ast.Identifier{Name: caughtName, Idx: at}
		}
		c.Body.List = append([]ast.Statement{first}, c.Body.List...)
	}
}

// mendMessage gives an error of the language Node's words, and hands it back. It runs nothing of the script's.
func (r *run) mendMessage(call goja.FunctionCall) goja.Value {
	caught := call.Argument(0)
	o, ok := caught.(*goja.Object)
	if !ok || o.ClassName() != "Error" || isProxy(o) {
		return caught
	}
	message, _ := r.dataProperty(o, "message")
	if message == nil || !goja.IsString(message) {
		return caught
	}
	before := message.String()
	if after := r.nodesWords(o, before); after != before {
		_ = o.DefineDataProperty("message", r.vm.ToValue(after), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return caught
}

// nodesWords is what Node says in place of an error's message.
func (r *run) nodesWords(o *goja.Object, message string) string {
	name, _ := r.dataProperty(o, "name")
	if name == nil || !goja.IsString(name) || name.String() != "TypeError" && name.String() != "URIError" {
		return message
	}
	c := &r.program.parsed.facts.culprits
	switch {
	case strings.HasPrefix(message, "Cannot read property '"):
		key := strings.TrimPrefix(message, "Cannot read property '")
		key = strings.TrimSuffix(strings.TrimSuffix(key, " or null"), "' of undefined")
		if c.nulls[r.reportedAt(o)] {
			return "Cannot read properties of null (reading '" + key + "')"
		}
		return "Cannot read properties of undefined (reading '" + key + "')"
	case message == "Cannot convert undefined or null to object", message == "object is not iterable":
		at := r.reportedAt(o)
		if source, ok := c.iterated[at]; ok {
			return source + " is not iterable"
		}
		if name, ok := c.assignments[at]; ok {
			return "Cannot set properties of undefined (setting '" + name + "')"
		}
	case slices.ContainsFunc(notCallable, func(words string) bool { return strings.HasPrefix(message, words) }):
		at := r.reportedAt(o)
		callee, ok := c.calls[at]
		switch {
		case !ok:
		case r.program.parsed.source.at(at) == "n": // of new
			if element, ok := strings.CutPrefix(message, "Value is not an object: "); ok && slices.Contains(takesEntries, callee) {
				return "Iterator value " + element + " is not an entry object"
			}
			return callee + " is not a constructor"
		default:
			return callee + " is not a function"
		}
	case message == "No initial value":
		return "Reduce of empty array with no initial value"
	case message == "Malformed URI":
		return "URI malformed"
	}
	return message
}

// notCallable is how the messages of the interpreter begin that are about what is called.
var notCallable = []string{"Object has no member '", "Value is not an object: ", "Not a function: ", "Value is not a constructor"}

// takesEntries are the built-in classes that complain of their argument in the same words.
var takesEntries = []string{"Map", "WeakMap"}

// reportedAt is the place of an error in the whole text, 0 when it is in no function of the script.
func (r *run) reportedAt(o *goja.Object) file.Idx {
	stack, _ := r.dataProperty(o, "stack")
	if stack == nil || !goja.IsString(stack) {
		return 0
	}
	_, frames, _ := strings.Cut(stack.String(), "\n\tat ")
	frame, _, _ := strings.Cut(frames, "\n")
	at, ok := frameSpot("\tat " + frame)
	if !ok {
		return 0
	}
	s := &r.program.parsed.source
	start := lineStart(s.head+s.author, at.line)
	if start < 0 {
		return 0
	}
	return file.Idx(start + at.column)
}

// at is the byte of the whole text at a place.
func (s source) at(i file.Idx) string {
	whole := s.head + s.author
	if i < 1 || int(i) > len(whole) {
		return ""
	}
	return whole[i-1 : i]
}

// maxWritten bounds how far down a callee is written: chains of calls may be long.
const maxWritten = 12

// written is how Node writes what was called.
func written(e ast.Expression) string { return writtenTo(e, maxWritten) }

func writtenTo(e ast.Expression, depth int) string {
	if depth == 0 {
		return "(intermediate value)"
	}
	depth--
	switch e := e.(type) {
	case *ast.Identifier:
		return e.Name.String()
	case *ast.ThisExpression:
		return "this"
	case *ast.DotExpression:
		return writtenTo(e.Left, depth) + "." + e.Identifier.Name.String()
	case *ast.BracketExpression:
		if key, ok := e.Member.(*ast.StringLiteral); ok {
			return writtenTo(e.Left, depth) + "." + key.Value.String()
		}
		return writtenTo(e.Left, depth) + "[" + writtenTo(e.Member, depth) + "]"
	case *ast.CallExpression:
		return writtenTo(e.Callee, depth) + "(...)"
	case *ast.NumberLiteral:
		return e.Literal
	case *ast.Optional:
		return writtenTo(e.Expression, depth) + "?"
	case *ast.OptionalChain:
		return writtenTo(e.Expression, depth)
	}
	return "(intermediate value)"
}
