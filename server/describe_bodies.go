package server

import "github.com/danielgtaylor/huma/v2"

// The schemas of the plain routes are written by hand: their types hold raw JSON, of which huma can say
// nothing. A test holds the names to the types.

func text(description string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: description}
}

func number(description string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Description: description}
}

func object(description string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Description: description, AdditionalProperties: true}
}

// fields is an object that has these members and no others.
func fields(required []string, properties map[string]*huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Required: required, Properties: properties, AdditionalProperties: false}
}

func uplinkSchema() *huma.Schema {
	longest, least, most := maxUplinkID, 0.0, 255.0
	id := text("The sender's own. The same id from the same device is taken once within a day. Left out: the server makes one.")
	id.MaxLength = &longest
	port := number("LoRaWAN port; needed beside a payload.")
	port.Minimum, port.Maximum = &least, &most
	s := fields([]string{"eui"}, map[string]*huma.Schema{
		"eui":            text("The device: 1 to 64 letters, digits, _ - . or :"),
		"thing_model_id": text("Which thing model the telemetry is of, or which of the device's parsers reads the payload. Left out: the first of the device's thing_models, or default; of a payload, all of them."),
		"thingModelId":   text("Another name of thing_model_id."),
		"telemetry_data": object("Values that are decoded already."),
		"shared_attrs":   object("Merged into the device, key by key."),
		"server_attrs":   object("Merged into the device, key by key."),
		"f_port":         port,
		"payload_hex":    text("Bytes for the device's parsers, in hexadecimal."),
		"payload_base64": text("Bytes for the device's parsers, in base64 with padding."),
		"msg":            asUplinkSchema(),
		"id":             id,
	})
	for _, carrier := range []string{"telemetry_data", "payload_hex", "payload_base64", "msg"} {
		s.OneOf = append(s.OneOf, &huma.Schema{Required: []string{carrier}})
	}
	s.DependentRequired = map[string][]string{"payload_hex": {"f_port"}, "payload_base64": {"f_port"}}
	return s
}

func asUplinkSchema() *huma.Schema {
	userdata := fields([]string{"payload"}, map[string]*huma.Schema{
		"port": number("LoRaWAN port."), "payload": text("Bytes in base64 with padding."),
	})
	userdata.AdditionalProperties = true
	s := fields([]string{"userdata"}, map[string]*huma.Schema{"userdata": userdata})
	s.AdditionalProperties, s.Description = true, "An uplink as a ThinkLink application server gives it; parsers get all of it as msg."
	return s
}

func uplinkReplySchema() *huma.Schema {
	return fields([]string{"uplink_id", "execution_id"}, map[string]*huma.Schema{
		"uplink_id":    text("The id that was given, or one that was made."),
		"execution_id": text("What came of it: GET /executions/{id}. Of a duplicate: that of the first."),
		"duplicate":    {Type: huma.TypeBoolean, Description: "True when this id was taken before: nothing was done."},
		"dispatches":   number("With wait=1, when the triggers ran in time: how many returned RPCs to run."),
		"state":        {Type: huma.TypeString, Enum: []any{"waiting", "completed", "failed"}, Description: "With wait=1: failed when a script failed; the execution says which."},
	})
}

func batchLineSchema(problem *huma.Schema) *huma.Schema {
	stored := uplinkReplySchema()
	stored.Properties["status"] = &huma.Schema{Type: huma.TypeInteger, Enum: []any{202}}
	stored.Required = append(stored.Required, "status")
	return &huma.Schema{OneOf: []*huma.Schema{stored, problem}}
}

func rpcIDSchema(description string) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeNumber}}, Description: description}
}

func rpcVersionSchema() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: []any{"2.0"}}
}

func rpcRequestSchema() *huma.Schema {
	params := fields([]string{"_eui"}, map[string]*huma.Schema{"_eui": text("The device that the RPC runs for.")})
	params.AdditionalProperties, params.Description = true, "The parameters of the RPC, by name."
	s := fields([]string{"jsonrpc", "id", "method", "params"}, map[string]*huma.Schema{
		"jsonrpc": rpcVersionSchema(),
		"id":      rpcIDSchema("Comes back in the reply."),
		"method":  text("The name of an RPC: one of the library, one that the device has among its rpcs, or one that is org_wide."),
		"params":  params,
	})
	s.AdditionalProperties = true
	return s
}

func rpcReplySchema() *huma.Schema {
	id := rpcIDSchema("That of the request; null when it had none that can be given back.")
	id.OneOf = append(id.OneOf, &huma.Schema{Type: "null"})
	return fields([]string{"jsonrpc", "id"}, map[string]*huma.Schema{
		"jsonrpc": rpcVersionSchema(),
		"id":      id,
		"result":  rpcResultSchema(),
		"error":   rpcErrorSchema(),
	})
}

func rpcResultSchema() *huma.Schema {
	delivery := fields([]string{"id", "state"}, map[string]*huma.Schema{
		"id":      text("GET /deliveries/{id}"),
		"state":   text("As of a delivery; pending when it was not attempted in time, as a downlink that is fetched never is."),
		"outcome": text("delivered, retryable or permanent."),
	})
	return fields([]string{"execution_id", "actions"}, map[string]*huma.Schema{
		"execution_id": text("The whole story of the call: GET /executions/{id}."),
		"actions":      number("How many actions are stored, to be performed."),
		"deliveries":   {Type: huma.TypeArray, Items: delivery, Description: "With wait=1."},
	})
}

func rpcErrorSchema() *huma.Schema {
	data := fields(nil, map[string]*huma.Schema{
		"code":         text("The cause in a word, such as bad_params, unknown_device, script_error or busy."),
		"execution_id": text("The record of a run that failed."),
		"line":         number("In the script, from 1."),
		"column":       number("In the script, from 1."),
		"retry_after":  number("Seconds; with busy."),
	})
	return fields([]string{"code", "message"}, map[string]*huma.Schema{
		"code": {Type: huma.TypeInteger, Enum: []any{rpcParseError, rpcInvalidRequest, rpcNoMethod, rpcInvalidParams, rpcInternalError},
			Description: "-32700 no JSON; -32600 no request; -32601 no such RPC for this device; -32602 bad params or an unknown _eui; -32603 the script failed, or the server is busy"},
		"message": text("What is wrong, in a sentence."),
		"data":    data,
	})
}

// events is what the streams send.
func events() content {
	data := fields([]string{"type", "execution_id", "id", "eui", "state"}, map[string]*huma.Schema{
		"type":         {Type: huma.TypeString, Enum: []any{"execution", "delivery", "alarm"}},
		"execution_id": text("The execution that it belongs to."),
		"id":           text("Of the execution or the delivery."),
		"eui":          text("The device."),
		"state":        text("Of the execution or the delivery."),
	})
	data.Description = "The data line of one event. Its event line repeats type."
	return content{"text/event-stream", "server-sent events; a comment every 15 s while nothing happens", data}
}
