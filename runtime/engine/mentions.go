package engine

import "strings"

// mentions is which of the less common built-ins a script's text names. They are put in place for those
// scripts only; a name that is put together at run time finds the interpreter's own.
type mentions struct {
	locale, compare, exponent, precision bool
	object                               bool  // or a way to it
	missing                              []int // indices into missing
}

func mentionsOf(text string) mentions {
	return mentions{
		locale:    strings.Contains(text, "toLocale") || strings.Contains(text, "Intl"),
		compare:   strings.Contains(text, "localeCompare"),
		exponent:  strings.Contains(text, "toExponential"),
		precision: strings.Contains(text, "toPrecision"),
		object:    strings.Contains(text, "Object") || strings.Contains(text, "constructor"),
		missing:   missingIn(text),
	}
}
