package addressbook

import (
	"bytes"
	"encoding/xml"
	"io"

	"github.com/tripline/tripline/runtime/invalid"
)

// Bounds of what is read of a file before it is looked at: the parsers keep every open element, attribute
// and column, each of which takes many times its bytes.
const (
	maxElements   = 2_000_000 // of one part of a workbook
	maxDepth      = 64        // of elements in each other; sheets have ten
	maxToken      = 1 << 20   // bytes of a tag or a text
	maxSeparators = 10_000    // of one line of CSV
)

// errTooLarge is a part that unpacks to more than is read.
var errTooLarge = invalid.At("body", "the workbook unpacks to more than 32 MB")

// boundedReader fails after so many bytes, whatever the archive says about its size, and after maxToken
// bytes of one token.
type boundedReader struct {
	r     io.Reader
	left  int
	token int // bytes read for the token
}

func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.left -= n
	b.token += n
	switch {
	case b.left < 0:
		return 0, errTooLarge
	case b.token > maxToken:
		return 0, invalid.At("body", "the workbook has a tag or a text of more than 1 MB")
	}
	return n, err
}

// boundedTokens reads the XML of a part, whose elements may be so many and so deep in each other.
type boundedTokens struct {
	from            *boundedReader
	xml             *xml.Decoder
	elements, depth int
}

func newBoundedTokens(r io.Reader) *boundedTokens {
	from := &boundedReader{r: r, left: maxUnpacked}
	return &boundedTokens{from: from, xml: xml.NewDecoder(from)}
}

// Token implements xml.TokenReader. Whether elements end as they began is for the decoder on top of it.
func (b *boundedTokens) Token() (xml.Token, error) {
	b.from.token = 0
	token, err := b.xml.RawToken()
	switch token.(type) {
	case xml.StartElement:
		b.elements++
		b.depth++
	case xml.EndElement:
		b.depth--
	}
	switch {
	case b.elements > maxElements:
		return nil, invalid.At("body", "the workbook has more than %d elements: leave the columns that are not needed out", maxElements)
	case b.depth > maxDepth:
		return nil, invalid.At("body", "the workbook has elements more than %d deep in each other", maxDepth)
	}
	return token, err
}

// boundedLines reads CSV, and fails after maxSeparators of one line; whoever reads sets separators to 0
// after each.
type boundedLines struct {
	r          io.Reader
	separator  []byte
	separators int
}

func (b *boundedLines) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.separators += bytes.Count(p[:n], b.separator); b.separators > maxSeparators {
		return 0, invalid.At("body", "a line of the file has more than %d columns", maxSeparators)
	}
	return n, err
}
