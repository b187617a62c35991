package platform

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
)

// Variables are what a template may name.
var variables = []string{
	"event", "origin", "device", "eui", "alarm", "level", "title", "desc", "note", "count", "time", "started", "lasted",
}

// Variables returns the names that a template may have between {{ and }}.
func Variables() []string { return slices.Clone(variables) }

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// CheckTemplate refuses a template that names a variable that there is not, or that does not close its
// braces. Its error is of package invalid with an empty location.
func CheckTemplate(text string) error {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(variables, m[1]) {
			return invalid.At("", "there is no variable {{%s}}; there are %s", m[1], strings.Join(variables, ", "))
		}
	}
	if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return invalid.At("", "braces are not closed: a variable is written {{device}}")
	}
	return nil
}
