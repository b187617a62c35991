package jsapi

import (
	"crypto/cipher"
	"crypto/subtle"
	"slices"

	"github.com/tripline/tripline/runtime/jsapi/ccm"
)

// cipherStream turns a message piece by piece into its encryption or back.
type cipherStream interface {
	update(data []byte) ([]byte, *cipherError)
	final() ([]byte, *cipherError)
}

// authenticated is a cipherStream with a tag and additional data.
type authenticated interface {
	cipherStream
	tag() []byte // nil until an encryption is final
	setTag(tag []byte) *cipherError
	addAAD(data []byte, plaintextLength int) *cipherError
}

// newCipherStream checks what depends on the mode: the length of iv and of the tag (-1: not given).
func newCipherStream(kind cipherKind, block cipher.Block, iv []byte, tagLength int, decrypt bool) (cipherStream, *cipherError) {
	switch kind.mode {
	case "gcm":
		return newGCMStream(block, iv, tagLength, decrypt)
	case "ccm":
		return newCCMStream(kind, block, iv, tagLength, decrypt)
	case "ecb":
		if len(iv) != 0 {
			return nil, errBadIV
		}
		return &blockStream{mode: ecb{block, decrypt}, decrypt: decrypt, padding: true}, nil
	}
	if len(iv) != block.BlockSize() {
		return nil, errBadIV
	}
	switch {
	case kind.mode == "ctr":
		return counterStream{cipher.NewCTR(block, iv)}, nil
	case decrypt:
		return &blockStream{mode: cipher.NewCBCDecrypter(block, iv), decrypt: true, padding: true}, nil
	}
	return &blockStream{mode: cipher.NewCBCEncrypter(block, iv), padding: true}, nil
}

// ecb is the electronic codebook: each block for itself. The standard library leaves it out because it
// hides no patterns, but meters speak it.
type ecb struct {
	block   cipher.Block
	decrypt bool
}

func (m ecb) BlockSize() int { return m.block.BlockSize() }

func (m ecb) CryptBlocks(dst, src []byte) {
	for size := m.BlockSize(); len(src) > 0; dst, src = dst[size:], src[size:] {
		if m.decrypt {
			m.block.Decrypt(dst, src)
		} else {
			m.block.Encrypt(dst, src)
		}
	}
}

type counterStream struct{ cipher.Stream }

func (s counterStream) update(data []byte) ([]byte, *cipherError) {
	out := make([]byte, len(data))
	s.XORKeyStream(out, data)
	return out, nil
}

func (s counterStream) final() ([]byte, *cipherError) { return nil, nil }

// blockStream is a mode of whole blocks with PKCS #7 padding.
type blockStream struct {
	mode    cipher.BlockMode
	decrypt bool
	padding bool
	held    []byte // input that is not through yet: less than a block, or the block that may be padding
}

func (s *blockStream) update(data []byte) ([]byte, *cipherError) {
	input := append(s.held, data...)
	size := s.mode.BlockSize()
	ready := len(input) / size * size
	if s.decrypt && s.padding && ready == len(input) && ready > 0 {
		ready -= size
	}
	out := make([]byte, ready)
	s.mode.CryptBlocks(out, input[:ready])
	s.held = slices.Clone(input[ready:])
	return out, nil
}

func (s *blockStream) final() ([]byte, *cipherError) {
	size := s.mode.BlockSize()
	switch {
	case !s.padding && len(s.held) > 0:
		return nil, errPartialBlock
	case !s.padding:
		return nil, nil
	case !s.decrypt:
		n := size - len(s.held)%size
		last := append(s.held, slices.Repeat([]byte{byte(n)}, n)...)
		s.mode.CryptBlocks(last, last)
		return last, nil
	case len(s.held) != size:
		return nil, errPartialBlock
	}
	last := make([]byte, size)
	s.mode.CryptBlocks(last, s.held)
	n := int(last[size-1])
	if n == 0 || n > size {
		return nil, errBadPadding
	}
	for _, c := range last[size-n:] {
		if int(c) != n {
			return nil, errBadPadding
		}
	}
	return last[:size-n], nil
}

// aead is what GCM and CCM have in common.
type aead struct {
	mode     cipher.AEAD
	nonce    []byte
	decrypt  bool
	size     int // of the tag, -1 while any valid one may come
	given    []byte
	computed []byte
	aad      []byte
}

func (a *aead) tag() []byte {
	if a.decrypt {
		return nil
	}
	return a.computed
}

// authentic compares the tag that was given with the one that the message has.
func (a *aead) authentic(full []byte) bool {
	return a.given != nil && subtle.ConstantTimeCompare(full[:len(a.given)], a.given) == 1
}

func validGCMTag(n int) bool { return n == 4 || n == 8 || 12 <= n && n <= 16 }

