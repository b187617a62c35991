package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/store"
)

// dataFolder is a server's data and the master key that opens it.
type dataFolder struct {
	Data          string `env:"TRIPLINE_DATA" default:"./data" help:"The data folder."`
	MasterKey     string `env:"TRIPLINE_MASTER_KEY" help:"The master key, 32 bytes in hex or base64." placeholder:"KEY"`
	MasterKeyFile string `env:"TRIPLINE_MASTER_KEY_FILE" help:"A file with the master key. Without either it is master.key in the data folder, which the first start makes." placeholder:"FILE"`
}

// keyFile is where the master key stands; "" when it was given as a text.
func (d *dataFolder) keyFile() (string, error) {
	path := filepath.Join(d.Data, secret.MasterKeyFile)
	switch {
	case d.MasterKey != "":
		return "", nil
	case d.MasterKeyFile != "":
		path = d.MasterKeyFile
	}
	// What a link leads to is replaced, and not the link.
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("master key: %w", err)
	}
	return path, nil
}

// masterKey returns the key that the data is sealed with. The first start makes it. When a change of the
// key was cut off between the data and the key's file, that is the new one, which waits beside the file.
func (d *dataFolder) masterKey(ctx context.Context) (secret.MasterKey, error) {
	key, err := secret.LoadMasterKey(d.MasterKey, d.MasterKeyFile, d.Data)
	if err != nil {
		return key, err
	}
	next, changed, err := d.cutOff(ctx)
	if err != nil || !changed {
		return key, err
	}
	slog.Warn("a change of the master key was cut off: the new key is used; end the server and run tripline rekey to finish it")
	return next, nil
}

// cutOff reports whether a change of the master key was cut off after the data was changed, and returns
// the new key.
func (d *dataFolder) cutOff(ctx context.Context) (next secret.MasterKey, changed bool, err error) {
	path, err := d.keyFile()
	if err != nil || path == "" {
		return next, false, err
	}
	if _, err := os.Stat(secret.NextMasterKeyFile(path)); err != nil {
		return next, false, nil // the usual case
	}
	if next, err = secret.LoadMasterKey("", secret.NextMasterKeyFile(path), ""); err != nil {
		return next, false, err
	}
	id, err := store.MasterKeyID(ctx, d.Data)
	return next, id == next.ID(), err
}
