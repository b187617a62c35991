package uplink_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime/uplink"
)

func TestMessageAndInput(t *testing.T) {
	f := uplink.Frame{EUI: "a1", Port: 11, Payload: []byte{1, 255}, ReceivedAt: time.UnixMilli(1772323200123).UTC()}
	want := `{"version":"3.0","type":"data","if":"loraWAN","moteeui":"a1","userdata":{"port":11,"payload":"Af8="},"gwrx":[{"time":"2026-03-01T00:00:00.123Z"}]}`
	if got := string(f.Message()); got != want {
		t.Errorf("message %s", got)
	}
	if got := string(f.Input()); got != `{"bytes":[1,255],"fPort":11,"variables":{}}` {
		t.Errorf("input %s", got)
	}
	empty := uplink.Frame{}
	if got := string(empty.Message()); got != `{"version":"3.0","type":"data","if":"loraWAN","userdata":{"port":0,"payload":""},"gwrx":[{}]}` {
		t.Errorf("message %s", got)
	}
	if got := string(empty.Input()); got != `{"bytes":[],"fPort":0,"variables":{}}` {
		t.Errorf("input %s", got)
	}
}

func TestFromMessage(t *testing.T) {
	for _, test := range []struct {
		msg  string
		want uplink.Frame
		ok   bool
		bad  bool
	}{
		{msg: `{"moteeui":"a1","userdata":{"port":7,"payload":"AQL/"}}`, want: uplink.Frame{EUI: "a1", Port: 7, Payload: []byte{1, 2, 255}}, ok: true},
		{msg: `{"userdata":{"port":7,"payload":"Af8"}}`, want: uplink.Frame{Port: 7, Payload: []byte{1, 255}}, ok: true},
		{msg: `{"userdata":{"payload":"__8="}}`, want: uplink.Frame{Payload: []byte{255, 255}}, ok: true},
		{msg: `{"userdata":{"port":"7","payload":""}}`, want: uplink.Frame{Payload: []byte{}}, ok: true},
		{msg: `{"userdata":{"port":7}}`},
		{msg: `{"temperature":21}`},
		{msg: `"text"`},
		{msg: `{"userdata":{"payload":"%"}}`, bad: true},
		{msg: `{`, bad: true},
	} {
		got, ok, err := uplink.FromMessage(json.RawMessage(test.msg))
		if !reflect.DeepEqual(got, test.want) || ok != test.ok || (err != nil) != test.bad {
			t.Errorf("%s: got %+v, %v, %v", test.msg, got, ok, err)
		}
	}
}

func TestFromInput(t *testing.T) {
	for _, test := range []struct {
		input string
		want  uplink.Frame
		ok    bool
		bad   bool
	}{
		{input: `{"bytes":[1,-1,256],"fPort":7}`, want: uplink.Frame{Port: 7, Payload: []byte{1, 255, 0}}, ok: true},
		{input: `{"bytes":[]}`, want: uplink.Frame{Payload: []byte{}}, ok: true},
		{input: `{"data":{"on":true}}`},
		{input: `null`},
		{input: `[`, bad: true},
	} {
		got, ok, err := uplink.FromInput(json.RawMessage(test.input))
		if !reflect.DeepEqual(got, test.want) || ok != test.ok || (err != nil) != test.bad {
			t.Errorf("%s: got %+v, %v, %v", test.input, got, ok, err)
		}
	}
}
