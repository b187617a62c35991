package device

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime/jsonvalue"
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
	return o.merge(patch, 0)
}

// merge is Merge that leaves room for some more keys. Nobody shares the fields yet.
func (o Object) merge(patch Object, room int) Object {
	size := len(o.fields) + len(patch.fields)
	out := append(make([]field, 0, size+room), o.fields...)
	place := indexOf(out, size)
	for _, f := range patch.fields {
		if i := place(f.key, out); i >= 0 {
			out[i].value = f.value
		} else {
			out = append(out, f)
		}
	}
	return Object{fields: out}
}

// put sets a key of an object that nobody shares yet.
func (o *Object) put(key string, value json.RawMessage) {
	if i := slices.IndexFunc(o.fields, func(f field) bool { return f.key == key }); i >= 0 {
		o.fields[i].value = value
	} else {
		o.fields = append(o.fields, field{key, value})
	}
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
		b = jsonvalue.AppendString(b, f.key)
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
	v, err := jsonvalue.Parse(text)
	if err != nil {
		return err
	}
	if v.Kind != jsonvalue.Object {
		return fmt.Errorf("must be an object, not %s", v.Kind)
	}
	var fields []field
	if len(v.Members) > 0 {
		fields = make([]field, len(v.Members))
	}
	for i, m := range v.Members {
		// Copies: a field that stays for years must not hold on to the whole text.
		fields[i] = field{strings.Clone(m.Name), bytes.Clone(m.Value.Raw)}
	}
	o.fields = fields
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
