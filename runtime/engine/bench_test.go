package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// benchDevice is a device as an integrator's project has them: some 1.5 KB of JSON.
const benchDevice = `{"eui":"6353012af10a3331","name":"Cold room 3","device_type":"EB-PT100","parent":"","tags":["cold","north"],
"server_attrs":{"alarm_temp":30,"group":{"notify":["ops"]},"threshold_high":45.5,"threshold_low":-10,"interval":600,
"location":{"lat":31.2304,"lng":121.4737,"floor":"3F"},"site":"Shanghai plant 2","owner":"zhang.wei@example.com",
"contract":"C-2026-0917","maintenance":{"last":"2026-05-11","next":"2027-05-11","by":"Li Na"}},
"shared_attrs":{"report_interval":900,"confirm":true,"calibration":[0.1,0.2,0.3,0.4],"mode":"auto","version":"1.4.2"},
"client_attrs":{"firmware":"2.1.0","hardware":"A3","battery_type":"ER18505"},
"telemetry_data":{"thermometer":{"temperature":41.5,"humidity":57.2,"battery":3.58,"rssi":-87,"snr":7.5,"fcnt":10233,
"update_time":1790000000000,"alarm":false,"door":"closed"},"power":{"voltage":229.4,"current":1.25,"power":286.7,
"energy":123456.789,"frequency":50.01,"power_factor":0.98,"update_time":1790000000000}},
"thing_model":["thermometer","power"],"rpc":["alarm","wecom_notify","set_interval"],"trigger":["overheat","lost"],
"last_gateway":{"eui":"0016c001f11766e7","rssi":-87,"snr":7.5,"time":"2026-11-22T05:23:00.000Z"},
"description":"PT100 probe at the evaporator outlet, installed during the May overhaul; the cable passes the door frame and must be checked twice a year."}`

const benchTrigger = `function trigger_script(device, thingModelId) {
  const data = device?.telemetry_data?.[thingModelId];
  if (data === undefined) return null;
  const limit = device.server_attrs?.alarm_temp;
  const hot = data.temperature >= limit;
  const params = {
    _eui: device.eui,
    action: hot ? "new" : "clear",
    name: "overheat",
    title: "Overheat: [" + device.name + "]",
    level: "high",
    desc: hot ? "temperature " + data.temperature + " is over " + limit : "",
    group: device.server_attrs?.group ?? {},
  };
  return { delayms: 0, abort_previous_timer: true, actions: [{ method: "alarm", params }, { method: "wecom_notify", params }] };
}`

const benchRPC = `function rpc_script({ device, params, alarms, logger, org_params }) {
  const webhook = org_params?.wecom_webhook_url;
  if (!webhook) {
    logger.error("wecom_webhook_url is not set");
    return null;
  }
  const { name, action, title, level = "mid", desc = "" } = params;
  if (action === "clear" && alarms[name] === undefined) return null;
  const content = [
    action === "new" ? "### Alarm raised" : "### Alarm over",
    "> device: " + device.name + " (" + device.eui + ")",
    "> alarm: " + title,
    "> level: " + level.toUpperCase(),
    "> text: " + (desc || "none"),
    "> time: " + new Date().toISOString(),
  ].join("\n");
  return [{
    sleepTimeMs: 0,
    type: "axios",
    dnMsg: {
      method: "POST", url: webhook, headers: { "Content-Type": "application/json" },
      data: { msgtype: "markdown", markdown: { content } }, timeout: 5000,
    },
  }];
}`

func benchmarkRun(b *testing.B, inv runtime.Invocation) {
	e := engine.New(runtime.DefaultLimits())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Run(b.Context(), inv); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTrigger(b *testing.B) {
	benchmarkRun(b, runtime.Invocation{
		Script: runtime.Script{Kind: runtime.KindTrigger, Source: benchTrigger},
		Input: runtime.Input{
			Device: json.RawMessage(benchDevice), ThingModelID: "thermometer",
			Alarms: json.RawMessage(`{}`), OrgParams: json.RawMessage(`{}`),
		},
	})
}

func BenchmarkRPC(b *testing.B) {
	benchmarkRun(b, runtime.Invocation{
		Script: runtime.Script{Kind: runtime.KindRPC, Source: benchRPC},
		Input: runtime.Input{
			Device: json.RawMessage(benchDevice), ThingModelID: "thermometer",
			Params:    json.RawMessage(`{"_eui":"6353012af10a3331","action":"new","name":"overheat","title":"Overheat","level":"high","desc":"41.5 is over 30","group":{}}`),
			Alarms:    json.RawMessage(`{"overheat":{"title":"Overheat","desc":"","level":"high","start_time":1790000000000,"update_time":1790000000000,"count":3}}`),
			OrgParams: json.RawMessage(`{"wecom_webhook_url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d"}`),
		},
	})
}
