package jsapi

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// textEncoding is one of the ways in which Node turns strings into bytes and back.
type textEncoding int

const (
	encodingUTF8 textEncoding = iota
	encodingUTF16LE
	encodingLatin1
	encodingASCII
	encodingBase64
	encodingBase64URL
	encodingHex
)

// parseEncoding knows an encoding by any of the names that Node has for it.
func parseEncoding(name string) (textEncoding, bool) {
	if len(name) > len("base64url") {
		return 0, false
	}
	switch strings.ToLower(name) {
	case "utf8", "utf-8":
		return encodingUTF8, true
	case "utf16le", "utf-16le", "ucs2", "ucs-2":
		return encodingUTF16LE, true
	case "latin1", "binary":
		return encodingLatin1, true
	case "ascii":
		return encodingASCII, true
	case "base64":
		return encodingBase64, true
	case "base64url":
		return encodingBase64URL, true
	case "hex":
		return encodingHex, true
	}
	return 0, false
}

// encode returns the bytes that s stands for. Like Node, it takes what it can read of damaged base64 and
// hex text and reports nothing.
func (enc textEncoding) encode(s goja.String) []byte {
	switch enc {
	case encodingUTF16LE:
		b := make([]byte, 0, 2*s.Length())
		for i := range s.Length() {
			unit := s.CharAt(i)
			b = append(b, byte(unit), byte(unit>>8))
		}
		return b
	case encodingLatin1, encodingASCII:
		return lowBytes(s)
	case encodingBase64, encodingBase64URL:
		return decodeBase64(lowBytes(s))
	case encodingHex:
		return decodeHex(lowBytes(s))
	default:
		return []byte(s.String())
	}
}

// byteLength is Node's estimate for base64 and hex (what well-formed text holds), exact for the rest.
func (enc textEncoding) byteLength(s goja.String) int {
	n := s.Length()
	switch enc {
	case encodingUTF16LE:
		return 2 * n
	case encodingLatin1, encodingASCII:
		return n
	case encodingHex:
		return n / 2
	case encodingBase64, encodingBase64URL:
		if n > 0 && s.CharAt(n-1) == '=' {
			n--
		}
		if n > 1 && s.CharAt(n-1) == '=' {
			n--
		}
		return n * 3 / 4
	default:
		return len(s.String())
	}
}

// decode returns the string that b stands for.
func (enc textEncoding) decode(vm *goja.Runtime, b []byte) goja.Value {
	switch enc {
	case encodingUTF16LE:
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return goja.StringFromUTF16(units)
	case encodingLatin1:
		return latin1String(b)
	case encodingASCII:
		stripped := make([]byte, len(b))
		for i, c := range b {
			stripped[i] = c & 0x7f
		}
		return vm.ToValue(string(stripped))
	case encodingBase64:
		return vm.ToValue(base64.StdEncoding.EncodeToString(b))
	case encodingBase64URL:
		return vm.ToValue(base64.RawURLEncoding.EncodeToString(b))
	case encodingHex:
		return vm.ToValue(hex.EncodeToString(b))
	default:
		return vm.ToValue(decodeUTF8(b))
	}
}

func latin1String(b []byte) goja.Value {
	units := make([]uint16, len(b))
	for i, c := range b {
		units[i] = uint16(c)
	}
	return goja.StringFromUTF16(units)
}

// lowBytes drops the high byte of each UTF-16 unit, which is what Node does with text that cannot be in
// the encoding it is said to be in.
func lowBytes(s goja.String) []byte {
	b := make([]byte, s.Length())
	for i := range b {
		b[i] = byte(s.CharAt(i))
	}
	return b
}

func decodeHex(text []byte) []byte {
	out := make([]byte, 0, len(text)/2)
	for i := 0; i+1 < len(text); i += 2 {
		high, low := hexDigit(text[i]), hexDigit(text[i+1])
		if high < 0 || low < 0 {
			break
		}
		out = append(out, byte(high<<4|low))
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// decodeBase64 reads both alphabets, skips what belongs to neither and ends at the first padding.
func decodeBase64(text []byte) []byte {
	out := make([]byte, 0, len(text)*3/4)
	var bits uint32
	held := 0
	for _, c := range text {
		if c == '=' {
			break
		}
		digit := base64Digit(c)
		if digit < 0 {
			continue
		}
		bits = bits<<6 | uint32(digit)
		if held += 6; held >= 8 {
			held -= 8
			out = append(out, byte(bits>>held))
		}
	}
	return out
}

func base64Digit(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == '+' || c == '-':
		return 62
	case c == '/' || c == '_':
		return 63
	}
	return -1
}

// decodeUTF8 replaces each maximal part of an ill-formed sequence by one U+FFFD, as the web's decoders
// do; Go's own conversions write one for every byte.
func decodeUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var sb strings.Builder
	sb.Grow(len(b) + 8)
	for len(b) > 0 {
		r, width := utf8.DecodeRune(b)
		if r == utf8.RuneError && width == 1 {
			width, _ = illFormedPrefix(b)
		}
		sb.WriteRune(r)
		b = b[width:]
	}
	return sb.String()
}

// illFormedPrefix returns the length of the ill-formed sequence that b begins with, and whether more
// bytes could still make it well-formed.
func illFormedPrefix(b []byte) (length int, incomplete bool) {
	need, low, high := 0, byte(0x80), byte(0xBF)
	switch c := b[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	default:
		return 1, false
	}
	length = 1
	for length <= need && length < len(b) && b[length] >= low && b[length] <= high {
		low, high = 0x80, 0xBF
		length++
	}
	return length, length == len(b) && length <= need
}
