package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// TokenPrefix begins every API token, so that scanners for leaked credentials can know one.
const TokenPrefix = "tlt_"

// Hash is what is stored of a token or of a session's cookie. Both are random and long: a fast hash is enough.
type Hash [sha256.Size]byte

// HashOf returns the hash of a token or of a cookie's value.
func HashOf(credential string) Hash { return sha256.Sum256([]byte(credential)) }

// NewToken returns a random API token.
func NewToken() string { return TokenPrefix + NewSession() }

// NewSession returns a random value for a session's cookie or a setup link: 32 bytes in base64url.
func NewSession() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
