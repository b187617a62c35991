package jsapi

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// The codes of Node's errors that scripts may test for.
const (
	codeInvalidArgType   = "ERR_INVALID_ARG_TYPE"
	codeInvalidArgValue  = "ERR_INVALID_ARG_VALUE"
	codeOutOfRange       = "ERR_OUT_OF_RANGE"
	codeBufferBounds     = "ERR_BUFFER_OUT_OF_BOUNDS"
	codeBufferSize       = "ERR_INVALID_BUFFER_SIZE"
	codeUnknownEncoding  = "ERR_UNKNOWN_ENCODING"
	codeMissingArgs      = "ERR_MISSING_ARGS"
	codeInvalidThis      = "ERR_INVALID_THIS"
	codeInvalidURL       = "ERR_INVALID_URL"
	codeEncodingInvalid  = "ERR_ENCODING_INVALID_ENCODED_DATA"
	codeEncodingUnknown  = "ERR_ENCODING_NOT_SUPPORTED"
	codeInvalidTuple     = "ERR_INVALID_TUPLE"
	errorClassPlain      = "Error"
	errorClassType       = "TypeError"
	errorClassRange      = "RangeError"
	receivedStringLength = 28 // Node shortens longer strings in "Received …"
)

// throw panics with a JavaScript error of the given class that carries a code as Node's errors do. The
// engine turns the panic into an exception that the script can catch.
func (e *Env) throw(class, code, format string, args ...any) {
	panic(e.newError(class, code, fmt.Sprintf(format, args...)))
}

