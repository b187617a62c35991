package main

import (
	"io"
	"os"

	"github.com/tripline/tripline/scripts/reference"
)

// typesCmd prints TypeScript declarations for script authors.
type typesCmd struct{}

// Run prints them to the standard output.
func (c *typesCmd) Run() error {
	_, err := io.WriteString(os.Stdout, reference.Declarations())
	return err
}
