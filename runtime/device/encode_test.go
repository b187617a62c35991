package device

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// likeMarshal is what encoding/json writes without escapes of HTML.
func likeMarshal(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func TestAppendJSONIsWhatMarshalWrites(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)
	values := Object{}.Set("a<&>\u2028\"\\\x01热\xff", json.RawMessage(` { "b" : [ 1 , "x  y" , null ] } `)).Set("n", json.RawMessage("-1.5e3"))
	full := Device{
		EUI: "e", Name: "n\n<", DeviceType: "t", Parent: "p", Tags: []string{"x", "<y>"}, ServerAttrs: values, SharedAttrs: values, ClientAttrs: values,
		Telemetry: map[string]Object{"z": values, "a": {}, "m<": values}, ThingModels: []string{"tm"}, RPCs: []string{"r"}, Triggers: []string{"t"},
		CreatedAt: at, UpdatedAt: at.Add(time.Hour).In(time.FixedZone("x", 3600)), LastSeen: at,
		DriverState: map[string]json.RawMessage{"tm": json.RawMessage("1")},
	}
	for _, d := range []Device{{}, New("x", at), full} {
		got, err := d.AppendJSON([]byte("kept "))
		if err != nil {
			t.Fatal(err)
		}
		if want := "kept " + likeMarshal(t, d); string(got) != want {
			t.Errorf("%s\nand not\n%s", got, want)
		}
	}
}

func TestAppendJSONRefuses(t *testing.T) {
	bad := []Device{
		{ServerAttrs: Object{}.Set("a", json.RawMessage("{"))}, {SharedAttrs: Object{}.Set("a", nil)}, {ClientAttrs: Object{}.Set("a", json.RawMessage("1 2"))},
		{Telemetry: map[string]Object{"m": Object{}.Set("a", json.RawMessage("x"))}}, {LastSeen: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	for i, d := range bad {
		if got, err := d.AppendJSON(nil); err == nil {
			t.Errorf("%d: %s", i, got)
		}
	}
}
