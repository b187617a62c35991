package engine

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// Why encoding ended before its end.
var (
	errNoRoom  = errors.New("the JSON is longer than it may be")
	errStopped = errors.New("the run was stopped")
	errHollow  = errors.New("an array is longer than the memory of a run: it has next to nothing but holes")
)

// encoder writes values of a realm as JSON.stringify does. It walks plain objects and arrays itself, several
// times as fast as the interpreter; whatever else a script can return it leaves to the interpreter.
type encoder struct {
	vm      *goja.Runtime
	room    int         // bytes that the text may have
	stopped func() bool // whether the run is to end
	text    []byte
	path    []*goja.Object // what is open around the value
	visited int
}

// Bounds of the encoder.
const (
	maxOpen      = 100     // objects inside each other; deeper ones are the interpreter's
	maxLength    = 1 << 24 // of an array; one that is full takes sixteen times as many bytes
	lookUpEvery  = 1024    // values between two looks at whether the run is to end
	usualResult  = 512     // bytes
	hexadecimals = "0123456789abcdef"
)

// encode returns v as JSON, nil for what JSON has no word for. What the script throws meanwhile is a
// *goja.Exception; errNoRoom, errStopped and errHollow say why it was given up.
func (e *encoder) encode(v goja.Value) (text []byte, err error) {
	e.text = make([]byte, 0, usualResult)
	var written bool
	// A getter throws by a panic, as any call into the realm.
	if exception := e.vm.Try(func() { written, err = e.value("", v) }); exception != nil {
		return nil, exception
	}
	if err != nil || !written {
		return nil, err
	}
	return e.text, nil
}

// Types by which a value is told without asking anything of the script.
var (
	typeOfInt    = reflect.TypeFor[int64]()
	typeOfFloat  = reflect.TypeFor[float64]()
	typeOfBool   = reflect.TypeFor[bool]()
	typeOfObject = reflect.TypeFor[map[string]any]()
	typeOfArray  = reflect.TypeFor[[]any]()
	// wideString is how the interpreter keeps texts that are not ASCII.
	wideString = reflect.TypeOf(goja.StringFromUTF16([]uint16{utf8.RuneSelf}))
)

// value appends v, which its holder has as key. It reports whether there was anything to write.
func (e *encoder) value(key string, v goja.Value) (written bool, err error) {
	if e.visited++; e.visited%lookUpEvery == 0 && e.stopped() {
		return false, errStopped
	}
	if len(e.text) > e.room {
		return false, errNoRoom
	}
	switch v := v.(type) {
	case goja.String:
		e.text = appendString(e.text, v)
		return true, nil
	case *goja.Object:
		return e.object(key, v)
	case *goja.Symbol, nil:
		return false, nil
	}
	switch {
	case goja.IsUndefined(v):
		return false, nil
	case goja.IsNull(v):
		e.text = append(e.text, "null"...)
		return true, nil
	}
	switch v.ExportType() {
	case typeOfInt:
		e.text = strconv.AppendInt(e.text, v.ToInteger(), 10)
	case typeOfFloat:
		if f := v.ToFloat(); math.IsNaN(f) || math.IsInf(f, 0) {
			e.text = append(e.text, "null"...)
		} else {
			e.text = append(e.text, v.String()...)
		}
	case typeOfBool:
		e.text = strconv.AppendBool(e.text, v.ToBoolean())
	default:
		return e.interpreted(key, v)
	}
	return true, nil
}

// object appends an object or an array. A circle is left to the interpreter too, which has the error for it.
func (e *encoder) object(key string, o *goja.Object) (written bool, err error) {
	exported := o.ExportType()
	isArray := exported == typeOfArray && o.ClassName() == "Array"
	if !isArray && !(exported == typeOfObject && o.ClassName() == "Object") || len(e.path) == maxOpen || slices.Contains(e.path, o) {
		return e.interpreted(key, o)
	}
	if isObject(o.Get("toJSON")) {
		return e.interpreted(key, o)
	}
	e.path = append(e.path, o)
	if isArray {
		err = e.elements(o)
	} else {
		start := len(e.text)
		var whole bool
		if whole, err = e.members(o); err == nil && !whole {
			e.text = e.text[:start]
			e.path = e.path[:len(e.path)-1]
			return e.interpreted(key, o)
		}
	}
	e.path = e.path[:len(e.path)-1]
	return true, err
}

