package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/worker"
	"github.com/tripline/tripline/scripts/library"
)

//go:embed node_vm.js
var nodeReference string

// device is of the size that a real one has.
const device = `{"eui":"a84041000181c061","name":"Cold room 2","device_type":"thermometer","parent":"","tags":["cold-room","floor-1"],
"server_attrs":{"alarm_temp":30,"group":{},"location":"Hall 4, rack 12","installed":"2025-03-01","contact":"on-call","calibration":{"offset":0.12,"gain":1.003,"at":1735689600000}},
"shared_attrs":{"report_interval":600,"adr":true,"class":"A","firmware":"1.4.2","thresholds":{"high":30,"low":2}},
"client_attrs":{"battery":3.61,"rssi":-87,"snr":9.2,"dr":5,"gateway":"outdoor-7"},
"telemetry_data":{"thermometer":{"temperature":42.5,"humidity":61.2,"battery":3.61,"pressure":1013.2,"door":false,"counter":18231,"update_time":1763788800000,
"history":[21.5,22.1,22.8,23.4,24.9,26.3,28.8,31.2,34.0,37.7,40.1,42.5]}},
"thing_model":["thermometer"],"rpc":["wecom_notify"],"trigger":["overheat"]}`

// sample is one script with what it is given.
type sample struct {
	Name      string            `json:"name"`
	Kind      runtime.Kind      `json:"kind"`
	Source    string            `json:"source"`
	Device    json.RawMessage   `json:"device"`
	Params    json.RawMessage   `json:"params"`
	Alarms    json.RawMessage   `json:"alarms"`
	OrgParams map[string]string `json:"org_params"`
	Model     string            `json:"model"`
}

func samples() ([]sample, error) {
	trigger := sample{Name: "trigger", Kind: runtime.KindTrigger, Source: library.Overheat().Source, Device: json.RawMessage(device), Model: "thermometer"}
	notify := sample{Name: "notify RPC", Kind: runtime.KindRPC, Device: json.RawMessage(device), Model: "thermometer",
		Params:    json.RawMessage(`{"_eui":"a84041000181c061","name":"overheat","action":"new","title":"Too hot","level":"high","desc":"42.5 °C; the limit is 30 °C"}`),
		Alarms:    json.RawMessage(`{"overheat":{"title":"Too hot","desc":"41 °C","level":"high","start_time":1763788000000,"update_time":1763788700000,"count":3}}`),
		OrgParams: map[string]string{"wecom_webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-0000-0000-000000000000"}}
	for _, s := range library.Scripts() {
		if s.Name == "wecom_notify" {
			notify.Source = s.Source
		}
	}
	if notify.Source == "" {
		return nil, fmt.Errorf("the library has no wecom_notify")
	}
	return []sample{trigger, notify}, nil
}

// micro compares a run with Node's vm module: a fresh context and a parse of the inputs per call.
func micro() error {
	list, err := samples()
	if err != nil {
		return err
	}
	fmt.Println("One run: fresh realm, bytes in to bytes out")
	reference := nodeTimes(list)
	isolated, err := worker.New(worker.Config{Limits: runtime.OrgLimits{Everyone: runtime.DefaultLimits()}})
	if err != nil {
		return err
	}
	defer isolated.Close()
	for _, way := range []struct {
		name    string
		sandbox runtime.Sandbox
	}{{"in this process", engine.New(runtime.DefaultLimits())}, {"in a worker process", isolated}} {
		for _, s := range list {
			own, err := ownTime(way.sandbox, s)
			if err != nil {
				return err
			}
			fmt.Printf("  %-12s %-20s %8.1f µs", s.Name, way.name, own)
			if node, ok := reference[s.Name]; ok {
				fmt.Printf("   Node vm %8.1f µs   %5.1f times as fast", node, node/own)
			}
			fmt.Println()
		}
	}
	if len(reference) == 0 {
		fmt.Println("  (node is not on this machine: no ratio)")
	}
	return nil
}

func ownTime(sandbox runtime.Sandbox, s sample) (micros float64, err error) {
	orgParams, err := json.Marshal(s.OrgParams)
	if err != nil {
		return 0, err
	}
	inv := runtime.Invocation{
		Org: "bench", Script: runtime.Script{Kind: s.Kind, Name: s.Name, Source: s.Source},
		Input: runtime.Input{Device: s.Device, Params: s.Params, Alarms: s.Alarms, OrgParams: orgParams, ThingModelID: s.Model},
	}
	var failed error
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			out, err := sandbox.Run(context.Background(), inv)
			if err != nil || out.Value == nil {
				failed = fmt.Errorf("%s: result %s: %w", s.Name, out.Value, err)
				return
			}
		}
	})
	return float64(result.NsPerOp()) / 1000, failed
}

// nodeTimes returns nothing when there is no Node.
func nodeTimes(list []sample) map[string]float64 {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil
	}
	input, err := json.Marshal(list)
	if err != nil {
		return nil
	}
	cmd := exec.Command(node, "-e", nodeReference, string(input))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil
	}
	var times map[string]float64
	if err := json.Unmarshal(out, &times); err != nil {
		return nil
	}
	return times
}
