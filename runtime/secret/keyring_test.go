package secret

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func ringWith(t *testing.T, master MasterKey, orgs ...string) (*Keyring, []DataKey) {
	t.Helper()
	k := NewKeyring(master)
	var stored []DataKey
	for _, org := range orgs {
		d, err := k.NewDataKey(org)
		if err == nil {
			err = k.Add(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, d)
	}
	return k, stored
}

func TestSealedValuesOpenOnlyWhereTheyBelong(t *testing.T) {
	k, _ := ringWith(t, NewMasterKey(), "a", "b")
	sealed, err := k.Seal("a", "org_params/x", []byte("value"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := k.Open("a", "org_params/x", sealed); err != nil || string(plain) != "value" {
		t.Fatalf("%q, %v", plain, err)
	}
	again, _ := k.Seal("a", "org_params/x", []byte("value"))
	if string(again) == string(sealed) {
		t.Error("the same value is sealed to the same bytes")
	}
	changed := append([]byte{}, sealed...)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another name":         func() ([]byte, error) { return k.Open("a", "org_params/y", sealed) },
		"another organisation": func() ([]byte, error) { return k.Open("b", "org_params/x", sealed) },
		"no organisation":      func() ([]byte, error) { return k.Open("c", "org_params/x", sealed) },
		"changed":              func() ([]byte, error) { return k.Open("a", "org_params/x", changed) },
		"cut":                  func() ([]byte, error) { return k.Open("a", "org_params/x", sealed[:20]) },
		"empty":                func() ([]byte, error) { return k.Open("a", "org_params/x", nil) },
	} {
		if plain, err := open(); err == nil {
			t.Errorf("%s: opened to %q", name, plain)
		}
	}
	k.Drop("a")
	if _, err := k.Open("a", "org_params/x", sealed); err == nil {
		t.Error("opened after its key was dropped")
	}
}

func TestMasterKeyRotationTouchesNoValue(t *testing.T) {
	old, next := NewMasterKey(), NewMasterKey()
	k, stored := ringWith(t, old, "a", "b")
	sealed, _ := k.Seal("a", "n", []byte("value"))

	if err := NewKeyring(next).Add(stored[0]); !errors.Is(err, ErrWrongMasterKey) || !strings.Contains(err.Error(), old.ID()) {
		t.Fatalf("the wrong master key: %v", err)
	}
	rewrapped, err := k.Rewrap(next)
	if err != nil || len(rewrapped) != 2 {
		t.Fatal(rewrapped, err)
	}
	after := NewKeyring(next)
	for _, d := range rewrapped {
		if err := after.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	if plain, err := after.Open("a", "n", sealed); err != nil || string(plain) != "value" {
		t.Fatalf("%q, %v", plain, err)
	}
	k.Adopt(next)
	if d, err := k.NewDataKey("c"); err != nil || d.Master != next.ID() {
		t.Error("a new key is still wrapped by the old master key")
	}
	moved := rewrapped[0]
	moved.Org = "b"
	if err := after.Add(moved); err == nil {
		t.Error("a data key was given to another organisation")
	}
}

func TestOldDataKeysStillOpen(t *testing.T) {
	k, _ := ringWith(t, NewMasterKey(), "a")
	first, _ := k.Seal("a", "n", []byte("value"))
	d, _ := k.NewDataKey("a")
	if err := k.Add(d); err != nil {
		t.Fatal(err)
	}
	second, _ := k.Seal("a", "n", []byte("value"))
	for _, sealed := range [][]byte{first, second} {
		if plain, err := k.Open("a", "n", sealed); err != nil || string(plain) != "value" {
			t.Errorf("%q, %v", plain, err)
		}
	}
}

func TestLoadMasterKey(t *testing.T) {
	key := NewMasterKey()
	for name, text := range map[string]string{
		"hex": hex.EncodeToString(key[:]), "base64": base64.StdEncoding.EncodeToString(key[:]),
		"base64url": base64.RawURLEncoding.EncodeToString(key[:]), "white space": " " + hex.EncodeToString(key[:]) + "\n",
	} {
		if got, err := LoadMasterKey(text, "", ""); err != nil || got != key {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"short", hex.EncodeToString(key[:31]), strings.Repeat("z", 64)} {
		if _, err := LoadMasterKey(text, "", ""); err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v %s", key, key, key, key); strings.Contains(text, hex.EncodeToString(key[:4])) {
		t.Errorf("a printed key says %s", text)
	}

	dir := t.TempDir()
	made, err := LoadMasterKey("", "", dir)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, MasterKeyFile)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if again, err := LoadMasterKey("", "", dir); err != nil || again != made {
		t.Errorf("the second start: %v", err)
	}
	if other, err := LoadMasterKey("", path, t.TempDir()); err != nil || other != made {
		t.Errorf("by file: %v", err)
	}
	if _, err := LoadMasterKey("", filepath.Join(dir, "missing"), dir); err == nil {
		t.Error("a file that is missing was made up")
	}
	if err := errors.Join(os.Remove(path), os.WriteFile(filepath.Join(dir, "tripline.db"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadMasterKey("", "", dir); err == nil {
		t.Error("a new key was made for old data")
	}
}
