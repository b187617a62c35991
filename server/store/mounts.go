package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
)

// mountQueries name the devices whose lists name a script.
var mountQueries = map[runtime.Kind]string{
	runtime.KindParser:  mountQuery("thing_models"),
	runtime.KindRPC:     mountQuery("rpcs"),
	runtime.KindTrigger: mountQuery("triggers"),
}

func mountQuery(list string) string {
	return fmt.Sprintf(`SELECT eui FROM devices WHERE org = ? AND EXISTS
		(SELECT 1 FROM json_each(doc, '$.device.%s') WHERE value = ?) ORDER BY eui`, list)
}

// MountedOn returns the EUIs of the devices whose lists name the script.
func (s *Store) MountedOn(ctx context.Context, org string, kind runtime.Kind, name string) ([]string, error) {
	return mountedOn(s.reader(ctx), org, kind, name)
}

// MountedOn is Store.MountedOn as the transaction sees it.
func (tx *Tx) MountedOn(org string, kind runtime.Kind, name string) ([]string, error) {
	stored, err := mountedOn(tx.Query, org, kind, name)
	if err != nil {
		return nil, err
	}
	// What the group has changed and not yet written counts in place of what is stored.
	euis := map[string]bool{}
	for _, eui := range stored {
		euis[eui] = true
	}
	for key, o := range tx.overlay.devices {
		if key.org == org {
			euis[key.eui] = o.state != nil && slices.Contains(mounts(o.state.Device, kind), name)
		}
	}
	maps.DeleteFunc(euis, func(_ string, mounted bool) bool { return !mounted })
	return slices.Sorted(maps.Keys(euis)), nil
}

func mountedOn(query queryFunc, org string, kind runtime.Kind, name string) ([]string, error) {
	euis := []string{}
	err := query(mountQueries[kind], []any{org, name}, func(scan func(...any) error) error {
		var eui string
		err := scan(&eui)
		euis = append(euis, eui)
		return err
	})
	return euis, err
}

func mounts(d device.Device, kind runtime.Kind) []string {
	switch kind {
	case runtime.KindParser:
		return d.ThingModels
	case runtime.KindTrigger:
		return d.Triggers
	default:
		return d.RPCs
	}
}
