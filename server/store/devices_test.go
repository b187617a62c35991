package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
)

func newTestID() string { return uuid.Must(uuid.NewV7()).String() }

func putDevice(eui string) func(*Tx) error {
	return func(tx *Tx) error { return tx.PutDevice("o", device.New(eui, noon)) }
}

func object(t *testing.T, text string) *device.Object {
	t.Helper()
	var o device.Object
	if err := o.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return &o
}

// change is a transaction that applies one change to device d.
func change(c dispatch.Change) func(*Tx) error {
	c.EUI, c.At = "d", noon
	return func(tx *Tx) error { _, err := tx.change("o", c, ""); return err }
}

func raise(name, desc string) func(*Tx) error {
	return change(dispatch.Change{Alarm: &alarm.Change{Action: alarm.New, Name: name, Level: "high", Title: name, Desc: desc}, AlarmID: newTestID()})
}

func clearAlarm(name string) func(*Tx) error {
	return change(dispatch.Change{Alarm: &alarm.Change{Action: alarm.Clear, Name: name, Desc: "well again"}})
}

// firstActiveAlarm and secondActiveAlarm raise one alarm twice, which no change of a device does.
func firstActiveAlarm(tx *Tx) error {
	return tx.PutAlarm("o", alarm.Alarm{ID: newTestID(), EUI: "d", Name: "twice", State: alarm.Active})
}

func secondActiveAlarm(tx *Tx) error { return firstActiveAlarm(tx) }

