package secret

import (
	"math/bits"
	"strings"
)

// Finder finds values in a text, in whatever form a program may have written them: as they are, with
// the escapes of JSON or of URLs, in hex and in base64. It is immutable and safe for concurrent use.
//
// A pattern is looked up by its last eight bytes, its window, which no form is shorter than. Wherever a
// window stands, exactly one of its first five groups of four bytes begins at a multiple of five: one look
// at a small bit table for every fifth byte of the text is enough, whatever the number of values.
type Finder struct {
	groups   bitTable
	windows  bitTable
	byWindow map[uint64][]pattern
	plain    bool // no value has a line end, a tab or a quotation mark in it
}

// stride is between the places of a text that are looked at: one for each group of a window.
const stride = MinLength - groupSize + 1

const groupSize = 4 // bytes

type pattern struct {
	text  string
	value int // which value it is a form of
}

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
		w := windowAt(p.text, len(p.text)-MinLength)
		f.byWindow[w] = append(f.byWindow[w], p)
	}
	f.groups, f.windows = newBitTable(stride*len(f.byWindow)), newBitTable(len(f.byWindow))
	for w := range f.byWindow {
		f.windows.set(w)
		for i := range stride {
			f.groups.set(uint64(uint32(w >> (8 * i))))
		}
	}
	return f
}

// windowAt is the window that begins at text[i].
func windowAt(text string, i int) uint64 {
	return uint64(groupAt(text, i)) | uint64(groupAt(text, i+groupSize))<<32
}

func groupAt(text string, i int) uint32 {
	s := text[i : i+groupSize]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

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
	for i := 0; i+groupSize <= len(text); i += stride {
		if !f.groups.has(uint64(groupAt(text, i))) {
			continue
		}
		for at := max(i-stride+1, 0); at <= i && at+MinLength <= len(text); at++ {
			if w := windowAt(text, at); f.windows.has(w) && f.ending(w, text[:at+MinLength], each) {
				return true
			}
		}
	}
	return false
}

// ending calls each for the patterns of a window that text ends with.
func (f *Finder) ending(window uint64, text string, each func(start, end, value int) (stop bool)) (stopped bool) {
	for _, p := range f.byWindow[window] {
		if strings.HasSuffix(text, p.text) && each(len(text)-len(p.text), len(text), p.value) {
			return true
		}
	}
	return false
}

// bitTable is a set of numbers that takes some for members that are none, 3 % or so: a group of bytes of
// harmless text hardly ever gets past it.
type bitTable struct {
	bits  []uint64
	shift int
}

func newBitTable(members int) bitTable {
	size := bits.Len(uint(max(512, 32*members)))
	return bitTable{make([]uint64, 1<<size/64), 64 - size}
}

// bit is where a number stands: 2^64 / φ, as odd, spreads what is alike over the table.
func (t *bitTable) bit(n uint64) uint64 { return n * 0x9E3779B97F4A7C15 >> t.shift }

func (t *bitTable) set(n uint64) { at := t.bit(n); t.bits[at/64] |= 1 << (at % 64) }

func (t *bitTable) has(n uint64) bool { at := t.bit(n); return t.bits[at/64]&(1<<(at%64)) != 0 }
