package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/tripline/tripline/server/store"
)

// backupCmd copies the data of a server.
type backupCmd struct {
	File      string `arg:"" help:"The file to make."`
	Data      string `env:"TRIPLINE_DATA" default:"./data" help:"The data folder of the server."`
	Overwrite bool   `help:"Replace the file when it is there."`
}

// Run makes the backup. A server on the folder goes on meanwhile.
func (c *backupCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	if err := store.Backup(ctx, c.Data, c.File, c.Overwrite); err != nil {
		if errors.Is(err, store.ErrExists) {
			return fmt.Errorf("%w: name another, or replace it with --overwrite", err)
		}
		return err
	}
	made, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	fmt.Printf("%s holds the data of %s (%.1f MB). The master key is not in it: keep a copy of the key elsewhere.\n", c.File, c.Data, float64(made.Size())/1e6)
	return nil
}

// interruptible is a context that Ctrl-C and SIGTERM end, so that what was begun is cleared away.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}
