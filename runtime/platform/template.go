package platform

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/invalid"
)

// variables are what a template may name, with what each stands for.
var variables = []struct {
	name  string
	value func(d Dialect, n Notice) string
}{
	{"event", func(_ Dialect, n Notice) string { return headlines[n.Event] }},
	{"origin", func(d Dialect, n Notice) string { return d.line(n.Origin) }},
	{"device", func(d Dialect, n Notice) string { return d.line(n.Device) }},
	{"eui", func(d Dialect, n Notice) string { return d.line(n.EUI) }},
	{"alarm", func(d Dialect, n Notice) string { return d.line(n.Alarm) }},
	{"level", func(d Dialect, n Notice) string { return d.level(n) }},
	{"title", func(d Dialect, n Notice) string { return d.line(n.Title) }},
	{"desc", func(d Dialect, n Notice) string { return d.inert(n.Desc) }},
	{"note", func(d Dialect, n Notice) string { return d.inert(n.Note) }},
	{"count", func(_ Dialect, n Notice) string { return strconv.Itoa(n.Count) }},
	{"time", func(_ Dialect, n Notice) string { return n.clock(n.At) }},
	{"started", func(_ Dialect, n Notice) string { return n.clock(n.StartedAt) }},
	{"lasted", func(_ Dialect, n Notice) string { return n.lasted() }},
}

// Variables returns the names that a template may have between {{ and }}.
func Variables() []string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.name
	}
	return names
}

var placeholder = regexp.MustCompile(`\{\{[ \t]*([^{}\n]*?)[ \t]*\}\}`)

// CheckTemplate refuses a template that names a variable that there is not, or that does not close its
// braces. Its error is of package invalid with an empty location.
func CheckTemplate(text string) error {
	names := Variables()
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			return invalid.At("", "there is no variable {{%s}}; there are %s", m[1], strings.Join(names, ", "))
		}
	}
	if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return invalid.At("", "braces are not closed: a variable is written {{device}}")
	}
	return nil
}

// render fills a notice's template in. A line whose variables are all empty is left out; the lines of a
// value are quoted as the line that it stands in.
func (d Dialect) render(n Notice) string {
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(n.Template, "\r\n", "\n"), "\n") {
		named, filled := 0, 0
		quoted := "\n" + prefixForm.FindString(line)
		text := placeholder.ReplaceAllStringFunc(line, func(m string) string {
			value := d.variable(placeholder.FindStringSubmatch(m)[1], n)
			named++
			if value != "" {
				filled++
			}
			return strings.ReplaceAll(value, "\n", quoted)
		})
		if named == 0 || filled > 0 {
			out = append(out, text)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

func (d Dialect) variable(name string, n Notice) string {
	for _, v := range variables {
		if v.name == name {
			return v.value(d, n)
		}
	}
	return ""
}

// lasted is how long the alarm has been active, in words.
func (n Notice) lasted() string {
	if n.StartedAt.IsZero() || n.At.Before(n.StartedAt) {
		return ""
	}
	d := n.At.Sub(n.StartedAt)
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return strconv.Itoa(int(d.Round(time.Minute).Minutes())) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Round(time.Hour).Hours())) + " h"
	default:
		return strconv.Itoa(int(d.Hours()/24)) + " days"
	}
}