func (s *testStore) alarms(t *testing.T, state string) []alarm.Alarm {
	t.Helper()
	list, _, err := s.Alarms(t.Context(), AlarmQuery{Org: "o", State: state, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (s *testStore) device(t *testing.T, eui string) *DeviceState {
	t.Helper()
	state, err := s.Device(t.Context(), "o", eui)
	if err != nil {
		t.Fatalf("device %s: %v", eui, err)
	}
	return state
}

// bothWays runs check on the running store and after a restart: caches and disk agree.
func (s *testStore) bothWays(t *testing.T, check func(*testing.T, *testStore)) {
	t.Helper()
	t.Run("running", func(t *testing.T) { check(t, s) })
	s.shut(t)
	again := openTest(t, s.Dir(), s.keys, s.now)
	t.Run("restarted", func(t *testing.T) { check(t, again) })
}

func TestAGroupSeesWhatItChanges(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), raise("x", ""),
		change(dispatch.Change{Attributes: device.Attributes{Server: object(t, `{"a":1}`)}}),
		change(dispatch.Change{Attributes: device.Attributes{Server: object(t, `{"b":2}`), Shared: object(t, `{"c":3}`)}}),
		change(dispatch.Change{ThingModelID: "m", Telemetry: object(t, `{"t":20}`), Seen: true}),
	)
	s.bothWays(t, func(t *testing.T, s *testStore) {
		d := s.device(t, "d").Device
		if string(d.ServerAttrs.Get("a"))+string(d.ServerAttrs.Get("b"))+string(d.SharedAttrs.Get("c")) != "123" {
			t.Errorf("attributes are %v %v", d.ServerAttrs, d.SharedAttrs)
		}
		if string(d.Telemetry["m"].Get("t")) != "20" || !d.LastSeen.Equal(noon) {
			t.Errorf("telemetry %v, last seen %v", d.Telemetry, d.LastSeen)
		}
		if active := s.device(t, "d").Alarms; active["x"].Name != "x" {
			t.Errorf("its alarms are %v", active)
		}
	})
}

func TestAChangeOfADeletedDeviceIsLeftOut(t *testing.T) {
	s := newTest(t)
	s.must(t, raise("x", ""))
	if _, err := s.Device(t.Context(), "o", "d"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the device: %v", err)
	}
}

func TestATransactionThatFailsLeavesTheDevice(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	no := errors.New("no")
	errs := s.group(t,
		func(tx *Tx) error { return errors.Join(raise("lost", "")(tx), no) },
		raise("kept", ""),
		func(tx *Tx) error { return errors.Join(tx.DeleteDevice("o", "d"), no) },
	)
	if !errors.Is(errs[0], no) || errs[1] != nil || !errors.Is(errs[2], no) {
		t.Fatal(errs)
	}
	s.bothWays(t, func(t *testing.T, s *testStore) {
		active := s.device(t, "d").Alarms
		if _, ok := active["kept"]; !ok || len(active) != 1 {
			t.Errorf("active are %v", active)
		}
	})
}

func TestAlarmsOfOneGroup(t *testing.T) {
	for _, c := range []struct {
		name           string
		before         []func(*Tx) error
		group          []func(*Tx) error
		active, ended  int
		count          int
		desc, endsWith string
	}{
		{name: "raised", group: []func(*Tx) error{raise("x", "1")}, active: 1, count: 1, desc: "1"},
		{name: "raised and counted", group: []func(*Tx) error{raise("x", "1"), raise("x", "1"), raise("x", "1")}, active: 1, count: 3, desc: "1"},
		{name: "raised and changed", group: []func(*Tx) error{raise("x", "1"), raise("x", "2")}, active: 1, count: 2, desc: "2"},
		{name: "raised and cleared", group: []func(*Tx) error{raise("x", "1"), clearAlarm("x")}, ended: 1},
		{name: "raised, cleared, raised", group: []func(*Tx) error{raise("x", "1"), clearAlarm("x"), raise("x", "2")}, active: 1, ended: 1, count: 1, desc: "2"},
		{name: "cleared and raised", before: []func(*Tx) error{raise("x", "1")},
			group: []func(*Tx) error{clearAlarm("x"), raise("x", "2")}, active: 1, ended: 1, count: 1, desc: "2"},
		{name: "counted in earlier groups", before: []func(*Tx) error{raise("x", "1"), raise("x", "1"), raise("x", "1")},
			group: []func(*Tx) error{raise("x", "1")}, active: 1, count: 4, desc: "1"},
		{name: "counted, then changed", before: []func(*Tx) error{raise("x", "1"), raise("x", "1")},
			group: []func(*Tx) error{raise("x", "1"), raise("x", "2")}, active: 1, count: 4, desc: "2"},
		{name: "clear of nothing", group: []func(*Tx) error{clearAlarm("x")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTest(t)
			s.must(t, putDevice("d"))
			for _, fn := range c.before {
				s.must(t, fn)
			}
			s.must(t, c.group...)
			s.bothWays(t, func(t *testing.T, s *testStore) {
				active, ended := s.alarms(t, alarm.Active), s.alarms(t, alarm.Cleared)
				if len(active) != c.active || len(ended) != c.ended {
					t.Fatalf("%d active and %d cleared, want %d and %d", len(active), len(ended), c.active, c.ended)
				}
				if of := s.device(t, "d").Alarms; len(of) != c.active {
					t.Errorf("the device has %v", of)
				}
				for _, a := range active {
					if a.Count != c.count || a.Desc != c.desc {
						t.Errorf("count %d desc %q, want %d %q", a.Count, a.Desc, c.count, c.desc)
					}
				}
				for _, a := range ended {
					if a.RecoveryNote != "well again" || !a.ClearedTime.Equal(noon) {
						t.Errorf("recovery note %q, cleared %v", a.RecoveryNote, a.ClearedTime)
					}
				}
			})
		})
	}
}

func TestACountCostsNoRowOfTheAlarm(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), raise("x", "1"))
	s.must(t, raise("x", "1"), (*Tx).begin)
	var count int
	if err := queryRow(t.Context(), s.read, "SELECT doc ->> 'count' FROM alarms", nil, &count); err != nil || count != 1 {
		t.Errorf("the row says %d (%v)", count, err)
	}
	if got := s.alarms(t, alarm.Active)[0].Count; got != 2 {
		t.Errorf("the list says %d", got)
	}
}

