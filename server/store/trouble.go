package store

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Trouble is why nothing can be written at present.
type Trouble string

// What can be wrong with the disk.
const (
	DiskFull       Trouble = "the disk is full"
	DatabaseLocked Trouble = "another program holds the database locked"
	DiskFails      Trouble = "the disk does not take what is written"
	Closing        Trouble = "the server is ending"
)

// TroubleOf returns what of the disk made a write fail, or "" when the write itself was at fault: it would
// fail again however long one waits.
func TroubleOf(err error) Trouble {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrClosed):
		return Closing
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return DiskFull
	case errors.Is(err, syscall.EIO), errors.Is(err, syscall.EROFS):
		return DiskFails
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return ""
	}
	switch e.Code() & 0xff { // the rest of the code says more than is asked here
	case sqlite3.SQLITE_FULL:
		return DiskFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return DatabaseLocked
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT:
		return DiskFails
	}
	return ""
}

// Temporary reports whether a write that failed may succeed later as it is.
func Temporary(err error) bool { return TroubleOf(err) != "" }

// Refused reports whether the store would refuse the same write again: it is the write that is wrong.
func Refused(err error) bool {
	return err != nil && !Temporary(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// health remembers whether the disk takes what is written.
type health struct {
	trouble atomic.Pointer[Trouble] // nil: none
	probing atomic.Bool
}

// note hears of every write.
func (h *health) note(err error) {
	if err == nil {
		if h.trouble.Load() != nil && h.trouble.Swap(nil) != nil {
			slog.Info("what is written is taken again")
		}
		return
	}
	now := TroubleOf(err)
	if now == Closing || now == "" {
		return
	}
	if old := h.trouble.Swap(&now); old == nil || *old != now {
		slog.Error("nothing can be written: "+string(now), "error", err)
	}
}

// probeEvery is how often a store in trouble is asked whether it still is.
const probeEvery = time.Second

// Trouble returns why nothing can be written at present, "" when all is well. A store in trouble finds out
// by itself when it is over: somebody who asks first will not send it anything.
func (s *Store) Trouble() Trouble {
	found := s.health.trouble.Load()
	if found == nil {
		return ""
	}
	if s.health.probing.CompareAndSwap(false, true) {
		time.AfterFunc(probeEvery, func() {
			defer s.health.probing.Store(false)
			// What came of it is noted as of every write.
			_ = s.Write(context.Background(), func(tx *Tx) error { return tx.Exec("UPDATE orgs SET name = name") })
		})
	}
	return *found
}
