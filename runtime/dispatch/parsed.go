package dispatch

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// parsed is what a parser returned, in whichever form.
type parsed struct {
	own      groups
	subs     []subDevice
	warnings []string
}

// groups are telemetry and attributes of one device. Nil leaves a group alone.
type groups struct{ telemetry, server, shared *device.Object }

// subDevice is what a parser returned for a device under the one that sent the uplink.
type subDevice struct {
	eui     string // given by the parser; "" when it gave an address
	address string // on the bus behind the device
	name    string // of a device that is made
	groups
}

// maxSubDevices is how many devices one uplink may report for.
const maxSubDevices = 64

// readParsed reads a parser's result. ThinkLink's parsers return groups, those of TS013 { data, warnings,
// errors }, and those of ChirpStack v3 and TTN v2 the telemetry itself.
func readParsed(result runtime.Result) (parsed, error) {
	if result.Value == nil {
		return parsed{}, nil
	}
	v, err := jsonvalue.Parse(result.Value)
	if err != nil || v.Kind != jsonvalue.Object {
		return parsed{}, runtime.Errorf(runtime.CodeBadResult,
			"the parser returned %s; it must return { telemetry_data, server_attrs, shared_attrs, sub_device }, { data, warnings, errors } or, as Decode and Decoder do, an object of values", v.Kind)
	}
	switch {
	case result.Called == "Decode" || result.Called == "Decoder":
		return plain(v)
	case hasAny(v, "telemetry_data", "server_attrs", "shared_attrs", "sub_device"):
		return readGrouped(v)
	case v.Get("data").Kind == jsonvalue.Object, hasAny(v, "data", "warnings", "errors"):
		return readCodec(v)
	default:
		return plain(v)
	}
}

// Telemetry is what a parser's run brought its own device; nil when there was none, and for every other run.
// Which function was called is not recorded: what it returned is read by its look.
func (r *Run) Telemetry() *device.Object {
	if r.Kind != runtime.KindParser || r.Error != nil {
		return nil
	}
	out, err := readParsed(runtime.Result{Value: r.Result})
	if err != nil {
		return nil
	}
	return out.own.telemetry
}

func hasAny(v jsonvalue.Value, names ...string) bool {
	for _, name := range names {
		if v.Get(name).Kind != jsonvalue.Absent {
			return true
		}
	}
	return false
}

func plain(v jsonvalue.Value) (out parsed, err error) {
	out.own.telemetry, err = object(v, "the result")
	return out, err
}

// readCodec reads TS013's result. Its errors are those of the run.
func readCodec(v jsonvalue.Value) (out parsed, err error) {
	if reported := texts(v.Get("errors")); len(reported) > 0 {
		return parsed{}, runtime.Errorf(runtime.CodeScriptError, "the parser reports: %s", strings.Join(reported, "; "))
	}
	out.warnings = texts(v.Get("warnings"))
	out.own.telemetry, err = object(v.Get("data"), "data")
	return out, err
}

// texts reads a list of messages. Codecs are not strict about it: one message without a list will do.
func texts(v jsonvalue.Value) []string {
	items := v.Items
	if v.Kind != jsonvalue.Array {
		items = []jsonvalue.Value{v}
	}
	var out []string
	for _, item := range items {
		switch {
		case item.Nullish(), item.Kind == jsonvalue.Bool && !item.True(), item.Kind == jsonvalue.String && item.Text() == "":
		case item.Kind == jsonvalue.String:
			out = append(out, item.Text())
		default:
			out = append(out, string(item.Raw))
		}
	}
	return out
}

// readGrouped reads ThinkLink's result. A sub_device that is an address says whose the groups are; one
// that is an object or a list of objects brings groups of its own.
func readGrouped(v jsonvalue.Value) (out parsed, err error) {
	if out.own, err = readGroups(v, ""); err != nil {
		return parsed{}, err
	}
	sub := v.Get("sub_device")
	if sub.Nullish() || sub.Kind == jsonvalue.String && sub.Text() == "" {
		return out, nil
	}
	switch sub.Kind {
	case jsonvalue.String, jsonvalue.Number:
		out.subs = []subDevice{{address: sub.Text(), groups: out.own}}
		out.own = groups{}
	case jsonvalue.Object:
		out.subs, err = readSubDevices([]jsonvalue.Value{sub})
	case jsonvalue.Array:
		out.subs, err = readSubDevices(sub.Items)
	default:
		err = runtime.Errorf(runtime.CodeBadResult, "sub_device must be an address, an object or a list of objects, not %s", sub.Kind)
	}
	return out, err
}

func readGroups(v jsonvalue.Value, path string) (g groups, err error) {
	for _, part := range []struct {
		name string
		to   **device.Object
	}{{"telemetry_data", &g.telemetry}, {"server_attrs", &g.server}, {"shared_attrs", &g.shared}} {
		if *part.to, err = object(v.Get(part.name), path+part.name); err != nil {
			return groups{}, err
		}
	}
	return g, nil
}

func readSubDevices(items []jsonvalue.Value) ([]subDevice, error) {
	if len(items) > maxSubDevices {
		return nil, runtime.Errorf(runtime.CodeBadResult, "sub_device has %d devices, at most %d are allowed", len(items), maxSubDevices)
	}
	subs := make([]subDevice, len(items))
	for i, item := range items {
		path := "sub_device[" + strconv.Itoa(i) + "]"
		if item.Kind != jsonvalue.Object {
			return nil, runtime.Errorf(runtime.CodeBadResult, "%s must be { address or eui, name, telemetry_data, server_attrs, shared_attrs }, not %s", path, item.Kind)
		}
		g, err := readGroups(item, path+".")
		if err != nil {
			return nil, err
		}
		subs[i] = subDevice{eui: scalar(item.Get("eui")), address: scalar(item.Get("address")), name: scalar(item.Get("name")), groups: g}
		if subs[i].eui == "" && subs[i].address == "" {
			return nil, runtime.Errorf(runtime.CodeBadResult, "%s has no address and no eui: one of them must say which device it is", path)
		}
	}
	return subs, nil
}

// scalar is the text of a string or number, "" for anything else.
func scalar(v jsonvalue.Value) string {
	if v.Kind == jsonvalue.String || v.Kind == jsonvalue.Number {
		return v.Text()
	}
	return ""
}

// object reads a group; nil for null and for what is not there.
func object(v jsonvalue.Value, path string) (*device.Object, error) {
	if v.Nullish() {
		return nil, nil
	}
	var o device.Object
	if err := json.Unmarshal(v.Raw, &o); err != nil {
		return nil, runtime.Errorf(runtime.CodeBadResult, "%s %v", path, err)
	}
	return &o, nil
}
