package jsapi

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// Bounds of a shown value, those of Node's util.inspect where it has them.
const (
	inspectDepth  = 2
	inspectItems  = 100
	inspectLine   = 72        // longer objects take a line per property
	inspectBudget = 128 << 10 // bytes, above any log limit
)

// inspector shows values as Node's util.inspect does. It reads data properties only: getters, proxies,
// toString and toJSON of the script are not called.
type inspector struct {
	env      *Env
	describe goja.Callable // Object.getOwnPropertyDescriptor
	depth    int
	path     []*goja.Object
	budget   int
}

func (e *Env) inspect(v goja.Value) string { return e.inspectTo(v, inspectDepth) }

func (e *Env) inspectTo(v goja.Value, depth int) string {
	o, ok := v.(*goja.Object)
	if !ok {
		return inspect(v)
	}
	i := inspector{env: e, depth: depth, budget: inspectBudget}
	if object, ok := e.VM.Get("Object").(*goja.Object); ok {
		i.describe, _ = goja.AssertFunction(object.Get("getOwnPropertyDescriptor"))
	}
	return i.object(o)
}

func (i *inspector) value(v goja.Value) string {
	if o, ok := v.(*goja.Object); ok {
		return i.object(o)
	}
	text := inspect(v)
	i.budget -= len(text)
	return text
}

var (
	proxyType   = reflect.TypeFor[goja.Proxy]()
	promiseType = reflect.TypeFor[*goja.Promise]()
	mapType     = reflect.TypeFor[[][2]any]()
	setType     = reflect.TypeFor[[]any]()
)

// builtinClass is the class that a script cannot forge. goja names Map and Set by what they export as only.
func builtinClass(o *goja.Object) string {
	class := o.ClassName()
	if class != "Object" {
		return class
	}
	switch o.ExportType() {
	case mapType:
		return "Map"
	case setType:
		return "Set"
	}
	return class
}

func (i *inspector) object(o *goja.Object) string {
	switch {
	case i.budget < 0:
		return "…"
	case slices.Contains(i.path, o):
		return "[Circular *1]"
	case o.ExportType() == proxyType:
		return "[Proxy]"
	}
	i.path = append(i.path, o)
	defer func() { i.path = i.path[:len(i.path)-1] }()
	if text, ok := i.leaf(o); ok {
		i.budget -= len(text)
		return text
	}
	return i.composite(o)
}

// leaf shows objects that are one word.
func (i *inspector) leaf(o *goja.Object) (string, bool) {
	if _, callable := goja.AssertFunction(o); callable {
		if name, ok := i.property(o, "name"); ok && goja.IsString(name) && name.String() != "" {
			return "[Function: " + name.String() + "]", true
		}
		return "[Function (anonymous)]", true
	}
	switch class := o.ClassName(); class {
	case "Error":
		return i.error(o), true
	case "Date":
		return i.builtin("Date", "toISOString", o, "Invalid Date"), true
	case "RegExp":
		return i.builtin("RegExp", "toString", o, "[RegExp]"), true
	case "String", "Number", "Boolean":
		return "[" + class + ": " + i.builtin(class, "valueOf", o, "") + "]", true
	}
	if o.ExportType() == promiseType {
		return "Promise { … }", true
	}
	return "", false
}

// builtin calls a method of a built-in prototype on o, never one that o has itself.
func (i *inspector) builtin(class, name string, o *goja.Object, fallback string) string {
	constructor, _ := i.env.VM.Get(class).(*goja.Object)
	if constructor == nil {
		return fallback
	}
	prototype, _ := constructor.Get("prototype").(*goja.Object)
	if prototype == nil {
		return fallback
	}
	f, ok := goja.AssertFunction(prototype.Get(name))
	if !ok {
		return fallback
	}
	v, err := f(o)
	if err != nil {
		return fallback
	}
	if name == "valueOf" {
		return inspect(v)
	}
	return v.String()
}

func (i *inspector) error(o *goja.Object) string {
	name, _ := i.inherited(o, "name")
	message, _ := i.property(o, "message")
	text := "Error"
	if name != nil && goja.IsString(name) {
		text = name.String()
	}
	if message != nil && goja.IsString(message) && message.String() != "" {
		text += ": " + message.String()
	}
	return text
}

// composite shows arrays, typed arrays, maps, sets and plain objects.
func (i *inspector) composite(o *goja.Object) string {
	class := builtinClass(o)
	prefix, open, closing := "", "{", "}"
	var parts []string
	tooDeep := len(i.path)-1 > i.depth
	memory, isMemory := arrayBufferBytes(o)
	switch {
	case class == "Array":
		if tooDeep {
			return "[Array]"
		}
		open, closing = "[", "]"
		parts = i.items(o)
	case isMemory:
		prefix = "ArrayBuffer "
		parts = []string{"[Uint8Contents]: " + strings.Replace(inspectBytes(memory), "<Buffer ", "<", 1), "byteLength: " + strconv.Itoa(len(memory))}
	case typedArrayTypes[o.ExportType()]:
		return i.typedArray(o)
	case class == "Map", class == "Set":
		if tooDeep {
			return "[" + class + "]"
		}
		prefix, parts = i.collection(o, class)
	default:
		if name := i.className(o); name != "Object" {
			prefix = name + " "
		}
		if tooDeep {
			return "[" + strings.TrimSuffix(prefix+"Object", " Object") + "]"
		}
		parts = i.properties(o)
	}
	if len(parts) == 0 {
		return prefix + open + closing
	}
	return prefix + i.lines(open, parts, closing)
}

