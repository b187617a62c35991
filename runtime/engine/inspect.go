package engine

import (
	"context"
	"slices"

	"github.com/tripline/tripline/runtime"
)

// Description is what a script's text tells without being run.
type Description struct {
	// Form is "function" for a script that declares the function of its kind, "body" for the text of one,
	// and "exports" for a script that may offer its function in another way or not at all.
	Form      string   `json:"form"`
	Async     bool     `json:"async,omitempty"`      // a body that awaits at its top level
	OrgParams []string `json:"org_params,omitempty"` // the keys that it names, sorted
	Axios     bool     `json:"axios,omitempty"`      // it makes requests while it runs
}

// Inspect describes a script. The error is that of Check.
func (e *Engine) Inspect(ctx context.Context, s runtime.Script) (Description, error) {
	p, err := e.program(ctx, s)
	if err != nil {
		return Description{}, err
	}
	d := Description{
		Form:      "body",
		Async:     p.parsed.form == formAsyncBody,
		OrgParams: slices.Clone(p.parsed.facts.orgParams),
		Axios:     p.parsed.facts.names["axios"],
	}
	switch {
	case p.parsed.declared:
		d.Form = "function"
	case p.parsed.form == formScript:
		d.Form = "exports"
	}
	slices.Sort(d.OrgParams)
	d.OrgParams = slices.Compact(d.OrgParams)
	return d, nil
}
