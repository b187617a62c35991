package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/tripline/tripline/runtime/jsapi"
	"github.com/tripline/tripline/scripts"
)

// typesCmd prints TypeScript declarations for script authors.
type typesCmd struct{}

// Run prints them to the standard output.
func (c *typesCmd) Run() error { return writeTypes(os.Stdout) }

// value begins a declaration of a global's TypeScript that is no type: beside a script, which has its
// value, it must say declare.
var value = regexp.MustCompile(`(?m)^(const|let|var|function|class|namespace) `)

// writeTypes puts what the host gives a script before the globals that the sandbox registers.
func writeTypes(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, scripts.InputTypes)
	for _, g := range jsapi.Globals() {
		doc := g.Doc
		if g.Kinds != nil {
			names := make([]string, len(g.Kinds))
			for i, k := range g.Kinds {
				names[i] = string(k)
			}
			doc += " Only in: " + strings.Join(names, ", ") + "."
		}
		fmt.Fprintf(out, "\n/** %s */\n%s\n", doc, value.ReplaceAllString(strings.TrimSpace(g.TypeScript), "declare $0"))
	}
	return out.Flush()
}
