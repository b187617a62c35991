package engine

import (
	"slices"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"

	"github.com/tripline/tripline/runtime"
)

// needs is what of its inputs a script can possibly see. Decoding them is a good part of a short run, and
// with eval closed the text tells what cannot be reached. In doubt everything is needed.
type needs struct {
	all      bool
	inputs   []string        // inputs
	globals  []string        // those of them that it can reach as globals
	argument []string        // members of an RPC's one argument; nil: all
	device   map[string]bool // members of device; nil: all
	third    bool            // a trigger's third argument
	json     bool            // JSON
}

func (n *needs) input(name string) bool { return n.all || slices.Contains(n.inputs, name) }

func (n *needs) global(name string) bool { return n.all || slices.Contains(n.globals, name) }

func (p *parsed) needs(kind runtime.Kind) needs {
	f := p.facts
	if f.reflective || kind == runtime.KindParser {
		return needs{all: true, third: true, json: true}
	}
	n := needs{third: f.wide, json: f.names["JSON"]}
	for _, name := range inputNames(kind) {
		if f.names[name] {
			n.inputs = append(n.inputs, name)
		}
		if f.free[unistring.NewFromString(name)] || slices.Contains(p.predefined, name) {
			n.globals = append(n.globals, name)
		}
	}
	wholeDevice := f.wholeValue
	if p.form == formScript || f.names[entryName(kind)] {
		first, known := p.firstParameter(entryName(kind))
		switch {
		case kind == runtime.KindTrigger:
			id, named := first.(*ast.Identifier)
			wholeDevice = wholeDevice || !known || first != nil && !(named && id.Name == "device")
			n.inputs = append(n.inputs, "device")
		case !known:
			return needs{all: true, json: n.json}
		default:
			keys, plain := patternKeys(first)
			if !plain {
				return needs{all: true, json: n.json}
			}
			n.argument = keys
			n.inputs = append(n.inputs, keys...)
			wholeDevice = wholeDevice || renames(first, "device")
		}
	}
	if slices.Contains(n.inputs, "values") {
		n.inputs = append(n.inputs, "params")
	}
	if n.third {
		n.inputs = append(n.inputs, "alarms", "org_params")
	}
	if !wholeDevice {
		n.device = make(map[string]bool, len(f.deviceKeys))
		for _, key := range f.deviceKeys {
			n.device[key] = true
		}
	}
	return n
}

// firstParameter is the first parameter of the script's function, nil when it has none. known is false
// when it is not certain which function will be called.
func (p *parsed) firstParameter(name string) (first ast.Expression, known bool) {
	var found []*ast.ParameterList
	for _, s := range p.tree.Body {
		switch s := s.(type) {
		case *ast.FunctionDeclaration:
			if s.Function.Name.Name.String() == name && !p.facts.names[name] {
				found = append(found, s.Function.ParameterList)
			}
		case *ast.LexicalDeclaration:
			if s.Token != token.CONST {
				continue
			}
			for _, b := range s.List {
				if id, ok := b.Target.(*ast.Identifier); ok && id.Name.String() == name {
					found = append(found, parametersOf(b.Initializer))
				}
			}
		}
	}
	if len(found) != 1 || found[0] == nil {
		return nil, false
	}
	if len(found[0].List) > 0 {
		return found[0].List[0].Target, true
	}
	return nil, found[0].Rest == nil
}

func parametersOf(e ast.Expression) *ast.ParameterList {
	switch f := e.(type) {
	case *ast.FunctionLiteral:
		return f.ParameterList
	case *ast.ArrowFunctionLiteral:
		return f.ParameterList
	}
	return nil
}

// patternKeys lists what a destructuring parameter takes out of its argument. plain is false for any
// other parameter and for a pattern that could take more.
func patternKeys(e ast.Expression) (keys []string, plain bool) {
	keys = []string{}
	if e == nil {
		return keys, true
	}
	pattern, ok := e.(*ast.ObjectPattern)
	if !ok || pattern.Rest != nil {
		return nil, false
	}
	for _, p := range pattern.Properties {
		key, ok := patternKey(p)
		if !ok {
			return nil, false
		}
		keys = append(keys, key)
	}
	return keys, true
}

func patternKey(p ast.Property) (string, bool) {
	switch p := p.(type) {
	case *ast.PropertyShort:
		return p.Name.Name.String(), true
	case *ast.PropertyKeyed:
		if key, ok := p.Key.(*ast.StringLiteral); ok && !p.Computed {
			return key.Value.String(), true
		}
	}
	return "", false
}

// renames reports whether a pattern takes key under another name or takes it apart.
func renames(e ast.Expression, key string) bool {
	pattern, ok := e.(*ast.ObjectPattern)
	if !ok {
		return false
	}
	return slices.ContainsFunc(pattern.Properties, func(p ast.Property) bool {
		_, keyed := p.(*ast.PropertyKeyed)
		name, _ := patternKey(p)
		return keyed && name == key
	})
}
