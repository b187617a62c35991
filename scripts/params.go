package scripts

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Types of declared parameters.
const (
	TypeNumber  = "number"
	TypeString  = "string"
	TypeBoolean = "boolean"
	TypeObject  = "object" // what typeof calls so in JavaScript: an object or an array
)

// ApplyParams returns given, the parameters of one call, with the defaults of declared filled in. A
// declared parameter that is absent or null counts as not given. Undeclared ones pass through, and so do
// the host's own such as _eui. The order of the keys stays; defaults follow. nil is an empty object.
//
// The error is a *runtime.Error with the code bad_params that names the parameter and shows no value.
func ApplyParams(declared []Param, given json.RawMessage) (json.RawMessage, error) {
	if len(given) == 0 || string(given) == "null" {
		given = json.RawMessage("{}")
	}
	params, err := jsonvalue.Parse(given)
	if err != nil {
		return nil, badParam("params %v", err)
	}
	return ApplyRead(declared, params)
}

// ApplyRead is ApplyParams for parameters that were read already.
func ApplyRead(declared []Param, params jsonvalue.Value) (json.RawMessage, error) {
	if params.Kind != jsonvalue.Object {
		return nil, badParam("params must be an object, not %s", params.Kind)
	}
	filled := false
	for i := range declared {
		p := &declared[i]
		value := params.Get(p.Name)
		if value.Nullish() {
			filled = filled || p.hasDefault()
		} else if problem := p.check(value); problem != "" {
			return nil, badParam("params.%s: %s", p.Name, problem)
		}
	}
	if !filled {
		return params.Raw, nil
	}
	return fill(declared, params), nil
}

// fill writes params with the defaults of declared: in the place of a null, else at the end.
func fill(declared []Param, params jsonvalue.Value) json.RawMessage {
	out := []byte{'{'}
	add := func(name string, value json.RawMessage) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		key, _ := json.Marshal(name) // every string has a JSON form
		out = append(append(append(out, key...), ':'), value...)
	}
	for _, m := range params.Members {
		value := m.Value.Raw
		if i := slices.IndexFunc(declared, func(p Param) bool { return p.Name == m.Name }); m.Value.Nullish() && i >= 0 && declared[i].hasDefault() {
			value = declared[i].Default
		}
		add(m.Name, value)
	}
	for _, p := range declared {
		if p.hasDefault() && params.Get(p.Name).Kind == jsonvalue.Absent {
			add(p.Name, p.Default)
		}
	}
	return append(out, '}')
}

func badParam(format string, args ...any) error {
	return runtime.Errorf(runtime.CodeBadParams, format, args...)
}

func (p *Param) hasDefault() bool { return len(p.Default) > 0 && string(p.Default) != "null" }

// check says what is wrong with a value that p is given, or "".
func (p *Param) check(value jsonvalue.Value) string {
	if !p.accepts(value.Kind) {
		article := "a "
		if p.Type == TypeObject {
			article = "an "
		}
		return "must be " + article + p.Type + ", not " + value.Kind.String()
	}
	written := func(o Option) bool { return bytes.Equal(o.Value, value.Raw) }
	same := func(o Option) bool { return sameJSON(o.Value, value.Raw) } // in another spelling; rare, and slow to see
	if len(p.Options) == 0 || slices.ContainsFunc(p.Options, written) || slices.ContainsFunc(p.Options, same) {
		return ""
	}
	return "must be one of its options: " + optionList(p.Options)
}

func (p *Param) accepts(kind jsonvalue.Kind) bool {
	switch p.Type {
	case TypeNumber:
		return kind == jsonvalue.Number
	case TypeString:
		return kind == jsonvalue.String
	case TypeBoolean:
		return kind == jsonvalue.Bool
	default:
		return kind == jsonvalue.Object || kind == jsonvalue.Array
	}
}

// optionList shows what may be given, which is no secret: it is the script's declaration.
func optionList(options []Option) string {
	shown := make([]string, len(options))
	for i, o := range options {
		shown[i] = string(o.Value)
	}
	return strings.Join(shown, ", ")
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// compact returns declared without spaces inside its values, so that two that say the same are equal.
func compact(declared []Param) []Param {
	out := slices.Clone(declared)
	for i := range out {
		out[i].Default = compactJSON(out[i].Default)
		out[i].Options = slices.Clone(out[i].Options)
		for j := range out[i].Options {
			out[i].Options[j].Value = compactJSON(out[i].Options[j].Value)
		}
	}
	return out
}

func compactJSON(value json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	if len(value) == 0 || string(value) == "null" || json.Compact(&out, value) != nil {
		return nil
	}
	return out.Bytes()
}

// CheckParams reports what is wrong with a declaration as an invalid.Error with locations such as
// [1].type. Defaults and options must be values that the parameter itself accepts.
func CheckParams(declared []Param) error {
	var bad invalid.Error
	seen := map[string]bool{}
	for i := range declared {
		p := &declared[i]
		problem := p.checkDeclaration()
		if problem == nil && seen[p.Name] {
			problem = invalid.At("name", "%q is declared twice", p.Name)
		}
		seen[p.Name] = true
		if fields, ok := invalid.Under(at("", i), problem).(invalid.Error); ok {
			bad = append(bad, fields...)
		}
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

func (p *Param) checkDeclaration() error {
	switch {
	case p.Name == "":
		return invalid.At("name", "is missing")
	case strings.HasPrefix(p.Name, "_"):
		return invalid.At("name", "%q starts with _, which is kept for the host's own such as _eui", p.Name)
	}
	switch p.Type {
	case TypeNumber, TypeString, TypeBoolean, TypeObject:
	default:
		return invalid.At("type", "must be number, string, boolean or object")
	}
	bare := Param{Type: p.Type}
	for i, o := range p.Options {
		if problem := bare.checkJSON(o.Value); problem != "" {
			return invalid.At(at("options", i)+".value", "%s", problem)
		}
	}
	if p.hasDefault() {
		if problem := p.checkJSON(p.Default); problem != "" {
			return invalid.At("default", "%s", problem)
		}
	}
	return nil
}

func (p *Param) checkJSON(text json.RawMessage) string {
	if len(text) == 0 {
		return "is missing"
	}
	value, err := jsonvalue.Parse(text)
	if err != nil {
		return err.Error()
	}
	return p.check(value)
}
