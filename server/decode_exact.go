package server

import (
	"bytes"
	"encoding/json"
	"iter"
	"reflect"
	"strconv"
	"strings"
)

// shape is what the members of an object are called, and the shapes of those that are objects themselves.
// encoding/json takes a member for a field whatever its case; the interface does not.
type shape map[string]shape

// shapeOf returns the shape of a struct.
func shapeOf(t reflect.Type) shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	s := make(shape, t.NumField())
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		s[name] = shapeOf(f.Type)
	}
	return s
}

// miscased returns the path of the first member of a valid JSON object that has a field's name in another
// case, or "".
func (s shape) miscased(object []byte) string {
	for name, value := range members(object) {
		inner, known := s[name]
		if known && inner != nil && bytes.HasPrefix(value, []byte("{")) {
			if path := inner.miscased(value); path != "" {
				return name + "." + path
			}
		}
		if known {
			continue
		}
		for field := range s {
			if strings.EqualFold(name, field) {
				return name
			}
		}
	}
	return ""
}

// members walks over the names and values of a valid JSON object.
func members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for at := bytes.IndexByte(object, '{') + 1; at > 0; {
			from := bytes.IndexByte(object[at:], '"')
			if from < 0 { // an empty object
				return
			}
			from += at
			colon := endOfString(object, from)
			colon += bytes.IndexByte(object[colon:], ':')
			end := endOfValue(object, colon+1)
			var name string
			if json.Unmarshal(bytes.TrimSpace(object[from:colon]), &name) != nil || !yield(name, bytes.TrimSpace(object[colon+1:end])) {
				return
			}
			if object[end] == '}' {
				return
			}
			at = end + 1
		}
	}
}

// endOfValue returns where the comma or brace behind a member's value stands.
func endOfValue(text []byte, at int) int {
	for depth := 0; at < len(text)-1; at++ {
		switch text[at] {
		case '"':
			at = endOfString(text, at) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at
			}
			depth--
		case ',':
			if depth == 0 {
				return at
			}
		}
	}
	return at
}

// endOfString returns what follows the closing quote of the string that begins at an index.
func endOfString(text []byte, at int) int {
	for at++; at < len(text) && text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return min(at+1, len(text))
}

// longestExact is how long a number without an exponent may be that is a double in any case.
const longestExact = 300

// outOfRange returns where a number of a valid JSON text begins that is too large for a double, -1 when none
// is: to scripts it would be Infinity, which is no JSON any more.
func outOfRange(text []byte) int {
	for at := 0; at < len(text); at++ {
		switch c := text[at]; {
		case c == '"':
			at = endOfString(text, at) - 1
		case c == '-' || c >= '0' && c <= '9':
			end, exponent := at, false
			for end < len(text) && bytes.IndexByte([]byte("+-.eE0123456789"), text[end]) >= 0 {
				exponent = exponent || text[end]|0x20 == 'e'
				end++
			}
			if exponent || end-at > longestExact {
				if _, err := strconv.ParseFloat(string(text[at:end]), 64); err != nil {
					return at
				}
			}
			at = end - 1
		}
	}
	return -1
}
