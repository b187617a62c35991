package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/instance"
	"github.com/tripline/tripline/server/store"
)

// sealedFolder is a data folder with one sealed value, as a first start makes it.
func sealedFolder(t *testing.T) (dir string, key secret.MasterKey) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	key, err := secret.LoadMasterKey("", "", dir)
	if err != nil {
		t.Fatal(err)
	}
	s := openFolder(t, dir, key)
	defer s.Close()
	if _, err := s.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	return dir, key
}

func openFolder(t *testing.T, dir string, key secret.MasterKey) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{Keys: secret.NewKeyring(key)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// opens reports whether serve would find the key of a folder, and that key.
func opens(t *testing.T, d dataFolder) secret.MasterKey {
	t.Helper()
	key, err := d.masterKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := openFolder(t, d.Data, key).Close(); err != nil {
		t.Fatal(err)
	}
	return key
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// command runs tripline in the folder that data lies in.
func command(t *testing.T, data string, code int, says string, args ...string) {
	t.Helper()
	out, errs, got := tripline(t, filepath.Dir(data), args...)
	if got != code || !strings.Contains(out+errs, says) {
		t.Errorf("tripline %s: exit code %d, want %d and %q: %s%s", strings.Join(args, " "), got, code, says, out, errs)
	}
}

func TestBackupAndRestore(t *testing.T) {
	data, key := sealedFolder(t)
	beside := filepath.Dir(data)
	command(t, data, 1, "name its data folder with --data", "backup", "b.db", "--data", "elsewhere")
	command(t, data, 0, "The master key is not in it", "backup", "b.db", "--data", "data")
	command(t, data, 1, "replace it with --overwrite", "backup", "b.db", "--data", "data")
	command(t, data, 0, "b.db holds the data", "backup", "b.db", "--data", "data", "--overwrite")
	for _, own := range []string{"data/tripline.db", "data/tripline.db-wal", "data/other.db"} {
		command(t, data, 1, "name a file elsewhere", "backup", own, "--data", "data", "--overwrite")
	}
	if err := os.Symlink("data", filepath.Join(beside, "link")); err != nil {
		t.Fatal(err)
	}
	command(t, data, 1, "name a file elsewhere", "backup", "link/tripline.db", "--data", "data", "--overwrite")
	if err := os.Remove(filepath.Join(beside, "link")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(beside, "b.db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v (%v)", info.Mode(), err)
	}
	if got := files(t, beside); !slices.Equal(got, []string{"b.db", "data"}) {
		t.Errorf("it left %v", got)
	}

	wrong := filepath.Join(beside, "wrong.key")
	if err := secret.WriteMasterKey(wrong, secret.NewMasterKey()); err != nil {
		t.Fatal(err)
	}
	command(t, data, 1, "restore needs the master key", "restore", "b.db", "--data", "new")
	command(t, data, 1, "give the key that the server had", "restore", "b.db", "--data", "new", "--master-key-file", "wrong.key")
	command(t, data, 1, "is no backup of Tripline", "restore", "wrong.key", "--data", "new", "--master-key-file", "data/master.key")
	command(t, data, 1, "is not empty, tripline.db is in it", "restore", "b.db", "--data", "data")
	if _, err := os.Stat(filepath.Join(beside, "new")); err == nil {
		t.Error("a restore that was refused made the folder")
	}
	command(t, data, 0, "new holds what", "restore", "b.db", "--data", "new", "--master-key-file", "data/master.key")
	if got := opens(t, dataFolder{Data: filepath.Join(beside, "new"), MasterKeyFile: filepath.Join(data, "master.key")}); got != key {
		t.Error("another key opens the restored folder")
	}
	// A damaged copy is found before a server works with it.
	text, err := os.ReadFile(filepath.Join(beside, "b.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(beside, "half.db"), text[:len(text)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, data, 1, "half.db", "restore", "half.db", "--data", "other", "--master-key-file", "data/master.key")
	if got, _ := os.ReadDir(filepath.Join(beside, "other")); len(got) > 1 {
		t.Errorf("a restore that failed left %v", got)
	}
}

func TestRekeyInPlace(t *testing.T) {
	data, old := sealedFolder(t)
	command(t, data, 0, "b.db holds the data", "backup", "b.db", "--data", "data")
	held, err := instance.Lock(data)
	if err != nil {
		t.Fatal(err)
	}
	command(t, data, 1, "is in use by another server", "rekey", "--data", "data")
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	command(t, data, 0, "holds the new master key", "rekey", "--data", "data")
	next := opens(t, dataFolder{Data: data})
	former, err := secret.LoadMasterKey("", filepath.Join(data, "master.key.former-"+old.ID()), "")
	if err != nil || next == old || former != old {
		t.Errorf("the former key is %v (%v), the new one %v", former, err, next)
	}
	for name, key := range map[string]string{"with the new key": "data/master.key", "with the former one": "data/master.key.former-" + old.ID()} {
		code := map[bool]int{true: 1, false: 0}[name == "with the new key"]
		command(t, data, code, "", "restore", "b.db", "--data", strings.ReplaceAll(name, " ", "_"), "--master-key-file", key)
	}
}

// TestRekeyThatIsCutOff: whenever the process ends, one key opens the data, and the next rekey goes on.
func TestRekeyThatIsCutOff(t *testing.T) {
	for name, changed := range map[string]bool{"before the data is changed": false, "after it": true} {
		t.Run(name, func(t *testing.T) {
			data, old := sealedFolder(t)
			path := filepath.Join(data, secret.MasterKeyFile)
			next := secret.NewMasterKey()
			if err := secret.WriteMasterKey(secret.NextMasterKeyFile(path), next); err != nil {
				t.Fatal(err)
			}
			want := old
			if changed {
				want = next
				if err := (&rekeyCmd{dataFolder: dataFolder{Data: data}}).rewrap(t.Context(), old, next); err != nil {
					t.Fatal(err)
				}
			}
			if got := opens(t, dataFolder{Data: data}); got != want {
				t.Errorf("serve takes %v, want %v", got, want)
			}
			command(t, data, 0, "holds the new master key", "rekey", "--data", "data")
			got := opens(t, dataFolder{Data: data})
			if changed && got != next || got == old {
				t.Errorf("the key is %v, was %v, the change was to %v", got, old, next)
			}
			if _, err := os.Stat(secret.NextMasterKeyFile(path)); err == nil {
				t.Error("the file of the next key is still there")
			}
		})
	}
}

func TestRekeyOfAKeyFromTheEnvironment(t *testing.T) {
	data, old := sealedFolder(t)
	text, err := os.ReadFile(filepath.Join(data, secret.MasterKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(data, secret.MasterKeyFile)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TRIPLINE_MASTER_KEY", string(text))
	command(t, data, 1, "--new-key-file FILE", "rekey", "--data", "data")
	opens(t, dataFolder{Data: data, MasterKey: string(text)})
	for range 2 { // the second time it is done already, as after a crash
		command(t, data, 0, "TRIPLINE_MASTER_KEY_FILE=new.key", "rekey", "--data", "data", "--new-key-file", "new.key")
		if got := opens(t, dataFolder{Data: data, MasterKeyFile: filepath.Join(filepath.Dir(data), "new.key")}); got == old {
			t.Error("the key is the same")
		}
	}
}
