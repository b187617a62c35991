package jsapi

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"
)

// searchParams is a URLSearchParams of a script.
type searchParams struct {
	pairs   []queryPair
	changed func(query string) // tells the URL it belongs to; nil when it stands alone
}

type queryPair struct{ name, value string }

// parseQuery reads application/x-www-form-urlencoded text.
func parseQuery(text string) []queryPair {
	var pairs []queryPair
	for part := range strings.SplitSeq(text, "&") {
		if part != "" {
			name, value, _ := strings.Cut(part, "=")
			pairs = append(pairs, queryPair{decodeFormText(name), decodeFormText(value)})
		}
	}
	return pairs
}

func decodeFormText(text string) string {
	if !strings.ContainsAny(text, "+%") {
		return text
	}
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(text) && hexDigit(text[i+1]) >= 0 && hexDigit(text[i+2]) >= 0:
			c = byte(hexDigit(text[i+1])<<4 | hexDigit(text[i+2]))
			i += 2
		}
		b = append(b, c)
	}
	return decodeUTF8(b)
}

func encodeFormText(sb *strings.Builder, text string) {
	const digits = "0123456789ABCDEF"
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("*-._", c) >= 0:
			sb.WriteByte(c)
		case c == ' ':
			sb.WriteByte('+')
		default:
			sb.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
}

func (s *searchParams) String() string {
	var sb strings.Builder
	for i, p := range s.pairs {
		if i > 0 {
			sb.WriteByte('&')
		}
		encodeFormText(&sb, p.name)
		sb.WriteByte('=')
		encodeFormText(&sb, p.value)
	}
	return sb.String()
}

func (s *searchParams) update(pairs []queryPair) {
	s.pairs = pairs
	if s.changed != nil {
		s.changed(s.String())
	}
}

var searchParamsMethods = newMethodTable(
	method{"append", 2, paramsAppend},
	method{"delete", 1, paramsDelete},
	method{"get", 1, paramsGet},
	method{"getAll", 1, paramsGetAll},
	method{"has", 1, paramsHas},
	method{"set", 2, paramsSet},
	method{"sort", 0, paramsSort},
	method{"forEach", 1, paramsForEach},
	method{"toString", 0, func(e *Env, c goja.FunctionCall) goja.Value { return e.VM.ToValue(e.params(c, 0).String()) }},
	method{"entries", 0, paramsEntries},
	method{"keys", 0, func(e *Env, c goja.FunctionCall) goja.Value {
		return e.iterate(e.params(c, 0), func(p queryPair) any { return p.name })
	}},
	method{"values", 0, func(e *Env, c goja.FunctionCall) goja.Value {
		return e.iterate(e.params(c, 0), func(p queryPair) any { return p.value })
	}},
)

