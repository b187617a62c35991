package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/instance"
	"github.com/tripline/tripline/server/store"
)

// rekeyCmd changes the master key.
type rekeyCmd struct {
	dataFolder
	NewKeyFile string `help:"Where the new key goes, or stands already. Without it the file of the present key gets it." placeholder:"FILE"`
}

// Run wraps the data keys with a new master key. The new key is on disk before the data is changed, and
// the old one until after: whenever the process ends, one of them opens the data.
func (c *rekeyCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	if _, err := os.Stat(filepath.Join(c.Data, store.FileName)); err != nil {
		return fmt.Errorf("the folder %s holds no data of a server: name its data folder with --data: %w", c.Data, err)
	}
	held, err := instance.Lock(c.Data)
	if err != nil {
		return err
	}
	defer held.Close()
	if c.NewKeyFile != "" {
		return c.moveTo(ctx, c.NewKeyFile)
	}
	path, err := c.keyFile()
	if err != nil {
		return err
	}
	if path == "" {
		return errors.New("the master key comes from TRIPLINE_MASTER_KEY or --master-key, where no program can change it: " +
			"run this again with --new-key-file FILE, and from then on start the server with TRIPLINE_MASTER_KEY_FILE=FILE (or with what FILE holds) instead")
	}
	return c.replaceIn(ctx, path)
}

// replaceIn puts a new key in the place of the one in a file.
func (c *rekeyCmd) replaceIn(ctx context.Context, path string) error {
	old, err := secret.LoadMasterKey("", path, "")
	if err != nil {
		return err
	}
	next, changed, err := c.cutOff(ctx)
	if err != nil {
		return err
	}
	if changed {
		fmt.Println("A change of the master key had been cut off. It is finished now.")
	} else {
		next = secret.NewMasterKey()
		if err := secret.WriteMasterKey(secret.NextMasterKeyFile(path), next); err != nil {
			return err
		}
		if err := c.rewrap(ctx, old, next); err != nil {
			return err // the new key stays: it is not known how far the change came
		}
	}
	former := path + ".former-" + old.ID()
	if err := secret.WriteMasterKey(former, old); err != nil {
		return err
	}
	if err := secret.AdoptMasterKeyFile(path); err != nil {
		return err
	}
	fmt.Printf("%s holds the new master key (%s). Keep a copy of it elsewhere.\n", path, next.ID())
	fmt.Printf("%s holds the former one: backups that were made until now need it. Delete it with the last of them.\n", former)
	return nil
}

// moveTo makes the key in another file the master key. It is made when it is not there.
func (c *rekeyCmd) moveTo(ctx context.Context, file string) error {
	next, err := secret.LoadMasterKey("", file, "")
	if errors.Is(err, fs.ErrNotExist) {
		next = secret.NewMasterKey()
		err = secret.WriteMasterKey(file, next)
	}
	if err != nil {
		return err
	}
	id, err := store.MasterKeyID(ctx, c.Data)
	if err != nil {
		return err
	}
	if id != next.ID() { // else an earlier try got as far as that
		old, err := c.masterKey(ctx)
		if err != nil {
			return err
		}
		if err := c.rewrap(ctx, old, next); err != nil {
			return err
		}
	}
	fmt.Printf("%s holds the master key of %s now (%s). Start the server with TRIPLINE_MASTER_KEY_FILE=%s, and keep a copy of the file elsewhere.\n", file, c.Data, next.ID(), file)
	fmt.Println("Backups that were made until now need the former key: keep it as long as them.")
	return nil
}

// rewrap changes the data.
func (c *rekeyCmd) rewrap(ctx context.Context, old, next secret.MasterKey) error {
	db, err := store.Open(ctx, c.Data, store.Options{Keys: secret.NewKeyring(old)})
	if err != nil {
		return err
	}
	return errors.Join(db.Rekey(ctx, next), db.Close())
}
