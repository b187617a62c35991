package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/scripts/library"
)

// hotDevice is a device as the host gives it to the scripts of an uplink.
const hotDevice = `{"eui":"a840410000000007","name":"Sensor 7","device_type":"","parent":"","tags":[],"server_attrs":{"alarm_temp":30},` +
	`"shared_attrs":{},"client_attrs":{},"telemetry_data":{"thermometer":{"temperature":38.5,"humidity":61.2,"battery":3.61,"update_time":1790000000000}},` +
	`"thing_model":["thermometer"],"rpc":[],"trigger":["overheat"]}`

// BenchmarkUplink does the three runs that a hot uplink causes: a trigger and two RPCs of the library.
func BenchmarkUplink(b *testing.B) {
	source := func(name string) string {
		for _, s := range library.Scripts() {
			if s.Name == name {
				return s.Source
			}
		}
		b.Fatalf("the library has no %s", name)
		return ""
	}
	alarms := json.RawMessage(`{"overheat":{"title":"Sensor 7 is too hot","desc":"The temperature is 37.5 °C; the limit is 30 °C.","level":"high","start_time":1790000000000,"update_time":1790000000000,"count":3}}`)
	orgParams := json.RawMessage(`{"wecom_webhook_url":"http://127.0.0.1:41233/cgi-bin/webhook/send?key=ABCDEFGHIJKLMNOPQRSTUVWXYZ"}`)
	params := json.RawMessage(`{"_eui":"a840410000000007","name":"overheat","action":"new","title":"Sensor 7 is too hot","level":"high","desc":"The temperature is 38.5 °C; the limit is 30 °C.","group":{}}`)
	rpc := runtime.Input{Device: json.RawMessage(hotDevice), ThingModelID: "thermometer", Params: params, Alarms: alarms, OrgParams: orgParams}
	runs := []runtime.Invocation{
		{
			Script: runtime.Script{Kind: runtime.KindTrigger, Name: "overheat", Source: library.Overheat().Source},
			Input:  runtime.Input{Device: json.RawMessage(hotDevice), ThingModelID: "thermometer", Alarms: alarms, OrgParams: orgParams},
		},
		{Script: runtime.Script{Kind: runtime.KindRPC, Name: "alarm", Source: source("alarm")}, Input: rpc},
		{Script: runtime.Script{Kind: runtime.KindRPC, Name: "wecom_notify", Source: source("wecom_notify")}, Input: rpc},
	}
	e := engine.New(runtime.DefaultLimits())
	for _, inv := range runs {
		b.Run(inv.Script.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if out, err := e.Run(b.Context(), inv); err != nil || out.Value == nil {
					b.Fatal(out.Value, err)
				}
			}
		})
	}
}
