// Package uplink turns what a device sent between the two forms that parsers know: the message of an
// application server (msg of ThinkLink's parsers) and the input of network servers' codecs (TS013).
package uplink

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tripline/tripline/runtime/jsonvalue"
)

// Frame is an uplink's payload with where it came from.
type Frame struct {
	EUI        string
	Port       int // LoRaWAN FPort
	Payload    []byte
	ReceivedAt time.Time // zero: not known
}

// message is the form of an application server. What a radio knows of an uplink that came without one
// is left out: a script that reads gwrx[0].rssi finds it undefined and does not fail.
type message struct {
	Version  string     `json:"version"`
	Type     string     `json:"type"`
	If       string     `json:"if"`
	EUI      string     `json:"moteeui,omitempty"`
	Userdata userdata   `json:"userdata"`
	Gateways [1]gateway `json:"gwrx"`
}

type userdata struct {
	Port    int    `json:"port"`
	Payload []byte `json:"payload"` // base64 in JSON
}

type gateway struct {
	Time time.Time `json:"time,omitzero"`
}

// Message returns f as an application server would send it.
func (f Frame) Message() json.RawMessage {
	payload := f.Payload
	if payload == nil {
		payload = []byte{} // "" and not null
	}
	return marshal(message{
		Version: "3.0", Type: "data", If: "loraWAN", EUI: f.EUI,
		Userdata: userdata{f.Port, payload}, Gateways: [1]gateway{{f.ReceivedAt}},
	})
}

// Input returns f as TS013's decodeUplink gets it, with no recvTime: that is a Date, which JSON has no
// form for. See runtime.Input.ReceivedAt.
func (f Frame) Input() json.RawMessage {
	octets := make([]int, len(f.Payload)) // []byte would become base64
	for i, b := range f.Payload {
		octets[i] = int(b)
	}
	return marshal(struct {
		Bytes     []int    `json:"bytes"`
		Port      int      `json:"fPort"`
		Variables struct{} `json:"variables"`
	}{Bytes: octets, Port: f.Port})
}

// FromMessage reads an application server's message. ok is false when it carries no payload, as messages
// of other sources do; the error is for a payload that is not base64.
func FromMessage(msg json.RawMessage) (f Frame, ok bool, err error) {
	in, err := jsonvalue.Parse(msg)
	if err != nil {
		return Frame{}, false, fmt.Errorf("msg %w", err)
	}
	data := in.Get("userdata")
	text := data.Get("payload")
	if text.Kind != jsonvalue.String {
		return Frame{}, false, nil
	}
	f = Frame{EUI: in.Get("moteeui").Text(), Port: int(data.Get("port").Float())}
	if f.Payload, err = decodeBase64(text.Text()); err != nil {
		return Frame{}, false, fmt.Errorf("msg.userdata.payload is not base64: %w", err)
	}
	return f, true, nil
}

// decodeBase64 takes both alphabets, padded or not, as Node's Buffer does.
func decodeBase64(text string) ([]byte, error) {
	text = strings.TrimRight(text, "=")
	text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	return base64.RawStdEncoding.DecodeString(text)
}

// FromInput reads TS013's input. ok is false when it has no bytes, as the input of an encoder.
func FromInput(input json.RawMessage) (f Frame, ok bool, err error) {
	in, err := jsonvalue.Parse(input)
	if err != nil {
		return Frame{}, false, fmt.Errorf("input %w", err)
	}
	list := in.Get("bytes")
	if list.Kind != jsonvalue.Array {
		return Frame{}, false, nil
	}
	f = Frame{Port: int(in.Get("fPort").Float()), Payload: make([]byte, len(list.Items))}
	for i, item := range list.Items {
		f.Payload[i] = byte(int(item.Float()))
	}
	return f, true, nil
}

func marshal(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("uplink: " + err.Error()) // plain data; years beyond 9999 are no time of receipt
	}
	return text
}
