package engine

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/egress"
)

// publicHost lets scripts reach public addresses only.
type publicHost struct{ client *egress.Client }

func (h publicHost) Fetch(ctx context.Context, req runtime.HTTPRequest) (runtime.HTTPResponse, error) {
	return h.client.Do(ctx, req, nil)
}

func (publicHost) CacheGet(context.Context, string) (json.RawMessage, error) { return nil, nil }

func (publicHost) CacheSet(context.Context, string, json.RawMessage, time.Duration) error { return nil }

func (publicHost) CacheLock(context.Context, string) (func(), error) { return func() {}, nil }

func TestRefusedRequestsKeepTheirCode(t *testing.T) {
	sandbox := New(runtime.DefaultLimits())
	const blocked = "axios.get('http://169.254.169.254/latest/meta-data/')"
	tests := []struct {
		source string
		code   runtime.Code
		line   int
	}{
		{"async function rpc_script() {\n  await " + blocked + ";\n}", runtime.CodeEgressBlocked, 2},
		{"async function rpc_script() {\n  for (let i = 0; ; i++) try { await " + blocked + " } catch (e) {\n    if (i === 16) throw e\n  }\n}", runtime.CodeTooManyRequests, 2},
		{"async function rpc_script() {\n  await axios.get('nonsense')\n}", runtime.CodeScriptError, 2},
		{"throw Object.assign(new Error('mine'), { code: 'time_limit' })", runtime.CodeScriptError, 1},
	}
	for _, test := range tests {
		_, err := sandbox.Run(t.Context(), runtime.Invocation{
			Org: "o", Script: runtime.Script{Kind: runtime.KindRPC, Source: test.source}, Host: publicHost{egress.New(egress.Config{})},
		})
		if e, ok := errors.AsType[*runtime.Error](err); !ok || e.Code != test.code || e.Line != test.line {
			t.Errorf("%s: %v, want %s in line %d", test.source, err, test.code, test.line)
		}
	}
}