func (i *inspector) lines(open string, parts []string, closing string) string {
	length := len(parts) + len(open) + len(closing)
	broken := false
	for _, part := range parts {
		length += len(part) + 1
		broken = broken || strings.Contains(part, "\n")
	}
	if length <= inspectLine && !broken {
		return open + " " + strings.Join(parts, ", ") + " " + closing
	}
	indent := "\n" + strings.Repeat("  ", len(i.path))
	return open + indent + strings.Join(parts, ","+indent) + indent[:len(indent)-2] + closing
}

func (i *inspector) items(o *goja.Object) []string {
	length := int(toLength(o))
	var parts []string
	holes := 0
	flush := func() {
		if holes > 0 {
			parts = append(parts, "<"+plural(holes, "empty item")+">")
			holes = 0
		}
	}
	for n := 0; n < length; n++ {
		if len(parts) >= inspectItems || holes > 10*inspectItems || i.budget < 0 {
			flush()
			return append(parts, "... "+plural(length-n, "more item"))
		}
		v, ok := i.own(o, strconv.Itoa(n))
		if !ok {
			holes++
			continue
		}
		flush()
		parts = append(parts, v)
	}
	flush()
	return parts
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func (i *inspector) properties(o *goja.Object) []string {
	var parts []string
	for _, key := range o.Keys() {
		if len(parts) >= inspectItems || i.budget < 0 {
			return append(parts, "...")
		}
		if v, ok := i.own(o, key); ok {
			parts = append(parts, propertyKey(key)+": "+v)
		}
	}
	return parts
}

func propertyKey(key string) string {
	for n, c := range key {
		if c != '_' && c != '$' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (n == 0 || c < '0' || c > '9') {
			return "'" + key + "'"
		}
	}
	if key == "" {
		return "''"
	}
	return key
}

// own shows an own property; an accessor is named and not called.
func (i *inspector) own(o *goja.Object, key string) (string, bool) {
	descriptor := i.descriptor(o, key)
	if descriptor == nil {
		return "", false
	}
	if !slices.Contains(descriptor.Keys(), "value") {
		return accessorText(descriptor), true
	}
	return i.value(descriptor.Get("value")), true
}

func accessorText(descriptor *goja.Object) string {
	switch {
	case goja.IsUndefined(descriptor.Get("set")):
		return "[Getter]"
	case goja.IsUndefined(descriptor.Get("get")):
		return "[Setter]"
	}
	return "[Getter/Setter]"
}

func (i *inspector) property(o *goja.Object, key string) (goja.Value, bool) {
	descriptor := i.descriptor(o, key)
	if descriptor == nil || !slices.Contains(descriptor.Keys(), "value") {
		return nil, false
	}
	return descriptor.Get("value"), true
}

func (i *inspector) inherited(o *goja.Object, key string) (goja.Value, bool) {
	for range inspectItems {
		if o == nil || o.ExportType() == proxyType {
			return nil, false
		}
		if v, ok := i.property(o, key); ok {
			return v, true
		}
		o = o.Prototype()
	}
	return nil, false
}

func (i *inspector) descriptor(o *goja.Object, key string) *goja.Object {
	if i.describe == nil {
		return nil
	}
	v, err := i.describe(goja.Undefined(), o, i.env.VM.ToValue(key))
	if err != nil {
		return nil
	}
	descriptor, _ := v.(*goja.Object)
	return descriptor
}

// className is the name of the object's class, "Object" for a plain one.
func (i *inspector) className(o *goja.Object) string {
	constructor, _ := i.inherited(o, "constructor")
	if c, ok := constructor.(*goja.Object); ok {
		if name, ok := i.property(c, "name"); ok && goja.IsString(name) && name.String() != "" {
			return name.String()
		}
		return "Object"
	}
	if o.Prototype() == nil {
		return "[Object: null prototype]"
	}
	return "Object"
}

func (i *inspector) collection(o *goja.Object, class string) (prefix string, parts []string) {
	count := 0
	i.env.VM.ForOf(i.entries(o, class), func(v goja.Value) bool {
		count++
		if len(parts) < inspectItems && i.budget >= 0 {
			if pair, ok := v.(*goja.Object); ok && class == "Map" {
				parts = append(parts, i.value(pair.Get("0"))+" => "+i.value(pair.Get("1")))
			} else {
				parts = append(parts, i.value(v))
			}
		}
		return true
	})
	return class + "(" + strconv.Itoa(count) + ") ", parts
}

// entries is an iterator over a Map's pairs or a Set's values.
func (i *inspector) entries(o *goja.Object, class string) goja.Value {
	method := map[string]string{"Map": "entries", "Set": "values"}[class]
	if f, ok := goja.AssertFunction(o.Get(method)); ok {
		if v, err := f(o); err == nil {
			return v
		}
	}
	return i.env.VM.NewArray()
}

// typedArray shows a Buffer's bytes in hexadecimal and other typed arrays by their elements.
func (i *inspector) typedArray(o *goja.Object) string {
	name := i.className(o)
	if bytes, ok := i.env.uint8Bytes(o); ok && name == "Buffer" {
		return inspectBytes(bytes)
	}
	length := int(toLength(o))
	var parts []string
	for n := range min(length, inspectItems) {
		parts = append(parts, inspect(o.Get(strconv.Itoa(n))))
	}
	if more := length - inspectItems; more > 0 {
		parts = append(parts, "... "+plural(more, "more item"))
	}
	prefix := name + "(" + strconv.Itoa(length) + ") "
	if length == 0 {
		return prefix + "[]"
	}
	return prefix + i.lines("[", parts, "]")
}

func toLength(o *goja.Object) int64 {
	if v := o.Get("length"); v != nil && goja.IsNumber(v) {
		return v.ToInteger()
	}
	return 0
}
