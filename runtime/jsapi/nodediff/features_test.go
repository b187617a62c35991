package nodediff

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// enumerate lists what the globals of the language have, two levels deep. (Those of the web and of Node keep
// their methods one prototype further, where they are made at their first use; other tests compare them.)
const enumerate = `const names = [];
const classes = ["Object", "Function", "Array", "String", "Number", "Boolean", "BigInt", "Symbol", "Date", "RegExp", "Map", "Set", "WeakMap", "WeakSet", "Promise", "Proxy", "Reflect",
  "JSON", "Math", "Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "URIError", "EvalError", "AggregateError", "ArrayBuffer", "DataView", "Uint8Array", "Int8Array",
  "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "WeakRef", "FinalizationRegistry",
  "SharedArrayBuffer", "Atomics", "Intl", "globalThis", "parseInt", "parseFloat", "isNaN", "isFinite", "encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent", "escape", "unescape"];
const list = (path, object) => { for (const key of Reflect.ownKeys(object)) names.push(path + "." + String(key)) };
for (const name of classes) {
  if (!(name in globalThis)) continue;
  names.push(name);
  const value = globalThis[name];
  if (name === "globalThis" || (typeof value !== "function" && typeof value !== "object")) continue;
  list(name, value);
  if (typeof value === "function" && value.prototype) list(name + ".prototype", value.prototype);
}
list("%TypedArray%", Object.getPrototypeOf(Uint8Array));
list("%TypedArray%.prototype", Object.getPrototypeOf(Uint8Array.prototype));
list("%Iterator%.prototype", Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
list("%Generator%.prototype", Object.getPrototypeOf(function* () {}).prototype);
return names.join(" ").replaceAll("Symbol(Symbol.", "(")`

// TestFeatures compares what there is. What Node has and we have not stands in a file with the reasons.
func TestFeatures(t *testing.T) {
	node := strings.Fields(strings.Trim(reference(t, "features", []string{enumerate}, "--fresh")[0], `"`))
	limits := runtime.DefaultLimits()
	here := strings.Fields(strings.Trim(ours(t, engine.New(limits), nil, "", enumerate), `"`))
	text, err := os.ReadFile("testdata/features-missing.txt")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			for _, name := range strings.Fields(line) {
				explained[name] = true
			}
		}
	}
	for _, name := range node {
		if has := slices.Contains(here, name); !has && !explained[name] {
			t.Errorf("%s is missing", name)
		} else if has && explained[name] {
			t.Errorf("%s is there now: take it from the list of what is missing", name)
		}
	}
}
