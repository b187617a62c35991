package deliver

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/secret"
)

const (
	maxReply   = 2048 // bytes of an answer that are kept on record
	maxMessage = 500  // bytes of a platform's own words
	maxCode    = 100  // bytes of its code

	// longestSecret is looked at beyond maxReply: a secret that the cut goes through must still be found.
	longestSecret = 64 << 10
)

// tokens are members of JSON answers that carry a credential.
var tokens = regexp.MustCompile(`("(?i:access_?token|refresh_?token|token|secret|ticket)"\s*:\s*")(?:[^"\\]|\\.)*`)

// replyText is what is kept of an answer's body.
func replyText(body []byte, redact *secret.Redactor) string {
	text := string(body[:min(len(body), maxReply+longestSecret)])
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	text = tokens.ReplaceAllString(redact.String(text), "${1}"+secret.Mask)
	return shorten(text, maxReply)
}

// shorten returns the beginning of a text that is masked already, at most so many bytes of it.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	cut := most
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
