// Package invalid describes bad input by its place. Every layer that checks input returns it, and the
// HTTP server turns it into the errors[] of a problem reply.
package invalid

import (
	"errors"
	"fmt"
	"strings"
)

// Field is one thing that is wrong: where, and what to do about it. Neither part carries a secret value.
type Field struct {
	Location string `json:"location"` // a path such as body.params[1].type
	Message  string `json:"message"`
	Line     int    `json:"line,omitempty"`   // in a script's source, from 1
	Column   int    `json:"column,omitempty"` // in a script's source, from 1
}

// Error is a list of bad fields, never empty.
type Error []Field

func (e Error) Error() string {
	parts := make([]string, len(e))
	for i, f := range e {
		parts[i] = f.Location + ": " + f.Message
	}
	return strings.Join(parts, "; ")
}

// At returns an Error with one field.
func At(location, format string, args ...any) Error {
	return Error{{Location: location, Message: fmt.Sprintf(format, args...)}}
}

// Under returns err with prefix put before every location, or err itself when it is no Error.
func Under(prefix string, err error) error {
	fields, ok := errors.AsType[Error](err)
	if !ok {
		return err
	}
	out := make(Error, len(fields))
	for i, f := range fields {
		f.Location = join(prefix, f.Location)
		out[i] = f
	}
	return out
}

func join(prefix, location string) string {
	if location == "" || strings.HasPrefix(location, "[") {
		return prefix + location
	}
	return prefix + "." + location
}
