package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/casefile"
	"github.com/tripline/tripline/runtime/engine"
)

// testCmd runs case files.
type testCmd struct {
	Paths []string `arg:"" name:"path" type:"existingpath" help:"Case files, and folders that are searched for *.jsonl and *.cases.json."`
	JSON  bool     `name:"json" help:"One line of JSON for each case."`
}

// Run runs every case of every file. It fails when one case differs from what it expects.
func (c *testCmd) Run() (err error) {
	files, err := findFiles(c.Paths, func(name string) bool {
		return strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".cases.json")
	})
	if err != nil {
		return err
	}
	limits := runtime.DefaultLimits()
	runner := &casefile.Runner{Sandbox: engine.New(limits), Limits: limits}
	out := bufio.NewWriter(os.Stdout)
	defer func() { err = errors.Join(err, out.Flush()) }()
	total, failed := 0, 0
	for _, file := range files {
		var broken error
		err := runner.File(context.Background(), file, func(o casefile.Outcome) {
			total++
			if !o.OK {
				failed++
			}
			if c.JSON {
				broken = errors.Join(broken, printJSON(out, o, ""))
			} else if !o.OK {
				printFailure(out, file, &o)
			}
		})
		if err := errors.Join(err, broken); err != nil {
			return err
		}
	}
	if !c.JSON {
		fmt.Fprintf(out, "%d of %d cases passed\n", total-failed, total)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d cases failed", failed, total)
	}
	return nil
}

func printFailure(out *bufio.Writer, file string, o *casefile.Outcome) {
	fmt.Fprintf(out, "FAIL %s: %s\n", file, o.Name)
	for _, d := range o.Differences {
		fmt.Fprintf(out, "  %s\n", d)
	}
	if o.Differences == nil && o.Error != nil {
		fmt.Fprintf(out, "  %s\n", o.Error)
	}
}

// findFiles returns the files among paths, and those in the folders among them whose names are wanted.
func findFiles(paths []string, wanted func(name string) bool) ([]string, error) {
	var files []string
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "node_modules":
				return filepath.SkipDir
			case !entry.IsDir() && (path == root || wanted(entry.Name())):
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is nothing to do in %s", strings.Join(paths, ", "))
	}
	return files, nil
}
