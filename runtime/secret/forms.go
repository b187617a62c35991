package secret

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// forms lists the texts by which value may stand in another text. Escapes of JSON and of URLs are not
// among them: text is searched with its escapes undone as well (see search).
func forms(value string) []string {
	out := []string{value, strings.ReplaceAll(value, " ", "+")} // + is how a query writes a blank
	return unique(append(out, encodedForms(value)...))
}

// encodedForms lists the forms that hide the text itself.
func encodedForms(value string) []string {
	var out []string
	for _, inner := range unique([]string{value, quoted(value), url.QueryEscape(value), componentEscape(value)}) {
		h := hex.EncodeToString([]byte(inner))
		out = append(out, h, strings.ToUpper(h))
		for shift := range 3 {
			out = append(out, base64Core(base64.RawStdEncoding, inner, shift), base64Core(base64.RawURLEncoding, inner, shift))
		}
	}
	return unique(out)
}

// base64Core is what always stands in the base64 of a text that has value after a number of bytes that
// leaves the remainder shift by three: the characters that hold bits of value alone.
func base64Core(enc *base64.Encoding, value string, shift int) string {
	text := enc.EncodeToString(append(make([]byte, shift), value...))
	first := (8*shift + 5) / 6
	last := 8 * (shift + len(value)) / 6
	return text[first:last]
}

// quoted is value as JSON.stringify writes it, without the quotes.
func quoted(value string) string {
	text := quote(value)
	return string(text[1 : len(text)-1])
}

func quote(value string) []byte {
	return jsonvalue.AppendString(make([]byte, 0, len(value)+len(`""`)), value)
}

// componentEscape is value as encodeURIComponent writes it.
func componentEscape(value string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(value))
}

func unique(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}
