package device

import "strings"

// MaxEUI is how long an EUI may be, in bytes.
const MaxEUI = 64

// NormalEUI writes an EUI of 16 hexadecimal digits in lower case; other names stay as they are.
func NormalEUI(eui string) string {
	isDigit := func(c rune) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }
	if len(eui) == 16 && strings.TrimFunc(eui, isDigit) == "" {
		return strings.ToLower(eui)
	}
	return eui
}

// ValidEUI reports whether eui is 1 to MaxEUI letters, digits, _ - . or :.
func ValidEUI(eui string) bool {
	if len(eui) == 0 || len(eui) > MaxEUI {
		return false
	}
	for _, c := range []byte(eui) {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return true
}
