package addressbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime/invalid"
)

// Bounds of a workbook, which is a ZIP archive: a small one may unpack to anything.
const (
	maxParts    = 1000
	maxUnpacked = 32 << 20 // bytes of one part
)

var errWorkbook = invalid.At("body", "cannot be read as an XLSX workbook: save it again, or as CSV")

// readXLSX reads the first sheet of a workbook.
func readXLSX(file []byte) ([][]string, error) {
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, errWorkbook
	}
	if len(archive.File) > maxParts {
		return nil, invalid.At("body", "the workbook has more than %d parts", maxParts)
	}
	var texts []string
	if part := partOf(archive, "xl/sharedStrings.xml"); part != nil {
		if texts, err = sharedTexts(part); err != nil {
			return nil, err
		}
	}
	sheet := firstSheet(archive)
	if sheet == nil {
		return nil, invalid.At("body", "the workbook has no sheet")
	}
	return sheetRows(sheet, texts)
}

func partOf(archive *zip.Reader, name string) *zip.File {
	i := slices.IndexFunc(archive.File, func(f *zip.File) bool { return strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) })
	if i < 0 {
		return nil
	}
	return archive.File[i]
}

// firstSheet is the sheet with the lowest number: exports have one.
func firstSheet(archive *zip.Reader) (first *zip.File) {
	lowest := 0
	for _, f := range archive.File {
		name, inside := strings.CutPrefix(strings.ToLower(f.Name), "xl/worksheets/sheet")
		n, err := strconv.Atoi(strings.TrimSuffix(name, ".xml"))
		if inside && err == nil && (first == nil || n < lowest) {
			first, lowest = f, n
		}
	}
	return first
}

// eachElement calls fn for every start of an element of a part.
func eachElement(part *zip.File, fn func(d *xml.Decoder, start xml.StartElement) error) error {
	if part.UncompressedSize64 > maxUnpacked {
		return errTooLarge
	}
	r, err := part.Open()
	if err != nil {
		return errWorkbook
	}
	defer r.Close()
	d := xml.NewTokenDecoder(newBoundedTokens(r))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return orWorkbook(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := fn(d, start); err != nil {
				return orWorkbook(err)
			}
		}
	}
}

// orWorkbook is err when it says what is wrong with the file, and errWorkbook when the XML does.
func orWorkbook(err error) error {
	if bad, ok := errors.AsType[invalid.Error](err); ok {
		return bad
	}
	return errWorkbook
}

// richText is a text in one piece, or in runs of different looks. Readings of characters (rPh) are left out.
type richText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	var text strings.Builder
	text.WriteString(t.Text)
	for _, run := range t.Runs {
		text.WriteString(run.Text)
	}
	return text.String()
}

// sharedTexts reads the texts that cells name by number.
func sharedTexts(part *zip.File) (texts []string, err error) {
	err = eachElement(part, func(d *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local != "si" {
			return nil
		}
		if len(texts) == maxRows*4 {
			return invalid.At("body", "the workbook has too many texts")
		}
		var t richText
		err := d.DecodeElement(&t, &start)
		texts = append(texts, t.String())
		return err
	})
	return texts, err
}

// sheetCell is a cell of a sheet.
type sheetCell struct {
	At     string   `xml:"r,attr"` // B7
	Type   string   `xml:"t,attr"`
	Value  string   `xml:"v"`
	Inline richText `xml:"is"`
}

func sheetRows(part *zip.File, texts []string) (rows [][]string, err error) {
	cells := 0
	err = eachElement(part, func(d *xml.Decoder, start xml.StartElement) error {
		switch start.Name.Local {
		case "row":
			if len(rows) == maxRows {
				return invalid.At("body", "the file has more than %d rows", maxRows)
			}
			rows = append(rows, nil)
		case "c":
			var c sheetCell
			if err := d.DecodeElement(&c, &start); err != nil {
				return err
			}
			if len(rows) > 0 {
				row := &rows[len(rows)-1]
				before := len(*row)
				put(row, columnOf(c.At, before), c.text(texts))
				if cells += len(*row) - before; cells > maxCells {
					return invalid.At("body", "the workbook has more than %d cells: leave the columns that are not needed out", maxCells)
				}
			}
		}
		return nil
	})
	return rows, err
}

func (c sheetCell) text(texts []string) string {
	switch c.Type {
	case "s":
		if i, err := strconv.Atoi(c.Value); err == nil && i >= 0 && i < len(texts) {
			return texts[i]
		}
		return ""
	case "inlineStr":
		return c.Inline.String()
	default:
		return c.Value
	}
}

// columnOf is the number of the column in a place such as B7, from 0; next when there is none.
func columnOf(place string, next int) int {
	n := 0
	for _, c := range strings.TrimRight(place, "0123456789") {
		if c < 'A' || c > 'Z' || n > maxColumns {
			return next
		}
		n = n*26 + int(c-'A') + 1
	}
	if n == 0 {
		return next
	}
	return n - 1
}

func put(row *[]string, column int, text string) {
	if column >= maxColumns {
		return
	}
	if missing := column + 1 - len(*row); missing > 0 {
		*row = append(*row, make([]string, missing)...)
	}
	(*row)[column] = text
}
