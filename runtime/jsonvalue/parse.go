package jsonvalue

import (
	"bytes"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// maxDepth is how deep encoding/json lets values be nested.
const maxDepth = 10_000

// parser reads text and checks it on the way. Its methods report whether what they read was JSON.
type parser struct {
	text    []byte
	at      int
	depth   int
	spaced  bool     // there was space
	pending []Member // of the objects that are open, those of the outer ones first
	room    []Member // memory for members that none has taken yet
}

// parserPool keeps the memory of pending.
var parserPool = sync.Pool{New: func() any { return &parser{} }}

// keptPending is for how many members memory is kept.
const keptPending = 256

// release gives back a parser that has come to the end of its text.
func (p *parser) release() {
	if cap(p.pending) > keptPending {
		p.pending = nil
	}
	*p = parser{pending: p.pending}
	parserPool.Put(p)
}

// document reads a text that is one value.
func (p *parser) document() (v Value, ok bool) {
	if v, ok = p.value(); !ok {
		return v, false
	}
	p.space()
	return v, p.at == len(p.text)
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
			p.spaced = true
		default:
			return
		}
	}
}

// next skips space and returns the byte after it, 0 at the end of the text.
func (p *parser) next() byte {
	p.space()
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *parser) value() (v Value, ok bool) {
	c := p.next()
	start := p.at
	switch c {
	case '{':
		v.Kind = Object
		v.Members, ok = p.object()
	case '[':
		v.Kind = Array
		v.Items, ok = p.array()
	case '"':
		v.Kind = String
		v.text, ok = p.string()
	case 'n':
		v.Kind, ok = Null, p.word("null")
	case 't':
		v.Kind, v.text, ok = Bool, "true", p.word("true")
	case 'f':
		v.Kind, v.text, ok = Bool, "false", p.word("false")
	default:
		v.Kind, ok = Number, p.number()
		v.text = shared(p.text[start:p.at])
	}
	v.Raw = p.text[start:p.at:p.at]
	return v, ok
}

// enter steps over an opening bracket, and over the closing one when there is nothing between them.
func (p *parser) enter(end byte) (empty, ok bool) {
	p.at++
	if p.depth++; p.depth > maxDepth {
		return false, false
	}
	if p.next() == end {
		p.leave()
		return true, true
	}
	return false, true
}

func (p *parser) word(word string) bool {
	if len(p.text)-p.at < len(word) || string(p.text[p.at:p.at+len(word)]) != word {
		return false
	}
	p.at += len(word)
	return true
}

func (p *parser) number() bool {
	p.skip('-')
	if !p.skip('0') && !p.digits() {
		return false
	}
	if p.skip('.') && !p.digits() {
		return false
	}
	if p.skip('e') || p.skip('E') {
		_ = p.skip('+') || p.skip('-')
		return p.digits()
	}
	return true
}

func (p *parser) skip(c byte) bool {
	if p.at == len(p.text) || p.text[p.at] != c {
		return false
	}
	p.at++
	return true
}

func (p *parser) digits() bool {
	start := p.at
	for p.at < len(p.text) && p.text[p.at]-'0' <= 9 {
		p.at++
	}
	return p.at > start
}

// shared is a part of the text as a string, without a copy: the text is not changed any more.
func shared(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (p *parser) string() (s string, ok bool) {
	characters, plain, ok := p.quoted()
	if !plain {
		return unescape(characters), ok
	}
	return shared(characters), ok
}

// quoted reads a string and returns what is between its quotes; plain when that is what it stands for.
func (p *parser) quoted() (characters []byte, plain, ok bool) {
	p.at++
	start := p.at
	ascii, escaped := true, false
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			characters = p.text[start:p.at]
			p.at++
			return characters, !escaped && (ascii || utf8.Valid(characters)), true
		case c == '\\':
			escaped = true
			size := escapeLen(p.text[p.at:])
			if size == 0 {
				return nil, true, false
			}
			p.at += size
		case c < ' ':
			return nil, true, false
		case c >= utf8.RuneSelf:
			ascii = false
			p.at++
		default:
			p.at++
			p.at += plainLen(p.text[p.at:])
		}
	}
	return nil, true, false
}

func (p *parser) array() (items []Value, ok bool) {
	if empty, ok := p.enter(']'); empty || !ok {
		return nil, ok
	}
	items = make([]Value, 0, 2)
	for {
		item, ok := p.value()
		if !ok {
			return nil, false
		}
		items = append(items, item)
		if more, ok := p.separator(']'); !more {
			return items, ok
		}
	}
}

// separator reads what comes after an item or member: a comma, or the end of what they are in.
func (p *parser) separator(end byte) (more, ok bool) {
	switch p.next() {
	case ',':
		p.at++
		return true, true
	case end:
		p.leave()
		return false, true
	}
	return false, false
}

func (p *parser) leave() {
	p.at++
	p.depth--
}

// many is the number of keys from which looking for double ones by comparing each with each is too slow.
const many = 16

func (p *parser) object() (members []Member, ok bool) {
	if empty, ok := p.enter('}'); empty || !ok {
		return nil, ok
	}
	first := len(p.pending)
	var places map[string]int // of the names, when there are many
	for {
		name, ok := p.name()
		if !ok {
			return nil, false
		}
		value, ok := p.value()
		if !ok {
			return nil, false
		}
		mine := p.pending[first:]
		if len(mine) == many && places == nil {
			places = placesOf(mine)
		}
		place := -1
		if places == nil {
			place = indexOf(mine, name)
		} else if i, known := places[name]; known {
			place = i
		} else {
			places[name] = len(mine)
		}
		if place >= 0 {
			mine[place].Value = value
		} else {
			p.pending = append(p.pending, Member{name, value})
		}
		if more, ok := p.separator('}'); !more {
			mine := p.pending[first:]
			members = p.keep(mine)
			clear(mine) // the memory is used again, and must not hold on to this text
			p.pending = p.pending[:first]
			return members, ok
		}
	}
}

// name reads the name of a member and the colon.
func (p *parser) name() (name string, ok bool) {
	if p.next() != '"' {
		return "", false
	}
	if name, ok = p.string(); !ok || p.next() != ':' {
		return "", false
	}
	p.at++
	return name, true
}

// piece is for how many members memory is taken at once: most texts need one piece or two. The end of a text,
// of so many bytes, is looked through for how many members it can have.
const (
	piece   = 24
	endSize = 1024
)

// keep copies the members of an object to where they stay.
func (p *parser) keep(members []Member) []Member {
	if len(members) > len(p.room) {
		size := piece
		if rest := p.text[p.at:]; len(rest) <= endSize {
			// Of every value that is open one member may wait for its end.
			size = min(size, len(p.pending)+p.depth+bytes.Count(rest, []byte(":")))
		}
		p.room = make([]Member, max(size, len(members)))
	}
	kept := p.room[:len(members):len(members)]
	p.room = p.room[len(members):]
	copy(kept, members)
	return kept
}

func placesOf(members []Member) map[string]int {
	places := make(map[string]int, 2*len(members))
	for i := range members {
		places[members[i].Name] = i
	}
	return places
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
