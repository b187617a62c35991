package jsapi

import (
	"crypto/aes"
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// cipherNames is what getCiphers lists.
var cipherNames = func() []string {
	var names []string
	for _, size := range []string{"128", "192", "256"} {
		for _, mode := range []string{"cbc", "ccm", "ctr", "ecb", "gcm"} {
			names = append(names, "aes-"+size+"-"+mode)
		}
	}
	for _, size := range []string{"128", "192", "256"} {
		names = append(names, "aes"+size, "id-aes"+size+"-CCM", "id-aes"+size+"-GCM")
	}
	return names
}()

// cipherKind is an AES key size with a mode.
type cipherKind struct {
	name   string // as in aes-128-gcm
	keyLen int
	mode   string
}

// parseCipher knows a cipher by any of its names.
func parseCipher(name string) (cipherKind, bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimPrefix(strings.ToLower(name), "id-")), "aes")
	if !ok {
		return cipherKind{}, false
	}
	size, mode, dashed := strings.Cut(strings.TrimPrefix(rest, "-"), "-")
	if !dashed {
		mode = "cbc"
	}
	keyLen := map[string]int{"128": 16, "192": 24, "256": 32}[size]
	switch mode {
	case "ecb", "cbc", "ctr", "gcm", "ccm":
		return cipherKind{name: "aes-" + size + "-" + mode, keyLen: keyLen, mode: mode}, keyLen != 0
	}
	return cipherKind{}, false
}

// cipherState is a Cipheriv or Decipheriv of a script.
type cipherState struct {
	stream   cipherStream
	finished bool
	taken    int // bytes given to update so far
	output   *textDecoderState
}

var (
	cipherMethods = newMethodTable(
		method{"update", 3, cipherUpdate},
		method{"final", 1, cipherFinal},
		method{"setAutoPadding", 1, cipherSetAutoPadding},
		method{"getAuthTag", 0, cipherGetAuthTag},
		method{"setAAD", 2, cipherSetAAD},
	)
	decipherMethods = newMethodTable(
		method{"update", 3, cipherUpdate},
		method{"final", 1, cipherFinal},
		method{"setAutoPadding", 1, cipherSetAutoPadding},
		method{"setAuthTag", 2, cipherSetAuthTag},
		method{"setAAD", 2, cipherSetAAD},
	)
)

