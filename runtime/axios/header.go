package axios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// header is the header of a request in the order and spelling in which its names first came. A name may
// stand with no value: then it keeps the default of that name away, as null and false do in axios.
type header struct{ fields []headerField }

type headerField struct {
	name   string
	values []string
	open   bool // only the name's place and spelling: a default may still come
}

// newHeader returns what axios's own defaults put before the headers of every config.
func newHeader(room int) *header {
	return &header{fields: append(make([]headerField, 0, room+5),
		headerField{name: "Accept", values: []string{Accept}}, headerField{name: "Content-Type", open: true})}
}

// reserved are the names that only the client itself may set; whoever sets them can send one request
// inside another.
var reserved = []string{"host", "content-length", "transfer-encoding", "connection"}

// buckets are the keys of a config's headers that hold headers for one method, or for all.
var buckets = []string{"get", "delete", "head", "options", "post", "put", "patch", "purge", "link", "unlink", "query", "common"}

// read adds the headers of a config for a request of that method (in lower case). Its errors are
// invalid.Error with locations under headers.
func (h *header) read(headers jsonvalue.Value, method string) error {
	var problems invalid.Error
	set := func(v jsonvalue.Value) {
		for _, m := range v.Members {
			if m.Value.Kind == jsonvalue.Object && slices.Contains(buckets, m.Name) {
				continue
			}
			if err := h.set(m.Name, m.Value); err != nil {
				problems = report(problems, place("headers", m.Name), err.Error())
			}
		}
	}
	set(headers.Get("common"))
	if bucket := headers.Get(method); bucket.Kind == jsonvalue.Object {
		set(bucket)
	}
	set(headers)
	if problems != nil {
		return problems
	}
	return nil
}

func (h *header) set(name string, v jsonvalue.Value) error {
	name = strings.Trim(name, " \t")
	if name == "" {
		return nil
	}
	if err := checkName(name); err != nil {
		return err
	}
	values, err := headerValues(v)
	if err != nil {
		return err
	}
	if f := h.find(name); f != nil {
		f.values, f.open = values, false
	} else {
		h.fields = append(h.fields, headerField{name: name, values: values})
	}
	return nil
}

func checkName(name string) error {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return fmt.Errorf("is no valid header name: it holds %q", c)
		}
	}
	lower := strings.ToLower(name)
	if slices.Contains(reserved, lower) || strings.HasPrefix(lower, "proxy-") {
		return fmt.Errorf("is set by Tripline itself; remove it")
	}
	return nil
}

// headerValues returns no value for null and false, which switch a default off.
func headerValues(v jsonvalue.Value) ([]string, error) {
	switch v.Kind {
	case jsonvalue.Absent, jsonvalue.Null:
		return nil, nil
	case jsonvalue.Bool:
		if !v.True() {
			return nil, nil
		}
	case jsonvalue.Object:
		return nil, fmt.Errorf("must be a string, not an object")
	case jsonvalue.Array:
		var values []string
		for _, item := range v.Items {
			one, err := headerValues(item)
			if err != nil {
				return nil, err
			}
			values = append(values, one...)
		}
		return values, nil
	}
	value, err := headerValue(v.Text())
	if err != nil {
		return nil, err
	}
	return []string{value}, nil
}

// headerValue turns s into the bytes that Node sends: Latin-1, without what does not fit in it.
func headerValue(s string) (string, error) {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f }) < 0 {
		return strings.Trim(s, " \t"), nil
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r < ' ' && r != '\t' || r == 0x7f:
			return "", fmt.Errorf("holds the control character %q", r)
		case r <= 0xff:
			out = append(out, byte(r))
		}
	}
	return strings.Trim(string(out), " \t"), nil
}

func (h *header) find(name string) *headerField {
	for i := range h.fields {
		if strings.EqualFold(h.fields[i].name, name) {
			return &h.fields[i]
		}
	}
	return nil
}

// get returns the first value of name, or "".
func (h *header) get(name string) string {
	if f := h.find(name); f != nil && len(f.values) > 0 {
		return f.values[0]
	}
	return ""
}

// fallback sets name unless it stands already, with a value or without.
func (h *header) fallback(name, value string) {
	switch f := h.find(name); {
	case f == nil:
		h.fields = append(h.fields, headerField{name: name, values: []string{value}})
	case f.open:
		f.values, f.open = []string{value}, false
	}
}

// replace sets name to value, or takes it away when value is "".
func (h *header) replace(name, value string) {
	h.fields = slices.DeleteFunc(h.fields, func(f headerField) bool { return strings.EqualFold(f.name, name) })
	if value != "" {
		h.fields = append(h.fields, headerField{name: name, values: []string{value}})
	}
}

// lines returns one field for every value.
func (h *header) lines() []runtime.HeaderField {
	out := make([]runtime.HeaderField, 0, len(h.fields))
	for _, f := range h.fields {
		for _, value := range f.values {
			out = append(out, runtime.HeaderField{Name: f.name, Value: value})
		}
	}
	return out
}