func (e *Env) newError(class, code, message string) *goja.Object {
	err := e.newPlainError(class, message)
	if code == "" {
		return err
	}
	_ = err.Set("code", code)
	if !slices.Contains(plainlyWritten, code) && strings.HasPrefix(code, "ERR_") && !strings.HasPrefix(code, "ERR_OSSL") {
		_ = err.DefineDataProperty("toString", e.VM.ToValue(func(call goja.FunctionCall) goja.Value {
			this := call.This.ToObject(e.VM)
			return e.VM.ToValue(this.Get("name").String() + " [" + code + "]: " + this.Get("message").String())
		}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return err
}

// plainlyWritten are the codes of errors that Node writes as any error: those made in its native part. Others have
// the code behind the name.
var plainlyWritten = []string{
	codeInvalidURL, codeEncodingInvalid, "ERR_CRYPTO_INVALID_KEYLEN", "ERR_CRYPTO_UNKNOWN_CIPHER", "ERR_CRYPTO_INVALID_IV",
	"ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "ERR_CRYPTO_INVALID_AUTH_TAG",
}

// newPlainError falls back to a TypeError when the script has broken the class's global.
func (e *Env) newPlainError(class, message string) *goja.Object {
	if class != errorClassType {
		if err, failure := e.VM.New(e.VM.Get(class), e.VM.ToValue(message)); failure == nil {
			return err
		}
	}
	return e.VM.NewTypeError("%s", message)
}

// rethrow panics with what a Go call into the engine failed with, so that a script sees its own
// exception and an interrupt stays one.
func (e *Env) rethrow(err error) {
	panic(err)
}

// throwArgType says that an argument has a type that the function does not take; expected is in Node's
// words ("of type number", "an instance of Buffer or Uint8Array").
func (e *Env) throwArgType(name, expected string, actual goja.Value) {
	subject := fmt.Sprintf("%q argument", name)
	if strings.HasSuffix(name, " argument") {
		subject = name
	} else if strings.Contains(name, ".") {
		subject = fmt.Sprintf("%q property", name)
	}
	e.throw(errorClassType, codeInvalidArgType, "The %s must be %s. Received %s", subject, expected, e.received(actual))
}

func (e *Env) throwArgValue(name, reason string, actual goja.Value) {
	subject := "argument"
	if strings.Contains(name, ".") {
		subject = "property"
	}
	received := inspect(actual)
	if b, ok := e.uint8Bytes(actual); ok {
		received = inspectBytes(b)
	}
	e.throw(errorClassType, codeInvalidArgValue, "The %s '%s' %s. Received %s", subject, name, reason, received)
}

func (e *Env) throwOutOfRange(name, limits string, actual goja.Value) {
	e.throw(errorClassRange, codeOutOfRange,
		"The value of %q is out of range. It must be %s. Received %s", name, limits, rangeReceived(actual))
}

// received describes a value of a wrong type in the words of Node's errors.
func (e *Env) received(v goja.Value) string {
	switch {
	case v == nil || goja.IsUndefined(v):
		return "undefined"
	case goja.IsNull(v):
		return "null"
	case goja.IsBigInt(v):
		return "type bigint (" + v.String() + "n)"
	case goja.IsNumber(v):
		return "type number (" + inspect(v) + ")"
	case goja.IsString(v):
		s := v.(goja.String)
		if s.Length() > receivedStringLength {
			return "type string ('" + s.Substring(0, receivedStringLength-3).String() + "...')"
		}
		return "type string (" + inspect(v) + ")"
	}
	if symbol, ok := v.(*goja.Symbol); ok {
		return "type symbol (" + inspect(symbol) + ")"
	}
	object, ok := v.(*goja.Object)
	if !ok {
		return "type boolean (" + v.String() + ")"
	}
	if _, callable := goja.AssertFunction(object); callable {
		return "function " + textOf(object.Get("name"))
	}
	if constructor, ok := object.Get("constructor").(*goja.Object); ok {
		if name := constructor.Get("name"); name != nil {
			return "an instance of " + textOf(name)
		}
	}
	return "[Object: null prototype] {}"
}

// inspect shows a primitive as Node's util.inspect does, and only names what an object is.
func inspect(v goja.Value) string {
	switch {
	case v == nil:
		return "undefined"
	case goja.IsString(v):
		s := v.String()
		if strings.ContainsRune(s, '\'') && !strings.ContainsRune(s, '"') {
			return `"` + s + `"`
		}
		return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
	case goja.IsBigInt(v):
		return v.String() + "n"
	case goja.IsNumber(v):
		if f := v.ToFloat(); f == 0 && math.Signbit(f) {
			return "-0"
		}
		return v.String()
	}
	switch v := v.(type) {
	case *goja.Symbol:
		return "Symbol(" + v.String() + ")"
	case *goja.Object:
		return "[" + v.ClassName() + "]"
	}
	return v.String()
}

// rangeReceived is inspect with Node's digit groups in integers beyond 32 bits.
func rangeReceived(v goja.Value) string {
	text := inspect(v)
	if v != nil && goja.IsBigInt(v) {
		if v.Export().(*big.Int).BitLen() > 32 {
			return groupDigits(v.String()) + "n"
		}
		return text
	}
	if v == nil || !goja.IsNumber(v) {
		return text
	}
	if f := v.ToFloat(); math.Abs(f) <= 1<<32 || f != math.Trunc(f) || math.IsInf(f, 0) {
		return text
	}
	return groupDigits(text)
}

func groupDigits(digits string) string {
	start := 0
	if strings.HasPrefix(digits, "-") {
		start = 1
	}
	for i := len(digits) - 3; i > start; i -= 3 {
		digits = digits[:i] + "_" + digits[i:]
	}
	return digits
}

// textOf is String(v) for a value that may be missing.
func textOf(v goja.Value) string {
	if v == nil {
		return "undefined"
	}
	return v.String()
}

// text is ToString: what an argument of a web API that takes text is converted with.
func (e *Env) text(v goja.Value) string {
	if _, ok := v.(*goja.Symbol); ok {
		e.throw(errorClassType, "", "Cannot convert a Symbol value to a string")
	}
	return v.String()
}

// string is text as a value of the language, which may hold half a surrogate pair.
func (e *Env) string(v goja.Value) goja.String {
	if s, ok := v.(goja.String); ok {
		return s
	}
	return e.VM.ToValue(e.text(v)).(goja.String)
}
