package secret

import (
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// maxUndone bounds how many escapes within escapes are looked through: JSON in JSON in a URL.
const maxUndone = 3

// view is a text with escapes undone, and where every byte of it came from.
type view struct {
	text string
	at   []int32 // len(text)+1 places in the text that was asked about; nil: the same places
	buf  []byte
}

// origin returns the part of the asked text that text[start:end] was written as.
func (v *view) origin(start, end int) (int, int) {
	if v.at == nil {
		return start, end
	}
	return int(v.at[start]), int(v.at[end])
}

var viewPool = sync.Pool{New: func() any { return &view{} }}

// search looks through a text as it is and with its escapes undone.
type search struct {
	finder *Finder              // nil finds nothing
	each   func(value int) bool // ends the search with true; nil: places are collected
	urls   bool                 // URL credentials are looked for too
	found  []place
}

// text returns whether each ended the search.
func (s *search) text(text string) (stopped bool) {
	return s.view(&view{text: text}, maxUndone)
}

func (s *search) view(v *view, depth int) (stopped bool) {
	if s.finder != nil {
		stopped = s.finder.scan(v.text, func(start, end, value int) bool {
			if s.each != nil {
				return s.each(value)
			}
			s.add(v, start, end)
			return false
		})
	}
	if stopped {
		return true
	}
	if s.urls {
		eachCredential(v.text, func(start, end int) { s.add(v, start, end) })
	}
	if depth == 0 {
		return false
	}
	for _, kind := range escapes {
		first := kind.first(v.text, s.finder == nil || s.finder.plain)
		if first < 0 {
			continue
		}
		next := viewPool.Get().(*view)
		next.undo(v, kind, first)
		stopped = s.view(next, depth-1)
		viewPool.Put(next)
		if stopped {
			return true
		}
	}
	return false
}

func (s *search) add(v *view, start, end int) {
	start, end = v.origin(start, end)
	if s.found == nil {
		s.found = make([]place, 0, 4) // a secret is often found as itself and as a URL's credential
	}
	s.found = append(s.found, place{start, end})
}

var escapes = [...]escape{{'\\', undoBackslash}, {'%', undoPercent}}

// escape is a way of writing a character as others that begin with mark. undo returns what the beginning
// of text stands for and how long it is; 0 when it is no escape.
type escape struct {
	mark byte
	undo func(text string) (r rune, size int)
}

// first returns where the first escape is, or -1. With plain, line ends and quotes are passed over: they
// stand in every JSON text, and in no secret that is looked for.
func (e escape) first(text string, plain bool) int {
	for i := 0; ; i++ {
		next := strings.IndexByte(text[i:], e.mark)
		if next < 0 {
			return -1
		}
		i += next
		if plain && e.mark == '\\' && i+1 < len(text) && strings.IndexByte(`nrt"`, text[i+1]) >= 0 {
			i++
			continue
		}
		if _, size := e.undo(text[i:]); size > 0 {
			return i
		}
	}
}

// undo makes v the text of another view with the escapes of one kind undone. The first is known.
func (v *view) undo(from *view, kind escape, first int) {
	v.buf, v.at = append(v.buf[:0], from.text[:first]...), v.at[:0]
	place := func(i int) int32 { start, _ := from.origin(i, i); return int32(start) }
	for i := range first {
		v.at = append(v.at, place(i))
	}
	for i := first; i < len(from.text); {
		c := from.text[i]
		r, size := rune(0), 0
		if c == kind.mark {
			r, size = kind.undo(from.text[i:])
		}
		if size == 0 {
			v.buf, v.at = append(v.buf, c), append(v.at, place(i))
			i++
			continue
		}
		before := len(v.buf)
		if kind.mark == '%' {
			v.buf = append(v.buf, byte(r)) // a byte, of a character perhaps only a part
		} else {
			v.buf = utf8.AppendRune(v.buf, r)
		}
		for range len(v.buf) - before {
			v.at = append(v.at, place(i))
		}
		i += size
	}
	v.at = append(v.at, place(len(from.text)))
	v.text = textOf(v.buf)
}

func undoPercent(text string) (rune, int) {
	if len(text) < 3 {
		return 0, 0
	}
	r, ok := hexRune(text[1:], 2)
	if !ok {
		return 0, 0
	}
	return r, 3
}

// short are the escapes of one letter, in JSON and in the quoting of Go's own errors.
var short = [256]byte{'"': '"', '\\': '\\', '/': '/', '\'': '\'', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', 'a': '\a'}

func undoBackslash(text string) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	digits := 0
	switch text[1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		if c := short[text[1]]; c != 0 {
			return rune(c), 2
		}
		return 0, 0
	}
	r, ok := hexRune(text[2:], digits)
	if !ok {
		return 0, 0
	}
	size := 2 + digits
	if utf16.IsSurrogate(r) && strings.HasPrefix(text[size:], `\u`) {
		if low, ok := hexRune(text[size+2:], 4); ok && utf16.IsSurrogate(low) {
			return utf16.DecodeRune(r, low), size + 6
		}
	}
	return r, size
}

// hexRune reads hex digits. strconv would allocate an error for every percent sign that is none.
func hexRune(text string, digits int) (rune, bool) {
	if len(text) < digits {
		return 0, false
	}
	var n uint32
	for i := range digits {
		c := text[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		n = n<<4 | uint32(c)
	}
	return rune(n), true
}
