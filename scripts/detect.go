package scripts

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/unistring"

	"github.com/tripline/tripline/runtime"
)

// kindOf says which kind a function of that name makes a script.
var kindOf = map[unistring.String]runtime.Kind{
	"trigger_script": runtime.KindTrigger,
	"rpc_script":     runtime.KindRPC,
	"payload_parser": runtime.KindParser,
	"decodeUplink":   runtime.KindParser,
	"encodeDownlink": runtime.KindParser,
	"decodeDownlink": runtime.KindParser,
	"Decode":         runtime.KindParser,
	"Encode":         runtime.KindParser,
	"Decoder":        runtime.KindParser,
	"Encoder":        runtime.KindParser,
	"driver":         runtime.KindParser,
}

// DetectKind returns the kind of the first function that JavaScript text declares at its top level and
// that some kind looks for. A bare body declares none: then ok is false.
func DetectKind(js string) (kind runtime.Kind, ok bool) {
	tree, err := parser.ParseFile(nil, "", js, 0, parser.WithDisableSourceMaps)
	if err != nil {
		return "", false
	}
	for _, statement := range tree.Body {
		for _, name := range declaredNames(statement) {
			if kind, ok = kindOf[name]; ok {
				return kind, true
			}
		}
	}
	return "", false
}

func declaredNames(statement ast.Statement) []unistring.String {
	var bindings []*ast.Binding
	switch s := statement.(type) {
	case *ast.FunctionDeclaration:
		return []unistring.String{s.Function.Name.Name}
	case *ast.VariableStatement:
		bindings = s.List
	case *ast.LexicalDeclaration:
		bindings = s.List
	}
	var names []unistring.String
	for _, b := range bindings {
		if id, ok := b.Target.(*ast.Identifier); ok {
			names = append(names, id.Name)
		}
	}
	return names
}
