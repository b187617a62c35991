package scripts

import _ "embed"

// InputTypes are the TypeScript declarations of what the host gives scripts and takes from them. The
// globals of the sandbox have theirs in runtime/jsapi.
//
//go:embed inputs.d.ts
var InputTypes string
