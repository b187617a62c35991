package jsapi

import (
	"encoding/base64"
	"unicode/utf8"

	"github.com/dop251/goja"
)

func textGlobals() []Global {
	return []Global{{
		Name:       "atob",
		Doc:        "Decodes base64 into a string with one character per byte.",
		TypeScript: "function atob(base64: string): string;",
		New:        func(e *Env) goja.Value { return e.newFunction(method{"atob", 1, atob}) },
	}, {
		Name:       "btoa",
		Doc:        "Encodes a string of characters up to U+00FF, one byte each, as base64.",
		TypeScript: "function btoa(text: string): string;",
		New:        func(e *Env) goja.Value { return e.newFunction(method{"btoa", 1, btoa}) },
	}, {
		Name:       "TextEncoder",
		Doc:        "Turns strings into UTF-8.",
		TypeScript: "class TextEncoder {\n  readonly encoding: \"utf-8\";\n  encode(text?: string): Uint8Array;\n  encodeInto(text: string, to: Uint8Array): { read: number; written: number };\n}",
		New: constructor("TextEncoder", 0, textEncoderMethods, func(e *Env, _ goja.ConstructorCall) any {
			return encoderState{e}
		}),
	}, {
		Name:       "TextDecoder",
		Doc:        "Turns bytes into strings: utf-8, utf-16le, utf-16be, latin1, gbk and gb18030, by any of their web names.",
		TypeScript: "class TextDecoder {\n  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });\n  readonly encoding: string;\n  readonly fatal: boolean;\n  readonly ignoreBOM: boolean;\n  decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;\n}",
		New:        constructor("TextDecoder", 0, textDecoderMethods, newDecoder),
	}, {
		Name:       "structuredClone",
		Doc:        "Deep copy that keeps dates, maps, sets, typed arrays, regular expressions, errors and cycles. Functions and symbols cannot be copied, and nothing can be transferred.",
		TypeScript: "function structuredClone<T>(value: T): T;",
		New:        func(e *Env) goja.Value { return e.newFunction(method{"structuredClone", 1, structuredClone}) },
	}}
}

// throwDOM throws an error in the manner of the web's DOMException: told apart by its name.
func (e *Env) throwDOM(name string, code int, message string) {
	err := e.newPlainError(errorClassPlain, message)
	e.defineHidden(err, "name", e.VM.ToValue(name))
	e.defineHidden(err, "code", e.VM.ToValue(code))
	panic(err)
}

func (e *Env) throwInvalidCharacter(message string) {
	e.throwDOM("InvalidCharacterError", 5, message)
}

// input is the text that atob and btoa are given.
func (e *Env) input(c goja.FunctionCall) goja.String {
	if len(c.Arguments) == 0 {
		e.throw(errorClassType, codeMissingArgs, `The "input" argument must be specified`)
	}
	s := e.string(c.Argument(0))
	if s.Length() > maxBytes {
		e.throw(errorClassRange, "ERR_STRING_TOO_LONG", "Cannot encode a string longer than %d characters", maxBytes)
	}
	return s
}

// atob is stricter than Buffer: only the standard alphabet, and padding only where it belongs.
func atob(e *Env, c goja.FunctionCall) goja.Value {
	s := e.input(c)
	digits, padding := make([]byte, 0, s.Length()), 0
	for i := range s.Length() {
		switch unit := s.CharAt(i); {
		case unit == ' ' || unit == '\t' || unit == '\n' || unit == '\f' || unit == '\r':
		case unit == '=':
			padding++
		case padding > 0 || unit > 'z' || unit == '-' || unit == '_' || base64Digit(byte(unit)) < 0:
			e.throwInvalidCharacter("Invalid character")
		default:
			digits = append(digits, byte(unit))
		}
	}
	if len(digits)%4 == 1 {
		e.throwInvalidCharacter("The string to be decoded is not correctly encoded.")
	}
	if padding > 0 && (padding > 2 || (len(digits)+padding)%4 != 0) {
		e.throwInvalidCharacter("Invalid character")
	}
	return latin1String(decodeBase64(digits))
}

func btoa(e *Env, c goja.FunctionCall) goja.Value {
	s := e.input(c)
	b := make([]byte, s.Length())
	for i := range b {
		unit := s.CharAt(i)
		if unit > 0xFF {
			e.throwInvalidCharacter("Invalid character")
		}
		b[i] = byte(unit)
	}
	return e.VM.ToValue(base64.StdEncoding.EncodeToString(b))
}

// encoderState is a TextEncoder of a script.
type encoderState struct{ env *Env }

func (s encoderState) get(key string) goja.Value {
	if key == "encoding" {
		return s.env.VM.ToValue("utf-8")
	}
	return nil
}

func (encoderState) set(key string, _ goja.Value) bool { return key == "encoding" }

var textEncoderMethods = newMethodTable(
	method{"encode", 0, encoderEncode},
	method{"encodeInto", 2, encoderEncodeInto},
)

func encoderEncode(e *Env, c goja.FunctionCall) goja.Value {
	thisState[encoderState](e, c, "TextEncoder")
	if goja.IsUndefined(c.Argument(0)) {
		return e.newUint8Array(nil)
	}
	return e.newUint8Array(e.encode(encodingUTF8, e.string(c.Argument(0))))
}

// newUint8Array returns a plain Uint8Array over b.
func (e *Env) newUint8Array(b []byte) goja.Value {
	view, err := e.bufferClass().makeView(nil, e.VM.ToValue(e.VM.NewArrayBuffer(b)))
	if err != nil {
		e.rethrow(err)
	}
	return view
}

func encoderEncodeInto(e *Env, c goja.FunctionCall) goja.Value {
	thisState[encoderState](e, c, "TextEncoder")
	text, ok := c.Argument(0).(goja.String)
	if !ok {
		e.throwArgType("src", "of type string", c.Argument(0))
	}
	to, ok := e.uint8Bytes(c.Argument(1))
	if !ok {
		e.throwArgType("dest", "an instance of Uint8Array", c.Argument(1))
	}
	encoded := e.encode(encodingUTF8, text)
	written := encodingUTF8.copyWhole(to, encoded)
	read := 0
	for b := encoded[:written]; len(b) > 0; {
		r, width := utf8.DecodeRune(b)
		b = b[width:]
		read++
		if r > 0xFFFF {
			read++
		}
	}
	result := e.VM.NewObject()
	_ = result.Set("read", read)
	_ = result.Set("written", written)
	return result
}
