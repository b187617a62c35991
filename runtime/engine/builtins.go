package engine

// replaceBuiltins puts ours in the place of built-ins that do not answer as V8's do. A run pays for what its
// script names.
func (r *run) replaceBuiltins() {
	if r.program.needs.json {
		r.replaceParse()
	}
	r.replaceMath()
}
