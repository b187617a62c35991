package server

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

func TestSchemasOfPlainRoutesHaveTheFieldsOfTheirTypes(t *testing.T) {
	reply := rpcReplySchema()
	for name, c := range map[string]struct {
		schema *huma.Schema
		of     reflect.Type
	}{
		"uplink":       {uplinkSchema(), reflect.TypeFor[uplinkBody]()},
		"uplink reply": {uplinkReplySchema(), reflect.TypeFor[uplinkReply]()},
		"rpc request":  {rpcRequestSchema(), reflect.TypeFor[rpcRequest]()},
		"rpc reply":    {reply, reflect.TypeFor[rpcReply]()},
		"rpc result":   {reply.Properties["result"], reflect.TypeFor[rpcResult]()},
		"rpc delivery": {reply.Properties["result"].Properties["deliveries"].Items, reflect.TypeFor[rpcDelivery]()},
		"rpc error":    {reply.Properties["error"], reflect.TypeFor[rpcError]()},
		"event":        {events().schema, reflect.TypeFor[event]()},
	} {
		t.Run(name, func(t *testing.T) {
			if told, has := slices.Sorted(maps.Keys(c.schema.Properties)), jsonNames(c.of); !slices.Equal(told, has) {
				t.Errorf("the schema tells of %v, the type has %v", told, has)
			}
			for _, required := range c.schema.Required {
				if c.schema.Properties[required] == nil {
					t.Errorf("%s is required and not told of", required)
				}
			}
		})
	}
}

func jsonNames(of reflect.Type) []string {
	var names []string
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestDetailOfAProblemNamesTheFirstField(t *testing.T) {
	first, second := &huma.ErrorDetail{Location: "body.nmae", Message: "unexpected property", Value: "hunter2"}, &huma.ErrorDetail{Location: "body.name", Message: "is missing"}
	for want, errs := range map[string][]error{
		"validation failed":                                      nil,
		"body.nmae: unexpected property":                         {first},
		"body.nmae: unexpected property; and 1 more, see errors": {first, second},
	} {
		if got := humaError(422, "validation failed", errs...).Error(); got != want {
			t.Errorf("the detail is %q, not %q", got, want)
		}
	}
}
