// Package secret keeps what must not be seen: it seals values at rest and masks them wherever a person
// or a log can look.
package secret

// Keyring seals and opens values with one data key per organisation, itself wrapped by a master key.
type Keyring struct{}
