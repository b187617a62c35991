package secret

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unsafe"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Mask stands where a secret stood.
const Mask = "•••"

// MinLength is the size in bytes of the shortest value that is masked: a shorter one is found by
// accident everywhere.
const MinLength = 8

// Redactor masks the secret values of an organisation. A nil *Redactor masks credentials in URLs only.
// It is immutable and safe for concurrent use.
type Redactor struct{ finder *Finder }

// NewRedactor returns a Redactor of values. Those under MinLength bytes are left alone. Of a value that
// is a URL, scheme, host and path stay and the credential goes.
func NewRedactor(values []string) *Redactor {
	return &Redactor{newFinder(patterns(values))}
}

// With returns a Redactor that masks values besides what r masks.
func (r *Redactor) With(values ...string) *Redactor {
	all := patterns(values)
	if len(all) == 0 {
		return r
	}
	if r != nil && r.finder != nil {
		for _, known := range r.finder.byWindow {
			all = append(all, known...)
		}
	}
	return &Redactor{newFinder(all)}
}

func patterns(values []string) (all []pattern) {
	for i, value := range values {
		if len(value) < MinLength {
			continue
		}
		texts := forms(value)
		if _, isURL := asURL(value); isURL {
			texts = append(encodedForms(value), credentialForms(value)...)
		}
		for _, text := range texts {
			all = append(all, pattern{text, i})
		}
	}
	return all
}

// String returns s with every secret masked, or s itself when there is none in it.
func (r *Redactor) String(s string) string {
	return r.string(s, true)
}

// Bytes is String for bytes; it returns text itself when nothing is masked.
func (r *Redactor) Bytes(text []byte) []byte {
	s := textOf(text)
	places := r.places(s, true)
	if places == nil {
		return text
	}
	return mask(s, places)
}

func (r *Redactor) string(s string, urls bool) string {
	places := r.places(s, urls)
	if places == nil {
		return s
	}
	return textOf(mask(s, places))
}

// MaskURLs masks the credentials of the URLs in text.
func MaskURLs(text string) string { return (*Redactor)(nil).String(text) }

// place is where a secret stands.
type place struct{ start, end int }

// places returns where secrets stand in text, in order and apart; nil when there are none. With urls the
// credentials of any URL are among them.
func (r *Redactor) places(text string, urls bool) []place {
	s := search{urls: urls}
	if r != nil {
		s.finder = r.finder
	}
	s.text(text)
	found := s.found
	if len(found) < 2 {
		return found
	}
	slices.SortFunc(found, func(a, b place) int { return cmp.Compare(a.start, b.start) })
	apart := found[:1]
	for _, p := range found[1:] {
		if last := &apart[len(apart)-1]; p.start <= last.end {
			last.end = max(last.end, p.end)
		} else {
			apart = append(apart, p)
		}
	}
	return apart
}

func mask(text string, places []place) []byte {
	out := make([]byte, 0, len(text)+len(places)*len(Mask))
	at := 0
	for _, p := range places {
		out = append(append(out, text[at:p.start]...), Mask...)
		at = p.end
	}
	return append(out, text[at:]...)
}

// JSON is Bytes for a JSON text, which stays one: a string is masked inside, a number as a whole.
func (r *Redactor) JSON(text json.RawMessage) json.RawMessage { return r.json(text, true, false) }

// Encoded is JSON for a text that is known to be valid: it was just made.
func (r *Redactor) Encoded(text json.RawMessage) json.RawMessage { return r.json(text, true, true) }

// Values is JSON that leaves the credentials of URLs alone unless they are secrets of the organisation:
// for data that a script keeps on purpose, such as attributes.
func (r *Redactor) Values(text json.RawMessage) json.RawMessage { return r.json(text, false, false) }

func (r *Redactor) json(text json.RawMessage, urls, valid bool) json.RawMessage {
	places := r.places(textOf(text), urls)
	if places == nil {
		return text
	}
	if !valid && !json.Valid(text) {
		return mask(textOf(text), places)
	}
	out, all := r.maskValues(text, places, urls)
	// What stands across several values, such as a secret that is JSON itself, takes everything with it.
	if !all && r.places(textOf(out), urls) != nil {
		return json.RawMessage(`"` + Mask + `"`)
	}
	return out
}

// maskValues masks the strings and numbers of a valid JSON text in which something was found, each by
// itself. all reports whether everything that was found stood within one of them and is gone.
func (r *Redactor) maskValues(text []byte, found []place, urls bool) (out []byte, all bool) {
	out = make([]byte, 0, len(text)+len(Mask))
	done := 0 // what of text is in out
	left := len(found)
	for i := 0; i < len(text) && len(found) > 0; {
		start := i
		switch c := text[i]; {
		case c == '"':
			i = endOfString(text, i)
		case c == '-' || c >= '0' && c <= '9':
			for i < len(text) && isNumber(text[i]) {
				i++
			}
		default:
			i++
			continue
		}
		for len(found) > 0 && found[0].end <= start {
			found = found[1:]
		}
		if len(found) == 0 || found[0].start >= i {
			continue
		}
		masked, ok := r.maskValue(text[start:i], urls)
		if !ok {
			continue
		}
		out = append(append(out, text[done:start]...), masked...)
		done = i
		if r.places(textOf(masked), urls) == nil {
			left -= within(found, start, i)
		}
	}
	return append(out, text[done:]...), left == 0
}

// within counts the first of found that stand between start and end.
func within(found []place, start, end int) (n int) {
	for n < len(found) && found[n].start >= start && found[n].end <= end {
		n++
	}
	return n
}

// maskValue masks a string or number as JSON; ok when there was something to be masked.
func (r *Redactor) maskValue(text []byte, urls bool) (masked []byte, ok bool) {
	if text[0] != '"' {
		return []byte(`"` + Mask + `"`), r.places(textOf(text), urls) != nil
	}
	plain := unquote(text)
	s := r.string(plain, urls)
	if s == plain {
		return nil, false
	}
	return quote(s), true
}

// endOfString is where the string ends that begins at start.
func endOfString(text []byte, start int) int {
	for at := start + 1; ; {
		at += bytes.IndexByte(text[at:], '"') + 1
		escapes := 0
		for text[at-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return at
		}
	}
}

// unquote reads a string of a valid JSON text. One without escapes is not copied.
func unquote(text []byte) string {
	plain := textOf(text[1 : len(text)-1])
	if strings.IndexByte(plain, '\\') < 0 {
		return plain
	}
	decoded, _ := jsonvalue.Parse(text) // it is valid
	return decoded.Text()
}

func isNumber(c byte) bool {
	return c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'
}

// textOf reads bytes as a string without a copy: redaction runs several times per uplink and hardly ever
// finds something. The string must not outlive the call in which the bytes stay as they are.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
