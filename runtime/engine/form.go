package engine

import (
	"slices"
	"strings"

	"github.com/dop251/goja/ast"

	"github.com/tripline/tripline/runtime"
)

// form is how a script's text is run.
type form int

const (
	// formScript runs the text as a script and then calls the function that it declared, if any.
	formScript form = iota
	// formBody runs the text as the body of a function.
	formBody
	// formAsyncBody runs the text as the body of an async function.
	formAsyncBody
)

// entryName is the function that a script of a kind declares.
func entryName(k runtime.Kind) string {
	switch k {
	case runtime.KindTrigger:
		return "trigger_script"
	case runtime.KindRPC:
		return "rpc_script"
	}
	return "payload_parser"
}

// parsed is a script whose form is known.
type parsed struct {
	form   form
	source source
	tree   *ast.Program
	facts  facts
	// predefined are globals that the script redeclares with var at its top level. In Node such a
	// declaration keeps the global's value. A body gets them as parameters of its function.
	predefined []string
	declared   bool // the text declares the function of its kind
	inert      bool // the text declares functions and runs nothing by itself
}

// parse finds a script's form: text that is no script by itself because of a top-level return or await
// is the body of a function.
func parse(s runtime.Script) (*parsed, error) {
	whole := source{author: s.Source}
	tree, failure := whole.parse()
	if failure != nil {
		return parseBody(s, failure)
	}
	p := &parsed{source: whole, tree: tree, facts: survey(tree), declared: declares(tree.Body, entryName(s.Kind)), inert: isInert(tree.Body)}
	if p.facts.names["await"] && s.Kind == runtime.KindRPC {
		// "await (…)" and "await [ …" at the top level read as a call and as a member of something
		// named await.
		if body, err := wrapped(s, formAsyncBody); err == nil {
			return body, nil
		}
	}
	p.predefined = common(varNames(tree.DeclarationList), lazyNames(s.Kind))
	return p, nil
}

// parseBody tries the text as a body after it failed as a script.
func parseBody(s runtime.Script, failure error) (*parsed, error) {
	body, bodyFailure := wrapped(s, formBody)
	awaits := bodyFailure == nil && body.facts.names["await"]
	if bodyFailure == nil && !(awaits && s.Kind == runtime.KindRPC) {
		return body, nil
	}
	async, asyncFailure := wrapped(s, formAsyncBody)
	switch {
	case asyncFailure == nil && s.Kind == runtime.KindRPC:
		return async, nil
	case bodyFailure == nil:
		return body, nil
	case asyncFailure == nil:
		e := farther(source{author: s.Source}, failure, bodyFailure)
		e.Message = "await is not available: a " + string(s.Kind) + " is synchronous"
		return nil, e
	case s.Kind == runtime.KindRPC:
		return nil, farther(source{author: s.Source}, failure, asyncFailure)
	}
	return nil, farther(source{author: s.Source}, failure, bodyFailure)
}

// wrappedError is a failure to parse a wrapped text.
type wrappedError struct {
	source source
	cause  error // nil when the text closes the function that was put around it
}

func (e *wrappedError) Error() string { return "not the body of a function" }

// farther picks the failure that got farther in the author's text, which is the one that is about a
// mistake and not about the form.
func farther(whole source, failure, bodyFailure error) *runtime.Error {
	e, offset, _ := whole.parseError(failure)
	w, ok := bodyFailure.(*wrappedError)
	if !ok || w.cause == nil {
		return e
	}
	body, bodyOffset, inside := w.source.parseError(w.cause)
	if inside && bodyOffset >= offset {
		return body
	}
	return e
}

// wrapped parses the text as the body of a function. Names that the body redeclares with var become
// parameters; a body that also declares the function of its kind ends by handing that out.
func wrapped(s runtime.Script, f form) (*parsed, error) {
	src := wrap(s.Source, f, nil, "")
	tree, literal, err := parseWrapped(src)
	if err != nil {
		return nil, err
	}
	names := common(varNames(literal.DeclarationList), slices.Concat(inputNames(s.Kind), lazyNames(s.Kind)))
	entry := ""
	if declares(literal.Body.List, entryName(s.Kind)) {
		entry = entryName(s.Kind)
	}
	if entry != "" || len(names) > 0 {
		src = wrap(s.Source, f, names, entry)
		if tree, _, err = parseWrapped(src); err != nil {
			return nil, err
		}
	}
	return &parsed{form: f, source: src, tree: tree, facts: survey(tree), predefined: names, declared: entry != ""}, nil
}

func wrap(author string, f form, parameters []string, entry string) source {
	head := "(function("
	if f == formAsyncBody {
		head = "(async function("
	}
	tail := "\n})"
	if entry != "" {
		tail = "\n;return " + entry + tail
	}
	return source{author: author, head: head + strings.Join(parameters, ",") + "){", tail: tail}
}

// parseWrapped makes sure that the function put around the text is closed by its own brace and not by
// one of the author's.
func parseWrapped(src source) (*ast.Program, *ast.FunctionLiteral, error) {
	tree, err := src.parse()
	if err != nil {
		return nil, nil, &wrappedError{src, err}
	}
	closing := len(src.head) + len(src.author) + len(src.tail) - len("})")
	if len(tree.Body) == 1 {
		if s, ok := tree.Body[0].(*ast.ExpressionStatement); ok {
			if f, ok := s.Expression.(*ast.FunctionLiteral); ok && int(f.Body.RightBrace)-1 == closing {
				return tree, f, nil
			}
		}
	}
	return nil, nil, &wrappedError{src, nil}
}

// common returns the names that are in both lists, in the order of the first, each once.
func common(names, known []string) []string {
	var both []string
	for _, name := range names {
		if slices.Contains(known, name) && !slices.Contains(both, name) {
			both = append(both, name)
		}
	}
	return both
}

func isInert(body []ast.Statement) bool {
	for _, statement := range body {
		if _, ok := statement.(*ast.FunctionDeclaration); !ok {
			return false
		}
	}
	return len(body) > 0
}