// gcmStream keeps the message until its tag is made, for the library seals only whole messages. What
// update returns comes from the key stream: the encryption of zeros.
type gcmStream struct {
	aead
	plain     []byte
	keyStream []byte
	started   bool
}

func newGCMStream(block cipher.Block, iv []byte, tagLength int, decrypt bool) (cipherStream, *cipherError) {
	if len(iv) == 0 {
		return nil, errBadIV
	}
	if tagLength >= 0 && !validGCMTag(tagLength) {
		return nil, errTagLength(tagLength)
	}
	mode, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		return nil, errBadIV
	}
	return &gcmStream{aead: aead{mode: mode, nonce: iv, decrypt: decrypt, size: tagLength}}, nil
}

func (s *gcmStream) update(data []byte) ([]byte, *cipherError) {
	s.started = true
	from, to := len(s.plain), len(s.plain)+len(data)
	if len(s.keyStream) < to {
		zeros := make([]byte, max(to, 2*len(s.keyStream)))
		s.keyStream = s.mode.Seal(nil, s.nonce, zeros, nil)[:len(zeros)]
	}
	out := make([]byte, len(data))
	subtle.XORBytes(out, data, s.keyStream[from:])
	if s.decrypt {
		s.plain = append(s.plain, out...)
	} else {
		s.plain = append(s.plain, data...)
	}
	return out, nil
}

func (s *gcmStream) final() ([]byte, *cipherError) {
	full := s.mode.Seal(nil, s.nonce, s.plain, s.aad)[len(s.plain):]
	if s.decrypt {
		if !s.authentic(full) {
			return nil, errUnauthentic
		}
		return nil, nil
	}
	s.computed = full
	if s.size > 0 {
		s.computed = full[:s.size]
	}
	return nil, nil
}

func (s *gcmStream) setTag(tag []byte) *cipherError {
	switch {
	case s.given != nil:
		return errState("setAuthTag")
	case !validGCMTag(len(tag)) || s.size > 0 && s.size != len(tag):
		return errTagLength(len(tag))
	}
	s.given = tag
	return nil
}

func (s *gcmStream) addAAD(data []byte, _ int) *cipherError {
	if s.started {
		return errState("setAAD")
	}
	s.aad = append(s.aad, data...)
	return nil
}

// ccmStream takes the message in one update: CCM begins with its length.
type ccmStream struct {
	aead
	expected int // the plaintext length that was announced, -1 for none
	done     bool
	failed   bool
}

func newCCMStream(kind cipherKind, block cipher.Block, iv []byte, tagLength int, decrypt bool) (cipherStream, *cipherError) {
	switch {
	case !ccm.ValidNonceSize(len(iv)):
		return nil, errBadIV
	case tagLength < 0:
		return nil, &cipherError{errorClassType, "ERR_CRYPTO_INVALID_AUTH_TAG", "authTagLength required for " + kind.name}
	case !ccm.ValidTagSize(tagLength):
		return nil, errTagLength(tagLength)
	}
	mode, err := ccm.New(block, len(iv), tagLength)
	if err != nil {
		return nil, errBadIV
	}
	return &ccmStream{aead: aead{mode: mode, nonce: iv, decrypt: decrypt, size: tagLength}, expected: -1}, nil
}

func (s *ccmStream) update(data []byte) ([]byte, *cipherError) {
	switch {
	case len(data) > ccm.MaxLength(len(s.nonce)):
		return nil, errTooLong
	case s.done || s.expected >= 0 && s.expected != len(data):
		return nil, errUnsupported
	}
	s.done = true
	if !s.decrypt {
		sealed := s.mode.Seal(nil, s.nonce, data, s.aad)
		s.computed = sealed[len(data):]
		return sealed[:len(data):len(data)], nil
	}
	plain, err := s.mode.Open(nil, s.nonce, slices.Concat(data, s.given), s.aad)
	if err != nil || s.given == nil {
		s.failed = true // final says so, as in Node; nothing unauthentic is handed out
		return nil, nil
	}
	return plain, nil
}

func (s *ccmStream) final() ([]byte, *cipherError) {
	if !s.done {
		if _, err := s.update(nil); err != nil {
			return nil, err
		}
	}
	if s.failed {
		return nil, errUnauthentic
	}
	return nil, nil
}

func (s *ccmStream) setTag(tag []byte) *cipherError {
	switch {
	case s.given != nil:
		return errState("setAuthTag")
	case len(tag) != s.size:
		return errTagLength(len(tag))
	}
	s.given = tag
	return nil
}

func (s *ccmStream) addAAD(data []byte, plaintextLength int) *cipherError {
	switch {
	case plaintextLength < 0:
		return errNoLength
	case plaintextLength > ccm.MaxLength(len(s.nonce)):
		return errTooLong
	case s.done:
		return errState("setAAD")
	}
	s.aad, s.expected = append(s.aad, data...), plaintextLength
	return nil
}
