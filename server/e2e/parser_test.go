package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime/casefile"
)

const (
	// echoTrigger hands the telemetry that it was called for to the RPC remember.
	echoTrigger = `function trigger_script(device, thingModelId) {
  const { update_time, ...values } = device.telemetry_data[thingModelId];
  return { actions: [{ method: "remember", params: { model: thingModelId, values } }] };
}`
	rememberRPC = `return [{ type: "modifyAttrs", dnMsg: { server_attrs: { ["seen " + params.model]: params.values } } }]`
)

// startEcho runs a server on which every trigger leaves in the device what it saw.
func startEcho(t *testing.T) (*process, *client) {
	t.Helper()
	p := start(t, nil)
	c := p.admin()
	everywhere := map[string]any{"org_wide": true}
	c.publish("trigger", "echo", echoTrigger, everywhere)
	c.publish("rpc", "remember", rememberRPC, everywhere)
	return p, c
}

// Every parser of testdata/parsers, fed with raw uplinks, ends in a trigger that sees what Node makes of
// the same bytes.
func TestParsersEndInATrigger(t *testing.T) {
	_, c := startEcho(t)
	c.put("/orgs/default", map[string]any{"name": "Default", "unknown_devices": "create"})
	files, err := filepath.Glob(filepath.Join(repoRoot, "testdata/parsers/*/cases.jsonl"))
	if err != nil || len(files) < 7 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		form := filepath.Base(filepath.Dir(file))
		t.Run(form, func(t *testing.T) {
			c := &client{t: t, base: c.base, token: c.token}
			cases, err := casefile.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			published, triggered := map[string]bool{}, map[string]bool{}
			for i := range cases {
				one := newParserCase(t, c, form, &cases[i])
				if one == nil {
					continue
				}
				if !published[one.parser] {
					one.publish(filepath.Dir(file))
					published[one.parser] = true
				}
				if one.run() {
					triggered[one.parser] = true
				}
			}
			if len(triggered) < 20 && form != "typescript" {
				t.Errorf("only %d parsers ended in a trigger: %v", len(triggered), slices.Sorted(maps.Keys(triggered)))
			}
		})
	}
}

// moving is what depends on the device's own EUI or on a clock that does not stand.
var moving = []string{"eui", "age", "lag", "days"}

// parserCase is a case of a case file as a raw uplink.
type parserCase struct {
	*casefile.Case
	t           *testing.T
	c           *client
	parser, eui string
	body        map[string]any
}

// newParserCase returns nil for what cannot come in a raw uplink: what decodes nothing, needs telemetry of
// before, or variables.
func newParserCase(t *testing.T, c *client, form string, one *casefile.Case) *parserCase {
	var device struct {
		Telemetry map[string]any `json:"telemetry_data"`
	}
	var input struct {
		Bytes     []int             `json:"bytes"`
		FPort     int               `json:"fPort"`
		Variables map[string]string `json:"variables"`
	}
	for _, part := range []struct {
		text json.RawMessage
		into any
	}{{one.Device, &device}, {one.Input, &input}} {
		if part.text != nil {
			if err := json.Unmarshal(part.text, part.into); err != nil {
				t.Fatalf("%s: %v", one.Name, err)
			}
		}
	}
	hasPayload := one.Msg == nil || strings.Contains(string(one.Msg), `"payload"`)
	decodes := one.Entry == "" || one.Entry == "decodeUplink"
	if !decodes || !hasPayload || len(device.Telemetry) > 0 || len(input.Variables) > 0 || one.NoticeAttrs != nil {
		return nil
	}
	script, number, _ := strings.Cut(one.Name, " ")
	p := &parserCase{Case: one, t: t, c: c, parser: form + "-" + script[:2], body: map[string]any{}}
	p.eui = p.parser + "-" + number
	if strings.Contains(script, "context") {
		p.eui = p.parser // one device sends all of its frames
	}
	if one.Msg != nil {
		p.body["msg"] = one.Msg
	} else {
		payload := ""
		for _, b := range input.Bytes {
			payload += fmt.Sprintf("%02x", b)
		}
		p.body["payload_hex"], p.body["f_port"] = payload, input.FPort
	}
	p.body["eui"] = p.eui
	return p
}

