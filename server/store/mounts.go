package store

import (
	"context"
	"slices"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
)

// MountedOn returns the EUIs of the devices whose lists name the script.
func (s *Store) MountedOn(ctx context.Context, org string, kind runtime.Kind, name string) ([]string, error) {
	return mountedOn(s.reader(ctx), org, kind, name)
}

// MountedOn is Store.MountedOn as the transaction sees it.
func (tx *Tx) MountedOn(org string, kind runtime.Kind, name string) ([]string, error) {
	return mountedOn(tx.Query, org, kind, name)
}

func mountedOn(query queryFunc, org string, kind runtime.Kind, name string) ([]string, error) {
	euis := []string{}
	err := query("SELECT eui FROM mounts WHERE org = ? AND kind = ? AND name = ? ORDER BY eui", []any{org, kind, name}, func(scan func(...any) error) error {
		var eui string
		err := scan(&eui)
		euis = append(euis, eui)
		return err
	})
	return euis, err
}

// ScriptKey names a script of an organisation.
type ScriptKey struct {
	Kind runtime.Kind
	Name string
}

// MountCounts returns on how many devices each script is mounted; what is mounted nowhere is left out.
func (s *Store) MountCounts(ctx context.Context, org string) (map[ScriptKey]int, error) {
	counts := map[ScriptKey]int{}
	err := queryRows(ctx, s.read, "SELECT kind, name, count(*) FROM mounts WHERE org = ? GROUP BY kind, name", []any{org}, func(scan func(...any) error) error {
		var key ScriptKey
		var n int
		err := scan(&key.Kind, &key.Name, &n)
		counts[key] = n
		return err
	})
	return counts, err
}

// Mount puts a script at the end of a device's list, or takes it out. It reports whether that changed
// anything, and returns ErrNotFound when there is no such device.
func (tx *Tx) Mount(org, eui string, kind runtime.Kind, name string, on bool) (changed bool, err error) {
	state, err := tx.Device(org, eui)
	if err != nil {
		return false, err
	}
	d := state.Device
	list := mountList(&d, kind)
	if slices.Contains(*list, name) == on {
		return false, nil
	}
	if on {
		*list = append(slices.Clone(*list), name)
	} else {
		*list = slices.DeleteFunc(slices.Clone(*list), func(other string) bool { return other == name })
	}
	d.UpdatedAt = tx.store.now().UTC()
	return true, tx.PutDevice(org, d)
}

// remount has the table follow the lists of a device; nil is a device without any.
func (tx *Tx) remount(org, eui string, before, after *device.Device) error {
	if before == nil {
		before = &device.Device{}
	}
	if after == nil {
		after = &device.Device{}
	}
	for _, kind := range runtime.Kinds {
		was, is := *mountList(before, kind), *mountList(after, kind)
		if slices.Equal(was, is) {
			continue
		}
		if err := tx.Exec("DELETE FROM mounts WHERE org = ? AND eui = ? AND kind = ?", org, eui, kind); err != nil {
			return err
		}
		for _, name := range is {
			if err := tx.Exec("INSERT OR IGNORE INTO mounts (org, kind, name, eui) VALUES (?, ?, ?, ?)", org, kind, name, eui); err != nil {
				return err
			}
		}
	}
	return nil
}

func mountList(d *device.Device, kind runtime.Kind) *[]string {
	switch kind {
	case runtime.KindParser:
		return &d.ThingModels
	case runtime.KindTrigger:
		return &d.Triggers
	default:
		return &d.RPCs
	}
}
