package jsapi

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
	"strings"

	"github.com/dop251/goja"
)

// hashNames is what getHashes lists.
var hashNames = []string{
	"RSA-MD5", "RSA-SHA1", "RSA-SHA224", "RSA-SHA256", "RSA-SHA384", "RSA-SHA512", "md5", "sha1", "sha224", "sha256",
	"sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384", "sha512", "sha512-224", "sha512-256",
}

// hashMaker returns the constructor of a digest by any spelling that Node takes, nil for one that is not
// supported.
func hashMaker(name string) func() hash.Hash {
	name = strings.TrimPrefix(strings.ToLower(name), "rsa-")
	if rest, ok := strings.CutPrefix(name, "sha-"); ok {
		name = "sha" + rest
	}
	switch name {
	case "md5":
		return md5.New
	case "sha1":
		return sha1.New
	case "sha224":
		return sha256.New224
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	case "sha512-224", "sha512/224":
		return sha512.New512_224
	case "sha512-256", "sha512/256":
		return sha512.New512_256
	case "sha3-224":
		return func() hash.Hash { return sha3.New224() }
	case "sha3-256":
		return func() hash.Hash { return sha3.New256() }
	case "sha3-384":
		return func() hash.Hash { return sha3.New384() }
	case "sha3-512":
		return func() hash.Hash { return sha3.New512() }
	}
	return nil
}

// hashState is a Hash or an Hmac of a script.
type hashState struct {
	sum      hash.Hash
	finished bool
}

// hashMethods is filled in init, for copy makes an object that has them.
var hashMethods *methodTable

func init() {
	hashMethods = newMethodTable(
		method{"copy", 1, hashCopy},
		method{"update", 2, hashUpdate},
		method{"digest", 1, hashDigest},
	)
}

var hmacMethods = newMethodTable(
	method{"update", 2, hashUpdate},
	method{"digest", 1, hmacDigest},
)

func createHash(e *Env, c goja.FunctionCall) goja.Value {
	return e.newInstance(e.prototypeOf(hashMethods), &hashState{sum: e.digest(c.Argument(0))})
}

func (e *Env) digest(algorithm goja.Value) hash.Hash {
	if !goja.IsString(algorithm) {
		e.throwArgType("algorithm", "of type string", algorithm)
	}
	maker := hashMaker(algorithm.String())
	if maker == nil {
		e.throw(errorClassPlain, "", "Digest method not supported")
	}
	return maker()
}

func createHmac(e *Env, c goja.FunctionCall) goja.Value {
	algorithm := c.Argument(0)
	if !goja.IsString(algorithm) {
		e.throwArgType("hmac", "of type string", algorithm)
	}
	key := e.source(c.Argument(1), "key", keyExpected, option(c.Argument(2), "encoding"))
	maker := hashMaker(algorithm.String())
	if maker == nil {
		e.throw(errorClassType, "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest: %s", algorithm.String())
	}
	return e.newInstance(e.prototypeOf(hmacMethods), &hashState{sum: hmac.New(maker, key)})
}

// hashAtOnce is crypto.hash(algorithm, data[, outputEncoding]).
func hashAtOnce(e *Env, c goja.FunctionCall) goja.Value {
	if name := c.Argument(0); goja.IsString(name) && hashMaker(name.String()) == nil {
		e.throw(errorClassPlain, "", "Digest method %s is not supported", name.String())
	}
	sum := e.digest(c.Argument(0))
	_, _ = sum.Write(e.data(c.Argument(1), goja.Undefined()))
	encoding := c.Argument(2)
	if goja.IsUndefined(encoding) {
		encoding = e.VM.ToValue("hex")
	}
	return e.encoded(sum.Sum(nil), encoding)
}

func (e *Env) openHash(c goja.FunctionCall) *hashState {
	h := thisState[*hashState](e, c, "Hash")
	if h.finished {
		e.throw(errorClassPlain, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called")
	}
	return h
}

func hashUpdate(e *Env, c goja.FunctionCall) goja.Value {
	h := e.openHash(c)
	_, _ = h.sum.Write(e.data(c.Argument(0), c.Argument(1)))
	return c.This
}

func hashDigest(e *Env, c goja.FunctionCall) goja.Value {
	h := e.openHash(c)
	h.finished = true
	return e.encoded(h.sum.Sum(nil), c.Argument(0))
}

// hmacDigest answers nothing at a second call, where a Hash throws.
func hmacDigest(e *Env, c goja.FunctionCall) goja.Value {
	h := thisState[*hashState](e, c, "Hmac")
	if h.finished {
		return e.encoded(nil, c.Argument(0))
	}
	h.finished = true
	return e.encoded(h.sum.Sum(nil), c.Argument(0))
}

func hashCopy(e *Env, c goja.FunctionCall) goja.Value {
	h := e.openHash(c)
	sum, err := h.sum.(hash.Cloner).Clone()
	if err != nil {
		e.rethrow(err)
	}
	return e.newInstance(e.prototypeOf(hashMethods), &hashState{sum: sum})
}

// encoded returns b as text in an encoding, or as a Buffer without one ("buffer", or an unknown name).
func (e *Env) encoded(b []byte, encoding goja.Value) goja.Value {
	if encoding.ToBoolean() {
		if enc, ok := parseEncoding(encoding.String()); ok {
			return enc.decode(e.VM, b)
		}
	}
	return e.newBuffer(b)
}
