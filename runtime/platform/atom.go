package platform

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// atom is a piece of text that is never cut.
type atom struct {
	text   string
	kind   atomKind
	closes string // of an opener: what closes it
}

type atomKind uint8

const (
	character atomKind = iota // also a whole link or mention
	lineEnd
	linePrefix // the marks before a quoted line or a heading
	opener
	closer
)

// apply returns what is open after a.
func (a atom) apply(open []atom) []atom {
	switch a.kind {
	case opener:
		return append(open[:len(open):len(open)], a)
	case closer:
		return open[:len(open)-1]
	default:
		return open
	}
}

var (
	prefixForm = regexp.MustCompile(`^(?:> ?)*(?:#{1,6} )?`)
	fontForm   = regexp.MustCompile(`^<font [^<>\n]{1,40}>`)
	wholeForm  = regexp.MustCompile(`^(?:!?\[[^\[\]\n]*\]\([^()\s]*\)|<@[^<>\n]*>|<at [^<>\n]*>[^<>\n]*</at>|</?[a-z]+[^<>\n]*>)`)
)

// pairs are the markers that open and close themselves on one line. The longer ones come first.
var pairs = []string{"**", "~~", "`", "*"}

const (
	fence      = "```"
	fontEnd    = "</font>"
	mostOpened = 4 // what is nested deeper is text
)

// reader turns text into atoms.
type reader struct {
	text  string
	limit int // of a part: a link that is longer than half of it is text
	atoms []atom
	open  []atom
}

func (d Dialect) atoms(text string, limit int) []atom {
	r := reader{text: text, limit: limit}
	lineStart := true
	for r.text != "" {
		if lineStart && d.Markup != 0 {
			if prefix := prefixForm.FindString(r.text); prefix != "" && len(prefix) < 16 && !r.fenced() {
				r.take(atom{text: prefix, kind: linePrefix})
			}
		}
		lineStart = strings.HasPrefix(r.text, "\n")
		switch {
		case r.text == "":
		case lineStart:
			r.take(atom{text: "\n", kind: lineEnd})
		case d.Markup == 0 || !r.markup():
			r.take(atom{text: r.text[:characterLen(r.text)]})
		}
	}
	return r.atoms
}

func (r *reader) take(a atom) {
	r.atoms = append(r.atoms, a)
	r.open = a.apply(r.open)
	r.text = r.text[len(a.text):]
}

// inside reports whether the innermost that is open ends with mark.
func (r *reader) inside(mark string) bool {
	return len(r.open) > 0 && r.open[len(r.open)-1].closes == mark
}

func (r *reader) fenced() bool { return r.inside("\n" + fence) }

// markup takes the markup that the text begins with and reports whether there was any.
func (r *reader) markup() bool {
	if r.fenced() {
		return r.close(fence)
	}
	if r.inside("`") {
		return r.close("`")
	}
	if strings.HasPrefix(r.text, fence) {
		return r.openFence()
	}
	for _, mark := range pairs {
		if strings.HasPrefix(r.text, mark) && r.pair(mark) {
			return true
		}
	}
	return r.tag()
}

func (r *reader) close(mark string) bool {
	if !strings.HasPrefix(r.text, mark) {
		return false
	}
	r.take(atom{text: mark, kind: closer})
	return true
}

// openFence opens a block of code whose end is there. Its first line, which may name a language, is
// opened again with it.
func (r *reader) openFence() bool {
	first, rest, more := strings.Cut(r.text, "\n")
	if !more || len(first) > 24 || !strings.Contains(rest, "\n"+fence) || len(r.open) >= mostOpened {
		return false
	}
	r.take(atom{text: first + "\n", kind: opener, closes: "\n" + fence})
	return true
}

// pair takes a marker that closes what it opened before, or opens what it closes later on the line.
func (r *reader) pair(mark string) bool {
	if r.inside(mark) {
		return r.close(mark)
	}
	rest, _, _ := strings.Cut(r.text[len(mark):], "\n")
	end := strings.Index(rest, mark)
	if end <= 0 || len(r.open) >= mostOpened || strings.ContainsAny(rest[:1], " *~`") || rest[end-1] == ' ' {
		return false
	}
	for _, a := range r.open {
		if before, _, within := strings.Cut(rest, a.closes); within && len(before) <= end {
			return false // it would end after what it is in
		}
	}
	r.take(atom{text: mark, kind: opener, closes: mark})
	return true
}

// tag takes a colour, a mention or a link.
func (r *reader) tag() bool {
	switch r.text[0] {
	case '<', '[', '!':
	default:
		return false
	}
	if r.inside(fontEnd) && strings.HasPrefix(r.text, fontEnd) {
		return r.close(fontEnd)
	}
	if tag := fontForm.FindString(r.text); tag != "" && r.fontEnds(tag) && len(r.open) < mostOpened {
		r.take(atom{text: tag, kind: opener, closes: fontEnd})
		return true
	}
	whole := wholeForm.FindString(r.text)
	if whole == "" || len(whole) > r.limit/4 || strings.HasPrefix(whole, fontEnd) {
		return false
	}
	r.take(atom{text: whole})
	return true
}

// fontEnds reports whether the colour that begins here ends before what it is in does.
func (r *reader) fontEnds(tag string) bool {
	end := strings.Index(r.text, fontEnd)
	if end < 0 {
		return false
	}
	for _, a := range r.open {
		if before, _, within := strings.Cut(r.text[len(tag):], a.closes); a.closes != fontEnd && within && len(tag)+len(before) < end {
			return false
		}
	}
	return true
}

// characterLen is the size of the character that text begins with, in the eyes of a reader: with its
// accents, and emoji that are made of several.
func characterLen(text string) int {
	first, n := utf8.DecodeRuneInString(text)
	flag := regional(first)
	for n < len(text) && n < 64 {
		r, size := utf8.DecodeRuneInString(text[n:])
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me), r == '\u200d', r >= 0x1f3fb && r <= 0x1f3ff:
		case flag && regional(r):
			flag = false
		case strings.HasSuffix(text[:n], "\u200d") && r > ' ':
		default:
			return n
		}
		n += size
	}
	return n
}

func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
