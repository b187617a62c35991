package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/scripts"
)

// lintCmd compiles scripts without running them.
type lintCmd struct {
	Paths []string     `arg:"" name:"path" type:"existingpath" help:"Scripts, and folders that are searched for *.js and *.ts."`
	Kind  runtime.Kind `enum:"trigger,rpc,parser," default:"" help:"What they are. Found out for each one when it is left out."`
}

// Run prints what is wrong as path:line:column: message. It fails when there is anything.
func (c *lintCmd) Run() error {
	files, err := findFiles(c.Paths, func(name string) bool {
		return strings.HasSuffix(name, ".js") || strings.HasSuffix(name, ".ts") && !strings.HasSuffix(name, ".d.ts")
	})
	if err != nil {
		return err
	}
	limits := runtime.DefaultLimits()
	sandbox := engine.New(limits)
	bad := 0
	for _, file := range files {
		kind := c.Kind
		if kind == "" {
			kind = kindOfFile(file)
		}
		script, err := casefile.ReadScript(file, kind)
		if err == nil {
			err = scripts.Check(context.Background(), sandbox, limits, script)
		}
		if err != nil {
			bad++
			fmt.Fprintln(os.Stdout, complaint(file, runtime.AsError(err)))
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d scripts are not right", bad, len(files))
	}
	return nil
}

func complaint(file string, e *runtime.Error) string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", file, e.Code, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", file, e.Line, e.Column, e.Code, e.Message)
}

// kindOfFile finds out what a script is: by its name (door.trigger.js), the function that it declares,
// or the folder that it stands in (triggers/door.js). What is none of these is taken for an RPC, the
// kind in which most is allowed.
func kindOfFile(path string) runtime.Kind {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if kind := runtime.Kind(strings.TrimPrefix(filepath.Ext(stem), ".")); kind.Valid() {
		return kind
	}
	if script, err := casefile.ReadScript(path, runtime.KindRPC); err == nil {
		if kind, ok := scripts.DetectKind(script.Compiled); ok {
			return kind
		}
	}
	folders := strings.Split(filepath.ToSlash(filepath.Dir(path)), "/")
	for _, folder := range slices.Backward(folders) {
		if kind := runtime.Kind(strings.TrimSuffix(folder, "s")); kind.Valid() {
			return kind
		}
	}
	return runtime.KindRPC
}
