package engine

import (
	"strings"

	"github.com/dop251/goja"
)

// replaceBuiltins puts ours in the place of built-ins that do not answer as V8's do. A run pays for what its
// script names.
func (r *run) replaceBuiltins() {
	r.globals.language = r.language
	if r.program.needs.json {
		r.replaceParse()
	}
	r.replaceMath()
	r.replaceLocale()
	r.replaceCompare()
	r.replaceExponential()
	r.addMissing()
}

// language makes a global of the language that the interpreter lacks.
func (r *run) language(name string) goja.Value {
	switch name {
	case powerName:
		return r.vm.ToValue(power(r.vm))
	case patternName:
		return r.vm.ToValue(r.checkPattern)
	case numberName:
		return r.vm.ToValue(r.convertible)
	case wordsName:
		return r.vm.ToValue(r.mendMessage)
	case "global":
		return r.vm.GlobalObject()
	}
	return r.intl()
}

// checkPattern stands around the arguments of RegExp: the interpreter reads a Unicode property class as the
// letter p, and answers false.
func (r *run) checkPattern(call goja.FunctionCall) goja.Value {
	flags := call.Argument(1)
	pattern, isText := call.Argument(0).(goja.String)
	if isText && goja.IsString(flags) && strings.ContainsAny(flags.String(), "uv") && propertyClass(pattern.String()) {
		panic(r.newError("SyntaxError", "Invalid regular expression: /"+pattern.String()+"/: "+noPropertyClass))
	}
	arguments := make([]any, len(call.Arguments))
	for i, v := range call.Arguments {
		arguments[i] = v
	}
	return r.vm.NewArray(arguments...)
}
