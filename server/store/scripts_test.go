package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/server/store"
)

func openForScripts(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Keys: secret.NewKeyring(secret.NewMasterKey())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func trigger(name, source string) scripts.Script {
	return scripts.Script{Kind: runtime.KindTrigger, Name: name, Source: source, Compiled: source, Language: scripts.JavaScript}
}

func TestATransactionThatFailsLeavesTheCatalog(t *testing.T) {
	s := openForScripts(t)
	no := errors.New("no")
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		if _, _, err := tx.PublishScript("o", trigger("x", "1")); err != nil {
			return err
		}
		if c, err := tx.Catalog("o"); err != nil {
			return err
		} else if _, ok := c.Own(runtime.KindTrigger, "x"); !ok {
			t.Error("the transaction does not see its own script")
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatal(err)
	}
	c, err := s.Catalog(t.Context(), "o")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Own(runtime.KindTrigger, "x"); ok {
		t.Error("a script of a failed transaction is in the catalog")
	}
}

func TestACatalogThatWasHandedOutStays(t *testing.T) {
	s := openForScripts(t)
	before, err := s.Catalog(t.Context(), "o")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"1", "2"} {
		if err := s.Write(t.Context(), func(tx *store.Tx) error {
			_, _, err := tx.PublishScript("o", trigger("x", source))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	after, err := s.Catalog(t.Context(), "o")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := before.Own(runtime.KindTrigger, "x"); ok {
		t.Error("a catalog changed after it was handed out")
	}
	if x, ok := after.Own(runtime.KindTrigger, "x"); !ok || x.Version != 2 || x.Source != "2" {
		t.Errorf("the next catalog has %+v", x)
	}
	if other, err := s.Catalog(t.Context(), "other"); err != nil {
		t.Error(err)
	} else if _, ok := other.Own(runtime.KindTrigger, "x"); ok {
		t.Error("another organisation sees the script")
	}
}

func TestMountsOfAnUnwrittenGroupCount(t *testing.T) {
	s := openForScripts(t)
	put := func(tx *store.Tx, eui string, names ...string) {
		if err := tx.PutDevice("o", device.Device{EUI: eui, Triggers: names}); err != nil {
			t.Error(err)
		}
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error {
		put(tx, "a", "x")
		put(tx, "b", "y", "x")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var seen []string
	if err := s.Write(t.Context(), func(tx *store.Tx) (err error) {
		put(tx, "a")
		put(tx, "c", "x")
		seen, err = tx.MountedOn("o", runtime.KindTrigger, "x")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"b", "c"}; !slices.Equal(seen, want) {
		t.Errorf("within the transaction: got %v, want %v", seen, want)
	}
	if got, err := s.MountedOn(t.Context(), "o", runtime.KindTrigger, "x"); err != nil || !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("after it: got %v, %v", got, err)
	}
	if got, err := s.MountedOn(t.Context(), "o", runtime.KindRPC, "x"); err != nil || len(got) != 0 {
		t.Errorf("as an RPC: got %v, %v", got, err)
	}
}
