package axios

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/jsonvalue"
)

// wireCase is one line of testdata/wire.jsonl: a config and what axios 1.21.1 hands to Node's http module
// for it (content-length, which Go's client adds, left out).
type wireCase struct {
	Config json.RawMessage `json:"config"`
	Method string          `json:"method"`
	URL    string          `json:"url"`
	Header [][2]string     `json:"header"`
	Body   string          `json:"body"`
}

// decodeText decodes a config that is valid JSON.
func decodeText(config json.RawMessage) (*runtime.HTTPRequest, []string, error) {
	value, err := jsonvalue.Parse(config)
	if err != nil {
		return nil, nil, err
	}
	return Decode(value)
}

func TestDecodeGivesWhatAxiosSends(t *testing.T) {
	text, err := os.ReadFile("testdata/wire.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var c wireCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		req, _, err := decodeText(c.Config)
		if err != nil {
			t.Errorf("%s: %v", c.Config, err)
			continue
		}
		if req.Method != c.Method || req.URL != c.URL || string(req.Body) != c.Body {
			t.Errorf("%s:\n got %s %s %s\nwant %s %s %s", c.Config, req.Method, req.URL, req.Body, c.Method, c.URL, c.Body)
		}
		var want []runtime.HeaderField
		for _, h := range c.Header {
			value, _ := headerValue(h[1])
			want = append(want, runtime.HeaderField{Name: h[0], Value: value})
		}
		if got := sorted(req.Header); !slices.Equal(got, sorted(want)) {
			t.Errorf("%s:\n got %q\nwant %q", c.Config, got, want)
		}
	}
}

// sorted ignores the order of different names, which HTTP gives no meaning to.
func sorted(fields []runtime.HeaderField) []runtime.HeaderField {
	out := slices.Clone(fields)
	slices.SortStableFunc(out, func(a, b runtime.HeaderField) int {
		return bytes.Compare([]byte(a.Name), []byte(b.Name))
	})
	return out
}
