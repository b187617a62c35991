package engine

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// program is a compiled script. It belongs to no realm and may run in many at once.
type program struct {
	kind   runtime.Kind
	code   *goja.Program
	parsed *parsed
	needs  needs
	// mentions is by the author's text.
	mentions mentions
}

// maxArrowNesting bounds arrow functions inside parameter lists of arrow functions: the parser reads each
// list twice, so that every level doubles its time.
const maxArrowNesting = 8

// compile finds the form of a script and compiles it. The error is an *Error with the author's place.
func compile(s runtime.Script) (p *program, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			p, err = nil, runtime.Errorf(runtime.CodeCompileError, "the compiler gave up: %v", failure)
		}
	}()
	if depth := arrowNesting(s.Source); depth > maxArrowNesting {
		return nil, runtime.Errorf(runtime.CodeCompileLimit,
			"arrow functions nest %d deep in each other's parameters, at most %d are allowed", depth, maxArrowNesting)
	}
	found, err := parse(s)
	if err != nil {
		return nil, err
	}
	if found.facts.tooDeep {
		return nil, runtime.Errorf(runtime.CodeCompileLimit, "the script nests more than %d levels deep", maxNesting)
	}
	if at := found.facts.property; at != 0 {
		return nil, found.source.errorAt(int(at)-1, noPropertyClass)
	}
	groupFromLeft(found.facts.chains, found.source.head+found.source.author+found.source.tail)
	if at := found.facts.lastMatch; at != 0 {
		return nil, found.source.errorAt(int(at)-1, "RegExp does not keep the last match: use what match or exec returns")
	}
	found.facts.deferShifts()
	found.facts.replacePowers()
	found.facts.checkPatterns()
	found.facts.convertNumbers(s.Source)
	found.facts.mendCaught()
	code, err := goja.CompileAST(found.tree, false)
	if err != nil {
		return nil, found.source.compilerError(err)
	}
	p = &program{kind: s.Kind, code: code, parsed: found, needs: found.needs(s.Kind), mentions: mentionsOf(s.Source)}
	found.dropTree() // the largest part by far, and of no more use
	return p, nil
}

// dropTree lets go of the syntax tree and of everything that points into it.
func (p *parsed) dropTree() {
	p.tree, p.facts.chains, p.facts.shifts, p.facts.powers, p.facts.powerAssign, p.facts.numbers = nil, nil, nil, nil, nil, nil
}

// arrowNesting is how deep parameter lists of arrow functions nest in each other. It skips strings and
// comments but knows no regular expressions: a guard ahead of the parser, not a parser.
func arrowNesting(text string) int {
	deepest := 0
	var open []int // per open parenthesis, the deepest list inside so far
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"', '\'':
			i = skipString(text, i)
		case '/':
			i = skipComment(text, i)
		case '(':
			open = append(open, 0)
		case ')':
			if len(open) == 0 {
				continue
			}
			depth := open[len(open)-1]
			open = open[:len(open)-1]
			if strings.HasPrefix(strings.TrimLeft(text[i+1:min(len(text), i+64)], " \t\r\n"), "=>") {
				depth++
			}
			deepest = max(deepest, depth)
			if len(open) > 0 {
				open[len(open)-1] = max(open[len(open)-1], depth)
			}
		}
	}
	return deepest
}

// skipString returns the index of the closing quote, or of the end of the line.
func skipString(text string, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[start], '\n':
			return i
		}
	}
	return len(text)
}

// skipComment returns the index of the last byte of a comment that begins at start, or start.
func skipComment(text string, start int) int {
	rest := text[start:]
	end := -1
	switch {
	case strings.HasPrefix(rest, "//"):
		end = strings.IndexByte(rest, '\n')
	case strings.HasPrefix(rest, "/*"):
		if end = strings.Index(rest[2:], "*/"); end >= 0 {
			end += len("/*") + 1
		}
	default:
		return start
	}
	if end < 0 {
		return len(text)
	}
	return start + end
}