func (e *encoder) elements(o *goja.Object) error {
	length := o.Get("length").ToInteger()
	if length > maxLength {
		return errHollow
	}
	e.text = append(e.text, '[')
	for i := range length {
		if i > 0 {
			e.text = append(e.text, ',')
		}
		key := strconv.FormatInt(i, 10)
		written, err := e.value(key, o.Get(key))
		if err != nil {
			return err
		}
		if !written {
			e.text = append(e.text, "null"...)
		}
	}
	e.text = append(e.text, ']')
	return nil
}

// members appends the members of an object. whole is false when one has a name that Go's text cannot hold.
func (e *encoder) members(o *goja.Object) (whole bool, err error) {
	e.text = append(e.text, '{')
	first := true
	for _, key := range o.Keys() {
		start := len(e.text)
		if !first {
			e.text = append(e.text, ',')
		}
		if e.text, whole = appendQuoted(e.text, key); !whole {
			return false, nil
		}
		e.text = append(e.text, ':')
		written, err := e.value(key, o.Get(key))
		if err != nil {
			return false, err
		}
		if written {
			first = false
		} else {
			e.text = e.text[:start]
		}
	}
	e.text = append(e.text, '}')
	return true, nil
}

// interpreted has the interpreter write v, in an object of its own so that toJSON is given the key, and takes
// the value out of that text.
func (e *encoder) interpreted(key string, v goja.Value) (written bool, err error) {
	holder := e.vm.CreateObject(nil)
	define(holder, key, v)
	text, err := holder.MarshalJSON()
	if err != nil {
		return false, err
	}
	if len(text) == len("{}") {
		return false, nil
	}
	before, _ := appendQuoted(make([]byte, 0, len(key)+8), key)
	e.text = append(e.text, text[len("{")+len(before)+len(":"):len(text)-len("}")]...)
	return true, nil
}

// appendString appends a text of the realm in quotes, halves of surrogate pairs as escapes.
func appendString(b []byte, s goja.String) []byte {
	if reflect.TypeOf(s) != wideString {
		if quoted, whole := appendQuoted(b, s.String()); whole {
			return quoted
		}
	}
	b = append(b, '"')
	n := s.Length()
	for i := 0; i < n; i++ {
		switch c := rune(s.CharAt(i)); {
		case c < utf8.RuneSelf:
			b = appendASCII(b, byte(c))
		case !utf16.IsSurrogate(c):
			b = utf8.AppendRune(b, c)
		default:
			var next rune
			if i+1 < n {
				next = rune(s.CharAt(i + 1))
			}
			if pair := utf16.DecodeRune(c, next); pair != utf8.RuneError {
				b = utf8.AppendRune(b, pair)
				i++
			} else {
				b = append(b, '\\', 'u', hexadecimals[c>>12], hexadecimals[c>>8&15], hexadecimals[c>>4&15], hexadecimals[c&15])
			}
		}
	}
	return append(b, '"')
}

// appendQuoted appends s in quotes. whole is false when s has something that may stand for what Go's text
// cannot hold; then nothing useful was appended.
func appendQuoted(b []byte, s string) (quoted []byte, whole bool) {
	start := len(b)
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError {
				return b[:start], false
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[done:i]...)
			b = appendASCII(b, c)
			done = i + 1
		}
		i++
	}
	b = append(b, s[done:]...)
	return append(b, '"'), true
}

// appendASCII appends a character of a text in quotes.
func appendASCII(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\t':
		return append(b, `\t`...)
	case '\n':
		return append(b, `\n`...)
	case '\f':
		return append(b, `\f`...)
	case '\r':
		return append(b, `\r`...)
	}
	if c < ' ' {
		return append(b, '\\', 'u', '0', '0', hexadecimals[c>>4], hexadecimals[c&15])
	}
	return append(b, c)
}
