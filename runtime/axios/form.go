package axios

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// pair is one name and value that an object was flattened to.
type pair struct {
	name, value string
	binary      []byte // what a form sends instead of value, nil for text
}

// maxDepth is how deep axios lets params and form data be nested.
const maxDepth = 100

// flattener turns an object into pairs the way axios's toFormData does: a[] for flat arrays, a[b] for
// what is nested, nothing for null.
type flattener struct {
	pairs      []pair
	dots       bool
	keepTokens bool // leave the {} of a key that asks for JSON
	index      func(name string, i int) string
	depth      int
}

// flatten reads axios's indexes, dots, metaTokens and maxDepth from options, which may be the zero Value.
func flatten(object, options jsonvalue.Value) ([]pair, error) {
	f := flattener{dots: options.Get("dots").True(), keepTokens: true, depth: maxDepth}
	if tokens := options.Get("metaTokens"); tokens.Kind == jsonvalue.Bool {
		f.keepTokens = tokens.True()
	}
	if depth := options.Get("maxDepth"); depth.Kind == jsonvalue.Number {
		f.depth = int(depth.Float())
	}
	switch indexes := options.Get("indexes"); {
	case indexes.Kind == jsonvalue.Null:
		f.index = func(name string, _ int) string { return name }
	case indexes.True():
		f.index = func(name string, i int) string { return f.key([]string{name}, strconv.Itoa(i)) }
	default:
		f.index = func(name string, _ int) string { return name + "[]" }
	}
	return f.pairs, f.object(object, nil, 0)
}

func (f *flattener) object(v jsonvalue.Value, path []string, depth int) error {
	if depth > f.depth {
		return fmt.Errorf("is nested too deeply (%d levels); at most %d are allowed", depth, f.depth)
	}
	for i, item := range v.Items {
		if err := f.member(strconv.Itoa(i), item, path, depth); err != nil {
			return err
		}
	}
	for _, m := range v.Members {
		if err := f.member(strings.TrimSpace(m.Name), m.Value, path, depth); err != nil {
			return err
		}
	}
	return nil
}

func (f *flattener) member(name string, v jsonvalue.Value, path []string, depth int) error {
	if v.Nullish() {
		return nil
	}
	if path == nil && visitable(v) {
		if strings.HasSuffix(name, "{}") {
			if !f.keepTokens {
				name = strings.TrimSuffix(name, "{}")
			}
			f.pairs = append(f.pairs, pair{name: name, value: string(v.Raw)})
			return nil
		}
		if v.Kind == jsonvalue.Array && (flat(v) || strings.HasSuffix(name, "[]")) {
			f.list(strings.TrimSuffix(name, "[]"), v)
			return nil
		}
	}
	if visitable(v) {
		return f.object(v, append(path[:len(path):len(path)], name), depth+1)
	}
	f.pairs = append(f.pairs, pair{f.key(path, name), v.Text(), binaryOf(v)})
	return nil
}

func (f *flattener) list(name string, v jsonvalue.Value) {
	for i, item := range v.Items {
		if !item.Nullish() {
			f.pairs = append(f.pairs, pair{f.index(name, i), jsString(item), binaryOf(item)})
		}
	}
}

func (f *flattener) key(path []string, name string) string {
	if path == nil {
		return name
	}
	var b strings.Builder
	for i, part := range append(path[:len(path):len(path)], name) {
		part = strings.TrimSuffix(part, "[]")
		switch {
		case i == 0:
			b.WriteString(part)
		case f.dots:
			b.WriteString("." + part)
		default:
			b.WriteString("[" + part + "]")
		}
	}
	return b.String()
}

func visitable(v jsonvalue.Value) bool {
	return v.Kind == jsonvalue.Object || v.Kind == jsonvalue.Array
}

func flat(array jsonvalue.Value) bool {
	for _, item := range array.Items {
		if visitable(item) {
			return false
		}
	}
	return true
}

// jsString is String(v) in JavaScript.
func jsString(v jsonvalue.Value) string {
	switch v.Kind {
	case jsonvalue.Object:
		return "[object Object]"
	case jsonvalue.Array:
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			parts[i] = jsString(item)
		}
		return strings.Join(parts, ",")
	default:
		return v.Text() // null is "" inside an array, and does not come here otherwise
	}
}

// Query serialises params as axios puts them into a URL, without the question mark. options are those of
// paramsSerializer that are no functions; encode is its function of that name, nil for EncodeParam.
func Query(params, options jsonvalue.Value, encode func(string) string) (string, error) {
	if encode == nil {
		encode = EncodeParam
	}
	return join(params, options, encode)
}

func join(object, options jsonvalue.Value, encode func(string) string) (string, error) {
	pairs, err := flatten(object, options)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(encode(p.name) + "=" + encode(p.value))
	}
	return b.String(), nil
}

// EncodeParam is encodeURIComponent but for four characters that axios leaves readable.
func EncodeParam(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.!~*'():$,", c) >= 0:
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// Form serialises data as application/x-www-form-urlencoded, the way axios does with such a content type.
// options are those of formSerializer that are no functions.
func Form(data, options jsonvalue.Value) (string, error) {
	return join(data, options, formEscape)
}

// formEscape differs from url.QueryEscape by what the WHATWG leaves alone: the star, but not the tilde.
func formEscape(s string) string {
	return strings.NewReplacer("%2A", "*", "~", "%7E").Replace(url.QueryEscape(s))
}

// Pairs are the names and values that an object becomes in a form.
func Pairs(object, options jsonvalue.Value) ([][2]string, error) {
	pairs, err := flatten(object, options)
	out := make([][2]string, len(pairs))
	for i, p := range pairs {
		out[i] = [2]string{p.name, p.value}
	}
	return out, err
}

// binaryOf are the bytes that a realm's byte array was made a String of.
func binaryOf(v jsonvalue.Value) []byte {
	if v.Kind == jsonvalue.String && v.Raw != nil && !bytes.HasPrefix(v.Raw, []byte{'"'}) {
		return v.Raw
	}
	return nil
}

// quoted are the characters that a name in a header cannot have.
var quoted = strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")

func writeField(w *multipart.Writer, p pair) error {
	head, content := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + quoted.Replace(p.name) + `"`}}, []byte(p.value)
	if p.binary != nil {
		head["Content-Type"], content = []string{"application/octet-stream"}, p.binary
	}
	part, err := w.CreatePart(head)
	if err == nil {
		_, err = part.Write(content)
	}
	return err
}

// Multipart serialises data as multipart/form-data and returns the body and its content type.
func Multipart(data, options jsonvalue.Value) (body []byte, contentType string, err error) {
	pairs, err := flatten(data, options)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary(strings.Repeat("-", 26) + strings.ToLower(rand.Text()[:24])); err != nil {
		return nil, "", err
	}
	for _, p := range pairs {
		if err := writeField(w, p); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}
