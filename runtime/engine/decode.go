package engine

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// maxDepth is how deep JSON may nest, the depth at which encoding/json gives up too.
const maxDepth = 10000

// syntaxError says where JSON text stops being JSON.
type syntaxError struct {
	offset int
	what   string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("%s in JSON at position %d", e.what, e.offset)
}

// decode makes native values of vm from JSON text: plain objects and arrays that no script can tell from
// those of JSON.parse. It runs nothing of the realm, so it is safe before and after user code.
func decode(vm *goja.Runtime, text []byte) (v goja.Value, err error) {
	d := decoder{vm: vm}
	return d.decode(text, nil)
}

// decode is the function decode for an object of which only the given members are wanted; nil wants all.
func (d *decoder) decode(text []byte, wanted map[string]bool) (v goja.Value, err error) {
	d.text, d.pos, d.depth, d.wanted = string(text), 0, 0, wanted
	defer func() {
		if failure := recover(); failure != nil {
			stop, ok := failure.(*syntaxError)
			if !ok {
				panic(failure)
			}
			v, err = nil, stop
		}
	}()
	d.space()
	v = d.value()
	d.space()
	if d.pos < len(d.text) {
		d.fail("Unexpected " + d.here())
	}
	return v, nil
}

// decoder reads text once, from left to right. Strings without escapes share its memory.
type decoder struct {
	vm        *goja.Runtime
	prototype *goja.Object // of objects; nil until it is needed
	text      string
	pos       int
	depth     int
	wanted    map[string]bool // members of the outermost object that are kept; nil: all
}

func (d *decoder) fail(what string) { panic(&syntaxError{offset: d.pos, what: what}) }

// here names what stands at the position.
func (d *decoder) here() string {
	if d.pos >= len(d.text) {
		return "end of input"
	}
	r, _ := utf8.DecodeRuneInString(d.text[d.pos:])
	return fmt.Sprintf("token %q", r)
}

