package platform

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/secret"
)

// Mask returns settings as people may see them: secrets as secret.Mask, URLs without their credentials.
// What cannot be read becomes an empty object.
func (f Fields) Mask(settings json.RawMessage) json.RawMessage {
	object, err := decode(settings)
	if err != nil {
		return json.RawMessage("{}")
	}
	f.eachSecret(object, func(field Field, value string) string { return field.masked(value) })
	return EncodeJSON(object)
}

// Secrets returns the values in settings that must not be seen, for a secret.Redactor.
func (f Fields) Secrets(settings json.RawMessage) []string {
	object, err := decode(settings)
	if err != nil {
		return nil
	}
	var out []string
	f.eachSecret(object, func(field Field, value string) string {
		out = append(out, value)
		if field.Type == FieldMap {
			out = append(out, inHeader(value)...)
		}
		return value
	})
	return out
}

// inHeader returns the credential of a header such as "Bearer TOKEN": a receiver may repeat it without the
// word before it, or a password out of "Basic" without the rest.
func inHeader(value string) []string {
	scheme, credential, found := strings.Cut(strings.TrimSpace(value), " ")
	if !found {
		return nil
	}
	credential = strings.TrimSpace(credential)
	out := []string{credential}
	if plain, err := base64.StdEncoding.DecodeString(credential); err == nil && strings.EqualFold(scheme, "basic") {
		if _, password, found := strings.Cut(string(plain), ":"); found {
			out = append(out, password)
		}
	}
	return out
}

// Keep returns settings with the secrets of old where settings leave them out, or have them as Mask
// shows them; a secret that is given as "" or null is taken away. Entries of lists are found again as
// formerly says, and have the ID that they had; new ones get one. A secret whose address beside it has changed is
// not kept, or whoever may change an address could have it sent to themselves: it has to be given anew,
// and the error, of package invalid, names every such field.
func (f Fields) Keep(settings, old json.RawMessage) (json.RawMessage, error) {
	object, err := decode(settings)
	if err != nil {
		return settings, nil // Check says what is wrong
	}
	before, err := decode(old)
	if err != nil {
		before = nil // a new service
	}
	if wrong := f.keep("", object, before); len(wrong) > 0 {
		return nil, wrong
	}
	return EncodeJSON(object), nil
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
			if field.Type != FieldMap {
				field.Fields.eachSecret(value, change)
				continue
			}
			for name, v := range value {
				if text, ok := v.(string); ok && field.Secret && text != "" {
					value[name] = change(field, text)
				}
			}
		case []any:
			for _, v := range value {
				if entry, ok := v.(map[string]any); ok {
					field.Fields.eachSecret(entry, change)
				}
			}
		}
	}
}

// keep does Keep for the object at path, and returns the secrets that have to be given anew.
func (f Fields) keep(path string, object, old map[string]any) (anew invalid.Error) {
	moved := f.moved(object, old)
	for _, field := range f {
		at := path + field.Name
		now, given := object[field.Name]
		switch before := old[field.Name].(type) {
		case string:
			switch {
			case !field.Secret || given && now != field.masked(before):
			case before != "" && !field.Address && moved != "":
				anew = append(anew, elsewhere(at, moved)...)
			default:
				object[field.Name] = before
			}
		case map[string]any:
			inner, isObject := now.(map[string]any)
			switch {
			case isObject && field.Type == FieldMap:
				anew = append(anew, field.keepEntries(at, inner, before, moved)...)
			case isObject:
				anew = append(anew, field.Fields.keep(at+".", inner, before)...)
			case given || field.Type != FieldMap || !field.Secret:
			case len(before) > 0 && moved != "":
				anew = append(anew, elsewhere(at, moved)...)
			default:
				object[field.Name] = before
			}
		}
		if list, ok := now.([]any); ok && field.Type == FieldObjects {
			before, _ := old[field.Name].([]any)
			anew = append(anew, field.keepList(at, list, before)...)
		}
	}
	return anew
}

// keepEntries does Keep for the entries of a map; moved is the address beside it that has changed.
func (f Field) keepEntries(at string, now, before map[string]any, moved string) (anew invalid.Error) {
	for name, v := range now {
		text, ok := before[name].(string)
		switch {
		case !ok || !f.Secret || v != f.masked(text):
		case moved != "":
			anew = append(anew, elsewhere(at+"."+name, moved)...)
		default:
			now[name] = text
		}
	}
	slices.SortFunc(anew, func(a, b invalid.Field) int { return strings.Compare(a.Location, b.Location) })
	return anew
}

// moved returns the name of an address in object that is another one than in old, or "". One that is left
// out or masked is not.
func (f Fields) moved(object, old map[string]any) string {
	for _, field := range f {
		now := object[field.Name]
		if !field.Address || empty(now) {
			continue
		}
		before, known := old[field.Name]
		text, isText := before.(string)
		same := known && strings.TrimSpace(fmt.Sprint(now)) == strings.TrimSpace(fmt.Sprint(before))
		if !same && !(field.Secret && isText && now == field.masked(text)) {
			return field.Name
		}
	}
	return ""
}

func elsewhere(at, address string) invalid.Error {
	return invalid.At(at, "must be given anew, for %s has changed: the stored value is not sent to another place than the one it was given for", address)
}
