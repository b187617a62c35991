package addressbook

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tripline/tripline/runtime/invalid"
)

// readCSV reads a text with commas, semicolons or tabs, in UTF-8 or in the encoding that spreadsheets on
// Chinese systems write.
func readCSV(file []byte) (rows [][]string, err error) {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if !utf8.Valid(file) {
		if file, err = simplifiedchinese.GB18030.NewDecoder().Bytes(file); err != nil || bytes.ContainsRune(file, utf8.RuneError) {
			return nil, invalid.At("body", "is neither an XLSX workbook nor a CSV text in UTF-8 or GB18030")
		}
	}
	if bytes.IndexByte(file, 0) >= 0 {
		return nil, invalid.At("body", "is neither an XLSX workbook nor a CSV text; save an old .xls workbook as .xlsx or CSV")
	}
	comma := separator(file)
	lines := &boundedLines{r: bytes.NewReader(file), separator: []byte(string(comma))}
	r := csv.NewReader(lines)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
	for {
		row, err := r.Read()
		lines.separators = 0
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, invalid.At("body", "line %d is no CSV: %v", bad.Line, bad.Err)
		}
		if err != nil {
			return nil, err
		}
		if len(rows) == maxRows {
			return nil, invalid.At("body", "the file has more than %d rows", maxRows)
		}
		if len(row) > maxColumns { // a copy: what is left out is not kept
			row = slices.Clone(row[:maxColumns])
		}
		rows = append(rows, row)
	}
}

// separator is the one that the file has most of.
func separator(file []byte) rune {
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(file, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}