func (p *parserCase) publish(folder string) {
	p.t.Helper()
	script, err := casefile.ReadScript(filepath.Join(folder, p.Script), "parser")
	if err != nil {
		p.t.Fatal(err)
	}
	language := "javascript"
	if filepath.Ext(p.Script) == ".ts" {
		language = "typescript"
	}
	p.c.publish("parser", p.parser, script.Source, map[string]any{"language": language})
}

// run sends the uplink and reports whether a trigger saw what was expected of it.
func (p *parserCase) run() bool {
	p.t.Helper()
	settings := map[string]any{"thing_models": []string{p.parser}}
	if p.Device != nil {
		var device map[string]any
		if err := json.Unmarshal(p.Device, &device); err != nil {
			p.t.Fatal(err)
		}
		for _, key := range []string{"name", "tags", "server_attrs"} {
			if device[key] != nil {
				settings[key] = device[key]
			}
		}
	}
	p.c.put("/devices/"+p.eui, settings)
	r := p.c.do("POST", "/uplinks?wait=1", p.body).want(202)
	execution := p.c.get("/executions/" + r.str("execution_id"))
	telemetry, eui, failure := p.expected()
	if failure != "" {
		if execution.str("state") != "failed" || !strings.Contains(execution.str("runs.0.error.message")+execution.str("runs.0.error.code"), failure) {
			p.t.Errorf("%s: want the error %q: %s", p.Name, failure, execution.text)
		}
		return false
	}
	execution.expect("state", "completed")
	seen, _ := p.c.get("/devices/" + eui).find("server_attrs.seen " + p.parser)
	got := plainJSON(p.t, seen)
	if len(telemetry) == 0 {
		if got != nil {
			p.t.Errorf("%s: a trigger saw %v", p.Name, got)
		}
		return false
	}
	values, _ := got.(map[string]any)
	maps.DeleteFunc(values, func(key string, _ any) bool {
		_, wanted := telemetry[key]
		return !wanted && p.eui == p.parser // left by a frame before
	})
	for _, key := range moving {
		delete(telemetry, key)
		delete(values, key)
	}
	if !reflect.DeepEqual(got, any(telemetry)) {
		p.t.Errorf("%s: the trigger saw %v, want %v", p.Name, got, telemetry)
		return false
	}
	return true
}

// expected is what Node's result means: telemetry of a device, or a failure.
func (p *parserCase) expected() (telemetry map[string]any, eui, failure string) {
	p.t.Helper()
	if p.Expect.Error != nil {
		return nil, "", plainJSON(p.t, p.Expect.Error).(string)
	}
	result, _ := plainJSON(p.t, p.Expect.Result).(map[string]any)
	if strings.HasPrefix(p.parser, "chirpstack") || strings.HasPrefix(p.parser, "ttn") || strings.Contains(p.Name, "exported-decode") {
		if !strings.Contains(p.Name, "ts013") {
			return result, p.eui, ""
		}
	}
	if errors, _ := result["errors"].([]any); len(errors) > 0 {
		return nil, "", errors[0].(string)
	}
	if address, ok := result["sub_device"].(string); ok {
		telemetry, _ = result["telemetry_data"].(map[string]any)
		return telemetry, p.eui + "-" + address, ""
	}
	for _, key := range []string{"telemetry_data", "data"} {
		if group, ok := result[key]; ok {
			telemetry, _ = group.(map[string]any)
			return telemetry, p.eui, ""
		}
	}
	if slices.ContainsFunc(slices.Collect(maps.Keys(result)), func(k string) bool { return strings.HasSuffix(k, "_attrs") }) {
		return nil, p.eui, ""
	}
	return result, p.eui, ""
}

// plainJSON gives every number one type.
func plainJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
