package engine_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// A Go program runs a trigger in its own process.
func Example() {
	var sandbox runtime.Sandbox = engine.New(runtime.DefaultLimits())
	script := runtime.Script{Kind: runtime.KindTrigger, Name: "overheat", Source: `
function trigger_script(device, thingModelId) {
  const { temperature } = device.telemetry_data[thingModelId];
  logger.info("looked", { temperature });
  if (temperature < device.server_attrs.alarm_temp) return null;
  return { delayms: 0, actions: [{ method: "alarm", params: { action: "new", name: "overheat" } }] };
}`}
	result, err := sandbox.Run(context.Background(), runtime.Invocation{
		Org:    "acme",
		Script: script,
		Input: runtime.Input{
			Device: json.RawMessage(`{
				"eui": "6353012af1090498",
				"server_attrs": {"alarm_temp": 40},
				"telemetry_data": {"thermometer": {"temperature": 41.5}}
			}`),
			ThingModelID: "thermometer",
		},
	})
	fmt.Println(string(result.Value), err)
	fmt.Println(result.Logs[0].Level, result.Logs[0].Text, string(result.Logs[0].Fields))
	fmt.Println(sandbox.Check(context.Background(), runtime.Script{Kind: runtime.KindRPC, Source: "return [1,,;"}))
	// Output:
	// {"delayms":0,"actions":[{"method":"alarm","params":{"action":"new","name":"overheat"}}]} <nil>
	// info looked {"temperature":41.5}
	// compile_error: SyntaxError: Unexpected token ; (line 1, column 12)
}
