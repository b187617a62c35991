package scripts

import (
	"slices"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
)

func script(kind runtime.Kind, name string, version int, orgWide bool) Script {
	return Script{Kind: kind, Name: name, Version: version, OrgWide: orgWide}
}

func library() []Script {
	return []Script{{Kind: runtime.KindRPC, Name: "alarm", Version: 1, Library: true}}
}

func TestRPCIsTheOrganisationsOwnWhereItIsMounted(t *testing.T) {
	c := NewCatalog([]Script{
		script(runtime.KindRPC, "alarm", 7, false),
		script(runtime.KindRPC, "everywhere", 1, true),
		script(runtime.KindRPC, "somewhere", 1, false),
	}, library())
	mounted := device.Device{RPCs: []string{"alarm", "somewhere"}}
	for _, test := range []struct {
		on      device.Device
		name    string
		version int // 0: none
		library bool
	}{
		{mounted, "alarm", 7, false},
		{device.Device{}, "alarm", 1, true},
		{mounted, "somewhere", 1, false},
		{device.Device{}, "somewhere", 0, false},
		{device.Device{}, "everywhere", 1, false},
		{mounted, "nowhere", 0, false},
	} {
		s, ok := c.RPC(test.on, test.name)
		if ok != (test.version > 0) || ok && (s.Version != test.version || s.Library != test.library) {
			t.Errorf("%s on a device with %v: got %+v, want version %d, library %v", test.name, test.on.RPCs, s, test.version, test.library)
		}
	}
}

func TestTriggersOfADevice(t *testing.T) {
	c := NewCatalog([]Script{
		script(runtime.KindTrigger, "z", 1, false),
		script(runtime.KindTrigger, "a", 1, false),
		script(runtime.KindTrigger, "wide-b", 1, true),
		script(runtime.KindTrigger, "wide-a", 1, true),
		script(runtime.KindRPC, "rpc", 1, true),
	}, nil)
	var got []string
	for _, s := range c.Triggers(device.Device{Triggers: []string{"z", "wide-b", "a", "gone", "z"}}) {
		got = append(got, s.Name)
	}
	if want := []string{"z", "wide-b", "a", "wide-a"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestACatalogNeverChanges(t *testing.T) {
	first := NewCatalog(nil, library())
	second := first.With(script(runtime.KindRPC, "alarm", 2, true))
	third := second.Without(runtime.KindRPC, "alarm")
	for i, test := range []struct {
		c       *Catalog
		library bool
	}{{first, true}, {second, false}, {third, true}} {
		if s, ok := test.c.RPC(device.Device{}, "alarm"); !ok || s.Library != test.library {
			t.Errorf("catalog %d: got %+v, %v", i, s, ok)
		}
		if n := len(test.c.All()); n != 1 {
			t.Errorf("catalog %d lists %d scripts, want 1", i, n)
		}
	}
}

func TestCheckMountsNamesThePlace(t *testing.T) {
	c := NewCatalog([]Script{script(runtime.KindTrigger, "hot", 1, false)}, library())
	good := device.Device{RPCs: []string{"alarm"}, Triggers: []string{"hot"}}
	if err := c.CheckMounts(good); err != nil {
		t.Errorf("good mounts are refused: %v", err)
	}
	bad := device.Device{ThingModels: []string{"hot"}, RPCs: []string{"alarm", "nope"}}
	want := `thing_models[0]: there is no parser script "hot": publish it first, or check the spelling; ` +
		`rpcs[1]: there is no rpc script "nope": publish it first, or check the spelling`
	if err := c.CheckMounts(bad); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
