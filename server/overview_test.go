package server_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/server/store"
)

const thermometer = "a84041000181c061"

// uplink stores an uplink that was received now; its triggers never run.
func (s *site) uplink(org, telemetry string) string {
	s.Helper()
	id := uuid.Must(uuid.NewV7()).String()
	var values device.Object
	if err := json.Unmarshal([]byte(telemetry), &values); err != nil {
		s.Fatal(err)
	}
	up := &dispatch.Uplink{ID: id, EUI: thermometer, ThingModelID: "t", Telemetry: &values, ReceivedAt: s.now()}
	e := &dispatch.Execution{ID: id, Org: org, EUI: thermometer, State: dispatch.Queued, CreatedAt: s.now(), Uplink: up}
	if _, err := s.store.Accept(s.Context(), e, false, func() {}); err != nil {
		s.Fatal(err)
	}
	return id
}

// raise has the device raise an alarm, or clear it, and returns the alarm's id.
func (s *site) raise(org, action, level string) string {
	s.Helper()
	var a alarm.Alarm
	err := s.store.Write(s.Context(), func(tx *store.Tx) (err error) {
		change := dispatch.Change{EUI: thermometer, At: s.now(), AlarmID: uuid.Must(uuid.NewV7()).String(),
			Alarm: &alarm.Change{Action: action, Name: "overheat", Title: "Too hot", Level: level}}
		a, _, err = tx.ChangeAlarm(org, change)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return a.ID
}

func TestOverviewTellsHowTheWorkStands(t *testing.T) {
	s := newSite(t)
	// Rows are found by the time in their ids.
	s.clock.Store(time.Now().UnixNano())
	admin := s.admin()
	steps := func() object { return admin.must(200, "GET", "/overview", nil).body["steps"].(object) }
	for step, done := range steps() {
		if done != false {
			t.Errorf("an empty organisation has done %s", step)
		}
	}
	admin.must(200, "PUT", "/org-params/url", object{"value": "something"})
	admin.must(200, "PUT", "/devices/"+thermometer, object{"name": "Cold room"})
	s.uplink("default", `{"temperature": 20}`)
	s.uplink("default", `{"temperature": 21}`)
	s.raise("default", alarm.New, "high")
	s.store.Used(&dispatch.Execution{ID: "x", Org: "default", Runs: []dispatch.Run{{Kind: runtime.KindRPC, Script: "alarm", Version: 1, StartedAt: s.now(),
		Error: runtime.Errorf(runtime.CodeScriptError, "it says something")}}})

	r := admin.must(200, "GET", "/overview", nil).body
	began := 0.0
	minutes := r["minutes"].([]any)
	for _, m := range minutes {
		began += m.(object)["count"].(float64)
	}
	if len(minutes) != 60 || began != 2 {
		t.Errorf("%v executions in %d minutes, want 2 in 60", began, len(minutes))
	}
	if alarms := r["alarms"].(object); len(alarms) != 1 || alarms["high"] != 1.0 {
		t.Errorf("alarms: %v", alarms)
	}
	if scripts := r["scripts"].([]any); len(scripts) != 1 || scripts[0].(object)["name"] != "alarm" {
		t.Errorf("scripts in trouble: %v", scripts)
	}
	want := object{"param": true, "script": false, "device": true, "uplink": true, "alert": true}
	for step, done := range steps() {
		if done != want[step] {
			t.Errorf("%s is %v, want %v", step, done, want[step])
		}
	}
	if other := admin.otherOrg(t).must(200, "GET", "/overview", nil).body; other["steps"].(object)["uplink"] != false || len(other["alarms"].(object)) != 0 {
		t.Errorf("another organisation sees %v", other)
	}
}

// otherOrg returns an admin of another organisation.
func (c caller) otherOrg(t *testing.T) caller {
	t.Helper()
	c.must(200, "PUT", "/orgs/other", object{"name": "Other"})
	return c.s.token(c.must(201, "POST", "/tokens", object{"name": "t", "org": "other", "scopes": []string{"admin"}}).body["token"].(string))
}

func TestTelemetryListsTheValuesOfUplinks(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	const secret = "https://hooks.example.com/a-secret-path-of-its-own"
	admin.must(200, "PUT", "/org-params/url", object{"value": secret})
	admin.must(200, "PUT", "/devices/"+thermometer, object{})
	first := s.uplink("default", `{"temperature": 20}`)
	s.uplink("default", `{"temperature": 21, "echo": "`+secret+`"}`)
	r := admin.must(200, "GET", "/devices/"+thermometer+"/telemetry", nil)
	items := r.body["items"].([]any)
	if len(items) != 2 {
		t.Fatalf("readings: %s", r.text)
	}
	oldest := items[1].(object)
	if oldest["execution_id"] != first || oldest["thing_model_id"] != "t" || oldest["values"].(object)["temperature"] != 20.0 {
		t.Errorf("the oldest reading is %v", oldest)
	}
	if echo := items[0].(object)["values"].(object)["echo"]; echo == secret {
		t.Error("a secret stands in a reading")
	}
	admin.otherOrg(t).must(404, "GET", "/devices/"+thermometer+"/telemetry", nil)
	admin.must(404, "GET", "/devices/unknown/telemetry", nil)
}

func TestTelemetryIsWhatParsersBroughtTheirOwnDevice(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	admin.must(200, "PUT", "/devices/"+thermometer, object{})
	id := uuid.Must(uuid.NewV7()).String()
	e := &dispatch.Execution{ID: id, Org: "default", EUI: thermometer, State: dispatch.Completed, CreatedAt: s.now(),
		Uplink: &dispatch.Uplink{ID: id, EUI: thermometer, FPort: 2, Payload: []byte{1}, ReceivedAt: s.now()}}
	for script, result := range map[string]string{
		"grouped": `{"telemetry_data":{"t":1},"sub_device":[{"address":1,"telemetry_data":{"t":9}}]}`,
		"codec":   `{"data":{"t":1}}`,
		"plain":   `{"t":1}`,
		"silent":  `null`,
		"gateway": `{"sub_device":12,"telemetry_data":{"t":9}}`,
	} {
		e.Runs = append(e.Runs, dispatch.Run{Kind: runtime.KindParser, Script: script, EUI: thermometer, Result: json.RawMessage(result)})
	}
	e.Runs = append(e.Runs, dispatch.Run{Kind: runtime.KindParser, Script: "broken", EUI: thermometer, Result: json.RawMessage(`{"t":9}`), Error: runtime.Errorf(runtime.CodeScriptError, "no")})
	if _, err := s.store.Accept(t.Context(), e, false, func() {}); err != nil {
		t.Fatal(err)
	}
	r := admin.must(200, "GET", "/devices/"+thermometer+"/telemetry", nil)
	heard := map[string]any{}
	for _, item := range r.body["items"].([]any) {
		heard[item.(object)["thing_model_id"].(string)] = item.(object)["values"].(object)["t"]
	}
	if want := map[string]any{"grouped": 1.0, "codec": 1.0, "plain": 1.0}; !maps.Equal(heard, want) {
		t.Errorf("got %v, want %v", heard, want)
	}
}

func TestAlarmHistoryListsTheTimesBefore(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	admin.must(200, "PUT", "/devices/"+thermometer, object{})
	first := s.raise("default", alarm.New, "mid")
	s.wait(time.Minute)
	s.raise("default", alarm.Clear, "")
	s.wait(time.Minute)
	second := s.raise("default", alarm.New, "high")
	s.raise("default", alarm.New, "high") // counts
	for _, id := range []string{first, second} {
		r := admin.must(200, "GET", "/alarms/"+id+"/history", nil)
		items := r.body["items"].([]any)
		if len(items) != 2 {
			t.Fatalf("history: %s", r.text)
		}
		latest, before := items[0].(object), items[1].(object)
		if latest["id"] != second || latest["state"] != "active" || latest["count"] != 2.0 || before["id"] != first || before["state"] != "cleared" {
			t.Errorf("history: %s", r.text)
		}
	}
	admin.otherOrg(t).must(404, "GET", "/alarms/"+first+"/history", nil)
}
