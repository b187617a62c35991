package engine

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/tripline/tripline/runtime"
)

// convention is one way in which network servers call a parser's function.
type convention struct {
	name      string
	arguments func(*run) []goja.Value
}

// conventions lists, for what is wanted of a parser, the functions that can do it, best first.
func conventions(wanted string) []convention {
	switch wanted {
	case "", "payload_parser":
		return append([]convention{{"payload_parser", (*run).arguments}}, conventions("decodeUplink")...)
	case "decodeUplink":
		return []convention{
			{"decodeUplink", payloadArgument},
			{"Decode", func(r *run) []goja.Value { return r.payloadMembers("fPort", "bytes", "variables") }},
			{"Decoder", func(r *run) []goja.Value { return r.payloadMembers("bytes", "fPort") }},
			{"payload_parser", (*run).arguments},
		}
	case "encodeDownlink":
		return []convention{
			{"encodeDownlink", payloadArgument},
			{"Encode", func(r *run) []goja.Value { return r.payloadMembers("fPort", "data", "variables") }},
			{"Encoder", func(r *run) []goja.Value { return r.payloadMembers("data", "fPort") }},
		}
	}
	return []convention{{wanted, payloadArgument}}
}

func payloadArgument(r *run) []goja.Value { return []goja.Value{r.inputs.payload} }

func (r *run) payloadMembers(names ...string) []goja.Value {
	values := make([]goja.Value, len(names))
	for i, name := range names {
		values[i] = member(r.inputs.payload, name)
	}
	return values
}

// parserEntry finds the function for what is wanted, wherever the script offers one. It is called as a
// method of where it stands: drivers call their own helpers through this.
func (r *run) parserEntry() *entry {
	places := r.places()
	wanted := conventions(r.inv.Entry)
	for _, c := range wanted {
		for _, place := range places {
			if f := r.function(place, c.name); f != nil {
				return &entry{c.name, f, place, c.arguments(r)}
			}
		}
	}
	return r.exportedFunction(wanted, places)
}

// exportedFunction finds a function that is exported itself, as by module.exports = decodeUplink or
// export default function. One without a name of its own decodes.
func (r *run) exportedFunction(wanted []convention, places []*goja.Object) *entry {
	for _, place := range places {
		if place == nil {
			continue
		}
		f, ok := goja.AssertFunction(place)
		given := member(place, "name")
		if !ok || !goja.IsString(given) {
			continue
		}
		name := given.String()
		for _, c := range wanted {
			if c.name == name || c.name == "decodeUplink" && slices.Contains([]string{"", "default", "driver"}, name) {
				return &entry{c.name, f, nil, c.arguments(r)}
			}
		}
	}
	return nil
}

// bodyAnswers reports whether a body is what is wanted: it parses uplinks and does nothing else.
func (r *run) bodyAnswers() bool {
	if r.program.kind != runtime.KindParser || r.inv.Entry == "" {
		return true
	}
	for _, c := range conventions(r.inv.Entry) {
		if c.name == "payload_parser" {
			return true
		}
	}
	return false
}

// missingEntry is the error of a script that lacks a function that was asked for by name. Without such a
// wish, the text was a body that returned nothing.
func (r *run) missingEntry() error {
	if r.inv.Entry == "" || r.program.kind != runtime.KindParser {
		return nil
	}
	names := ""
	for i, c := range conventions(r.inv.Entry) {
		if i > 0 {
			names += ", "
		}
		names += c.name
	}
	return runtime.Errorf(runtime.CodeNoEntry,
		"the parser has no function for %s: it would be named %s, and be global, exported or on driver", r.inv.Entry, names)
}
