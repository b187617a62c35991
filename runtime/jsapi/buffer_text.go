package jsapi

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"

	"github.com/dop251/goja"
)

// inspectedBytes is how many bytes inspect shows.
const inspectedBytes = 50

func bufferToString(e *Env, c goja.FunctionCall) goja.Value {
	b := e.receiver(c)
	if len(c.Arguments) > 0 {
		from := truncated(c.Argument(1), 0, len(b))
		if from >= len(b) {
			return e.VM.ToValue("")
		}
		to := truncated(c.Argument(2), len(b), len(b))
		if from >= to {
			return e.VM.ToValue("")
		}
		b = b[from:to]
	}
	enc := encodingUTF8
	if name := c.Argument(0); !goja.IsUndefined(name) {
		enc = e.encodingNamed(name)
	}
	return enc.decode(e.VM, b)
}

// truncated converts an index of toString: out of bounds is moved to the bound, NaN counts as 0.
func truncated(v goja.Value, absent, length int) int {
	if goja.IsUndefined(v) {
		return absent
	}
	return clampInteger(v.ToFloat(), 0, 0, length)
}

// bufferWrite is write(string[, offset[, length]][, encoding]).
func bufferWrite(e *Env, c goja.FunctionCall) goja.Value {
	b := e.receiver(c)
	text, ok := c.Argument(0).(goja.String)
	if !ok {
		e.throw(errorClassType, codeInvalidArgType, "argument must be a string")
	}
	offset, length, name := c.Argument(1), c.Argument(2), c.Argument(3)
	switch {
	case goja.IsUndefined(offset) && len(c.Arguments) < 4: // a length alone does not count
		length = goja.Undefined()
	case goja.IsString(offset):
		offset, length, name = goja.Undefined(), goja.Undefined(), offset
	case goja.IsString(length):
		length, name = goja.Undefined(), length
	}
	from := e.offset(offset, "offset", 0, len(b))
	room := min(e.offset(length, "length", len(b)-from, len(b)), len(b)-from)
	enc := encodingUTF8
	if name.ToBoolean() {
		enc = e.encodingNamed(name)
	}
	return e.VM.ToValue(enc.copyWhole(b[from:from+room], e.encode(enc, text)))
}

// copyWhole copies what fits of an encoded text without cutting a character in two, and returns how many
// bytes that is.
func (enc textEncoding) copyWhole(to, encoded []byte) int {
	if len(encoded) <= len(to) {
		return copy(to, encoded)
	}
	fits := len(to)
	switch enc {
	case encodingUTF16LE:
		fits &^= 1
	case encodingUTF8:
		for fits > 0 && encoded[fits]&0xC0 == 0x80 {
			fits--
		}
	}
	return copy(to, encoded[:fits])
}

// encodingMethods are the writers and readers of one encoding each, which older libraries call directly.
func encodingMethods() []method {
	var methods []method
	for _, spelling := range []struct {
		prefix string
		enc    textEncoding
	}{
		{"ascii", encodingASCII}, {"base64", encodingBase64}, {"base64url", encodingBase64URL}, {"latin1", encodingLatin1},
		{"hex", encodingHex}, {"ucs2", encodingUTF16LE}, {"utf8", encodingUTF8},
	} {
		methods = append(methods,
			method{spelling.prefix + "Slice", 2, func(e *Env, c goja.FunctionCall) goja.Value {
				b := e.receiver(c)
				from, to := truncated(c.Argument(0), 0, len(b)), truncated(c.Argument(1), len(b), len(b))
				return spelling.enc.decode(e.VM, b[from:max(from, to)])
			}},
			method{spelling.prefix + "Write", 3, func(e *Env, c goja.FunctionCall) goja.Value {
				b := e.receiver(c)
				text, ok := c.Argument(0).(goja.String)
				if !ok {
					e.throw(errorClassType, codeInvalidArgType, "argument must be a string")
				}
				from := e.offset(c.Argument(1), "offset", 0, len(b))
				room := min(e.offset(c.Argument(2), "length", len(b)-from, math.MaxInt32), len(b)-from)
				return e.VM.ToValue(spelling.enc.copyWhole(b[from:from+room], e.encode(spelling.enc, text)))
			}})
	}
	return methods
}

func bufferToJSON(e *Env, c goja.FunctionCall) goja.Value {
	b := e.receiver(c)
	values := make([]any, len(b))
	for i, octet := range b {
		values[i] = e.VM.ToValue(octet)
	}
	o := e.VM.NewObject()
	_ = o.Set("type", "Buffer")
	_ = o.Set("data", e.VM.NewArray(values...))
	return o
}

func bufferInspect(e *Env, c goja.FunctionCall) goja.Value {
	return e.VM.ToValue(inspectBytes(e.receiver(c)))
}

// inspectBytes shows the first bytes as Node does.
func inspectBytes(b []byte) string {
	pairs := make([]string, min(len(b), inspectedBytes))
	for i := range pairs {
		pairs[i] = hex.EncodeToString(b[i : i+1])
	}
	text := "<Buffer " + strings.Join(pairs, " ")
	if more := len(b) - inspectedBytes; more == 1 {
		text += " ... 1 more byte"
	} else if more > 1 {
		text += fmt.Sprintf(" ... %d more bytes", more)
	}
	return text + ">"
}
