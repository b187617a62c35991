package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

func TestInspect(t *testing.T) {
	for source, want := range map[string]string{
		`function rpc_script({ org_params }) { return org_params?.b + org_params.a + org_params["c"] + org_params.a }`: `{"form":"function","org_params":["a","b","c"]}`,
		`const rpc_script = async () => { await axios.get("x") }`:                                                      `{"form":"function","axios":true}`,
		`return await cache.get("x")`:     `{"form":"body","async":true}`,
		`return 1`:                        `{"form":"body"}`,
		`module.exports = { rpc_script }`: `{"form":"exports"}`,
	} {
		d, err := engine.New(runtime.DefaultLimits()).Inspect(t.Context(), runtime.Script{Kind: runtime.KindRPC, Source: source})
		if got, _ := json.Marshal(d); err != nil || string(got) != want {
			t.Errorf("%s: %s %v, want %s", source, got, err, want)
		}
	}
	_, err := engine.New(runtime.DefaultLimits()).Inspect(t.Context(), runtime.Script{Kind: runtime.KindRPC, Source: "return ="})
	check(t, runtime.Result{}, err, outcome{code: runtime.CodeCompileError, message: "Unexpected", line: 1, column: 8})
}
