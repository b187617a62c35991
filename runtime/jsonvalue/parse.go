package jsonvalue

import (
	"encoding/json"
	"unicode/utf8"
	"unsafe"
)

// parser reads text that is known to be valid.
type parser struct {
	text json.RawMessage
	at   int
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// next skips space and one separator, and returns the byte after them.
func (p *parser) next() byte {
	p.space()
	if c := p.text[p.at]; c == ',' || c == ':' {
		p.at++
		p.space()
	}
	return p.text[p.at]
}

func (p *parser) value() Value {
	c := p.next()
	start := p.at
	var v Value
	switch c {
	case '{':
		v = p.object()
	case '[':
		v = p.array()
	case '"':
		v = Value{Kind: String, text: p.string()}
	default:
		v = p.bare(c)
	}
	v.Raw = p.text[start:p.at:p.at]
	return v
}

func (p *parser) bare(first byte) Value {
	start := p.at
	for p.at < len(p.text) && !ends(p.text[p.at]) {
		p.at++
	}
	text := shared(p.text[start:p.at])
	switch first {
	case 'n':
		return Value{Kind: Null}
	case 't', 'f':
		return Value{Kind: Bool, text: text}
	default:
		return Value{Kind: Number, text: text}
	}
}

// ends reports whether c comes after a number or a word.
func ends(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\r', ',', ':', ']', '}':
		return true
	}
	return false
}

// shared is a part of the text as a string, without a copy: the text is not changed any more.
func shared(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (p *parser) string() string {
	start := p.at
	ascii, escaped := true, false
	for p.at++; p.text[p.at] != '"'; p.at++ {
		switch c := p.text[p.at]; {
		case c == '\\':
			escaped = true
			p.at++
		case c >= 0x80:
			ascii = false
		}
	}
	p.at++
	if characters := p.text[start+1 : p.at-1]; !escaped && (ascii || utf8.Valid(characters)) {
		return shared(characters)
	}
	var s string
	_ = json.Unmarshal(p.text[start:p.at], &s) // valid text always unmarshals; bad UTF-8 becomes U+FFFD
	return s
}

func (p *parser) array() Value {
	v := Value{Kind: Array}
	for p.at++; p.next() != ']'; {
		v.Items = append(v.Items, p.value())
	}
	p.at++
	return v
}

// indexOf copies no member, unlike slices.IndexFunc.
func indexOf(members []Member, name string) int {
	for i := range members {
		if members[i].Name == name {
			return i
		}
	}
	return -1
}

// many is the number of keys from which looking for double ones by comparing each with each is too slow.
const many = 16

func (p *parser) object() Value {
	v := Value{Kind: Object}
	var places map[string]int
	for p.at++; p.next() != '}'; {
		if v.Members == nil { // not for empty objects, of which a text may consist
			v.Members = make([]Member, 0, 4)
		}
		name := p.string()
		member := Member{Name: name, Value: p.value()}
		if len(v.Members) == many && places == nil {
			places = make(map[string]int, 2*many)
			for i := range v.Members {
				places[v.Members[i].Name] = i
			}
		}
		place := -1
		if places == nil {
			place = indexOf(v.Members, name)
		} else if i, known := places[name]; known {
			place = i
		}
		if place >= 0 {
			v.Members[place] = member
			continue
		}
		if places != nil {
			places[name] = len(v.Members)
		}
		v.Members = append(v.Members, member)
	}
	p.at++
	return v
}