func (e *Env) searchParamsClass() *class {
	if e.queryClass == nil {
		k := e.newClass("URLSearchParams", 0, searchParamsMethods, func(call goja.ConstructorCall) any {
			return &searchParams{pairs: e.pairsFrom(call.Argument(0))}
		})
		entries := e.newFunction(method{"entries", 0, paramsEntries})
		_ = k.prototype.DefineDataPropertySymbol(goja.SymIterator, entries, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		getSize := e.newFunction(method{"get size", 0, func(e *Env, c goja.FunctionCall) goja.Value { return e.VM.ToValue(len(e.params(c, 0).pairs)) }})
		_ = k.prototype.DefineAccessorProperty("size", getSize, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
		e.queryClass = k
	}
	return e.queryClass
}

// pairsFrom takes text, another URLSearchParams, a list of pairs or an object.
func (e *Env) pairsFrom(init goja.Value) []queryPair {
	if goja.IsUndefined(init) || goja.IsNull(init) {
		return nil
	}
	object, ok := init.(*goja.Object)
	if !ok {
		return parseQuery(strings.TrimPrefix(e.text(init), "?"))
	}
	if other, ok := stateOf[*searchParams](object); ok {
		return slices.Clone(other.pairs)
	}
	if iterator := object.GetSymbol(goja.SymIterator); iterator != nil && !goja.IsUndefined(iterator) && !goja.IsNull(iterator) {
		return e.pairsFromTuples(object, iterator)
	}
	var pairs []queryPair
	for _, key := range object.Keys() {
		pairs = append(pairs, queryPair{key, e.text(object.Get(key))})
	}
	return pairs
}

func (e *Env) pairsFromTuples(object *goja.Object, iterator goja.Value) []queryPair {
	if _, ok := goja.AssertFunction(iterator); !ok {
		e.throw(errorClassType, "ERR_ARG_NOT_ITERABLE", "Query pairs must be iterable")
	}
	var pairs []queryPair
	e.VM.ForOf(object, func(item goja.Value) bool {
		tuple, ok := item.(*goja.Object)
		if !ok || tuple.GetSymbol(goja.SymIterator) == nil {
			e.throw(errorClassType, codeInvalidTuple, "Each query pair must be an iterable [name, value] tuple")
		}
		var parts []string
		e.VM.ForOf(tuple, func(part goja.Value) bool {
			parts = append(parts, e.text(part))
			return len(parts) <= 2
		})
		if len(parts) != 2 {
			e.throw(errorClassType, codeInvalidTuple, "Each query pair must be an iterable [name, value] tuple")
		}
		pairs = append(pairs, queryPair{parts[0], parts[1]})
		return true
	})
	return pairs
}

// params returns the list that a method was called on, after it has checked that enough was given.
func (e *Env) params(c goja.FunctionCall, needed int) *searchParams {
	s := thisState[*searchParams](e, c, "URLSearchParams")
	if len(c.Arguments) < needed {
		missing := `"name" argument`
		if needed > 1 {
			missing = `"name" and "value" arguments`
		}
		e.throw(errorClassType, codeMissingArgs, "The %s must be specified", missing)
	}
	return s
}

func paramsAppend(e *Env, c goja.FunctionCall) goja.Value {
	s := e.params(c, 2)
	s.update(append(s.pairs, queryPair{e.text(c.Argument(0)), e.text(c.Argument(1))}))
	return goja.Undefined()
}

// matcher selects pairs by name, and by value too when one is given.
func (e *Env) matcher(c goja.FunctionCall) func(queryPair) bool {
	name := e.text(c.Argument(0))
	if goja.IsUndefined(c.Argument(1)) {
		return func(p queryPair) bool { return p.name == name }
	}
	value := e.text(c.Argument(1))
	return func(p queryPair) bool { return p.name == name && p.value == value }
}

func paramsDelete(e *Env, c goja.FunctionCall) goja.Value {
	s := e.params(c, 1)
	s.update(slices.DeleteFunc(slices.Clone(s.pairs), e.matcher(c)))
	return goja.Undefined()
}

func paramsHas(e *Env, c goja.FunctionCall) goja.Value {
	return e.VM.ToValue(slices.ContainsFunc(e.params(c, 1).pairs, e.matcher(c)))
}

func paramsGet(e *Env, c goja.FunctionCall) goja.Value {
	s, name := e.params(c, 1), e.text(c.Argument(0))
	for _, p := range s.pairs {
		if p.name == name {
			return e.VM.ToValue(p.value)
		}
	}
	return goja.Null()
}

func paramsGetAll(e *Env, c goja.FunctionCall) goja.Value {
	s, name := e.params(c, 1), e.text(c.Argument(0))
	values := []any{}
	for _, p := range s.pairs {
		if p.name == name {
			values = append(values, p.value)
		}
	}
	return e.VM.NewArray(values...)
}

func paramsSet(e *Env, c goja.FunctionCall) goja.Value {
	s := e.params(c, 2)
	wanted := queryPair{e.text(c.Argument(0)), e.text(c.Argument(1))}
	pairs, placed := make([]queryPair, 0, len(s.pairs)+1), false
	for _, p := range s.pairs {
		if p.name != wanted.name {
			pairs = append(pairs, p)
		} else if !placed {
			pairs, placed = append(pairs, wanted), true
		}
	}
	if !placed {
		pairs = append(pairs, wanted)
	}
	s.update(pairs)
	return goja.Undefined()
}

// paramsSort orders by UTF-16 units, as the standard says, which differs from UTF-8 beyond the basic plane.
func paramsSort(e *Env, c goja.FunctionCall) goja.Value {
	s := e.params(c, 0)
	pairs := slices.Clone(s.pairs)
	slices.SortStableFunc(pairs, func(a, b queryPair) int {
		return slices.Compare(utf16.Encode([]rune(a.name)), utf16.Encode([]rune(b.name)))
	})
	s.update(pairs)
	return goja.Undefined()
}

func paramsForEach(e *Env, c goja.FunctionCall) goja.Value {
	s := e.params(c, 0)
	callback, ok := goja.AssertFunction(c.Argument(0))
	if !ok {
		e.throwArgType("callback", "of type function", c.Argument(0))
	}
	for i := 0; i < len(s.pairs); i++ {
		p := s.pairs[i]
		if _, err := callback(c.Argument(1), e.VM.ToValue(p.value), e.VM.ToValue(p.name), c.This); err != nil {
			e.rethrow(err)
		}
	}
	return goja.Undefined()
}

func paramsEntries(e *Env, c goja.FunctionCall) goja.Value {
	return e.iterate(e.params(c, 0), func(p queryPair) any { return e.VM.NewArray(p.name, p.value) })
}

// iterate returns an iterator over the list as it is now.
func (e *Env) iterate(s *searchParams, item func(queryPair) any) goja.Value {
	items := make([]any, len(s.pairs))
	for i, p := range s.pairs {
		items[i] = item(p)
	}
	list := e.VM.NewArray(items...)
	iterator, ok := goja.AssertFunction(list.GetSymbol(goja.SymIterator))
	if !ok {
		e.throw(errorClassType, "", "Array.prototype[Symbol.iterator] is no function")
	}
	v, err := iterator(list)
	if err != nil {
		e.rethrow(err)
	}
	return v
}

const searchParamsTypes = `class URLSearchParams {
  constructor(init?: string | Record<string, string> | Iterable<[string, string]> | URLSearchParams);
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArg?: unknown): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
  toString(): string;
}`
