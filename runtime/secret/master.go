package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MasterKeyFile is the name of the key file inside the data folder.
const MasterKeyFile = "master.key"

// MasterKey wraps the data keys of all organisations. It is never stored beside them by the database.
type MasterKey [32]byte

// NewMasterKey returns a random key.
func NewMasterKey() MasterKey {
	var k MasterKey
	_, _ = rand.Read(k[:]) // never fails: the program ends when the system has no randomness
	return k
}

// ID tells keys apart without telling anything about them.
func (k MasterKey) ID() string {
	sum := sha256.Sum256(append([]byte("tripline master key id|"), k[:]...))
	return hex.EncodeToString(sum[:6])
}

// String keeps the key out of logs.
func (k MasterKey) String() string { return "master key " + k.ID() }

// GoString keeps the key out of logs.
func (k MasterKey) GoString() string { return k.String() }

// ParseMasterKey reads 32 bytes in hex or in any base64, with white space around.
func ParseMasterKey(text string) (MasterKey, error) {
	text = strings.TrimSpace(text)
	var raw []byte
	if b, err := hex.DecodeString(text); err == nil {
		raw = b
	} else {
		unpadded := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
		if b, err := base64.RawStdEncoding.DecodeString(unpadded); err == nil {
			raw = b
		}
	}
	if len(raw) != len(MasterKey{}) {
		return MasterKey{}, errors.New("a master key is 32 bytes in hex or base64, for example from: openssl rand -hex 32")
	}
	return MasterKey(raw), nil
}

// LoadMasterKey returns the key in value (TRIPLINE_MASTER_KEY), else the one in file
// (TRIPLINE_MASTER_KEY_FILE), else the one in the data folder dir, where it is made on the first start.
func LoadMasterKey(value, file, dir string) (MasterKey, error) {
	if value != "" {
		k, err := ParseMasterKey(value)
		if err != nil {
			return MasterKey{}, fmt.Errorf("TRIPLINE_MASTER_KEY: %w", err)
		}
		return k, nil
	}
	if file != "" {
		return readMasterKey(file)
	}
	path := filepath.Join(dir, MasterKeyFile)
	k, err := readMasterKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	// A new key for old data would only fail later, and hide that the right one is missing.
	if old, _ := filepath.Glob(filepath.Join(dir, "*.db")); len(old) > 0 {
		return MasterKey{}, fmt.Errorf("%s is missing, and %s was sealed with it: put it back, or set TRIPLINE_MASTER_KEY", path, old[0])
	}
	k = NewMasterKey()
	return k, WriteMasterKey(path, k)
}

func readMasterKey(path string) (MasterKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return MasterKey{}, fmt.Errorf("master key: %w", err)
	}
	k, err := ParseMasterKey(string(text))
	if err != nil {
		return MasterKey{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// WriteMasterKey writes the key in hex to path, readable by its owner only. An existing file is replaced
// as a whole or not at all. When it returns, the key survives a power cut: what is sealed with it next must
// not outlive it.
func WriteMasterKey(path string, k MasterKey) error {
	f, err := os.CreateTemp(filepath.Dir(path), MasterKeyFile+".*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write the master key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(k[:]) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write the master key: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes new names in a folder survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write the master key: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// NextMasterKeyFile is where a master key stands that is about to take the place of the one in path: it is
// written before anything is sealed with it.
func NextMasterKeyFile(path string) string { return path + ".next" }

// AdoptMasterKeyFile gives the key in NextMasterKeyFile the place of the one in path, durably.
func AdoptMasterKeyFile(path string) error {
	if err := os.Rename(NextMasterKeyFile(path), path); err != nil {
		return fmt.Errorf("put the new master key in its place: %w", err)
	}
	return syncDir(filepath.Dir(path))
}
