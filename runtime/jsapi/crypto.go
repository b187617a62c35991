package jsapi

import (
	"crypto/rand"
	"crypto/subtle"
	"math"
	"math/big"

	"github.com/dop251/goja"
	"github.com/google/uuid"
)

const (
	viewsExpected   = "an instance of ArrayBuffer, Buffer, TypedArray, or DataView"
	sourceExpected  = "of type string or " + viewsExpected
	dataExpected    = "of type string or an instance of Buffer, TypedArray, or DataView"
	keyExpected     = "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey"
	maxRandomSpan   = 1<<48 - 1 // of randomInt, as in Node
	maxRandomValues = 65536     // bytes that getRandomValues fills, as in browsers and Node
)

func cryptoGlobals() []Global {
	return []Global{{
		Name:       "crypto",
		Doc:        "Hashes, HMACs, random values and AES (ECB, CBC, CTR, GCM, CCM), with the names, arguments and errors of Node's crypto module. Everything returns at once; there are no callbacks and no streams.",
		TypeScript: cryptoTypes,
		New:        func(e *Env) goja.Value { return e.prototypeOf(cryptoMethods) },
	}}
}

var cryptoMethods = newMethodTable(
	method{"createHash", 2, createHash},
	method{"createHmac", 3, createHmac},
	method{"hash", 3, hashAtOnce},
	method{"getHashes", 0, func(e *Env, _ goja.FunctionCall) goja.Value { return e.stringList(hashNames) }},
	method{"createCipheriv", 4, func(e *Env, c goja.FunctionCall) goja.Value { return e.createCipher(c, false) }},
	method{"createDecipheriv", 4, func(e *Env, c goja.FunctionCall) goja.Value { return e.createCipher(c, true) }},
	method{"getCiphers", 0, func(e *Env, _ goja.FunctionCall) goja.Value { return e.stringList(cipherNames) }},
	method{"randomBytes", 1, randomBytes},
	method{"randomInt", 2, randomInt},
	method{"randomUUID", 0, randomUUID},
	method{"getRandomValues", 1, getRandomValues},
	method{"timingSafeEqual", 2, timingSafeEqual},
)

func (e *Env) stringList(list []string) goja.Value {
	values := make([]any, len(list))
	for i, s := range list {
		values[i] = s
	}
	return e.VM.NewArray(values...)
}

// refuseCallback is clear about what would otherwise be a callback that nobody calls.
func (e *Env) refuseCallback(v goja.Value, function string) {
	if _, ok := goja.AssertFunction(v); ok {
		e.throw(errorClassType, codeInvalidArgType, "crypto.%s takes no callback here: use the value that it returns", function)
	}
}

func randomBytes(e *Env, c goja.FunctionCall) goja.Value {
	e.refuseCallback(c.Argument(1), "randomBytes")
	buffer, b := e.newBufferOf(e.byteCount(c.Argument(0), "size"))
	e.fillRandom(b)
	return buffer
}

func (e *Env) fillRandom(b []byte) {
	_, _ = rand.Read(b) // never fails: the program ends when the system has no randomness
}

// randomInt is randomInt([min, ]max): min ≤ n < max.
func randomInt(e *Env, c goja.FunctionCall) goja.Value {
	low, high := e.VM.ToValue(0), c.Argument(0)
	e.refuseCallback(c.Argument(1), "randomInt")
	e.refuseCallback(c.Argument(2), "randomInt")
	if !goja.IsUndefined(c.Argument(1)) {
		low, high = c.Argument(0), c.Argument(1)
	}
	from, to := e.safeInteger(low, "min"), e.safeInteger(high, "max")
	if to <= from {
		e.throwOutOfRange("max", `greater than the value of "min" (`+inspect(low)+`)`, high)
	}
	span := to - from
	if span > maxRandomSpan {
		name := "max - min"
		if from == 0 {
			name = "max"
		}
		e.throwOutOfRange(name, "<= 281474976710655", e.VM.ToValue(span))
	}
	n, err := rand.Int(rand.Reader, big.NewInt(span))
	if err != nil {
		e.rethrow(err)
	}
	return e.VM.ToValue(from + n.Int64())
}

func (e *Env) safeInteger(v goja.Value, name string) int64 {
	if !goja.IsNumber(v) || v.ToFloat() != math.Trunc(v.ToFloat()) || math.Abs(v.ToFloat()) > maxSafeInteger {
		e.throwArgType(name, "a safe integer", v)
	}
	return v.ToInteger()
}

func randomUUID(e *Env, _ goja.FunctionCall) goja.Value {
	return e.VM.ToValue(uuid.NewString())
}

func getRandomValues(e *Env, c goja.FunctionCall) goja.Value {
	b, ok := e.viewBytes(c.Argument(0))
	if !ok {
		e.throwArgType("typedArray", "an instance of TypedArray", c.Argument(0))
	}
	if len(b) > maxRandomValues {
		e.throw(errorClassRange, "QuotaExceededError", "The requested length exceeds 65,536 bytes")
	}
	e.fillRandom(b)
	return c.Argument(0)
}

func timingSafeEqual(e *Env, c goja.FunctionCall) goja.Value {
	var sides [2][]byte
	for i, name := range []string{"buf1", "buf2"} {
		b, ok := e.rawBytes(c.Argument(i))
		if !ok {
			e.throw(errorClassType, codeInvalidArgType, "The %q argument must be %s.", name, viewsExpected)
		}
		sides[i] = b
	}
	if len(sides[0]) != len(sides[1]) {
		e.throw(errorClassRange, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length")
	}
	return e.VM.ToValue(subtle.ConstantTimeCompare(sides[0], sides[1]) == 1)
}

// rawBytes returns the memory of a view or an ArrayBuffer.
func (e *Env) rawBytes(v goja.Value) ([]byte, bool) {
	if b, ok := arrayBufferBytes(v); ok {
		return b, true
	}
	return e.viewBytes(v)
}

// source returns the bytes of an argument that may be text in an encoding or anything that holds bytes.
func (e *Env) source(v goja.Value, name, expected string, encoding goja.Value) []byte {
	if s, ok := v.(goja.String); ok {
		enc := encodingUTF8
		if encoding.ToBoolean() {
			if known, ok := parseEncoding(encoding.String()); ok {
				enc = known
			}
		}
		return e.encode(enc, s)
	}
	b, ok := e.rawBytes(v)
	if !ok {
		e.throwArgType(name, expected, v)
	}
	return b
}

// data is source for update: an unknown encoding means UTF-8 and half a byte of hex is an error.
func (e *Env) data(v, encoding goja.Value) []byte {
	s, isText := v.(goja.String)
	if isText {
		if enc, ok := parseEncoding(encoding.String()); ok && enc == encodingHex && s.Length()%2 != 0 {
			e.throwArgValue("encoding", "is invalid for data of length "+e.VM.ToValue(s.Length()).String(), encoding)
		}
	} else if _, isView := e.viewBytes(v); !isView {
		e.throwArgType("data", dataExpected, v)
	}
	return e.source(v, "data", dataExpected, encoding)
}

// option returns a member of an optional options object.
func option(options goja.Value, name string) goja.Value {
	if object, ok := options.(*goja.Object); ok {
		if v := object.Get(name); v != nil {
			return v
		}
	}
	return goja.Undefined()
}
