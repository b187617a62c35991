package server

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// FuzzUplinkBody holds the quick way of reading an uplink to the strict one: what it takes, that takes too and
// reads the same. It has to take what is common.
func FuzzUplinkBody(f *testing.F) {
	common := []string{
		`{"eui":"6353012af1090498","telemetry_data":{"t":21.5,"door":{"open":true}},"thing_model_id":"thermometer"}`,
		` { "eui" : "6353012AF1090498", "payload_hex":"0367","f_port":85,"id":"a\u00e9 b" } `,
		`{"eui":"6353012af1090498","thingModelId":"","payload_base64":"A2c=","f_port":85,"shared_attrs":{},"server_attrs":{"a":[1,2]}}`,
		`{"eui":"6353012af1090498","msg":{"userdata":{"port":85,"payload":"A2c="}},"payload_hex":null,"f_port":null,"telemetry_data":null}`,
	}
	for _, text := range common {
		f.Add([]byte(text))
		if !new(uplinkBody).read([]byte(text)) {
			f.Errorf("%s is not read at once", text)
		}
	}
	for _, text := range []string{
		``, `[]`, `{}`, `{"eui":1}`, `{"EUI":"6353012af1090498"}`, `{"eui":"\ud800"}`, "{\"eui\":\"\xff\"}", `{"f_port":1.5}`, `{"f_port":"85"}`,
		`{"f_port":99999999999999999999}`, `{"telemetry_data":{"t":1e999}}`, `{"eui":"a"} {}`, `{"eui":"a",}`, `{"eui":null}`, `{"unknown":1}`, `{"payload_hex":7}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var quick, strict uplinkBody
		if !quick.read(text) || twice(text) {
			return
		}
		if err := decodeStrictly(text, &strict, uplinkShape); err != nil {
			t.Fatalf("%q is read at once but refused: %v", text, err)
		}
		if !reflect.DeepEqual(quick, strict) {
			t.Errorf("%q\nat once %+v\nstrict  %+v", text, quick, strict)
		}
	})
}

// twice reports whether a null stands where an earlier member of the same name had something: encoding/json
// leaves that as it was.
func twice(text []byte) bool {
	v, err := jsonvalue.Parse(text)
	if err != nil {
		return false
	}
	for _, m := range v.Members {
		if m.Value.Kind == jsonvalue.Null && bytes.Count(text, []byte(m.Name)) != 1 {
			return true
		}
	}
	return false
}
