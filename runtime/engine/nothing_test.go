package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

func TestMisspeltFunctionIsTold(t *testing.T) {
	sandbox := engine.New(runtime.DefaultLimits())
	for source, told := range map[string]bool{
		"function rpcscript() { return [] }":                  true,
		"function rpc_script() { return null }":               false,
		"function helper() {} helper()":                       false,
		"logger.info('x')":                                    false,
		"function helper() { return null }\nreturn helper()":  false,
		"const rpc_script = () => null; function helper() {}": false,
	} {
		result, err := sandbox.Run(context.Background(), runtime.Invocation{Script: runtime.Script{Kind: runtime.KindRPC, Source: source}})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		was := len(result.Logs) > 0 && strings.Contains(result.Logs[len(result.Logs)-1].Text, "no rpc_script")
		if was != told {
			t.Errorf("%s: told %v, logs %v", source, was, result.Logs)
		}
	}
}
