package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

func TestOpenAPITellsTheFieldsOfPlainRoutes(t *testing.T) {
	resp, err := http.Get(newSite(t).url + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	type schema struct {
		Properties map[string]struct{ Description string }
		OneOf      []any
	}
	type bodies map[string]struct{ Schema schema }
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct{ Content bodies }
			Responses   map[string]struct{ Content bodies }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for path, c := range map[string]struct{ media, takes, status, answers string }{
		"/uplinks":       {"application/json", "payload_hex", "202", "execution_id"},
		"/uplinks/batch": {"application/x-ndjson", "telemetry_data", "200", ""},
		"/rpc":           {"application/json", "method", "200", "result"},
	} {
		op := doc.Paths[path]["post"]
		if op.RequestBody.Content[c.media].Schema.Properties[c.takes].Description == "" {
			t.Errorf("%s does not tell what %s is", path, c.takes)
		}
		answer := op.Responses[c.status].Content[c.media].Schema
		if _, ok := answer.Properties[c.answers]; !ok && len(answer.OneOf) != 2 {
			t.Errorf("%s does not tell what it answers", path)
		}
	}
}
