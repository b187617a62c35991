// Package typescript translates TypeScript into the JavaScript that a sandbox runs, and errors in that
// JavaScript back into the author's own lines.
package typescript

import (
	"context"
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

// Translate returns the JavaScript that runs in the place of a TypeScript source. The error is a
// *runtime.Error at the author's own place. Some short sources take it forever, and it cannot be stopped:
// a host translates other people's scripts in a worker process.
func Translate(s runtime.Script) (runtime.Translation, error) {
	out := transform(s.Name, s.Source)
	if len(out.Errors) > 0 && s.Kind == runtime.KindRPC {
		if body := transform(s.Name, bodyPrefix+s.Source+"\n}"); len(body.Errors) == 0 {
			out = body
		}
	}
	if len(out.Errors) > 0 {
		return runtime.Translation{}, compileError(out.Errors[0])
	}
	return runtime.Translation{JavaScript: string(out.Code), SourceMap: string(out.Map)}, nil
}

func transform(name, source string) api.TransformResult {
	return api.Transform(source, api.TransformOptions{
		Loader:         api.LoaderTS,
		Format:         api.FormatCommonJS, // exports become module.exports, which the sandbox knows
		Target:         api.ES2022,
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		Sourcefile:     name,
		LogLevel:       api.LogLevelSilent,
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

// InProcess is a runtime.Translator for sources that are trusted: it works in the program's own process,
// and what takes too long goes on in the background.
type InProcess struct{}

var _ runtime.Translator = InProcess{}

// patience is how long a translation may take: a thousand times what scripts need, because the time is
// measured on a wall clock beside other work.
const patience = 2 * time.Second

// Translate is the package's Translate, given up after two seconds with CodeCompileLimit.
func (InProcess) Translate(ctx context.Context, s runtime.Script) (runtime.Translation, error) {
	type answer struct {
		translation runtime.Translation
		err         error
	}
	done := make(chan answer, 1)
	go func() {
		t, err := Translate(s)
		done <- answer{t, err}
	}()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case a := <-done:
		return a.translation, a.err
	case <-limit.C:
		return runtime.Translation{}, runtime.Errorf(runtime.CodeCompileLimit, "the TypeScript was not translated within %s; simplify its expressions", patience)
	case <-ctx.Done():
		return runtime.Translation{}, runtime.Errorf(runtime.CodeHostUnavailable, "the translation was cancelled: %v", context.Cause(ctx))
	}
}

// Locate returns e, whose place is one in t, with the author's own place in source.
func Locate(t runtime.Translation, source string, e *runtime.Error) *runtime.Error {
	m, err := sourcemap.Parse("", []byte(t.SourceMap))
	if err != nil {
		return e // made by ourselves, so it parses; a wrong place is still better than a lost error
	}
	moved := *e
	_, _, line, column, ok := m.Source(e.Line, max(e.Column-1, 0))
	if !ok {
		moved.Line, moved.Column = 0, 0
		return &moved
	}
	moved.Line, moved.Column = line, column+1
	if wrapped(t.JavaScript, source) {
		moved.Line--
	}
	return &moved
}

// wrapped reports whether bodyPrefix was put before the source.
func wrapped(js, source string) bool {
	prefix := strings.TrimSpace(bodyPrefix)
	return strings.HasPrefix(js, prefix) && !strings.HasPrefix(source, prefix)
}
