package engine

import (
	"regexp"
	"strings"
)

// A codec may be written as a module that exports its functions. What is exported is found as a global, as in a
// script; what is exported by default is found as the global driver is.

var (
	exportDeclaration = regexp.MustCompile(`^export\s+(?:default\s+)?((?:async\s+)?function\s*\*?\s*[\pL_$]|class\s+[\pL_$]|const\b|let\b|var\b)`)
	exportDefault     = regexp.MustCompile(`^export\s+default\b`)
	exportList        = regexp.MustCompile(`^export\s*\{([\pL\d_$\s,]*)\}(\s*from\b)?`)
)

// mendExports makes of the first export at which the parser stopped what does the same in a script. One from
// another file stays.
func mendExports(text string, err error) string {
	for _, at := range stops(text, err) {
		rest := text[at:]
		if !strings.HasPrefix(rest, "export") {
			continue
		}
		if m := exportDeclaration.FindStringSubmatchIndex(rest); m != nil {
			return text[:at] + blank(rest[:m[2]]) + rest[m[2]:]
		}
		if m := exportDefault.FindString(rest); m != "" {
			return text[:at] + "driver" + blank(m[len("driver")+len("="):]) + "=" + rest[len(m):]
		}
		if m := exportList.FindStringSubmatchIndex(rest); m != nil && m[4] < 0 {
			return text[:at] + exported(rest[m[2]:m[3]]) + rest[m[1]:]
		}
		return text
	}
	return text
}

// blank is white space as long as s, with its lines.
func blank(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' {
			return c
		}
		return ' '
	}, s)
}

// exported is what becomes of the list in braces: an assignment for what is exported by another name.
func exported(list string) string {
	var assignments strings.Builder
	for _, item := range strings.Split(list, ",") {
		switch words := strings.Fields(item); {
		case len(words) != 3 || words[1] != "as":
		case words[2] == "default":
			assignments.WriteString("driver=" + words[0] + ";")
		default:
			assignments.WriteString("exports." + words[2] + "=" + words[0] + ";")
		}
	}
	return assignments.String() + strings.Repeat("\n", strings.Count(list, "\n"))
}