// createCipher is createCipheriv(algorithm, key, iv[, options]) and its counterpart.
func (e *Env) createCipher(c goja.FunctionCall, decrypt bool) goja.Value {
	if !goja.IsString(c.Argument(0)) {
		e.throwArgType("cipher", "of type string", c.Argument(0))
	}
	options := c.Argument(3)
	key := e.source(c.Argument(1), "key", keyExpected, option(options, "encoding"))
	var iv []byte
	if !goja.IsNull(c.Argument(2)) {
		iv = e.source(c.Argument(2), "iv", sourceExpected, goja.Undefined())
	}
	tagLength := e.lengthOption(options, "authTagLength")
	kind, ok := parseCipher(c.Argument(0).String())
	if !ok {
		e.throw(errorClassPlain, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher")
	}
	if len(key) != kind.keyLen {
		e.throw(errorClassRange, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		e.rethrow(err)
	}
	stream, failure := newCipherStream(kind, block, append([]byte(nil), iv...), tagLength, decrypt)
	if failure != nil {
		e.throwCipherError(failure)
	}
	methods := cipherMethods
	if decrypt {
		methods = decipherMethods
	}
	return e.newInstance(e.prototypeOf(methods), &cipherState{stream: stream})
}

// lengthOption returns a length among the options, -1 when it is not there.
func (e *Env) lengthOption(options goja.Value, name string) int {
	v := option(options, name)
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return -1
	}
	if f := v.ToFloat(); !goja.IsNumber(v) || f < 0 || f > math.MaxUint32 || f != math.Trunc(f) {
		e.throwArgValue("options."+name, "is invalid", v)
	}
	return int(v.ToInteger())
}

// cipherError is an error of Node's or OpenSSL's that scripts may test for.
type cipherError struct{ class, code, message string }

var (
	errBadIV        = &cipherError{errorClassType, "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector"}
	errUnsupported  = &cipherError{errorClassPlain, "", "Trying to add data in unsupported state"}
	errUnauthentic  = &cipherError{errorClassPlain, "", "Unsupported state or unable to authenticate data"}
	errFinished     = &cipherError{errorClassPlain, "ERR_CRYPTO_INVALID_STATE", "Invalid state"}
	errPartialBlock = &cipherError{errorClassPlain, "ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH", "error:1C80006B:Provider routines::wrong final block length"}
	errBadPadding   = &cipherError{errorClassPlain, "ERR_OSSL_BAD_DECRYPT", "error:1C800064:Provider routines::bad decrypt"}
	errTooLong      = &cipherError{errorClassRange, "ERR_CRYPTO_INVALID_MESSAGELEN", "Invalid message length"}
	errNoLength     = &cipherError{errorClassType, codeMissingArgs, "options.plaintextLength required for CCM mode with AAD"}
)

func errTagLength(n int) *cipherError {
	return &cipherError{errorClassType, "ERR_CRYPTO_INVALID_AUTH_TAG", "Invalid authentication tag length: " + strconv.Itoa(n)}
}

func errState(operation string) *cipherError {
	return &cipherError{errorClassPlain, "ERR_CRYPTO_INVALID_STATE", "Invalid state for operation " + operation}
}

func (e *Env) throwCipherError(err *cipherError) { e.throw(err.class, err.code, "%s", err.message) }

func cipherUpdate(e *Env, c goja.FunctionCall) goja.Value {
	s := thisState[*cipherState](e, c, "Cipheriv")
	data := e.data(c.Argument(0), c.Argument(1))
	if s.finished {
		e.throwCipherError(errUnsupported)
	}
	if s.taken += len(data); s.taken > maxBytes {
		e.throwCipherError(errTooLong)
	}
	out, err := s.stream.update(data)
	if err != nil {
		e.throwCipherError(err)
	}
	return e.cipherOutput(s, out, c.Argument(2), false)
}

func cipherFinal(e *Env, c goja.FunctionCall) goja.Value {
	s := thisState[*cipherState](e, c, "Cipheriv")
	if s.finished {
		e.throwCipherError(errFinished)
	}
	s.finished = true
	out, err := s.stream.final()
	if err != nil {
		e.throwCipherError(err)
	}
	return e.cipherOutput(s, out, c.Argument(0), true)
}

// cipherOutput returns a Buffer, or text whose pieces can be joined: a character or a base64 group that
// lies across two updates comes with the second.
func (e *Env) cipherOutput(s *cipherState, out []byte, encoding goja.Value, last bool) goja.Value {
	if !encoding.ToBoolean() || encoding.String() == "buffer" {
		return e.newBuffer(out)
	}
	enc := e.encodingNamed(encoding)
	if s.output == nil {
		s.output = &textDecoderState{enc: enc}
	}
	if s.output.enc != enc {
		e.throw(errorClassPlain, "ERR_INTERNAL_ASSERTION", "Cannot change encoding")
	}
	return enc.decode(e.VM, s.output.whole(out, last))
}

func cipherSetAutoPadding(e *Env, c goja.FunctionCall) goja.Value {
	s := thisState[*cipherState](e, c, "Cipheriv")
	if s.finished {
		e.throwCipherError(errState("setAutoPadding"))
	}
	if padded, ok := s.stream.(*blockStream); ok {
		padded.padding = len(c.Arguments) == 0 || c.Argument(0).ToBoolean()
	}
	return c.This
}

func cipherGetAuthTag(e *Env, c goja.FunctionCall) goja.Value {
	s := thisState[*cipherState](e, c, "Cipheriv")
	sealing, ok := s.stream.(authenticated)
	if !ok || !s.finished || sealing.tag() == nil {
		e.throwCipherError(errState("getAuthTag"))
	}
	return e.newBuffer(append([]byte(nil), sealing.tag()...))
}

func cipherSetAuthTag(e *Env, c goja.FunctionCall) goja.Value {
	s := thisState[*cipherState](e, c, "Decipheriv")
	tag := e.source(c.Argument(0), "buffer", sourceExpected, c.Argument(1))
	opening, ok := s.stream.(authenticated)
	if !ok || s.finished {
		e.throwCipherError(errState("setAuthTag"))
	}
	if err := opening.setTag(append([]byte(nil), tag...)); err != nil {
		e.throwCipherError(err)
	}
	return c.This
}

func cipherSetAAD(e *Env, c goja.FunctionCall) goja.Value {
	s := thisState[*cipherState](e, c, "Cipheriv")
	length := e.lengthOption(c.Argument(1), "plaintextLength")
	data := e.source(c.Argument(0), "aadbuf", sourceExpected, option(c.Argument(1), "encoding"))
	stream, ok := s.stream.(authenticated)
	if !ok || s.finished {
		e.throwCipherError(errState("setAAD"))
	}
	if s.taken += len(data); s.taken > maxBytes {
		e.throwCipherError(errTooLong)
	}
	if err := stream.addAAD(data, length); err != nil {
		e.throwCipherError(err)
	}
	return c.This
}
