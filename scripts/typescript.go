package scripts

import (
	"strings"
	"time"
	"unicode/utf16"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/go-sourcemap/sourcemap"

	"github.com/tripline/tripline/runtime"
)

// bodyPrefix makes a bare body with top-level await an RPC, which TypeScript has no other form for. It
// is a line of its own so that columns stay.
const bodyPrefix = "async function rpc_script() {\n"

// translateWithin is how long a translation may take: a thousand times what scripts need, because the
// time is measured on a wall clock beside other work.
const translateWithin = 2 * time.Second

// translateTypeScript is compileTypeScript for sources from anywhere: some short ones take the
// translator forever. It cannot be stopped, so what was given up goes on in the background.
func translateTypeScript(kind runtime.Kind, name, source string) (js, sourceMap string, err error) {
	type translation struct {
		js, sourceMap string
		err           error
	}
	done := make(chan translation, 1)
	go func() {
		var t translation
		t.js, t.sourceMap, t.err = compileTypeScript(kind, name, source)
		done <- t
	}()
	limit := time.NewTimer(translateWithin)
	defer limit.Stop()
	select {
	case t := <-done:
		return t.js, t.sourceMap, t.err
	case <-limit.C:
		return "", "", runtime.Errorf(runtime.CodeCompileLimit, "the TypeScript was not translated within %s; simplify its expressions", translateWithin)
	}
}

// compileTypeScript returns the JavaScript that runs and the map back to source.
func compileTypeScript(kind runtime.Kind, name, source string) (js, sourceMap string, err error) {
	out := transform(name, source)
	if len(out.Errors) > 0 && kind == runtime.KindRPC {
		if body := transform(name, bodyPrefix+source+"\n}"); len(body.Errors) == 0 {
			return string(body.Code), string(body.Map), nil
		}
	}
	if len(out.Errors) > 0 {
		return "", "", compileError(out.Errors[0])
	}
	return string(out.Code), string(out.Map), nil
}

func transform(name, source string) api.TransformResult {
	return api.Transform(source, api.TransformOptions{
		Loader:     api.LoaderTS,
		Format:     api.FormatCommonJS, // exports become module.exports, which the sandbox knows
		Target:     api.ES2022,
		Sourcemap:  api.SourceMapExternal,
		Sourcefile: name,
		LogLevel:   api.LogLevelSilent,
		// Names stay: the sandbox looks for them, and errors show them.
		KeepNames: false,
		Charset:   api.CharsetUTF8,
	})
}

func compileError(m api.Message) *runtime.Error {
	e := runtime.Errorf(runtime.CodeCompileError, "%s", m.Text)
	if m.Location != nil {
		// esbuild counts bytes from 0; JavaScript's columns are UTF-16 units, shown from 1.
		before := m.Location.LineText[:min(m.Location.Column, len(m.Location.LineText))]
		e.Line, e.Column = m.Location.Line, len(utf16.Encode([]rune(before)))+1
	}
	return e
}

// Locate returns err with the place that it names in s.Compiled moved to the author's own in s.Source.
// It returns err itself when there is nothing to move.
func (s *Script) Locate(err error) error {
	e := runtime.AsError(err)
	if e == nil || s.SourceMap == "" || e.Line == 0 {
		return err
	}
	m, parseErr := sourcemap.Parse("", []byte(s.SourceMap))
	if parseErr != nil {
		return err // made by ourselves, so it parses; a wrong place is still better than a lost error
	}
	moved := *e
	_, _, line, column, ok := m.Source(e.Line, max(e.Column-1, 0))
	if !ok {
		moved.Line, moved.Column = 0, 0
		return &moved
	}
	moved.Line, moved.Column = line, column+1
	if s.wrapped() {
		moved.Line--
	}
	return &moved
}

// wrapped reports whether bodyPrefix was put before the source.
func (s *Script) wrapped() bool {
	return strings.HasPrefix(s.Compiled, strings.TrimSpace(bodyPrefix)) && !strings.HasPrefix(s.Source, strings.TrimSpace(bodyPrefix))
}
