package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/instance"
	"github.com/tripline/tripline/server/store"
)

// restoreCmd puts a backup into a data folder.
type restoreCmd struct {
	File string `arg:"" type:"existingfile" help:"The backup."`
	dataFolder
}

// Run restores the backup. Nothing is written before it is known that the master key opens it.
func (c *restoreCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	if err := c.wantEmpty(); err != nil {
		return err
	}
	key, typed, err := c.askKey()
	if err != nil {
		return err
	}
	err = store.CheckBackup(ctx, c.File, key)
	if errors.Is(err, secret.ErrWrongMasterKey) {
		return fmt.Errorf("%w: give the key that the server had when the backup was made, perhaps a former one", err)
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	held, err := instance.Lock(c.Data)
	if err != nil {
		return err
	}
	defer held.Close()
	if err := store.Restore(ctx, c.File, c.Data); err != nil {
		return err
	}
	fmt.Printf("%s holds what %s held. Start a server on it with the same master key: deliveries and timers that were waiting are made then.\n", c.Data, c.File)
	if !typed {
		return nil
	}
	path := filepath.Join(c.Data, secret.MasterKeyFile)
	if err := secret.WriteMasterKey(path, key); err != nil {
		return err
	}
	fmt.Printf("The key was put into %s, where serve looks for it.\n", path)
	return nil
}

// wantEmpty refuses a folder with anything in it but a key.
func (c *restoreCmd) wantEmpty() error {
	entries, err := os.ReadDir(c.Data)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	for _, entry := range entries {
		if !slices.Contains([]string{secret.MasterKeyFile, instance.LockFile}, entry.Name()) {
			return fmt.Errorf("the data folder %s is not empty, %s is in it: name an empty or a new one with --data", c.Data, entry.Name())
		}
	}
	return nil
}

// askKey returns the master key: the one of the flags or the environment, the one that was put into the
// folder, or the one that is typed.
func (c *restoreCmd) askKey() (key secret.MasterKey, typed bool, err error) {
	inFolder := filepath.Join(c.Data, secret.MasterKeyFile)
	if _, err := os.Stat(inFolder); err == nil || c.MasterKey != "" || c.MasterKeyFile != "" {
		key, err := secret.LoadMasterKey(c.MasterKey, c.MasterKeyFile, c.Data)
		return key, false, err
	}
	fmt.Fprint(os.Stderr, "Master key: ")
	var text string
	if in := int(os.Stdin.Fd()); term.IsTerminal(in) {
		var line []byte
		line, err = term.ReadPassword(in)
		text = string(line)
	} else {
		text, err = bufio.NewReader(os.Stdin).ReadString('\n')
	}
	fmt.Fprintln(os.Stderr)
	if strings.TrimSpace(text) == "" {
		return key, false, errors.Join(errors.New("restore needs the master key of the backup: type it, name its file with --master-key-file or TRIPLINE_MASTER_KEY_FILE, or set TRIPLINE_MASTER_KEY"), err)
	}
	key, err = secret.ParseMasterKey(text)
	return key, true, err
}
