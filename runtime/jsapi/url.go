package jsapi

import (
	"errors"
	"slices"
	"strings"

	"github.com/dop251/goja"
	whatwg "github.com/nlnwa/whatwg-url/url"
)

func urlGlobals() []Global {
	return []Global{{
		Name:       "URL",
		Doc:        "The web's URL class: parses, resolves against a base, and changes the parts of an address.",
		TypeScript: urlTypes,
		New:        func(e *Env) goja.Value { return e.urlClass() },
	}, {
		Name:       "URLSearchParams",
		Doc:        "The query of a URL as a list of names and values.",
		TypeScript: searchParamsTypes,
		New:        func(e *Env) goja.Value { return e.searchParamsClass().constructor },
	}}
}

// urlState is a URL of a script.
type urlState struct {
	env    *Env
	url    *whatwg.Url
	query  *searchParams // made when searchParams is first read
	object *goja.Object  // the script's view of query
}

var urlMethods = newMethodTable(
	method{"toString", 0, urlToString},
	method{"toJSON", 0, urlToString},
)

func (e *Env) urlClass() goja.Value {
	k := e.newClass("URL", 1, urlMethods, func(call goja.ConstructorCall) any {
		if len(call.Arguments) == 0 {
			e.throw(errorClassType, codeMissingArgs, `The "url" argument must be specified`)
		}
		return &urlState{env: e, url: e.parseURL(call.Argument(0), call.Argument(1))}
	})
	_ = k.constructor.Set("canParse", e.newFunction(method{"canParse", 1, func(e *Env, c goja.FunctionCall) goja.Value {
		if len(c.Arguments) == 0 {
			e.throw(errorClassType, codeMissingArgs, `The "url" argument must be specified`)
		}
		_, err := e.tryParseURL(c.Argument(0), c.Argument(1))
		return e.VM.ToValue(err == nil)
	}}))
	return k.constructor
}

// parseURL throws Node's error when the text is no absolute URL.
func (e *Env) parseURL(input, base goja.Value) *whatwg.Url {
	u, err := e.tryParseURL(input, base)
	if err != nil {
		failure := e.newError(errorClassType, codeInvalidURL, "Invalid URL")
		_ = failure.Set("input", input.String())
		if !goja.IsUndefined(base) {
			_ = failure.Set("base", base.String())
		}
		panic(failure)
	}
	return u
}

func (e *Env) tryParseURL(input, base goja.Value) (*whatwg.Url, error) {
	text := e.text(input)
	if goja.IsUndefined(base) {
		return parseURL(text)
	}
	start, err := parseURL(e.text(base))
	if err != nil || !reasonable(text) {
		return nil, errInvalidURL
	}
	return start.Parse(text)
}

// Bounds of a URL: the parser rewrites the credentials at every @, which nothing could interrupt.
const (
	maxURL    = 1 << 20 // bytes
	maxURLAts = 1000
)

var errInvalidURL = errors.New("invalid URL")

func reasonable(text string) bool {
	return len(text) <= maxURL && strings.Count(text, "@") <= maxURLAts
}

func parseURL(text string) (*whatwg.Url, error) {
	if !reasonable(text) {
		return nil, errInvalidURL
	}
	return whatwg.Parse(text)
}

func urlToString(e *Env, c goja.FunctionCall) goja.Value {
	return e.VM.ToValue(thisState[*urlState](e, c, "URL").url.Href(false))
}

// specialSchemes are those whose URLs have an origin of their own.
var specialSchemes = []string{"http", "https", "ftp", "ws", "wss"}

func origin(u *whatwg.Url) string {
	if u.Scheme() == "blob" {
		inner, err := whatwg.Parse(u.Pathname())
		if err == nil && (inner.Scheme() == "http" || inner.Scheme() == "https") {
			return origin(inner)
		}
		return "null"
	}
	if slices.Contains(specialSchemes, u.Scheme()) {
		return u.Protocol() + "//" + u.Host()
	}
	return "null"
}

func (s *urlState) get(key string) goja.Value {
	var text string
	switch key {
	case "href":
		text = s.url.Href(false)
	case "origin":
		text = origin(s.url)
	case "protocol":
		text = s.url.Protocol()
	case "username":
		text = s.url.Username()
	case "password":
		text = s.url.Password()
	case "host":
		text = s.url.Host()
	case "hostname":
		text = s.url.Hostname()
	case "port":
		text = s.url.Port()
	case "pathname":
		text = s.url.Pathname()
	case "search":
		text = s.url.Search()
	case "hash":
		text = s.url.Hash()
	case "searchParams":
		return s.searchParams()
	default:
		return nil
	}
	return s.env.VM.ToValue(text)
}

func (s *urlState) set(key string, v goja.Value) bool {
	switch key {
	case "href":
		s.url = s.env.parseURL(v, goja.Undefined())
		s.reread()
	case "protocol":
		s.url.SetProtocol(s.env.text(v))
	case "username":
		s.url.SetUsername(s.env.text(v))
	case "password":
		s.url.SetPassword(s.env.text(v))
	case "host":
		s.url.SetHost(s.env.text(v))
	case "hostname":
		s.url.SetHostname(s.env.text(v))
	case "port":
		s.url.SetPort(s.env.text(v))
	case "pathname":
		s.url.SetPathname(s.env.text(v))
	case "search":
		s.url.SetSearch(s.env.text(v))
		s.reread()
	case "hash":
		s.url.SetHash(s.env.text(v))
	case "origin", "searchParams":
	default:
		return false
	}
	return true
}

// searchParams returns the live list of the query: a change of either shows in the other.
func (s *urlState) searchParams() goja.Value {
	if s.object == nil {
		s.query = &searchParams{changed: func(query string) { s.url.SetSearch(query) }}
		s.reread()
		s.object = s.env.newInstance(s.env.searchParamsClass().prototype, s.query)
	}
	return s.object
}

func (s *urlState) reread() {
	if s.query != nil {
		s.query.pairs = parseQuery(strings.TrimPrefix(s.url.Search(), "?"))
	}
}

const urlTypes = `class URL {
  constructor(url: string | URL, base?: string | URL);
  static canParse(url: string | URL, base?: string | URL): boolean;
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  readonly searchParams: URLSearchParams;
  hash: string;
  toString(): string;
  toJSON(): string;
}`
