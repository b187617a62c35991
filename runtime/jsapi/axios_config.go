package jsapi

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// maxMergeDepth ends the merging of a config that contains itself before Go's stack does.
const maxMergeDepth = 200

// unmergeable are keys that axios never copies from one object to another.
var unmergeable = []string{"__proto__", "constructor", "prototype"}

// fromSecond are the options that a request never takes from its instance's defaults.
var fromSecond = []string{"url", "method", "data"}

// isPlainObject is axios's test for what is merged key by key.
func (l *axiosLib) isPlainObject(v goja.Value) (*goja.Object, bool) {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() != "Object" {
		return nil, false
	}
	proto := o.Prototype()
	return o, proto == nil || proto == l.objectPrototype || proto.Prototype() == nil
}

func isMissing(v goja.Value) bool { return v == nil || goja.IsUndefined(v) }

func isNullish(v goja.Value) bool { return isMissing(v) || goja.IsNull(v) }

// own returns o's own enumerable members in order.
func own(o *goja.Object) (keys []string, values map[string]goja.Value) {
	values = map[string]goja.Value{}
	if o == nil {
		return nil, values
	}
	for _, key := range o.Keys() {
		if !slices.Contains(unmergeable, key) {
			keys = append(keys, key)
			values[key] = o.Get(key)
		}
	}
	return keys, values
}

// mergeConfig is axios's: b over a, option by option.
func (l *axiosLib) mergeConfig(a, b *goja.Object) *goja.Object {
	keys, first := own(a)
	more, second := own(b)
	for _, key := range more {
		if _, known := first[key]; !known {
			keys = append(keys, key)
		}
	}
	out := l.env.VM.NewObject()
	for _, key := range keys {
		v := l.mergeOption(key, first[key], second[key])
		if given, ok := second[key]; ok && key == "validateStatus" {
			v = given // undefined counts too: it accepts every status
		}
		if !isMissing(v) || key == "validateStatus" {
			_ = out.Set(key, orUndefined(v))
		}
	}
	return out
}

func (l *axiosLib) mergeOption(key string, a, b goja.Value) goja.Value {
	switch {
	case slices.Contains(fromSecond, key):
		return l.copyOf(b, 0)
	case key == "headers":
		return l.mergeDeep(l.headersAsPlain(a), l.headersAsPlain(b), true, 0)
	case isMissing(b):
		return l.copyOf(a, 0)
	case key == "params" || !slices.Contains(replacedOptions, key):
		return l.mergeDeep(a, b, false, 0)
	default:
		return l.copyOf(b, 0)
	}
}

// replacedOptions are taken whole from the config that has them; others, such as auth, merge deeply.
var replacedOptions = []string{
	"baseURL", "transformRequest", "transformResponse", "paramsSerializer", "timeout", "timeoutErrorMessage", "adapter",
	"responseType", "decompress", "maxContentLength", "maxBodyLength", "beforeRedirect", "responseEncoding", "validateStatus",
}

// copyOf copies plain objects and arrays, so that what happens to a request does not change the config
// that it was made of.
func (l *axiosLib) copyOf(v goja.Value, depth int) goja.Value {
	if o, plain := l.isPlainObject(v); plain {
		return l.mergeInto(l.env.VM.NewObject(), o, false, depth)
	}
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		return l.slice(o)
	}
	return v
}

// slice copies an array. Nothing can interrupt the copying, so there is a bound.
func (l *axiosLib) slice(array *goja.Object) goja.Value {
	if array.Get("length").ToInteger() > maxTreeNodes {
		l.env.throw(errorClassRange, "", "axios: a list in the config is too long")
	}
	slice, ok := goja.AssertFunction(array.Get("slice"))
	if !ok {
		return array
	}
	v, err := slice(array)
	if err != nil {
		l.env.rethrow(err)
	}
	return v
}

// mergeDeep merges b over a. With caseless, keys are those of headers: their first spelling stays.
func (l *axiosLib) mergeDeep(a, b goja.Value, caseless bool, depth int) goja.Value {
	if isMissing(b) {
		b, a = a, nil
	}
	over, plain := l.isPlainObject(b)
	if !plain {
		return l.copyOf(b, depth)
	}
	out := l.env.VM.NewObject()
	if under, plain := l.isPlainObject(a); plain {
		l.mergeInto(out, under, caseless, depth)
	}
	return l.mergeInto(out, over, caseless, depth)
}

func (l *axiosLib) mergeInto(out, from *goja.Object, caseless bool, depth int) *goja.Object {
	if depth > maxMergeDepth {
		l.env.throw(errorClassRange, "", "axios: the config is nested too deeply, or contains itself")
	}
	keys, values := own(from)
	for _, key := range keys {
		name := key
		if caseless {
			name = spelling(out, key)
		}
		var under goja.Value
		if has(out, name) {
			under = out.Get(name)
		}
		if _, plain := l.isPlainObject(values[key]); plain {
			_ = out.Set(name, l.mergeDeep(under, values[key], false, depth+1))
		} else {
			_ = out.Set(name, l.copyOf(values[key], depth+1))
		}
	}
	return out
}

func has(o *goja.Object, key string) bool { return slices.Contains(o.Keys(), key) }

// spelling returns the key of o that is name but for case, or name.
func spelling(o *goja.Object, name string) string {
	for _, key := range o.Keys() {
		if strings.EqualFold(key, name) {
			return key
		}
	}
	return name
}

// optionsOf turns what a script gave for a config into an object; nothing is an empty one.
func (l *axiosLib) optionsOf(v goja.Value) *goja.Object {
	if o, ok := v.(*goja.Object); ok {
		return o
	}
	return l.env.VM.NewObject()
}