func TestAnAlarmAsItsTransactionSeesIt(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), raise("x", "1"))
	id := s.alarms(t, alarm.Active)[0].ID
	want := func(state string, count int, desc string) func(*Tx) error {
		return func(tx *Tx) error {
			a, err := tx.Alarm("o", id)
			if err != nil {
				return err
			}
			if a.State != state || a.Count != count || a.Desc != desc {
				return fmt.Errorf("state %s count %d desc %q, want %s %d %q", a.State, a.Count, a.Desc, state, count, desc)
			}
			return nil
		}
	}
	s.must(t, want(alarm.Active, 1, "1"), raise("x", "1"), want(alarm.Active, 2, "1"), raise("x", "2"), want(alarm.Active, 3, "2"),
		clearAlarm("x"), want(alarm.Cleared, 1, "1"), raise("x", "3"), want(alarm.Cleared, 1, "1"))
	err := s.Write(t.Context(), func(tx *Tx) error { _, err := tx.Alarm("other", id); return err })
	if !errors.Is(err, ErrNotFound) {
		t.Errorf("another organisation's alarm: %v", err)
	}
}

func TestAcknowledgedStaysThroughCounts(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"), raise("x", "1"))
	id := s.alarms(t, alarm.Active)[0].ID
	s.must(t, func(tx *Tx) error {
		a, err := tx.Alarm("o", id)
		if err != nil {
			return err
		}
		a.AcknowledgedBy = "ann"
		return tx.PutAlarm("o", a)
	}, raise("x", "1"), raise("x", "2"))
	s.bothWays(t, func(t *testing.T, s *testStore) {
		if a := s.alarms(t, alarm.Active)[0]; a.AcknowledgedBy != "ann" || a.Count != 3 {
			t.Errorf("acknowledged by %q, count %d", a.AcknowledgedBy, a.Count)
		}
	})
}

func TestDeletedDevices(t *testing.T) {
	remove := func(tx *Tx) error { return tx.DeleteDevice("o", "d") }
	for _, c := range []struct {
		name          string
		steps         [][]func(*Tx) error // groups
		there         bool
		active, ended int
	}{
		{name: "made and deleted in a group", steps: [][]func(*Tx) error{{putDevice("d"), remove}}},
		{name: "deleted", steps: [][]func(*Tx) error{{putDevice("d"), raise("x", "")}, {remove}}},
		{name: "deleted and made again", steps: [][]func(*Tx) error{{putDevice("d"), raise("x", "")}, {remove, putDevice("d")}}, there: true},
		{name: "made again later", steps: [][]func(*Tx) error{{putDevice("d"), raise("x", "")}, {remove}, {putDevice("d")}}, there: true},
		{name: "made again with an alarm", steps: [][]func(*Tx) error{{putDevice("d"), raise("x", "")}, {remove, putDevice("d"), raise("x", "")}}, there: true, active: 1},
		{name: "history stays", steps: [][]func(*Tx) error{{putDevice("d"), raise("x", ""), clearAlarm("x")}, {remove}}, ended: 1},
		{name: "cleared in the group that deletes", steps: [][]func(*Tx) error{{putDevice("d"), raise("x", "")}, {clearAlarm("x"), raise("y", ""), remove}}, ended: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTest(t)
			for _, group := range c.steps {
				s.must(t, group...)
			}
			s.bothWays(t, func(t *testing.T, s *testStore) {
				state, err := s.Device(t.Context(), "o", "d")
				if c.there != (err == nil) || err != nil && !errors.Is(err, ErrNotFound) {
					t.Fatalf("the device: %v", err)
				}
				if c.there && len(state.Alarms) != c.active {
					t.Errorf("it has the alarms %v", state.Alarms)
				}
				if a, e := len(s.alarms(t, alarm.Active)), len(s.alarms(t, alarm.Cleared)); a != c.active || e != c.ended {
					t.Errorf("%d active and %d cleared alarms, want %d and %d", a, e, c.active, c.ended)
				}
			})
		})
	}
}

