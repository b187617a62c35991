package engine

import (
	"errors"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"

	"github.com/tripline/tripline/runtime"
)

// source is an author's text and what was put around it to compile it. The head stands on the author's
// first line, so that lines are right as they are and only columns of the first one have to move.
type source struct {
	author string
	head   string
	tail   string
}

func (s source) parse() (*ast.Program, error) {
	return parseSloppy(s.head + s.author + s.tail)
}

// spot is a place in the whole text, in lines and bytes from 1, as the compiler counts.
type spot struct{ line, column int }

// locate finds the author's offset in bytes for a spot. inside is false when the spot is in the tail.
func (s source) locate(at spot) (offset int, inside bool) {
	start := lineStart(s.author, at.line)
	if start < 0 {
		return len(s.author), false
	}
	column := at.column - 1
	if at.line == 1 {
		column = max(0, column-len(s.head))
	}
	if start+column > len(s.author) {
		return len(s.author), false
	}
	return start + column, true
}

// place returns the author's line and column for a spot, the column in the UTF-16 units that editors and
// Node count. Both are 0 when there is none.
func (s source) place(at spot) (line, column int) {
	if at.line <= 0 {
		return 0, 0
	}
	offset, _ := s.locate(at)
	return s.placeOf(offset)
}

// placeOf is place for an offset into the author's text.
func (s source) placeOf(offset int) (line, column int) {
	line = 1
	start := 0
	for {
		next := nextLine(s.author, start)
		if next < 0 || next > offset {
			break
		}
		line, start = line+1, next
	}
	column = 1
	for _, r := range s.author[start:offset] {
		column += max(1, utf16.RuneLen(r))
	}
	return line, column
}

// lineStart is the offset at which a line begins, -1 when the text has fewer lines.
func lineStart(text string, line int) int {
	start := 0
	for range line - 1 {
		if start = nextLine(text, start); start < 0 {
			return -1
		}
	}
	return start
}

// nextLine is the offset behind the next line terminator from start on, -1 when there is none.
func nextLine(text string, start int) int {
	i := strings.IndexAny(text[start:], "\n\r\u2028\u2029")
	if i < 0 {
		return -1
	}
	i += start
	switch {
	case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
		return i + 2
	case text[i] == '\n' || text[i] == '\r':
		return i + 1
	}
	return i + len("\u2028")
}

// errorAt is a compile error at an offset into the whole text.
func (s source) errorAt(offset int, message string) *runtime.Error {
	line, column := s.placeOf(min(max(0, offset-len(s.head)), len(s.author)))
	return &runtime.Error{Code: runtime.CodeCompileError, Message: message, Line: line, Column: column}
}

// parseError turns what the parser said into an error with the author's place, and returns the author's
// offset at which it stopped.
func (s source) parseError(err error) (e *runtime.Error, offset int, inside bool) {
	e = &runtime.Error{Code: runtime.CodeCompileError, Message: err.Error()}
	list, ok := errors.AsType[parser.ErrorList](err)
	if !ok || len(list) == 0 {
		return e, 0, false
	}
	at := spot{list[0].Position.Line, list[0].Position.Column}
	offset, inside = s.locate(at)
	e.Line, e.Column = s.placeOf(offset)
	e.Message = "SyntaxError: " + list[0].Message
	for _, word := range []string{"import", "export"} {
		if strings.HasPrefix(s.author[offset:], word) {
			e.Message = word + " is not available: a script is one file, and require knows buffer, crypto, url and util"
		}
	}
	if strings.HasPrefix(s.author[offset:], "await") && strings.HasSuffix(strings.TrimRight(s.author[:offset], " \t"), "for") {
		e.Message = "for await is not available: await each value inside of a plain loop"
	}
	return e, offset, inside
}

// compilerError does the same for what the compiler said.
func (s source) compilerError(err error) *runtime.Error {
	syntax, ok := errors.AsType[*goja.CompilerSyntaxError](err)
	if !ok || syntax.File == nil {
		return runtime.Errorf(runtime.CodeCompileError, "%v", err)
	}
	position := syntax.File.Position(syntax.Offset)
	line, column := s.place(spot{position.Line, position.Column})
	return &runtime.Error{Code: runtime.CodeCompileError, Message: "SyntaxError: " + syntax.Message, Line: line, Column: column}
}
