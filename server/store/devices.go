package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/jsonvalue"
	"github.com/tripline/tripline/scripts"
)

// cachedDevices is how many devices are kept in memory, so that an uplink reads nothing from disk.
const cachedDevices = 20_000

// DeviceState is a device and its active alarms.
type DeviceState = dispatch.State

type deviceKey struct{ org, eui string }

// String is the key as one text.
func (k deviceKey) String() string { return k.org + "\x00" + k.eui }

// caches hold what is committed. The writer alone replaces entries; a nil entry says that there is no
// such device.
type caches struct {
	catalogs catalogs
	devices  *lru.Cache[deviceKey, *DeviceState]
}

func (c *caches) init() {
	devices, err := lru.New[deviceKey, *DeviceState](cachedDevices)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	c.devices = devices
}

// overlay is what a group of transactions has changed and not yet written: a device that ten uplinks of
// the group change is written once.
type overlay struct {
	devices  map[deviceKey]*overlaid
	catalogs map[string]*scripts.Catalog // by organisation
	gone     map[string]bool             // organisations that the group deletes
}

type overlaid struct {
	state  *DeviceState // nil: deleted, or never there
	dirty  bool
	alarms map[string]alarm.Alarm // by id, to be written
}

// Device returns a device with its active alarms, or ErrNotFound.
func (s *Store) Device(ctx context.Context, org, eui string) (*DeviceState, error) {
	key := deviceKey{org, eui}
	state, ok := s.devices.Get(key)
	if !ok {
		var err error
		if state, err = s.loadDevice(s.reader(ctx), key); err != nil {
			return nil, err
		}
		// The writer may have committed a newer state in the meantime: its entry wins.
		if previous, found, _ := s.devices.PeekOrAdd(key, state); found {
			state = previous
		}
	}
	if state == nil {
		return nil, ErrNotFound
	}
	return state, nil
}

// State returns a device with its active alarms, or ErrNotFound.
func (s *Store) State(ctx context.Context, org, eui string) (*dispatch.State, error) {
	return s.Device(ctx, org, eui)
}

// Device returns the device as the transaction sees it, or ErrNotFound.
func (tx *Tx) Device(org, eui string) (*DeviceState, error) {
	o, err := tx.overlaid(org, eui)
	if err != nil {
		return nil, err
	}
	if o.state == nil {
		return nil, ErrNotFound
	}
	return o.state, nil
}

func (tx *Tx) overlaid(org, eui string) (*overlaid, error) {
	key := deviceKey{org, eui}
	if o := tx.overlay.devices[key]; o != nil {
		return o, nil
	}
	state, ok := tx.store.devices.Peek(key)
	if !ok {
		var err error
		if state, err = tx.store.loadDevice(tx.looks().query, key); err != nil {
			return nil, err
		}
	}
	if tx.overlay.devices == nil {
		tx.overlay.devices = map[deviceKey]*overlaid{}
	}
	o := &overlaid{state: state}
	tx.overlay.devices[key] = o
	return o, nil
}

// PutDevice stores d; its alarms stay.
func (tx *Tx) PutDevice(org string, d device.Device) error {
	o, err := tx.overlaid(org, d.EUI)
	if err != nil {
		return err
	}
	next := &DeviceState{Device: d}
	var before *device.Device
	if o.state != nil {
		next.Alarms, before = o.state.Alarms, &o.state.Device
	}
	if err := tx.remount(org, d.EUI, before, &d); err != nil {
		return err
	}
	o.state, o.dirty = next, true
	return nil
}

// DeleteDevice removes a device with its timers and clears its alarms off the board; what it did stays on
// record.
func (tx *Tx) DeleteDevice(org, eui string) error {
	if _, err := tx.Device(org, eui); err != nil {
		return err
	}
	o := tx.overlay.devices[deviceKey{org, eui}]
	if err := tx.remount(org, eui, &o.state.Device, nil); err != nil {
		return err
	}
	o.state, o.dirty = nil, true
	maps.DeleteFunc(o.alarms, func(_ string, a alarm.Alarm) bool { return a.State == alarm.Active })
	if err := tx.Exec("DELETE FROM alarms WHERE org = ? AND eui = ? AND state = 'active'", org, eui); err != nil {
		return err
	}
	if err := tx.endDispatches("org = ? AND eui = ?", org, eui); err != nil {
		return err
	}
	return tx.Exec("DELETE FROM devices WHERE org = ? AND eui = ?", org, eui)
}

// PutAlarm stores an alarm of a device that exists.
func (tx *Tx) PutAlarm(org string, a alarm.Alarm) error {
	state, err := tx.Device(org, a.EUI)
	if err != nil {
		return err
	}
	active := maps.Clone(state.Alarms)
	if active == nil {
		active = map[string]alarm.Alarm{}
	}
	if a.State == alarm.Active {
		active[a.Name] = a
	} else {
		delete(active, a.Name)
	}
	o := tx.overlay.devices[deviceKey{org, a.EUI}]
	o.state, o.dirty = &DeviceState{Device: state.Device, Alarms: active}, true
	o.put(a)
	return nil
}

