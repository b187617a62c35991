package server

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/server/auth"
)

// describePlain documents the routes that are plain gin: the hot path and the streams.
func (s *Server) describePlain() {
	text := &huma.Schema{Type: huma.TypeString}
	wait := &huma.Param{Name: "wait", In: "query", Schema: text, Description: "1 waits, up to 30 s, for what comes of it"}
	id := &huma.Param{Name: "id", In: "path", Required: true, Schema: text}
	for _, op := range []struct {
		huma.Operation
		may      auth.Capability
		takes    string // media type of the body; "" for none
		status   string
		answers  string // media type
		whatBack string
	}{
		{huma.Operation{OperationID: "post-uplink", Method: http.MethodPost, Path: "/uplinks", Summary: "Store an uplink; its triggers follow in the device's order", Tags: []string{"uplinks"}, Parameters: []*huma.Param{wait}},
			auth.PostUplinks, "application/json", "202", "application/json", "stored: { uplink_id, execution_id, duplicate?, dispatches? }"},
		{huma.Operation{OperationID: "post-uplinks", Method: http.MethodPost, Path: "/uplinks/batch", Summary: "Store uplinks, one a line", Tags: []string{"uplinks"}},
			auth.PostUplinks, "application/x-ndjson", "200", "application/x-ndjson", "one line a line: { status, … }"},
		{huma.Operation{OperationID: "call-rpc", Method: http.MethodPost, Path: "/rpc", Summary: "Call an RPC, JSON-RPC 2.0", Tags: []string{"rpc"}, Parameters: []*huma.Param{wait}},
			auth.CallRPC, "application/json", "200", "application/json", "a JSON-RPC 2.0 reply: result { execution_id, actions, deliveries? } or error"},
		{huma.Operation{OperationID: "stream-events", Method: http.MethodGet, Path: "/events", Summary: "What happens in the organisation, live", Tags: []string{"events"}},
			auth.Read, "", "200", "text/event-stream", "server-sent events"},
		{huma.Operation{OperationID: "stream-execution", Method: http.MethodGet, Path: "/executions/{id}/events", Summary: "What happens in one execution, live", Tags: []string{"events", "executions"}, Parameters: []*huma.Param{id}},
			auth.Read, "", "200", "text/event-stream", "server-sent events"},
	} {
		o := op.Operation
		o.Description = "Needs: " + string(op.may) + "."
		o.Security = []map[string][]string{{"token": {}}}
		if op.takes != "" {
			o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{op.takes: {Schema: &huma.Schema{Type: huma.TypeObject}}}}
		}
		o.Responses = map[string]*huma.Response{
			op.status: {Description: op.whatBack, Content: map[string]*huma.MediaType{op.answers: {}}},
			"default": {Description: "a problem", Content: map[string]*huma.MediaType{"application/problem+json": {}}},
		}
		s.api.OpenAPI().AddOperation(&o)
	}
}
