package engine

import (
	"errors"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"
)

// What the parser reads differently from Node is mended here, before the text is compiled.

// maxRounds bounds how often a text is parsed again: the parser stops after a few mistakes.
const maxRounds = 32

// parseSloppy parses text with what Node takes and the parser refuses: the numbers 08 and 09 of sloppy mode, and
// the exports of a module. Every place stays, but for what follows a list of exports on its line.
func parseSloppy(text string) (*ast.Program, error) {
	tree, err := parser.ParseFile(nil, "", text, 0, parser.WithDisableSourceMaps)
	for range maxRounds {
		mended := mendExports(mendZeros(text, err), err)
		if mended == text {
			break
		}
		text = mended
		tree, err = parser.ParseFile(nil, "", text, 0, parser.WithDisableSourceMaps)
	}
	return tree, err
}

// mendZeros puts spaces in the place of the zeros that decimal numbers begin with.
func mendZeros(text string, err error) string {
	zeros := leadingZeros(text, err)
	if len(zeros) == 0 {
		return text
	}
	mended := []byte(text)
	for _, i := range zeros {
		for ; mended[i] == '0'; i++ {
			mended[i] = ' '
		}
	}
	return string(mended)
}

// leadingZeros are the offsets of decimal numbers with leading zeros at which the parser stopped.
func leadingZeros(text string, err error) []int {
	var found []int
	for _, at := range stops(text, err) {
		digits := text[at:]
		digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
		if strings.HasPrefix(digits, "0") && strings.ContainsAny(digits, "89") {
			found = append(found, at)
		}
	}
	return found
}

// stops are the offsets at which the parser found something wrong.
func stops(text string, err error) (offsets []int) {
	list, _ := errors.AsType[parser.ErrorList](err)
	for _, e := range list {
		start := lineStart(text, e.Position.Line)
		if start >= 0 && start+e.Position.Column <= len(text) {
			offsets = append(offsets, start+e.Position.Column-1)
		}
	}
	return offsets
}

// relational are the operators that the parser groups from the right: it reads 0 < x < 9 as 0 < (x < 9).
var relational = []token.Token{
	token.LESS, token.LESS_OR_EQUAL, token.GREATER, token.GREATER_OR_EQUAL, token.INSTANCEOF, token.IN,
}

// isChain reports whether e compares something with the outcome of a comparison.
func isChain(e *ast.BinaryExpression) bool {
	right, ok := e.Right.(*ast.BinaryExpression)
	return ok && slices.Contains(relational, e.Operator) && slices.Contains(relational, right.Operator)
}

// groupFromLeft has the chains in text be evaluated from the left. They are in the order of a walk, an
// outer one before those inside.
func groupFromLeft(chains []*ast.BinaryExpression, text string) {
	for _, e := range chains {
		for isChain(e) && !parenthesised(e.Right.(*ast.BinaryExpression), text) {
			right := e.Right.(*ast.BinaryExpression)
			e.Left = &ast.BinaryExpression{Operator: e.Operator, Left: e.Left, Right: right.Left, Comparison: e.Comparison}
			e.Operator, e.Right, e.Comparison = right.Operator, right.Right, right.Comparison
		}
	}
}

// parenthesised reports whether the author put parentheses around e, which the tree does not tell.
func parenthesised(e *ast.BinaryExpression, text string) bool {
	start, operand := offsetOf(e.Left.Idx0(), text), offsetOf(e.Right.Idx0(), text)
	depth := opened(text[:start])
	if depth == 0 || operand < start {
		return depth > 0
	}
	// What is open at the operator was opened before e and is closed behind it.
	for i := start; i < operand; i++ {
		switch c := text[i]; c {
		case '"', '\'':
			i = skipString(text, i)
		case '/':
			i = skipComment(text, i)
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return depth > opened(text[:operand])
}

func offsetOf(at file.Idx, text string) int { return min(max(0, int(at)-1), len(text)) }

// opened counts the parentheses right before the end of text.
func opened(text string) int {
	n := 0
	for {
		text = strings.TrimRight(text, " \t\r\n")
		switch {
		case strings.HasSuffix(text, "("):
			n++
			text = text[:len(text)-1]
		case strings.HasSuffix(text, "*/") && strings.Contains(text[:len(text)-len("*/")], "/*"):
			text = text[:strings.LastIndex(text[:len(text)-len("*/")], "/*")]
		default:
			return n
		}
	}
}
