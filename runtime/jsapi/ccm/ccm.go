// Package ccm is the CCM mode of a 128-bit block cipher (RFC 3610, NIST SP 800-38C), which Go's standard
// library does not have and which meters use.
package ccm

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
)

const blockSize = 16

// errOpen is deliberately the same for everything that can be wrong with a sealed message.
var errOpen = errors.New("ccm: message authentication failed")

type mode struct {
	block     cipher.Block
	nonceSize int
	tagSize   int
}

// New returns the CCM mode of a block cipher. The nonce has 7 to 13 bytes: the longer it is, the shorter
// a message may be (see MaxLength). The tag has 4, 6, 8, 10, 12, 14 or 16.
func New(block cipher.Block, nonceSize, tagSize int) (cipher.AEAD, error) {
	switch {
	case block.BlockSize() != blockSize:
		return nil, fmt.Errorf("ccm: a cipher with blocks of %d bytes, %d are needed", block.BlockSize(), blockSize)
	case !ValidNonceSize(nonceSize):
		return nil, fmt.Errorf("ccm: a nonce of %d bytes, 7 to 13 are needed", nonceSize)
	case !ValidTagSize(tagSize):
		return nil, fmt.Errorf("ccm: a tag of %d bytes, an even number from 4 to 16 is needed", tagSize)
	}
	return &mode{block: block, nonceSize: nonceSize, tagSize: tagSize}, nil
}

// ValidNonceSize reports whether CCM has nonces of n bytes.
func ValidNonceSize(n int) bool { return 7 <= n && n <= 13 }

// ValidTagSize reports whether CCM has tags of n bytes.
func ValidTagSize(n int) bool { return 4 <= n && n <= 16 && n%2 == 0 }

// MaxLength is how many bytes of plaintext fit with a nonce of nonceSize bytes.
func MaxLength(nonceSize int) int {
	bits := 8 * (blockSize - 1 - nonceSize)
	if bits >= 63 {
		return 1<<63 - 1
	}
	return 1<<bits - 1
}

func (m *mode) NonceSize() int { return m.nonceSize }
func (m *mode) Overhead() int  { return m.tagSize }

// Seal appends the ciphertext and the tag to dst. It panics on a nonce of another size and on a message
// over MaxLength, as the modes of the standard library do.
func (m *mode) Seal(dst, nonce, plaintext, additionalData []byte) []byte {
	m.checkNonce(nonce)
	if len(plaintext) > MaxLength(m.nonceSize) {
		panic("ccm: message too long for the nonce")
	}
	tag := m.tag(nonce, plaintext, additionalData)
	start := len(dst)
	dst = append(dst, plaintext...)
	m.counter(nonce).XORKeyStream(dst[start:], plaintext)
	return append(dst, tag...)
}

// Open appends the plaintext to dst, or returns an error when the message is not what was sealed.
func (m *mode) Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error) {
	m.checkNonce(nonce)
	n := len(ciphertext) - m.tagSize
	if n < 0 || n > MaxLength(m.nonceSize) {
		return nil, errOpen
	}
	plaintext := make([]byte, n)
	m.counter(nonce).XORKeyStream(plaintext, ciphertext[:n])
	if subtle.ConstantTimeCompare(m.tag(nonce, plaintext, additionalData), ciphertext[n:]) != 1 {
		return nil, errOpen
	}
	return append(dst, plaintext...), nil
}

func (m *mode) checkNonce(nonce []byte) {
	if len(nonce) != m.nonceSize {
		panic("ccm: incorrect nonce length")
	}
}

// counter is the key stream of the message: the blocks A_1, A_2, … of RFC 3610.
func (m *mode) counter(nonce []byte) cipher.Stream {
	first := m.counterBlock(nonce)
	first[blockSize-1] = 1
	return cipher.NewCTR(m.block, first[:])
}

// counterBlock is A_0, whose encryption masks the tag.
func (m *mode) counterBlock(nonce []byte) [blockSize]byte {
	var a [blockSize]byte
	a[0] = byte(blockSize - 2 - m.nonceSize)
	copy(a[1:], nonce)
	return a
}

// tag is the CBC-MAC over the message's header, the additional data and the plaintext, masked.
func (m *mode) tag(nonce, plaintext, additionalData []byte) []byte {
	mac := cbcMAC{block: m.block}
	mac.write(m.header(nonce, len(plaintext), len(additionalData) > 0))
	if len(additionalData) > 0 {
		mac.write(lengthPrefix(len(additionalData)))
		mac.write(additionalData)
		mac.pad()
	}
	mac.write(plaintext)
	mac.pad()
	mask := m.counterBlock(nonce)
	m.block.Encrypt(mask[:], mask[:])
	subtle.XORBytes(mask[:], mask[:], mac.state[:])
	return mask[:m.tagSize]
}

// header is B_0: flags, nonce and the length of the plaintext.
func (m *mode) header(nonce []byte, length int, hasAdditionalData bool) []byte {
	b := make([]byte, blockSize)
	binary.BigEndian.PutUint64(b[8:], uint64(length))
	b[0] = byte((m.tagSize-2)/2<<3 | (blockSize - 2 - m.nonceSize))
	if hasAdditionalData {
		b[0] |= 1 << 6
	}
	copy(b[1:], nonce)
	return b
}

// lengthPrefix encodes the length of the additional data in as few bytes as RFC 3610 allows.
func lengthPrefix(n int) []byte {
	switch {
	case n < 1<<16-1<<8:
		return binary.BigEndian.AppendUint16(nil, uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32([]byte{0xFF, 0xFE}, uint32(n))
	}
	return binary.BigEndian.AppendUint64([]byte{0xFF, 0xFF}, uint64(n))
}

type cbcMAC struct {
	block cipher.Block
	state [blockSize]byte
	used  int // bytes of the block under way
}

func (c *cbcMAC) write(b []byte) {
	for len(b) > 0 {
		n := subtle.XORBytes(c.state[c.used:], c.state[c.used:], b)
		b = b[n:]
		if c.used += n; c.used == blockSize {
			c.pad()
		}
	}
}

// pad completes the block under way with zeros.
func (c *cbcMAC) pad() {
	if c.used > 0 {
		c.block.Encrypt(c.state[:], c.state[:])
		c.used = 0
	}
}
