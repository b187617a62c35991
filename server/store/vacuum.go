package store

import (
	"context"
	"fmt"
	"time"
)

const (
	// keptFree is how much room the file keeps for what comes next, in bytes: to grow again costs more than
	// to leave it.
	keptFree = 16 << 20
	// vacuumPages are moved by one transaction, so that nobody waits long behind it.
	vacuumPages = 256
	// vacuumPause lets others write between two of them.
	vacuumPause = 50 * time.Millisecond
)

// Shrink gives back to the disk what the database file holds free, a little at a time, and returns how
// much that was in bytes. It leaves room for what comes next. quit ends it early.
func (s *Store) Shrink(ctx context.Context, quit <-chan struct{}) (given int64, err error) {
	_, before, err := s.size(ctx)
	if err != nil {
		return 0, err
	}
	for free := before; free > keptFree; {
		err := s.Write(ctx, func(tx *Tx) error {
			// Each step of the statement frees one page: all its rows are to be read.
			return tx.Query(fmt.Sprintf("PRAGMA incremental_vacuum(%d)", vacuumPages), nil, func(func(...any) error) error { return nil })
		})
		if err != nil {
			return given, err
		}
		_, left, err := s.size(ctx)
		if err != nil || left >= free { // nothing more to be had, or others have freed as much meanwhile
			return given, err
		}
		given, free = given+free-left, left
		select {
		case <-time.After(vacuumPause):
		case <-quit:
			return given, nil
		}
	}
	return given, nil
}
