package platform

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Key makes an opaque key of what names a thing, its credential perhaps: a hash, from which nobody can
// get the credential back.
func Key(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
