package jsonvalue

import (
	"bytes"
	"encoding/json"
)

// AppendCompact appends a JSON text without the space around its parts. The error is for text that is not JSON.
func AppendCompact(b []byte, text json.RawMessage) ([]byte, error) {
	p := parser{text: text}
	if !p.skim() {
		return b, errSyntax
	}
	p.space()
	switch {
	case p.at < len(text):
		return b, errSyntax
	case !p.spaced: // so is whatever a machine wrote
		return append(b, text...), nil
	}
	out := bytes.NewBuffer(b)
	err := json.Compact(out, text)
	return out.Bytes(), err
}

// skim reads a value and keeps nothing of it.
func (p *parser) skim() (ok bool) {
	switch p.next() {
	case '{':
		ok = p.skimMembers()
	case '[':
		ok = p.skimItems()
	case '"':
		_, _, ok = p.quoted()
	case 'n':
		ok = p.word("null")
	case 't':
		ok = p.word("true")
	case 'f':
		ok = p.word("false")
	default:
		ok = p.number()
	}
	return ok
}

func (p *parser) skimItems() bool {
	if empty, ok := p.enter(']'); empty || !ok {
		return ok
	}
	for {
		if !p.skim() {
			return false
		}
		if more, ok := p.separator(']'); !more {
			return ok
		}
	}
}

func (p *parser) skimMembers() bool {
	if empty, ok := p.enter('}'); empty || !ok {
		return ok
	}
	for {
		if p.next() != '"' {
			return false
		}
		if _, _, ok := p.quoted(); !ok || p.next() != ':' {
			return false
		}
		p.at++
		if !p.skim() {
			return false
		}
		if more, ok := p.separator('}'); !more {
			return ok
		}
	}
}
