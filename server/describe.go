package server

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/server/auth"
)

// plainOperation describes a route that is plain gin.
type plainOperation struct {
	huma.Operation
	may     auth.Capability
	takes   content // without a media type for none
	status  string
	answers content
}

// content is what a body holds.
type content struct {
	mediaType   string
	description string
	schema      *huma.Schema
}

func (c content) byMediaType() map[string]*huma.MediaType {
	return map[string]*huma.MediaType{c.mediaType: {Schema: c.schema}}
}

// describePlain documents the routes that are plain gin: the hot path and the streams.
func (s *Server) describePlain() {
	problem := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	for _, op := range plainOperations(problem) {
		o := op.Operation
		o.Description = "Needs: " + string(op.may) + "."
		o.Security = []map[string][]string{{"token": {}}}
		if op.takes.mediaType != "" {
			o.RequestBody = &huma.RequestBody{Required: true, Description: op.takes.description, Content: op.takes.byMediaType()}
		}
		o.Responses = map[string]*huma.Response{
			op.status: {Description: op.answers.description, Content: op.answers.byMediaType()},
			"default": {Description: "a problem", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}},
		}
		s.api.OpenAPI().AddOperation(&o)
	}
}

func plainOperations(problem *huma.Schema) []plainOperation {
	id := &huma.Param{Name: "id", In: "path", Required: true, Schema: text("")}
	return []plainOperation{
		{
			Operation: huma.Operation{
				OperationID: "post-uplink", Method: http.MethodPost, Path: "/uplinks", Tags: []string{"uplinks"},
				Summary:    "Store an uplink; its triggers follow in the device's order",
				Parameters: []*huma.Param{wait("until its triggers ran, and adds dispatches and state")},
			},
			may: auth.PostUplinks, status: "202",
			takes:   content{"application/json", "", uplinkSchema()},
			answers: content{"application/json", "the uplink is on disk", uplinkReplySchema()},
		},
		{
			Operation: huma.Operation{
				OperationID: "post-uplinks", Method: http.MethodPost, Path: "/uplinks/batch", Tags: []string{"uplinks"},
				Summary: "Store uplinks, one a line",
			},
			may: auth.PostUplinks, status: "200",
			takes:   content{"application/x-ndjson", "One uplink a line. Empty lines are passed over.", uplinkSchema()},
			answers: content{"application/x-ndjson", "one line for each uplink, in their order: a reply, or the problem of that line alone", batchLineSchema(problem)},
		},
		{
			Operation: huma.Operation{
				OperationID: "call-rpc", Method: http.MethodPost, Path: "/rpc", Tags: []string{"rpc"},
				Summary:    "Call an RPC, JSON-RPC 2.0; batches and notifications are refused with -32600",
				Parameters: []*huma.Param{wait("until each action was attempted once, and adds deliveries")},
			},
			may: auth.CallRPC, status: "200",
			takes:   content{"application/json", "", rpcRequestSchema()},
			answers: content{"application/json", "a JSON-RPC 2.0 reply, with result or error", rpcReplySchema()},
		},
		{
			Operation: huma.Operation{
				OperationID: "stream-events", Method: http.MethodGet, Path: "/events", Tags: []string{"events"},
				Summary: "What happens in the organisation, live",
			},
			may: auth.Read, status: "200", answers: events(),
		},
		{
			Operation: huma.Operation{
				OperationID: "stream-execution", Method: http.MethodGet, Path: "/executions/{id}/events", Tags: []string{"events", "executions"},
				Summary: "What happens in one execution, live", Parameters: []*huma.Param{id},
			},
			may: auth.Read, status: "200", answers: events(),
		},
	}
}

func wait(until string) *huma.Param {
	return &huma.Param{Name: "wait", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"1"}}, Description: "1 waits, up to 30 s, " + until}
}
