package jsapi

import (
	"strings"

	"github.com/dop251/goja"
)

func moduleGlobals() []Global {
	return []Global{
		{
			Name:       "module",
			Doc:        "Lets a bundle export the functions of its kind, as in Node.",
			TypeScript: "const module: { exports: any }",
			New: func(e *Env) goja.Value {
				module := e.VM.NewObject()
				_ = module.Set("exports", e.Global("exports"))
				return module
			},
		},
		{
			Name:       "exports",
			Doc:        "What module.exports is at first.",
			TypeScript: "const exports: any",
			New:        func(e *Env) goja.Value { return e.VM.NewObject() },
		},
		{
			Name:       "require",
			Doc:        "Knows buffer, crypto, url and util, with and without the prefix node:, and nothing else.",
			TypeScript: "function require(name: \"buffer\" | \"crypto\" | \"url\" | \"util\" | \"node:buffer\" | \"node:crypto\" | \"node:url\" | \"node:util\"): any",
			New:        newRequire,
		},
	}
}

// newRequire keeps the modules of one realm, so that each is made once.
func newRequire(e *Env) goja.Value {
	modules := make(map[string]goja.Value)
	return e.newFunction(method{name: "require", length: 1, call: func(e *Env, call goja.FunctionCall) goja.Value {
		name := call.Argument(0)
		if !goja.IsString(name) {
			e.throwArgType("id", "of type string", name)
		}
		id := strings.TrimPrefix(name.String(), "node:")
		if m, ok := modules[id]; ok {
			return m
		}
		m := e.loadModule(id)
		if m == nil {
			e.throw(errorClassPlain, codeModuleNotFound,
				"Cannot find module '%s': require knows buffer, crypto, url and util", name.String())
		}
		modules[id] = m
		return m
	}})
}

const codeModuleNotFound = "MODULE_NOT_FOUND"

// loadModule returns nil for a name that is no module.
func (e *Env) loadModule(id string) goja.Value {
	switch id {
	case "buffer":
		return e.collect("Buffer", "atob", "btoa")
	case "crypto":
		return e.Global("crypto")
	case "url":
		return e.collect("URL", "URLSearchParams")
	case "util":
		return e.newUtilModule()
	}
	return nil
}

// collect makes a module of globals.
func (e *Env) collect(names ...string) goja.Value {
	module := e.VM.NewObject()
	for _, name := range names {
		if v := e.Global(name); v != nil {
			_ = module.Set(name, v)
		}
	}
	return module
}
