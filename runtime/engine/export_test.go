package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// A module that imports nothing is what it would be as a script.
func TestModules(t *testing.T) {
	for name, source := range map[string]string{
		"a function":                "export function decodeUplink(input) { return { data: input.bytes } }",
		"an arrow":                  "export const decodeUplink = (input) => ({ data: input.bytes })",
		"a list":                    "function decodeUplink(input) { return { data: input.bytes } }\nexport { decodeUplink };",
		"a list of other names":     "const d = (input) => ({ data: input.bytes }), e = 1;\nexport {\n  d as decodeUplink,\n  e as unit,\n  d,\n}",
		"a list with a default":     "const d = { decodeUplink: (input) => ({ data: input.bytes }) };\nexport { d as default };",
		"a default object":          "export default { decodeUplink(input) { return { data: input.bytes } } }",
		"a default function":        "export default function decodeUplink(input) { return { data: input.bytes } }",
		"a default without a name":  "export default function (input) { return { data: input.bytes } }",
		"a default arrow":           "export default (input) => ({ data: input.bytes })",
		"a default name":            "const codec = { decodeUplink: (input) => ({ data: input.bytes }) }\nexport default codec",
		"many":                      "export let a = 1; export var b = 2; export class C {}\nexport async function d() {}\nexport function* e() {}\nexport function Decode(port, bytes) { return { data: bytes } }",
		"one more in a text":        "const s = `\nexport function inside() {}\n`\nexport function decodeUplink(input) { return { data: s.includes('export') ? input.bytes : 0 } }",
		"with a number of old":      "export function decodeUplink(input) { return { data: [input.bytes[0] + 08 - 8] } }",
		"one line, many statements": "export const scale = 1; export const decodeUplink = (input) => ({ data: [input.bytes[0] * scale] });",
	} {
		t.Run(name, func(t *testing.T) {
			inv := invocation(runtime.KindParser, source)
			inv.Input.Payload = json.RawMessage(`{"bytes":[7],"fPort":1}`)
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), inv)
			check(t, got, err, outcome{value: `{"data":[7]}`})
		})
	}
}
