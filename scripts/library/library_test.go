package library_test

import (
	"path/filepath"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/typescript"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/scripts/library"
)

func TestEveryScriptCompiles(t *testing.T) {
	limits := runtime.DefaultLimits()
	sandbox := engine.New(limits)
	for _, s := range append(library.Scripts(), library.Overheat()) {
		if _, err := scripts.Compile(t.Context(), sandbox, typescript.InProcess{}, limits, s); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) < 3 {
		t.Fatalf("found the case files %v, %v", files, err)
	}
	limits := runtime.DefaultLimits()
	runner := &casefile.Runner{Sandbox: engine.New(limits), Limits: limits}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			err := runner.File(t.Context(), file, func(o casefile.Outcome) {
				for _, d := range o.Differences {
					t.Errorf("%s: %s", o.Name, d)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
