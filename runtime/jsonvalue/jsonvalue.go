// Package jsonvalue reads JSON text as a tree that keeps what Go's maps lose and JavaScript has: the order
// of keys and the exact text of every part. It writes strings as encoding/json does, without its detours.
package jsonvalue

import (
	"encoding/json"
	"errors"
	"strconv"
)

// Kind is what a Value is.
type Kind uint8

// The kinds of values. Absent is the zero Value: what Get returns for a key that is not there.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String names k as messages do: "an object", "null".
func (k Kind) String() string {
	return [...]string{"nothing", "null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// Value is one JSON value. Its parts share memory with the text that it was read from.
type Value struct {
	Kind    Kind
	Raw     json.RawMessage // the exact text, without space around it; nil for what Text and Bare made
	Items   []Value         // of an Array
	Members []Member        // of an Object, in order, no name twice
	text    string          // a String's characters, a Number's or Bool's text
}

// Member is one key of an object.
type Member struct {
	Name  string
	Value Value
}

var errSyntax = errors.New("is not JSON")

// Parse reads one JSON text. Of a key that stands twice the last value counts, in the place of the first,
// as in JSON.parse. Text nested deeper than 10000 levels is an error. The text must not be changed as long
// as the value is used.
func Parse(text json.RawMessage) (Value, error) {
	p := parserPool.Get().(*parser)
	p.text = text
	v, ok := p.document()
	if !ok {
		return Value{}, errSyntax
	}
	p.release()
	return v, nil
}

// Text makes a String.
func Text(s string) Value { return Value{Kind: String, text: s} }

// Bare makes a Number or a Bool from the text that JavaScript's String() gives for it, NaN among them.
func Bare(kind Kind, text string) Value { return Value{Kind: kind, text: text} }

// Text returns the characters of a String and the text of a Number or Bool; "" for other kinds.
func (v Value) Text() string { return v.text }

// True reports whether v is true.
func (v Value) True() bool { return v.Is(true) }

// Is reports whether v is the Bool b.
func (v Value) Is(b bool) bool { return v.Kind == Bool && (v.text == "true") == b }

// Float returns the value of a Number, or 0.
func (v Value) Float() float64 {
	if v.Kind != Number {
		return 0
	}
	f, _ := strconv.ParseFloat(v.text, 64) // out of range gives ±Inf, which callers check
	return f
}

// Nullish reports whether v is absent or null.
func (v Value) Nullish() bool { return v.Kind <= Null }

// Get returns the member called name, or the zero Value.
func (v Value) Get(name string) Value {
	for i := range v.Members {
		if v.Members[i].Name == name {
			return v.Members[i].Value
		}
	}
	return Value{}
}
