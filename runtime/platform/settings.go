package platform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/secret"
)

// Check refuses settings that are not as f describes them. Its error is of package invalid and lists
// everything that is wrong; it shows no value of a secret.
func (f Fields) Check(settings json.RawMessage) error {
	object, err := decode(settings)
	if err != nil {
		return invalid.At("", "settings must be an object")
	}
	if wrong := f.check("", object); len(wrong) > 0 {
		return wrong
	}
	return nil
}

// ReadSettings decodes settings into v, a pointer to a struct of their shape. It checks nothing: what is of
// another type is left out.
func ReadSettings(settings json.RawMessage, v any) error {
	err := json.Unmarshal(settings, v)
	if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !mistyped {
		return invalid.At("", "settings cannot be read")
	}
	return nil
}

// Whole is a FieldNumber as people write it: 25 or "25".
type Whole uint32

// UnmarshalJSON implements json.Unmarshaler. What is no number, which Check refuses, is 0.
func (w *Whole) UnmarshalJSON(text []byte) error {
	n, _ := strconv.ParseUint(strings.TrimSpace(strings.Trim(string(text), `"`)), 10, 32)
	*w = Whole(n)
	return nil
}

func decode(settings json.RawMessage) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(settings))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, err
	}
	if object == nil {
		return nil, fmt.Errorf("settings are null")
	}
	return object, nil
}

func (f Fields) check(path string, object map[string]any) (wrong invalid.Error) {
	for name := range object {
		if !slices.ContainsFunc(f, func(field Field) bool { return field.Name == name }) {
			wrong = append(wrong, invalid.At(path+name, "there is no such setting; there are %s", f.names())...)
		}
	}
	slices.SortFunc(wrong, func(a, b invalid.Field) int { return strings.Compare(a.Location, b.Location) })
	for _, field := range f {
		at, value := path+field.Name, object[field.Name]
		if empty(value) {
			if field.Required {
				wrong = append(wrong, invalid.At(at, "is missing")...)
			}
			continue
		}
		wrong = append(wrong, field.check(at, value)...)
	}
	return wrong
}

func (f Fields) names() string {
	names := make([]string, len(f))
	for i, field := range f {
		names[i] = field.Name
	}
	return strings.Join(names, ", ")
}

func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

func (f Field) check(at string, value any) invalid.Error {
	switch f.Type {
	case FieldNumber:
		if _, err := strconv.ParseUint(strings.TrimSpace(fmt.Sprint(value)), 10, 32); err != nil {
			return invalid.At(at, "must be a whole number")
		}
	case FieldTexts:
		return f.checkTexts(at, value)
	case FieldMap:
		return f.checkMap(at, value)
	case FieldObject:
		object, ok := value.(map[string]any)
		if !ok {
			return invalid.At(at, "must be an object")
		}
		return f.Fields.check(at+".", object)
	case FieldObjects:
		return f.checkObjects(at, value)
	default:
		return f.checkText(at, value)
	}
	return nil
}

func (f Field) checkText(at string, value any) invalid.Error {
	text, ok := value.(string)
	if !ok {
		return invalid.At(at, "must be text")
	}
	switch {
	case f.Secret && strings.Contains(text, secret.Mask):
		return invalid.At(at, maskOfNothing)
	case f.Type == FieldChoice && !slices.Contains(f.Options, text):
		return invalid.At(at, "must be one of %s", strings.Join(f.Options, ", "))
	case f.Type == FieldURL:
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return invalid.At(at, "must be a URL that begins with https://") // the value stays out of it: it may be a credential
		}
	}
	return nil
}

func (f Field) checkTexts(at string, value any) (wrong invalid.Error) {
	list, ok := value.([]any)
	if !ok {
		return invalid.At(at, "must be a list of texts")
	}
	if f.Most > 0 && len(list) > f.Most {
		return invalid.At(at, "has %d texts; there may be %d at most", len(list), f.Most)
	}
	for i, v := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		text, ok := v.(string)
		switch {
		case !ok || strings.TrimSpace(text) == "":
			wrong = append(wrong, invalid.At(here, "must be text, and not empty")...)
		case f.Longest > 0 && len(text) > f.Longest:
			wrong = append(wrong, invalid.At(here, "has %d bytes of UTF-8; it may have %d at most", len(text), f.Longest)...)
		}
	}
	return wrong
}

// maskOfNothing says why a mask is refused that Keep put no secret in the place of.
const maskOfNothing = "is a mask, and nothing is stored that it could stand for: give the value itself"

func (f Field) checkMap(at string, value any) (wrong invalid.Error) {
	object, ok := value.(map[string]any)
	if !ok {
		return invalid.At(at, "must be an object of texts")
	}
	for name, v := range object {
		text, ok := v.(string)
		switch {
		case !ok:
			wrong = append(wrong, invalid.At(at+"."+name, "must be text")...)
		case f.Secret && strings.Contains(text, secret.Mask):
			wrong = append(wrong, invalid.At(at+"."+name, maskOfNothing)...)
		}
	}
	return wrong
}

func (f Field) checkObjects(at string, value any) (wrong invalid.Error) {
	list, ok := value.([]any)
	if !ok {
		return invalid.At(at, "must be a list of objects")
	}
	for i, v := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		object, ok := v.(map[string]any)
		if !ok {
			wrong = append(wrong, invalid.At(here, "must be an object")...)
			continue
		}
		wrong = append(wrong, f.Fields.check(here+".", object)...)
	}
	return wrong
}
