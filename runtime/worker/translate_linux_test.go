package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/worker"
)

func typeScript(source string) runtime.Script {
	return runtime.Script{Kind: runtime.KindRPC, Name: "test", Source: source}
}

func TestTranslate(t *testing.T) {
	p := newPool(t, worker.Config{})
	ctx := worker.ForOrg(t.Context(), "acme")
	got, err := p.Translate(ctx, typeScript("interface A { a: number }\nfunction rpc_script(x: A): null { return null }"))
	if err != nil || strings.Contains(got.JavaScript, "interface") || !strings.Contains(got.JavaScript, "rpc_script") || got.SourceMap == "" {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = p.Translate(ctx, typeScript("const a: number = 1;\nreturn await axios.get('x'));"))
	if e := runtime.AsError(err); e == nil || e.Code != runtime.CodeCompileError || e.Line != 2 || e.Column != 28 {
		t.Errorf("got %v, want a compile_error at 2:28", err)
	}
}

// Sources that keep a translator busy, or make it grow, for as long as it is let.
func TestHostileTypeScript(t *testing.T) {
	p := newPool(t, worker.Config{})
	before := memoryHeld()
	for _, test := range []struct{ name, source string }{
		{"arrows after conditionals", "x = " + strings.Repeat("a?(b):c=>", 30) + "d"},
		{"arrows in parameters", strings.Repeat("(a=", 24) + "1" + strings.Repeat(")=>1", 24)},
		{"deep types", "let x: " + strings.Repeat("Array<", 40_000) + "number" + strings.Repeat(">", 40_000)},
		{"deep parentheses", "x = " + strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000)},
		{"deep braces", strings.Repeat("{", 250_000)},
		{"deep generics", strings.Repeat("a<", 120_000)},
		{"deep namespaces", strings.Repeat("namespace a {", 15_000) + "export let x = 1" + strings.Repeat("}", 15_000)},
		{"many enums", strings.Repeat("enum A{a,b,c}", 18_000)},
		{"deep templates", strings.Repeat("`${", 80_000)},
		{"deep JSON", "x = " + strings.Repeat("[", 120_000) + strings.Repeat("]", 120_000)},
		{"long sum", "x = " + strings.Repeat("1+", 120_000) + "1"},
		{"classes in classes", strings.Repeat("class A extends ", 15_000)},
		{"decorators", strings.Repeat("@a ", 80_000) + "class A {}"},
		{"conditional types", "type A = " + strings.Repeat("a extends b ? ", 15_000)},
	} {
		t.Run(test.name, func(t *testing.T) {
			began := time.Now()
			got, err := p.Translate(t.Context(), typeScript(test.source))
			t.Logf("%d bytes of JavaScript, %d of its map, %.100v after %v", len(got.JavaScript), len(got.SourceMap), err, time.Since(began))
			if e := runtime.AsError(err); e != nil && e.Code != runtime.CodeCompileError && e.Code != runtime.CodeCompileLimit &&
				e.Code != runtime.CodeStackLimit && e.Code != runtime.CodeMemoryLimit && e.Code != runtime.CodeSourceTooLarge {
				t.Errorf("%v", err)
			}
			mustRun(t, p, invocation("benign", "return 1"), "1")
		})
	}
	if growth := memoryHeld() - before; growth > maxGrowth {
		t.Errorf("the supervisor grew by %d MB", growth>>20)
	}
}
