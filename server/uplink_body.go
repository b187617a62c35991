package server

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// uplinkBody is an uplink as it is posted.
type uplinkBody struct {
	EUI          string          `json:"eui"`
	ModelID      string          `json:"thing_model_id"`
	ThingModelID string          `json:"thingModelId"`
	Telemetry    json.RawMessage `json:"telemetry_data"`
	SharedAttrs  json.RawMessage `json:"shared_attrs"`
	ServerAttrs  json.RawMessage `json:"server_attrs"`
	FPort        *int            `json:"f_port"`
	PayloadHex   *string         `json:"payload_hex"`
	Payload64    *string         `json:"payload_base64"`
	Msg          json.RawMessage `json:"msg"`
	ID           string          `json:"id"`
}

var uplinkShape = shapeOf(reflect.TypeFor[uplinkBody]())

func decodeUplink(text []byte) (*dispatch.Uplink, error) {
	var in uplinkBody
	if !in.read(text) {
		in = uplinkBody{}
		if err := decodeStrictly(text, &in, uplinkShape); err != nil {
			return nil, err
		}
	}
	var bad invalid.Error
	refuse := func(location, message string) {
		bad = append(bad, invalid.Field{Location: "body." + location, Message: message})
	}
	up := &dispatch.Uplink{ID: in.ID, EUI: device.NormalEUI(in.EUI), ThingModelID: in.ModelID}
	if up.ThingModelID == "" {
		up.ThingModelID = in.ThingModelID
	}
	if !device.ValidEUI(up.EUI) {
		refuse("eui", euiRule)
	}
	if len(up.ThingModelID) > maxThingModelID {
		refuse("thing_model_id", "is longer than 128 bytes")
	}
	if len(in.ID) > maxUplinkID {
		refuse("id", "is longer than 200 bytes")
	}
	object := func(location string, raw json.RawMessage) *device.Object {
		if !given(raw) {
			return nil
		}
		var o device.Object
		if err := o.UnmarshalJSON(raw); err != nil {
			refuse(location, err.Error())
			return nil
		}
		return &o
	}
	up.Telemetry = object("telemetry_data", in.Telemetry)
	up.SharedAttrs = object("shared_attrs", in.SharedAttrs)
	up.ServerAttrs = object("server_attrs", in.ServerAttrs)
	up.Payload = decodePayload(&in, refuse)
	up.Msg = checkMsg(in.Msg, refuse)
	if in.FPort != nil {
		up.FPort = *in.FPort
		if up.FPort < 0 || up.FPort > 255 {
			refuse("f_port", "must be from 0 to 255")
		}
	}
	carried := 0
	for _, is := range []bool{given(in.Telemetry), in.PayloadHex != nil, in.Payload64 != nil, given(in.Msg)} {
		if is {
			carried++
		}
	}
	if carried != 1 {
		refuse("telemetry_data", "give exactly one of telemetry_data, payload_hex, payload_base64 and msg")
	} else if (in.PayloadHex != nil || in.Payload64 != nil) && in.FPort == nil {
		refuse("f_port", "is needed beside a payload")
	}
	if bad != nil {
		return nil, bad
	}
	return up, nil
}

// read reads a body that is as it should be, as nearly all are, in one pass. Of any other it reports false:
// decodeStrictly says what is wrong with it.
func (in *uplinkBody) read(text []byte) bool {
	if !utf8.Valid(text) || outOfRange(text) >= 0 {
		return false
	}
	v, err := jsonvalue.Parse(text)
	if err != nil || v.Kind != jsonvalue.Object {
		return false
	}
	for i := range v.Members {
		if !in.set(v.Members[i].Name, &v.Members[i].Value) {
			return false
		}
	}
	return true
}

// set reports whether there is a field of the name that takes the value.
func (in *uplinkBody) set(name string, v *jsonvalue.Value) bool {
	switch name {
	case "eui":
		return setText(&in.EUI, v)
	case "thing_model_id":
		return setText(&in.ModelID, v)
	case "thingModelId":
		return setText(&in.ThingModelID, v)
	case "id":
		return setText(&in.ID, v)
	case "telemetry_data":
		in.Telemetry = v.Raw
	case "shared_attrs":
		in.SharedAttrs = v.Raw
	case "server_attrs":
		in.ServerAttrs = v.Raw
	case "msg":
		in.Msg = v.Raw
	case "f_port":
		return setPort(&in.FPort, v)
	case "payload_hex":
		return setOptional(&in.PayloadHex, v)
	case "payload_base64":
		return setOptional(&in.Payload64, v)
	default:
		return false
	}
	return true
}

func setText(field *string, v *jsonvalue.Value) bool {
	*field = strings.Clone(v.Text()) // it outlives the body
	return v.Kind == jsonvalue.String || v.Kind == jsonvalue.Null
}

func setOptional(field **string, v *jsonvalue.Value) bool {
	if v.Kind == jsonvalue.Null {
		*field = nil
		return true
	}
	*field = new(string)
	return setText(*field, v)
}

func setPort(field **int, v *jsonvalue.Value) bool {
	if v.Kind == jsonvalue.Null {
		*field = nil
		return true
	}
	n, err := strconv.Atoi(v.Text())
	*field = &n
	return v.Kind == jsonvalue.Number && err == nil
}

// given reports whether a member is there: null is as good as absent.
func given(raw json.RawMessage) bool { return raw != nil && string(raw) != "null" }

func decodePayload(in *uplinkBody, refuse func(location, message string)) []byte {
	switch {
	case in.PayloadHex != nil:
		payload, err := hex.DecodeString(*in.PayloadHex)
		if err != nil {
			refuse("payload_hex", "is not hexadecimal: an even number of the digits 0-9 and a-f")
		}
		return payload
	case in.Payload64 != nil:
		payload, err := base64.StdEncoding.DecodeString(*in.Payload64)
		if err != nil {
			refuse("payload_base64", "is not base64 with padding")
		}
		return payload
	}
	return nil
}

// asUplink is what has to be in an uplink in AS form.
type asUplink struct {
	Userdata *struct {
		Port    *int    `json:"port"`
		Payload *string `json:"payload"`
	} `json:"userdata"`
}

var asShape = shapeOf(reflect.TypeFor[asUplink]())

func checkMsg(msg json.RawMessage, refuse func(location, message string)) json.RawMessage {
	if !given(msg) {
		return nil
	}
	var as asUplink
	switch err := json.Unmarshal(msg, &as); {
	case err != nil:
		refuse("msg", "must be an AS uplink: an object with userdata { port, payload }")
	case asShape.miscased(msg) != "":
		refuse("msg."+asShape.miscased(msg), "is to be written in lower case")
	case as.Userdata == nil || as.Userdata.Payload == nil:
		refuse("msg.userdata.payload", "is missing")
	default:
		if _, err := base64.StdEncoding.DecodeString(*as.Userdata.Payload); err != nil {
			refuse("msg.userdata.payload", "is not base64 with padding")
		}
	}
	return msg
}
