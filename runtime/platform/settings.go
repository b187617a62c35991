package platform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/secret"
)

// nameField names the entries of a list of objects: by it Keep finds an entry's secrets again.
const nameField = "name"

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

// Mask returns settings as people may see them: secrets as secret.Mask, URLs without their credentials.
// What cannot be read becomes an empty object.
func (f Fields) Mask(settings json.RawMessage) json.RawMessage {
	object, err := decode(settings)
	if err != nil {
		return json.RawMessage("{}")
	}
	f.eachSecret(object, func(field Field, value string) string { return field.masked(value) })
	return encode(object)
}

// Secrets returns the values in settings that must not be seen, for a secret.Redactor.
func (f Fields) Secrets(settings json.RawMessage) []string {
	object, err := decode(settings)
	if err != nil {
		return nil
	}
	var out []string
	f.eachSecret(object, func(_ Field, value string) string {
		out = append(out, value)
		return value
	})
	return out
}

// Keep returns settings with the secrets of old where settings leave them out, or have them as Mask
// shows them; a secret that is given as "" or null is taken away. Entries of lists are found again by
// their name.
func (f Fields) Keep(settings, old json.RawMessage) json.RawMessage {
	object, err := decode(settings)
	if err != nil {
		return settings
	}
	before, err := decode(old)
	if err != nil {
		return settings
	}
	f.keep(object, before)
	return encode(object)
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

// encode is json.Marshal without escapes for HTML, of what decode returned.
func encode(v any) json.RawMessage {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("platform: %v", err)) // texts, numbers, lists and objects always encode
	}
	return bytes.TrimSpace(out.Bytes())
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
		if _, err := strconv.ParseUint(fmt.Sprint(value), 10, 32); err != nil {
			return invalid.At(at, "must be a whole number")
		}
	case FieldTexts:
		return f.checkTexts(at, value)
	case FieldMap:
		return checkMap(at, value)
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
	for i, v := range list {
		if text, ok := v.(string); !ok || strings.TrimSpace(text) == "" {
			wrong = append(wrong, invalid.At(fmt.Sprintf("%s[%d]", at, i), "must be text, and not empty")...)
		}
	}
	return wrong
}

func checkMap(at string, value any) (wrong invalid.Error) {
	object, ok := value.(map[string]any)
	if !ok {
		return invalid.At(at, "must be an object of texts")
	}
	for name, v := range object {
		if _, ok := v.(string); !ok {
			wrong = append(wrong, invalid.At(at+"."+name, "must be text")...)
		}
	}
	return wrong
}

func (f Field) checkObjects(at string, value any) (wrong invalid.Error) {
	list, ok := value.([]any)
	if !ok {
		return invalid.At(at, "must be a list of objects")
	}
	names := map[string]int{}
	for i, v := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		object, ok := v.(map[string]any)
		if !ok {
			wrong = append(wrong, invalid.At(here, "must be an object")...)
			continue
		}
		wrong = append(wrong, f.Fields.check(here+".", object)...)
		name, _ := object[nameField].(string)
		if before, taken := names[strings.TrimSpace(name)]; taken && name != "" {
			wrong = append(wrong, invalid.At(here+"."+nameField, "is the name of %s[%d] already", at, before)...)
		}
		names[strings.TrimSpace(name)] = i
	}
	return wrong
}

// masked is what is shown in place of a secret.
func (f Field) masked(value string) string {
	if f.Type != FieldURL {
		return secret.Mask
	}
	return MaskURL(value)
}

// MaskURL returns a URL of which its credential is masked: known parameters, or else all that comes
// after the host.
func MaskURL(address string) string {
	address = strings.TrimSpace(address)
	if masked := secret.MaskURLs(address); masked != address {
		return masked
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return secret.Mask
	}
	if strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
		return address
	}
	return u.Scheme + "://" + u.Host + "/" + secret.Mask
}

// eachSecret replaces every secret in object by what change makes of it.
func (f Fields) eachSecret(object map[string]any, change func(Field, string) string) {
	for _, field := range f {
		switch value := object[field.Name].(type) {
		case string:
			if field.Secret && value != "" {
				object[field.Name] = change(field, value)
			}
		case map[string]any:
			if field.Type == FieldMap && field.Secret {
				for name, v := range value {
					if text, ok := v.(string); ok && text != "" {
						value[name] = change(field, text)
					}
				}
				continue
			}
			field.Fields.eachSecret(value, change)
		case []any:
			for _, v := range value {
				if entry, ok := v.(map[string]any); ok {
					field.Fields.eachSecret(entry, change)
				}
			}
		}
	}
}

func (f Fields) keep(object, old map[string]any) {
	for _, field := range f {
		switch before := old[field.Name].(type) {
		case string:
			if now, given := object[field.Name]; field.Secret && (!given || now == field.masked(before)) {
				object[field.Name] = before
			}
		case map[string]any:
			if now, ok := object[field.Name].(map[string]any); ok {
				field.keepInside(now, before)
			}
		case []any:
			now, _ := object[field.Name].([]any)
			for _, v := range now {
				if entry, ok := v.(map[string]any); ok {
					field.Fields.keep(entry, named(before, entry[nameField]))
				}
			}
		}
	}
}

func (f Field) keepInside(now, before map[string]any) {
	if f.Type != FieldMap {
		f.Fields.keep(now, before)
		return
	}
	for name, v := range now {
		if text, ok := before[name].(string); ok && f.Secret && v == f.masked(text) {
			now[name] = text
		}
	}
}

// named returns the entry of list with that name, or nil.
func named(list []any, name any) map[string]any {
	for _, v := range list {
		if entry, ok := v.(map[string]any); ok && name != nil && entry[nameField] == name {
			return entry
		}
	}
	return nil
}
