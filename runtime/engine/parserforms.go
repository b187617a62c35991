package engine

import (
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
	case "":
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

func (r *run) parserEntry() *entry {
	for _, c := range conventions(r.inv.Entry) {
		for _, place := range r.places() {
			if f := r.function(place, c.name); f != nil {
				return &entry{f, c.arguments(r)}
			}
		}
	}
	return nil
}

// missingEntry is the error of a script that lacks a function that was asked for by name. Without such a
// wish, the text was a body that returned nothing.
func (r *run) missingEntry() error {
	if r.inv.Entry == "" || r.program.kind != runtime.KindParser {
		return nil
	}
	return runtime.Errorf(runtime.CodeNoEntry, "the parser has no function for %s", r.inv.Entry)
}
