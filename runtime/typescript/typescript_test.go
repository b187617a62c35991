package typescript

import (
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
)

func TestTypeScriptErrorsAreInTheAuthorsLines(t *testing.T) {
	for _, test := range []struct {
		name, source string
		line, column int
	}{
		{"plain", "interface A { a: number }\nfunction rpc_script({ device }: { device: A }) {\n  let x: number = ;\n}", 3, 19},
		{"after wide characters", "let s: string = '温度😀', y = ;", 1, 29},
		{"body", "const a: number = 1;\nreturn await axios.get('x'));", 2, 28},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Translate(runtime.Script{Kind: runtime.KindRPC, Name: "x", Source: test.source})
			e := runtime.AsError(err)
			if e == nil || e.Code != runtime.CodeCompileError || e.Line != test.line || e.Column != test.column {
				t.Errorf("got %v, want a compile_error at %d:%d", err, test.line, test.column)
			}
		})
	}
}

func TestTypeScriptPlacesAreMappedBack(t *testing.T) {
	for _, test := range []struct {
		name, source, word string
		kind               runtime.Kind
	}{
		{"function", "type Unused = {\n  a: number\n}\nfunction rpc_script({ params }: { params: any }) {\n  return boom(params as string);\n}", "boom", runtime.KindRPC},
		{"body with await", "interface Gone { x: number }\n\nconst r = await axios.get<Gone>('u') as any;\nif (!r) return null;\n  boom();\nreturn null", "boom", runtime.KindRPC},
		{"bare body", "enum A { x }\n\n\nreturn boom(A.x);", "boom", runtime.KindTrigger},
	} {
		t.Run(test.name, func(t *testing.T) {
			translated, err := Translate(runtime.Script{Kind: test.kind, Name: "x", Source: test.source})
			if err != nil {
				t.Fatal(err)
			}
			js := translated.JavaScript
			line, column := place(js, test.word)
			wantLine, wantColumn := place(test.source, test.word)
			got := Locate(translated, test.source, &runtime.Error{Code: runtime.CodeScriptError, Line: line, Column: column})
			if got.Line != wantLine || got.Column != wantColumn {
				t.Errorf("%d:%d in\n%s\nis %d:%d in the source, want %d:%d", line, column, js, got.Line, got.Column, wantLine, wantColumn)
			}
		})
	}
}

func place(text, word string) (line, column int) {
	before := text[:strings.Index(text, word)]
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndex(before, "\n")
}

func TestATranslationThatTakesForeverIsGivenUp(t *testing.T) {
	// Each arrow after a conditional doubles the ways to read what follows.
	source := "x = " + strings.Repeat("a?(b):c=>", 30) + "d"
	_, err := InProcess{}.Translate(t.Context(), runtime.Script{Kind: runtime.KindRPC, Source: source})
	if e := runtime.AsError(err); e == nil || e.Code != runtime.CodeCompileLimit {
		t.Errorf("got %v, want a compile_limit", err)
	}
}
