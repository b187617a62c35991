package jsapi

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime/axios"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// maxTreeNodes bounds the params and form data of one request: nothing can interrupt the walk over them.
const maxTreeNodes = 100_000

// tree reads values of the realm into the form that the axios package works on.
type tree struct {
	lib   *axiosLib
	nodes int
}

// treeOf reads v, with objects in it as toFormData sees them: plain ones and arrays are walked, dates are
// ISO text, functions are left out, everything else is its text.
func (l *axiosLib) treeOf(v goja.Value) jsonvalue.Value {
	t := &tree{lib: l}
	return t.value(v, 0)
}

func (t *tree) value(v goja.Value, depth int) jsonvalue.Value {
	if t.nodes++; t.nodes > maxTreeNodes || depth > maxMergeDepth {
		t.lib.env.throw(errorClassRange, "", "axios: params or form data are too large, nested too deeply, or contain themselves")
	}
	o, ok := v.(*goja.Object)
	if !ok {
		return primitive(v)
	}
	if _, callable := goja.AssertFunction(o); callable {
		return jsonvalue.Value{}
	}
	if o.ClassName() == "Array" {
		return t.array(o, depth)
	}
	if _, plain := t.lib.isPlainObject(o); plain || depth == 0 {
		return t.object(o, depth)
	}
	if b, binary := t.lib.env.uint8Bytes(o); binary {
		v := jsonvalue.Text(o.String())
		v.Raw = append([]byte{}, b...) // a form sends the bytes
		return v
	}
	if o.ClassName() == "Date" {
		return jsonvalue.Text(t.lib.callMethod(o, "toISOString"))
	}
	return jsonvalue.Text(o.String())
}

func primitive(v goja.Value) jsonvalue.Value {
	switch {
	case isMissing(v):
		return jsonvalue.Value{}
	case goja.IsNull(v):
		return jsonvalue.Value{Kind: jsonvalue.Null}
	case goja.IsString(v):
		return jsonvalue.Text(v.String())
	case goja.IsNumber(v):
		return jsonvalue.Bare(jsonvalue.Number, v.String())
	}
	if _, isBool := v.Export().(bool); isBool {
		return jsonvalue.Bare(jsonvalue.Bool, v.String())
	}
	return jsonvalue.Text(v.String()) // a BigInt or symbol
}

func (t *tree) array(o *goja.Object, depth int) jsonvalue.Value {
	length := o.Get("length").ToInteger()
	if length > maxTreeNodes {
		t.lib.env.throw(errorClassRange, "", "axios: a list in params or form data is too long")
	}
	out := jsonvalue.Value{Kind: jsonvalue.Array}
	for i := range int(length) {
		out.Items = append(out.Items, t.value(o.Get(strconv.Itoa(i)), depth+1))
	}
	return out
}

func (t *tree) object(o *goja.Object, depth int) jsonvalue.Value {
	out := jsonvalue.Value{Kind: jsonvalue.Object}
	for _, key := range o.Keys() {
		member := o.Get(key)
		v := t.value(member, depth+1)
		if depth == 0 && strings.HasSuffix(strings.TrimSpace(key), "{}") {
			v.Raw = t.lib.stringify(member)
		}
		out.Members = append(out.Members, jsonvalue.Member{Name: key, Value: v})
	}
	return out
}

// realmOptions are honoured by the global itself, before the request is made.
var realmOptions = map[string]bool{
	"data": true, "params": true, "paramsSerializer": true, "formSerializer": true, "transformRequest": true,
	"transformResponse": true, "validateStatus": true, "transitional": true, "parseReviver": true, "signal": true, "cancelToken": true,
}

// wireConfig is the part of config that decides what goes over the wire. Options that axios does not know
// are left alone, as axios does: interceptors keep things there.
func (l *axiosLib) wireConfig(config *goja.Object) jsonvalue.Value {
	out := jsonvalue.Value{Kind: jsonvalue.Object}
	for _, key := range config.Keys() {
		if realmOptions[key] || !axios.Documented(key) {
			continue
		}
		member := config.Get(key)
		v := l.treeOf(member)
		if v.Kind == jsonvalue.Absent && !isMissing(member) {
			v = jsonvalue.Text("a function")
		}
		out.Members = append(out.Members, jsonvalue.Member{Name: key, Value: v})
	}
	return out
}

func (l *axiosLib) stringify(v goja.Value) []byte {
	text, err := l.env.Stringify(v)
	if err != nil {
		l.env.rethrow(err)
	}
	return text
}

// callMethod calls a method without arguments and returns its result as text.
func (l *axiosLib) callMethod(o *goja.Object, name string) string {
	method, ok := goja.AssertFunction(o.Get(name))
	if !ok {
		return o.String()
	}
	v, err := method(o)
	if err != nil {
		l.env.rethrow(err)
	}
	return v.String()
}
