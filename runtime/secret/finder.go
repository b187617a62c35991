package secret

import (
	"math/bits"
	"strings"
)

// Finder finds values in a text, in whatever form a program may have written them: as they are, with
// the escapes of JSON or of URLs, in hex and in base64. It is immutable and safe for concurrent use.
//
// A pattern is looked up by its last eight bytes, which no form is shorter than: one pass over the text,
// with one look at a small bit table for every byte, whatever the number of values.
type Finder struct {
	table    []uint64
	shift    int
	byWindow map[uint64][]pattern
	plain    bool // no value has a line end, a tab or a quotation mark in it
}

type pattern struct {
	text  string
	value int // which value it is a form of
}

const windowHash = 0x9E3779B97F4A7C15 // 2^64 / φ, as odd: spreads windows over the table

// NewFinder returns a Finder of values. Those under MinLength bytes are never found. Of a value that is
// a URL with a credential in it, the credential alone is found too.
func NewFinder(values []string) *Finder {
	var all []pattern
	for i, value := range values {
		for _, text := range append(forms(value), credentialForms(value)...) {
			all = append(all, pattern{text, i})
		}
	}
	return newFinder(all)
}

func newFinder(all []pattern) *Finder {
	f := &Finder{byWindow: map[uint64][]pattern{}, plain: true}
	for _, p := range all {
		f.plain = f.plain && !strings.ContainsAny(p.text, "\n\r\t\"")
		if len(p.text) < MinLength {
			continue
		}
		var w uint64
		for i := range len(p.text) {
			w = roll(w, p.text[i])
		}
		f.byWindow[w] = append(f.byWindow[w], p)
	}
	// Some 3 % of the bits are set: a byte of harmless text almost never gets past the table.
	size := bits.Len(uint(max(512, 32*len(f.byWindow))))
	f.table, f.shift = make([]uint64, 1<<size/64), 64-size
	for w := range f.byWindow {
		at := (w * windowHash) >> f.shift
		f.table[at/64] |= 1 << (at % 64)
	}
	return f
}

// roll moves the window of the last eight bytes on by one.
func roll(window uint64, next byte) uint64 { return window>>8 | uint64(next)<<56 }

// Find calls each for every value that stands in text, perhaps more than once, until it returns true.
func (f *Finder) Find(text string, each func(value int) (stop bool)) {
	s := search{finder: f, each: each}
	s.text(text)
}

// scan calls each with the place of every pattern in text as it is.
func (f *Finder) scan(text string, each func(start, end, value int) (stop bool)) (stopped bool) {
	if len(f.byWindow) == 0 {
		return false
	}
	var w uint64
	for i := range len(text) {
		w = roll(w, text[i])
		at := (w * windowHash) >> f.shift
		if f.table[at/64]&(1<<(at%64)) == 0 {
			continue
		}
		for _, p := range f.byWindow[w] {
			start := i + 1 - len(p.text)
			if start >= 0 && text[start:i+1] == p.text && each(start, i+1, p.value) {
				return true
			}
		}
	}
	return false
}
