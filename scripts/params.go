package scripts

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/invalid"
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
	if len(bytes.TrimSpace(given)) == 0 || string(given) == "null" {
		given = json.RawMessage("{}")
	}
	var params device.Object
	if err := json.Unmarshal(given, &params); err != nil {
		return nil, badParam("params: %v", err)
	}
	filled := false
	for i := range declared {
		p := &declared[i]
		value := params.Get(p.Name)
		if absent(value) {
			if !absent(p.Default) {
				params, filled = params.Set(p.Name, p.Default), true
			}
			continue
		}
		if problem := p.check(value); problem != "" {
			return nil, badParam("params.%s: %s", p.Name, problem)
		}
	}
	if !filled {
		return given, nil
	}
	return params.MarshalJSON()
}

func badParam(format string, args ...any) error {
	return runtime.Errorf(runtime.CodeBadParams, format, args...)
}

func absent(value json.RawMessage) bool { return value == nil || string(value) == "null" }

// check says what is wrong with a value that p is given, or "".
func (p *Param) check(value json.RawMessage) string {
	if is := typeOf(value); is != p.Type && !(p.Type == TypeObject && is == "array") {
		return "must be " + article(p.Type) + ", not " + article(is)
	}
	if len(p.Options) == 0 {
		return ""
	}
	for _, o := range p.Options {
		if sameJSON(o.Value, value) {
			return ""
		}
	}
	return "must be one of its options: " + optionList(p.Options)
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
	if bytes.Equal(a, b) {
		return true
	}
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

func typeOf(value json.RawMessage) string {
	switch value[0] {
	case '"':
		return TypeString
	case '{':
		return TypeObject
	case '[':
		return "array"
	case 't', 'f':
		return TypeBoolean
	case 'n':
		return "null"
	default:
		return TypeNumber
	}
}

func article(noun string) string {
	switch {
	case noun == "null":
		return noun
	case strings.ContainsRune("aeiou", rune(noun[0])):
		return "an " + noun
	default:
		return "a " + noun
	}
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
	if absent(value) || json.Compact(&out, value) != nil {
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
	for i, o := range p.Options {
		bare := Param{Type: p.Type}
		if absent(o.Value) {
			return invalid.At(at("options", i)+".value", "is missing")
		}
		if problem := bare.check(o.Value); problem != "" {
			return invalid.At(at("options", i)+".value", "%s", problem)
		}
	}
	if !absent(p.Default) {
		if problem := p.check(p.Default); problem != "" {
			return invalid.At("default", "%s", problem)
		}
	}
	return nil
}
