package scripts

import (
	"context"
	"regexp"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/typescript"
)

// namePattern keeps names usable as they are in URLs, file names and globs.
var namePattern = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,128}$`)

// CheckName reports what is wrong with a script's name as an invalid.Error at location.
func CheckName(location, name string) error {
	if !namePattern.MatchString(name) || name == "." || name == ".." {
		return invalid.At(location, "must be 1 to 128 letters, digits, _ - or .")
	}
	return nil
}

// Draft is what an author publishes. A nil field leaves what the script's current version has, or the
// default when there is none.
type Draft struct {
	Source   string
	Language *string
	Params   *[]Param
	Inherit  *string
	Tags     *[]string
	Remark   *string
	OrgWide  *bool
}

// Apply returns the script that d makes of current, which is nil for a new one. It is not compiled yet.
func (d Draft) Apply(kind runtime.Kind, name string, current *Script) Script {
	s := Script{Language: JavaScript, Params: []Param{}, Tags: []string{}}
	if current != nil {
		s = *current
	}
	s.Kind, s.Name, s.Source, s.Library = kind, name, d.Source, false
	set(&s.Language, d.Language)
	set(&s.Params, d.Params)
	set(&s.Inherit, d.Inherit)
	set(&s.Tags, d.Tags)
	set(&s.Remark, d.Remark)
	set(&s.OrgWide, d.OrgWide)
	return s
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// Compile checks s and fills in what runs. Errors are an invalid.Error for what is declared beside the
// source, a *runtime.Error in the author's own lines for the source itself.
func Compile(ctx context.Context, sandbox runtime.Sandbox, translator runtime.Translator, limits runtime.Limits, s Script) (Script, error) {
	if !s.Kind.Valid() {
		return s, invalid.At("kind", "must be trigger, rpc or parser")
	}
	if err := CheckName("name", s.Name); err != nil {
		return s, err
	}
	if err := CheckParams(s.Params); err != nil {
		return s, invalid.Under("params", err)
	}
	s.Params = compact(s.Params)
	// Before it is translated: the cap holds for whatever reads the source.
	if err := checkSize(limits, s); err != nil {
		return s, err
	}
	s, err := Translate(ctx, translator, s)
	if err != nil {
		return s, err
	}
	return s, Check(ctx, sandbox, limits, s)
}

// Check says whether the sandbox takes s, which Translate was given; its error is in the author's own lines.
func Check(ctx context.Context, sandbox runtime.Sandbox, limits runtime.Limits, s Script) error {
	if err := checkSize(limits, s); err != nil {
		return err
	}
	return s.Locate(sandbox.Check(ctx, s.Runnable()))
}

func checkSize(limits runtime.Limits, s Script) error {
	if len(s.Source) > limits.Source {
		return runtime.Errorf(runtime.CodeSourceTooLarge, "the source has %d bytes; at most %d are allowed", len(s.Source), limits.Source)
	}
	return nil
}

// Translate fills in the JavaScript that runs, unchecked when that is the source itself.
func Translate(ctx context.Context, translator runtime.Translator, s Script) (Script, error) {
	s.Compiled, s.SourceMap = s.Source, ""
	switch s.Language {
	case JavaScript, "":
		s.Language = JavaScript
		return s, nil
	case TypeScript:
		t, err := translator.Translate(ctx, runtime.Script{Kind: s.Kind, Name: s.Name, Source: s.Source})
		s.Compiled, s.SourceMap = t.JavaScript, t.SourceMap
		return s, err
	default:
		return s, invalid.At("language", "must be javascript or typescript")
	}
}

// Locate returns err with the place that it names in s.Compiled moved to the author's own in s.Source.
// It returns err itself when there is nothing to move.
func (s *Script) Locate(err error) error {
	e := runtime.AsError(err)
	if e == nil || s.SourceMap == "" || e.Line == 0 {
		return err
	}
	return typescript.Locate(runtime.Translation{JavaScript: s.Compiled, SourceMap: s.SourceMap}, s.Source, e)
}

// Runnable is s as the sandbox takes it.
func (s *Script) Runnable() runtime.Script {
	return runtime.Script{Kind: s.Kind, Name: s.Name, Source: s.Compiled}
}