func (d *decoder) space() {
	for d.pos < len(d.text) {
		switch d.text[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

// take moves over c if it comes next, white space before it included.
func (d *decoder) take(c byte) bool {
	d.space()
	if d.pos < len(d.text) && d.text[d.pos] == c {
		d.pos++
		return true
	}
	return false
}

func (d *decoder) expect(c byte) {
	if !d.take(c) {
		d.fail("Unexpected " + d.here())
	}
}

func (d *decoder) value() goja.Value {
	if d.pos >= len(d.text) {
		d.fail("Unexpected " + d.here())
	}
	switch c := d.text[d.pos]; {
	case c == '"':
		return d.stringValue()
	case c == '{':
		return d.object()
	case c == '[':
		return d.array()
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	case d.word("true"):
		return d.vm.ToValue(true)
	case d.word("false"):
		return d.vm.ToValue(false)
	case d.word("null"):
		return goja.Null()
	}
	d.fail("Unexpected " + d.here())
	return nil
}

func (d *decoder) word(w string) bool {
	if !strings.HasPrefix(d.text[d.pos:], w) {
		return false
	}
	d.pos += len(w)
	return true
}

func (d *decoder) enter() {
	d.pos++
	if d.depth++; d.depth > maxDepth {
		d.fail("Nested too deep")
	}
}

func (d *decoder) object() goja.Value {
	d.enter()
	if d.take('}') {
		d.depth--
		return d.vm.NewObject()
	}
	// Without a prototype nothing stands in the way of plain assignment, which is cheaper than a definition: a
	// __proto__ key, or a setter that the script put on Object.prototype, is plain data as in JSON.parse.
	o := d.vm.CreateObject(nil)
	for {
		d.space()
		key := d.key()
		d.expect(':')
		d.space()
		if d.wanted != nil && d.depth == 1 && !d.wanted[key] {
			d.skip()
		} else {
			d.member(o, key)
		}
		if d.take(',') {
			continue
		}
		d.expect('}')
		return d.close(o)
	}
}

func (d *decoder) member(o *goja.Object, key string) {
	if err := o.Set(key, d.value()); err != nil {
		d.fail("Unusable key")
	}
}

// close makes o an object like any other.
func (d *decoder) close(o *goja.Object) goja.Value {
	d.depth--
	if d.prototype == nil {
		d.prototype = d.vm.NewObject().Prototype()
	}
	if err := o.SetPrototype(d.prototype); err != nil {
		d.fail("Unusable object")
	}
	return o
}

// skip moves over a value without looking at more than its brackets and quotes.
func (d *decoder) skip() {
	depth := 0
	for d.pos < len(d.text) {
		switch d.text[d.pos] {
		case '"':
			d.skipString()
			if depth == 0 {
				return
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 { // of the object around a number or a word
				return
			}
			if depth--; depth == 0 {
				d.pos++
				return
			}
		case ',':
			if depth == 0 {
				return
			}
		}
		d.pos++
	}
}

func (d *decoder) skipString() {
	for d.pos++; d.pos < len(d.text); d.pos++ {
		switch d.text[d.pos] {
		case '\\':
			d.pos++
		case '"':
			d.pos++
			return
		}
	}
	d.fail("Unterminated string")
}

func (d *decoder) array() goja.Value {
	d.enter()
	if d.take(']') {
		d.depth--
		return d.vm.NewArray()
	}
	var items []any
	for {
		d.space()
		items = append(items, d.value())
		if d.take(',') {
			continue
		}
		d.expect(']')
		d.depth--
		return d.vm.NewArray(items...)
	}
}

func (d *decoder) key() string {
	if d.pos >= len(d.text) || d.text[d.pos] != '"' {
		d.fail("Unexpected " + d.here())
	}
	s, units := d.quoted()
	if units != nil {
		return string(utf16.Decode(units))
	}
	return s
}

func (d *decoder) stringValue() goja.Value {
	s, units := d.quoted()
	if units != nil {
		return goja.StringFromUTF16(units)
	}
	return d.vm.ToValue(s)
}

// quoted reads a string. units is set instead of s when it has escapes, since those can spell halves of
// surrogate pairs, which only UTF-16 can hold.
func (d *decoder) quoted() (s string, units []uint16) {
	start := d.pos + 1
	ascii := true
	for i := start; i < len(d.text); i++ {
		switch c := d.text[i]; {
		case c == '"':
			d.pos = i + 1
			s = d.text[start:i]
			if !ascii && !utf8.ValidString(s) {
				s = string([]rune(s))
			}
			return s, nil
		case c == '\\':
			return "", d.escaped(start)
		case c < ' ':
			d.pos = i
			d.fail("Control character")
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	d.pos = len(d.text)
	d.fail("Unterminated string")
	return "", nil
}

func (d *decoder) escaped(start int) []uint16 {
	units := make([]uint16, 0, 64)
	d.pos = start
	for d.pos < len(d.text) {
		c := d.text[d.pos]
		switch {
		case c == '"':
			d.pos++
			return units
		case c == '\\':
			units = append(units, d.escape())
		case c < ' ':
			d.fail("Control character")
		default:
			r, size := utf8.DecodeRuneInString(d.text[d.pos:])
			units = utf16.AppendRune(units, r)
			d.pos += size
		}
	}
	d.fail("Unterminated string")
	return nil
}

func (d *decoder) escape() uint16 {
	d.pos++
	if d.pos >= len(d.text) {
		d.fail("Unterminated string")
	}
	c := d.text[d.pos]
	d.pos++
	switch c {
	case '"', '\\', '/':
		return uint16(c)
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'u':
		if d.pos+4 <= len(d.text) && isHex(d.text[d.pos:d.pos+4]) {
			n, _ := strconv.ParseUint(d.text[d.pos:d.pos+4], 16, 16)
			d.pos += 4
			return uint16(n)
		}
	}
	d.pos--
	d.fail("Bad escape")
	return 0
}

func isHex(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func (d *decoder) number() goja.Value {
	start := d.pos
	if d.text[d.pos] == '-' {
		d.pos++
	}
	whole := d.digits()
	if whole == 0 || whole > 1 && d.text[d.pos-whole] == '0' {
		d.fail("Bad number")
	}
	exact := true
	if d.pos < len(d.text) && d.text[d.pos] == '.' {
		d.pos++
		exact = false
		if d.digits() == 0 {
			d.fail("Bad number")
		}
	}
	if d.pos < len(d.text) && d.text[d.pos]|0x20 == 'e' {
		d.pos++
		exact = false
		if d.pos < len(d.text) && (d.text[d.pos] == '+' || d.text[d.pos] == '-') {
			d.pos++
		}
		if d.digits() == 0 {
			d.fail("Bad number")
		}
	}
	literal := d.text[start:d.pos]
	if exact && whole <= 15 && literal != "-0" {
		n, _ := strconv.ParseInt(literal, 10, 64)
		return d.vm.ToValue(n)
	}
	// Out of range is Infinity or 0 in JavaScript, which is what ParseFloat returns besides its error.
	f, _ := strconv.ParseFloat(literal, 64)
	if f == 0 && literal[0] == '-' {
		f = math.Copysign(0, -1)
	}
	return d.vm.ToValue(f)
}

func (d *decoder) digits() int {
	start := d.pos
	for d.pos < len(d.text) && '0' <= d.text[d.pos] && d.text[d.pos] <= '9' {
		d.pos++
	}
	return d.pos - start
}