// put has the row of an alarm written.
func (o *overlaid) put(a alarm.Alarm) {
	if o.alarms == nil {
		o.alarms = map[string]alarm.Alarm{}
	}
	o.alarms[a.ID] = a
}

// flush writes what the group changed and has the caches follow when that is on disk.
func (tx *Tx) flush() error {
	for key, o := range tx.overlay.devices {
		if o.dirty && o.state != nil {
			doc, err := appendStored(make([]byte, 0, 1024), o.state)
			if err != nil {
				return fmt.Errorf("device %s: %w", key.eui, err)
			}
			tx.put(deviceRows, key.org, key.eui, doc)
		}
		if err := tx.writeAlarms(key.org, o.alarms); err != nil {
			return err
		}
		if o.dirty || o.alarms != nil {
			tx.OnCommit(func() { tx.store.devices.Add(key, o.state) })
		}
	}
	return nil
}

func (tx *Tx) writeAlarms(org string, alarms map[string]alarm.Alarm) error {
	for _, a := range alarms {
		doc, err := a.AppendJSON(make([]byte, 0, 512))
		if err != nil {
			return fmt.Errorf("alarm %s: %w", a.Name, err)
		}
		tx.put(alarmRows, seqOf(a.ID), a.ID, org, a.EUI, a.Name, a.State, ended(a.ClearedTime), doc)
	}
	return nil
}

// storedDevice is a row: the device with what its drivers keep and its active alarms.
type storedDevice struct {
	Device  device.Device              `json:"device"`
	Drivers map[string]json.RawMessage `json:"drivers,omitempty"` // Device.DriverState
	Alarms  map[string]alarm.Alarm     `json:"alarms,omitempty"`
}

// appendStored appends a storedDevice.
func appendStored(b []byte, s *DeviceState) (_ []byte, err error) {
	if b, err = s.Device.AppendJSON(append(b, `{"device":`...)); err != nil {
		return b, err
	}
	if len(s.Device.DriverState) > 0 {
		b = append(b, `,"drivers":`...)
		if b, err = jsonvalue.AppendMap(b, s.Device.DriverState, jsonvalue.AppendCompact); err != nil {
			return b, err
		}
	}
	if len(s.Alarms) > 0 {
		b = append(b, `,"alarms":`...)
		b, err = jsonvalue.AppendMap(b, s.Alarms, func(b []byte, a alarm.Alarm) ([]byte, error) { return a.AppendJSON(b) })
	}
	return append(b, '}'), err
}

func decodeDevice(doc []byte) (*DeviceState, error) {
	var d storedDevice
	if err := json.Unmarshal(doc, &d); err != nil {
		return nil, fmt.Errorf("a stored device: %w", err)
	}
	d.Device.DriverState = d.Drivers
	return &DeviceState{Device: d.Device, Alarms: d.Alarms}, nil
}

// loadDevice returns nil when there is no such device.
func (s *Store) loadDevice(query queryFunc, key deviceKey) (state *DeviceState, err error) {
	if r, ok := s.write.pending.find(rowKey{table: deviceRows, name: key.String()}); ok {
		return decodeDevice(r.values[deviceRowDoc].([]byte))
	}
	err = query("SELECT doc FROM devices WHERE org = ? AND eui = ?", []any{key.org, key.eui}, func(scan func(...any) error) (err error) {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		state, err = decodeDevice(doc)
		return err
	})
	return state, err
}

// DeviceQuery says which devices are wanted.
type DeviceQuery struct {
	Org      string
	Search   string // part of the EUI or the name; "": any
	Alarming bool   // only those with active alarms
	After    string // the EUI that the page before ended with; "": from the first
	Limit    int
}

// Devices lists devices by EUI.
func (s *Store) Devices(ctx context.Context, q DeviceQuery) ([]*DeviceState, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	out := []*DeviceState{}
	query := `SELECT doc FROM devices WHERE org = ? AND eui > ? AND (? = '' OR instr(eui, lower(?)) > 0 OR instr(lower(doc ->> '$.device.name'), lower(?)) > 0)
		AND (NOT ? OR doc ->> '$.alarms' IS NOT NULL) ORDER BY eui LIMIT ?`
	err := queryRows(ctx, s.read, query, []any{q.Org, q.After, q.Search, q.Search, q.Search, q.Alarming, q.Limit}, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		state, err := decodeDevice(doc)
		if err != nil {
			return err
		}
		out = append(out, state)
		return nil
	})
	return out, err
}
