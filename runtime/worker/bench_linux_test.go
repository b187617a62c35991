package worker_test

import (
	"encoding/json"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/worker"
)

// benchDevice is a device of some 3 KB, so that a run takes a frame of about 4 KB.
const benchDevice = `{"eui":"6353012af10a3331","name":"Cold room 3","device_type":"EB-PT100","parent":"","tags":["cold","north"],
"server_attrs":{"alarm_temp":30,"group":{"notify":["ops"]},"threshold_high":45.5,"threshold_low":-10,"interval":600,
"location":{"lat":31.2304,"lng":121.4737,"floor":"3F"},"site":"Shanghai plant 2"},
"shared_attrs":{"report_interval":900,"confirm":true,"calibration":[0.1,0.2,0.3,0.4],"mode":"auto","version":"1.4.2"},
"client_attrs":{"firmware":"2.1.0","hardware":"A3","battery_type":"ER18505"},
"telemetry_data":{"thermometer":{"temperature":41.5,"humidity":57.2,"battery":3.58,"rssi":-87,"snr":7.5,"fcnt":10233,
"update_time":1790000000000,"alarm":false,"door":"closed"}},"thing_model":["thermometer","power"],"description":"PADDING"}`

const benchTrigger = `function trigger_script(device, thingModelId) {
  const data = device?.telemetry_data?.[thingModelId];
  if (data === undefined) return null;
  const limit = device.server_attrs?.alarm_temp;
  const hot = data.temperature >= limit;
  const params = { _eui: device.eui, action: hot ? "new" : "clear", name: "overheat", title: "Overheat: [" + device.name + "]", level: "high", desc: hot ? "temperature " + data.temperature + " is over " + limit : "", group: device.server_attrs?.group ?? {} };
  return { delayms: 0, abort_previous_timer: true, actions: [{ method: "alarm", params }, { method: "wecom_notify", params }] };
}`

const benchRPC = `function rpc_script({ device, params, org_params }) {
  const content = ["### " + params.title, "> device: " + device.name + " (" + device.eui + ")", "> time: " + new Date().toISOString()].join("\n");
  return [{ sleepTimeMs: 0, type: "axios", dnMsg: { method: "POST", url: org_params.webhook, data: { msgtype: "markdown", markdown: { content } } } }];
}`

func BenchmarkTrigger(b *testing.B) {
	benchmarkSandboxes(b, runtime.KindTrigger, benchTrigger)
}

func BenchmarkRPC(b *testing.B) {
	benchmarkSandboxes(b, runtime.KindRPC, benchRPC)
}

// benchmarkSandboxes runs the same script isolated and in the program's own process.
func benchmarkSandboxes(b *testing.B, kind runtime.Kind, source string) {
	padding := make([]byte, 2900)
	for i := range padding {
		padding[i] = 'x'
	}
	inv := runtime.Invocation{
		Org:    "acme",
		Script: runtime.Script{Kind: kind, Name: "bench", Source: source},
		Input: runtime.Input{
			Device: json.RawMessage(benchDevice[:len(benchDevice)-len(`PADDING"}`)] + string(padding) + `"}`), ThingModelID: "thermometer",
			Params: json.RawMessage(`{"title":"Overheat"}`), Alarms: json.RawMessage(`{}`), OrgParams: json.RawMessage(`{"webhook":"https://example.com/hook"}`),
		},
	}
	for name, sandbox := range map[string]runtime.Sandbox{
		"Isolated":  newPool(b, worker.Config{}),
		"InProcess": engine.New(runtime.DefaultLimits()),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sandbox.Run(b.Context(), inv); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
