package device

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Object is a JSON object that keeps the order of its keys, as JavaScript does. The zero value is an
// empty object. Values are shared between clones and must not be written to.
type Object struct{ fields []field }

type field struct {
	key   string
	value json.RawMessage
}

// Len returns the number of keys.
func (o Object) Len() int { return len(o.fields) }

// Get returns the JSON text of key, or nil.
func (o Object) Get(key string) json.RawMessage {
	for i := range o.fields {
		if o.fields[i].key == key {
			return o.fields[i].value
		}
	}
	return nil
}

// Set returns o with key set to the JSON text value; o itself stays as it was.
func (o Object) Set(key string, value json.RawMessage) Object {
	return o.Merge(Object{fields: []field{{key, value}}})
}

// Merge returns o with every key of patch set, as { ...o, ...patch } does; o itself stays as it was.
func (o Object) Merge(patch Object) Object {
	if len(patch.fields) == 0 {
		return o
	}
	out := slices.Grow(slices.Clone(o.fields), len(patch.fields))
	place := indexOf(out, len(out)+len(patch.fields))
	for _, f := range patch.fields {
		if i := place(f.key, out); i >= 0 {
			out[i].value = f.value
		} else {
			out = append(out, f)
		}
	}
	return Object{fields: out}
}

// manyKeys is from where on a map finds keys faster than a look at each. Devices have fewer; what comes
// from outside may have a hundred thousand.
const manyKeys = 64

// indexOf returns a function that tells where a key stands, -1 when it is to be appended next. It is made
// for up to size fields.
func indexOf(fields []field, size int) func(key string, fields []field) int {
	if size < manyKeys {
		return func(key string, fields []field) int {
			return slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		}
	}
	places := make(map[string]int, size)
	for i, f := range fields {
		places[f.key] = i
	}
	return func(key string, fields []field) int {
		i, known := places[key]
		if !known {
			places[key] = len(fields)
			return -1
		}
		return i
	}
}

// Each calls fn for every key in order.
func (o Object) Each(fn func(key string, value json.RawMessage)) {
	for _, f := range o.fields {
		fn(f.key, f.value)
	}
}

// MarshalJSON writes the keys in their order.
func (o Object) MarshalJSON() ([]byte, error) { return o.append(nil), nil }

func (o Object) append(b []byte) []byte {
	b = append(b, '{')
	for i, f := range o.fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, f.key)
		b = append(b, ':')
		b = append(b, f.value...)
	}
	return append(b, '}')
}

// UnmarshalJSON reads an object; of a key that stands twice the last value counts. null is an error.
func (o *Object) UnmarshalJSON(text []byte) error {
	if tooDeep(text) {
		return fmt.Errorf("is nested deeper than %d levels", maxDepth)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	open, err := dec.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('{') {
		return fmt.Errorf("must be an object, not %s", kindOf(text))
	}
	var out Object
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		out.fields = append(out.fields, field{key.(string), value})
	}
	if _, err := dec.Token(); err != nil { // its end
		return err
	}
	if len(out.fields) > 1 {
		out = Object{}.Merge(out)
	}
	*o = out
	return nil
}

// maxDepth bounds how deep the values of an object are nested: what looks into documents afterwards,
// such as the database, has bounds of its own.
const maxDepth = 100

func tooDeep(text []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

func kindOf(text []byte) string {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return "nothing"
	case text[0] == '[':
		return "an array"
	case text[0] == '"':
		return "a string"
	case text[0] == 'n':
		return "null"
	case text[0] == 't' || text[0] == 'f':
		return "a boolean"
	default:
		return "a number"
	}
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x80 {
			text, err := json.Marshal(s)
			if err != nil { // cannot happen: every string has a JSON form
				return append(b, `""`...)
			}
			return append(b, text...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
