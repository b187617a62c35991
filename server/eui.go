package server

import (
	"encoding/hex"
	"strings"
)

const euiRule = "must be 1 to 64 letters, digits, _ - . or :"

// normalEUI writes an EUI of 16 hexadecimal digits in lower case; other names stay as they are.
func normalEUI(eui string) string {
	if len(eui) == 16 {
		if _, err := hex.DecodeString(eui); err == nil {
			return strings.ToLower(eui)
		}
	}
	return eui
}

func validEUI(eui string) bool {
	if len(eui) == 0 || len(eui) > 64 {
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
