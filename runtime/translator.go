package runtime

import "context"

// Translator turns the TypeScript of a script into JavaScript.
type Translator interface {
	// Translate returns what runs in the place of s.Source. The error is an *Error at the author's own place.
	Translate(ctx context.Context, s Script) (Translation, error)
}

// Translation is the JavaScript of a script that was written in TypeScript.
type Translation struct {
	JavaScript string
	SourceMap  string // from JavaScript back to the source, as JSON in version 3
}
