package dispatch

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
)

// shown writes what was read in one line.
func shown(p parsed) string {
	text := func(g groups) string {
		parts := []string{}
		for _, o := range []*device.Object{g.telemetry, g.server, g.shared} {
			if o == nil {
				parts = append(parts, "-")
			} else {
				b, _ := o.MarshalJSON()
				parts = append(parts, string(b))
			}
		}
		return strings.Join(parts, " ")
	}
	out := text(p.own)
	for _, sub := range p.subs {
		out += " | " + sub.eui + "/" + sub.address + "/" + sub.name + " " + text(sub.groups)
	}
	for _, w := range p.warnings {
		out += " ! " + w
	}
	return out
}

func TestReadParsed(t *testing.T) {
	for _, test := range []struct{ name, called, result, want, err string }{
		{"nothing", "", ``, `- - -`, ``},
		{"groups", "payload_parser", `{"telemetry_data":{"t":1},"server_attrs":{"a":2},"shared_attrs":{"b":3},"sub_device":null}`, `{"t":1} {"a":2} {"b":3}`, ``},
		{"null groups", "", `{"telemetry_data":null,"shared_attrs":null,"other":1}`, `- - -`, ``},
		{"a telemetry list", "payload_parser", `{"telemetry_data":[1]}`, ``, `telemetry_data must be an object, not an array`},
		{"attributes as text", "payload_parser", `{"server_attrs":"x"}`, ``, `server_attrs must be an object, not a string`},
		{"TS013", "decodeUplink", `{"data":{"t":1},"warnings":["low",{"a":1}],"errors":[]}`, `{"t":1} - - ! low ! {"a":1}`, ``},
		{"TS013 with more", "decodeUplink", `{"data":{"t":1},"fPort":2}`, `{"t":1} - -`, ``},
		{"TS013 without data", "decodeUplink", `{"data":null,"warnings":"one"}`, `- - - ! one`, ``},
		{"TS013 with errors", "decodeUplink", `{"data":{"t":1},"errors":["a","b"]}`, ``, `the parser reports: a; b`},
		{"TS013 with one error", "decodeUplink", `{"errors":"a"}`, ``, `the parser reports: a`},
		{"TS013 with no error", "decodeUplink", `{"data":{"t":1},"errors":null,"warnings":false}`, `{"t":1} - -`, ``},
		{"TS013 with a list", "decodeUplink", `{"data":[1]}`, ``, `data must be an object, not an array`},
		{"a codec that forgets data", "decodeUplink", `{"t":1}`, `{"t":1} - -`, ``},
		{"ChirpStack", "Decode", `{"data":{"a":1},"errors":["x"],"telemetry_data":2}`, `{"data":{"a":1},"errors":["x"],"telemetry_data":2} - -`, ``},
		{"TTN", "Decoder", `{}`, `{} - -`, ``},
		{"TTN with a list", "Decoder", `[1]`, ``, `returned an array`},
		{"a text", "payload_parser", `"x"`, ``, `returned a string`},
		{"address", "payload_parser", `{"sub_device":"12","telemetry_data":{"t":1},"shared_attrs":{"b":3}}`, `- - - | /12/ {"t":1} - {"b":3}`, ``},
		{"address as a number", "payload_parser", `{"sub_device":12,"telemetry_data":{"t":1}}`, `- - - | /12/ {"t":1} - -`, ``},
		{"an empty address", "payload_parser", `{"sub_device":"","telemetry_data":{"t":1}}`, `{"t":1} - -`, ``},
		{"one device", "payload_parser", `{"sub_device":{"address":1,"telemetry_data":{"t":1}},"telemetry_data":{"u":2}}`, `{"u":2} - - | /1/ {"t":1} - -`, ``},
		{"devices", "payload_parser", `{"sub_device":[{"eui":"a","name":"A"},{"address":"2","server_attrs":{"x":1}}]}`, `- - - | a//A - - - | /2/ - {"x":1} -`, ``},
		{"no device", "payload_parser", `{"sub_device":[]}`, `- - -`, ``},
		{"a device without a name", "payload_parser", `{"sub_device":[{"telemetry_data":{}}]}`, ``, `sub_device[0] has no address and no eui`},
		{"a device with bad telemetry", "payload_parser", `{"sub_device":[{"address":1},{"address":2,"telemetry_data":3}]}`, ``, `sub_device[1].telemetry_data must be an object, not a number`},
		{"a list of addresses", "payload_parser", `{"sub_device":[1]}`, ``, `sub_device[0] must be { address or eui`},
		{"a flag", "payload_parser", `{"sub_device":true}`, ``, `sub_device must be an address, an object or a list of objects, not a boolean`},
		{"too many", "payload_parser", `{"sub_device":[` + strings.Repeat(`{"address":1},`, maxSubDevices) + `{"address":1}]}`, ``, `at most 64`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var value json.RawMessage
			if test.result != "" {
				value = json.RawMessage(test.result)
			}
			got, err := readParsed(runtime.Result{Value: value, Called: test.called})
			switch {
			case test.err != "":
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %s", err, test.err)
				}
			case err != nil:
				t.Errorf("failed: %v", err)
			case shown(got) != test.want:
				t.Errorf("got %s, want %s", shown(got), test.want)
			}
		})
	}
}

func FuzzReadParsed(f *testing.F) {
	for _, seed := range []string{`{"telemetry_data":{"t":1},"sub_device":[{"address":1}]}`, `{"data":{"t":1},"errors":[1,{}],"warnings":null}`, `{"sub_device":1e400}`, `[]`, `{`} {
		for _, called := range []string{"", "decodeUplink", "Decoder"} {
			f.Add(called, seed)
		}
	}
	f.Fuzz(func(t *testing.T, called, text string) {
		got, err := readParsed(runtime.Result{Value: json.RawMessage(text), Called: called})
		if err != nil && runtime.AsError(err).Code == "" {
			t.Errorf("an error without a code: %v", err)
		}
		for _, sub := range got.subs {
			if err == nil && sub.eui == "" && sub.address == "" {
				t.Errorf("a device that nothing names: %s", text)
			}
		}
	})
}
