// Package secret keeps what must not be seen: it seals values at rest with a key per organisation, and
// masks them by value wherever a person or a log can look.
package secret