func TestDevicesOfAnotherOrganisation(t *testing.T) {
	s := newTest(t)
	s.must(t, putDevice("d"))
	if _, err := s.Device(t.Context(), "other", "d"); !errors.Is(err, ErrNotFound) {
		t.Errorf("read: %v", err)
	}
	err := s.Write(t.Context(), func(tx *Tx) error { return tx.DeleteDevice("other", "d") })
	if !errors.Is(err, ErrNotFound) {
		t.Errorf("delete: %v", err)
	}
	s.device(t, "d")
}

// Readers fill the cache from disk while the writer changes the device: after a Write, nobody may see
// what was before.
func TestAStaleReadNeverStaysInTheCache(t *testing.T) {
	s := newTest(t)
	const devices = 40
	for round := range 5 {
		var fns []func(*Tx) error
		for i := range devices {
			fns = append(fns, putDevice(fmt.Sprint("d", i)))
		}
		s.must(t, fns...)
		s.devices.Purge() // as if so many other devices had come
		var wg sync.WaitGroup
		for i := range devices {
			eui, name := fmt.Sprint("d", i), fmt.Sprint("round ", round)
			for range 3 {
				wg.Go(func() { s.device(t, eui) })
			}
			wg.Go(func() {
				d := device.New(eui, noon)
				d.Name = name
				if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutDevice("o", d) }); err != nil {
					t.Error(err)
				}
				if got := s.device(t, eui).Device.Name; got != name {
					t.Errorf("after the write, %s is still %s", eui, got)
				}
			})
		}
		wg.Wait()
		for i := range devices {
			if got := s.device(t, fmt.Sprint("d", i)).Device.Name; got != fmt.Sprint("round ", round) {
				t.Errorf("d%d stays %s", i, got)
			}
		}
	}
}

func TestDevicesArePagedAndSearched(t *testing.T) {
	s := newTest(t)
	named := device.New("c3", noon)
	named.Name = "Cold Room"
	s.must(t, putDevice("a1"), putDevice("b2"), func(tx *Tx) error { return tx.PutDevice("o", named) })
	for _, c := range []struct {
		search, cursor string
		limit          int
		want           string
	}{
		{"", "", 10, "[a1 b2 c3]"},
		{"", "", 2, "[a1 b2]"},
		{"", "b2", 2, "[c3]"},
		{"A1", "", 10, "[a1]"},
		{"cold", "", 10, "[c3]"},
		{"%", "", 10, "[]"},
	} {
		list, err := s.Devices(t.Context(), DeviceQuery{Org: "o", Search: c.search, After: c.cursor, Limit: c.limit})
		if err != nil {
			t.Fatal(err)
		}
		euis := []string{}
		for _, d := range list {
			euis = append(euis, d.Device.EUI)
		}
		if fmt.Sprint(euis) != c.want {
			t.Errorf("search %q after %q: %v, want %s", c.search, c.cursor, euis, c.want)
		}
	}
}

// TestAStoredDeviceIsWrittenAsItIsRead holds what is written to the type that it is read into.
func TestAStoredDeviceIsWrittenAsItIsRead(t *testing.T) {
	d := device.New("d", noon)
	drivers := map[string]json.RawMessage{"b": json.RawMessage(`{ "n": [1] }`), "a": json.RawMessage(`null`)}
	alarms := map[string]alarm.Alarm{"y": {ID: "1", Name: "y"}, "x": {ID: "2", Name: "x", StartTime: noon}}
	for _, state := range []DeviceState{{Device: d}, {Device: d, Alarms: alarms}, {Device: d, Alarms: map[string]alarm.Alarm{}}} {
		for _, state.Device.DriverState = range []map[string]json.RawMessage{nil, {}, drivers} {
			want, err := json.Marshal(storedDevice{state.Device, state.Device.DriverState, state.Alarms})
			if err != nil {
				t.Fatal(err)
			}
			got, err := appendStored(nil, &state)
			if err != nil || string(got) != string(want) {
				t.Errorf("%s %v\nand not\n%s", got, err, want)
			}
		}
	}
	d.DriverState = map[string]json.RawMessage{"x": json.RawMessage(`{`)}
	if got, err := appendStored(nil, &DeviceState{Device: d}); err == nil {
		t.Errorf("%s", got)
	}
}
