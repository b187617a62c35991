package jsapi

import (
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// decoderState is a TextDecoder of a script.
type decoderState struct {
	env              *Env
	name             string // the web's name of the encoding
	fatal, ignoreBOM bool
	pieces           textDecoderState
	started          bool // past the place where a byte order mark may stand
	chinese          encoding.Encoding
	bigEndian        bool
}

var textDecoderMethods = newMethodTable(method{"decode", 0, decoderDecode})

// decoderLabels are the names on the web of the encodings that TextDecoder knows.
var decoderLabels = map[string][]string{
	"utf-8":        {"utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"},
	"utf-16le":     {"utf-16le", "utf-16", "ucs-2", "unicode", "iso-10646-ucs-2", "csunicode", "unicodefeff"},
	"utf-16be":     {"utf-16be", "unicodefffe"},
	"windows-1252": {"windows-1252", "latin1", "l1", "iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "ascii", "us-ascii", "ansi_x3.4-1968", "cp1252", "x-cp1252", "cp819", "ibm819"},
	"gbk":          {"gbk", "gb2312", "gb_2312", "gb_2312-80", "chinese", "csgb2312", "x-gbk", "iso-ir-58"},
	"gb18030":      {"gb18030"},
}

func newDecoder(e *Env, call goja.ConstructorCall) any {
	label := "utf-8"
	if v := call.Argument(0); !goja.IsUndefined(v) {
		label = e.text(v)
	}
	options := call.Argument(1)
	s := &decoderState{env: e, fatal: option(options, "fatal").ToBoolean(), ignoreBOM: option(options, "ignoreBOM").ToBoolean()}
	wanted := strings.ToLower(strings.Trim(label, "\t\n\f\r "))
	for name, labels := range decoderLabels {
		for _, known := range labels {
			if known == wanted {
				s.name = name
			}
		}
	}
	switch s.name {
	case "":
		e.throw(errorClassRange, codeEncodingUnknown, "The %q encoding is not supported", label)
	case "utf-16le":
		s.pieces.enc = encodingUTF16LE
	case "utf-16be":
		s.pieces.enc, s.bigEndian = encodingUTF16LE, true
	case "windows-1252":
		s.pieces.enc = encodingLatin1 // as in Node 20: U+0080 to U+009F stay what they are
	case "gbk":
		s.chinese = simplifiedchinese.GBK
	case "gb18030":
		s.chinese = simplifiedchinese.GB18030
	}
	return s
}

func (s *decoderState) get(key string) goja.Value {
	switch key {
	case "encoding":
		return s.env.VM.ToValue(s.name)
	case "fatal":
		return s.env.VM.ToValue(s.fatal)
	case "ignoreBOM":
		return s.env.VM.ToValue(s.ignoreBOM)
	}
	return nil
}

func (s *decoderState) set(key string, _ goja.Value) bool {
	return key == "encoding" || key == "fatal" || key == "ignoreBOM"
}

func decoderDecode(e *Env, c goja.FunctionCall) goja.Value {
	s := thisState[*decoderState](e, c, "TextDecoder")
	var b []byte
	if v := c.Argument(0); !goja.IsUndefined(v) {
		given, ok := e.rawBytes(v)
		if !ok {
			e.throw(errorClassType, codeInvalidArgType, `The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.`)
		}
		b = given
	}
	last := !option(c.Argument(1), "stream").ToBoolean()
	if s.chinese != nil {
		return e.VM.ToValue(s.decodeChinese(b, last))
	}
	if s.bigEndian {
		b = s.swapped(b)
	}
	whole := s.pieces.whole(b, last)
	if s.fatal && !s.wellFormed(whole) {
		s.reset()
		s.throwMalformed()
	}
	text := s.decode(whole)
	if last {
		s.reset()
	}
	return text
}

func (s *decoderState) reset() {
	s.pieces.held, s.started = nil, false
}

func (s *decoderState) throwMalformed() {
	s.env.throw(errorClassType, codeEncodingInvalid, "The encoded data was not valid for encoding %s", s.name)
}

// decode leaves out a byte order mark at the start of the text.
func (s *decoderState) decode(b []byte) goja.Value {
	if !s.started && len(b) > 0 {
		s.started = true
		mark := map[textEncoding]string{encodingUTF8: "\xEF\xBB\xBF", encodingUTF16LE: "\xFF\xFE"}[s.pieces.enc]
		if mark != "" && !s.ignoreBOM {
			b = []byte(strings.TrimPrefix(string(b), mark))
		}
	}
	if s.pieces.enc != encodingUTF16LE {
		return s.pieces.enc.decode(s.env.VM, b)
	}
	units := utf16Units(b)
	for i := range units {
		if loneSurrogate(units, i) {
			units[i] = utf8.RuneError
		}
	}
	return goja.StringFromUTF16(units)
}

// utf16Units reads little-endian units; half a unit at the end is malformed.
func utf16Units(b []byte) []uint16 {
	units := make([]uint16, 0, len(b)/2+1)
	for ; len(b) > 1; b = b[2:] {
		units = append(units, uint16(b[0])|uint16(b[1])<<8)
	}
	if len(b) == 1 {
		units = append(units, utf8.RuneError)
	}
	return units
}

func loneSurrogate(units []uint16, i int) bool {
	switch units[i] & 0xFC00 {
	case 0xD800:
		return i+1 == len(units) || units[i+1]&0xFC00 != 0xDC00
	case 0xDC00:
		return i == 0 || units[i-1]&0xFC00 != 0xD800
	}
	return false
}

func (s *decoderState) wellFormed(b []byte) bool {
	switch s.pieces.enc {
	case encodingUTF8:
		return utf8.Valid(b)
	case encodingUTF16LE:
		if len(b)%2 != 0 {
			return false
		}
		units := utf16Units(b)
		for i := range units {
			if loneSurrogate(units, i) {
				return false
			}
		}
	}
	return true
}

// swapped turns big-endian units around. A unit that is split between two pieces is put together first.
func (s *decoderState) swapped(b []byte) []byte {
	out := append([]byte(nil), b...)
	skip := len(s.pieces.held) % 2
	if skip == 1 && len(out) > 0 {
		n := len(s.pieces.held) - 1
		s.pieces.held[n], out[0] = out[0], s.pieces.held[n]
	}
	for i := min(skip, len(out)); i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return out
}

// decodeChinese holds back a lead byte whose other bytes are in the next piece.
func (s *decoderState) decodeChinese(b []byte, last bool) string {
	all := append(s.pieces.held, b...)
	s.pieces.held = nil
	dst := make([]byte, 3*len(all)+utf8.UTFMax)
	n, read, _ := s.chinese.NewDecoder().Transform(dst, all, last)
	s.pieces.held = append([]byte(nil), all[read:]...)
	text := string(dst[:n])
	if s.fatal && strings.ContainsRune(text, utf8.RuneError) {
		s.reset()
		s.throwMalformed()
	}
	return text
}
