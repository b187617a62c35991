package jsonvalue

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// plainLen is how many bytes at the beginning of text stand for themselves in a JSON string, as far as it is
// seen at eight bytes at a time: ASCII, no control character, quotation mark or backslash.
func plainLen(text []byte) (n int) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for ; n+8 <= len(text); n += 8 {
		x := binary.LittleEndian.Uint64(text[n:])
		quote, backslash := x^('"'*ones), x^('\\'*ones)
		// The top bit of each byte is set where there is something else. A borrow reaches higher bytes only, and
		// the lowest one counts.
		other := (x | (x-' '*ones)&^x | (quote-ones)&^quote | (backslash-ones)&^backslash) & tops
		if other != 0 {
			return n + bits.TrailingZeros64(other)/8
		}
	}
	return n
}

// escapeLen is the length of the escape that text begins with, 0 when it is none.
func escapeLen(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if unit(text) >= 0 {
			return 6
		}
	}
	return 0
}

// unit is the UTF-16 code unit that text begins with as \uXXXX, or -1.
func unit(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range text[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// unescape is what the inside of a string stands for, its escapes being good. Half a surrogate pair and
// every byte that is not UTF-8 become U+FFFD.
func unescape(text []byte) string {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		c := text[0]
		switch {
		case c == '\\' && text[1] == 'u':
			r := unit(text)
			text = text[6:]
			if utf16.IsSurrogate(r) {
				if r = utf16.DecodeRune(r, unit(text)); r != utf8.RuneError {
					text = text[6:]
				}
			}
			out = utf8.AppendRune(out, r)
		case c == '\\':
			out = append(out, short[text[1]])
			text = text[2:]
		case c < utf8.RuneSelf:
			out = append(out, c)
			text = text[1:]
		default:
			r, size := utf8.DecodeRune(text)
			out = utf8.AppendRune(out, r)
			text = text[size:]
		}
	}
	return shared(out)
}

// short are the escapes of one letter.
var short = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// AppendString appends s as a JSON string, as encoding/json writes it with SetEscapeHTML(false): what is not
// UTF-8 becomes U+FFFD, and U+2028 and U+2029 are escaped.
func AppendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	done := 0 // what of s is in b
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			i += plainLen(unsafe.Slice(unsafe.StringData(s[i:]), len(s)-i))
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				b = append(append(b, s[done:i]...), `\ufffd`...)
				done = i + size
			case r == '\u2028' || r == '\u2029':
				b = append(append(b, s[done:i]...), '\\', 'u', '2', '0', '2', hex[r&0xF])
				done = i + size
			}
			i += size
			continue
		}
		b = append(b, s[done:i]...)
		if letter := letters[c]; letter != 0 {
			b = append(b, '\\', letter)
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i++
		done = i
	}
	return append(append(b, s[done:]...), '"')
}

// letters are the bytes that are written as an escape of one letter.
var letters = [utf8.RuneSelf]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}
