// Package store keeps everything in one SQLite file: one writer that commits in groups, a pool of
// readers beside it, one file per resource.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the "sqlite" driver

	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/secret"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNotFound is returned for what does not exist in the caller's organisation.
var ErrNotFound = dispatch.ErrNotFound

// FileName is the name of the database inside the data folder.
const FileName = "tripline.db"

// JournalName is the name, but for their last letters, of the files beside it that hold the latest changes until the database has them.
const JournalName = "tripline.journal"

// Store is the database. It is safe for concurrent use.
type Store struct {
	dir   string
	read  *sql.DB
	write *writer
	keys  *secret.Keyring
	now   func() time.Time
	// services are the types of notification services.
	services []platform.Service

	health
	ids idSource
	caches
	tenants    tenants
	principals principals
	setup      setup
	uses       uses
	everyone   atomic.Pointer[everyone]
}

// Options are what a Store needs besides its folder.
type Options struct {
	Keys     *secret.Keyring
	Now      func() time.Time   // nil: time.Now
	Services []platform.Service // the types of notification services that there are
}

// Open opens the database in dir, which must exist, and brings its schema up to date.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	path := filepath.Join(dir, FileName)
	if err := migrate(ctx, path); err != nil {
		return nil, fmt.Errorf("bring %s up to date: %w", path, err)
	}
	read, err := sql.Open("sqlite", dsn(path, readerCache, "query_only(1)"))
	if err != nil {
		return nil, err
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(4)
	read.SetConnMaxIdleTime(time.Minute)
	w, err := openWriter(ctx, dsn(path, writerCache), filepath.Join(dir, JournalName))
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	s := &Store{dir: dir, read: read, write: w, keys: o.Keys, now: o.Now, services: o.Services}
	s.caches.init()
	w.tx.store = s
	if err := errors.Join(s.loadKeys(ctx), s.loadUses(ctx), s.ids.load(ctx, s)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Pages that a connection keeps in memory, in KB: of the writer so many that all that settles at once stays
// there until it is whole. What does not, SQLite writes twice.
const readerCache, writerCache = 8_000, 32_000

// dsn names the database with its pragmas: busy_timeout first, so that the others already wait. What a
// statement of many rows would undo after a failure is kept in memory: in a file it costs as much as the rows.
func dsn(path string, cache int, extra ...string) string {
	q := url.Values{}
	for _, p := range append([]string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		fmt.Sprintf("cache_size(-%d)", cache), "temp_store(memory)", "wal_autocheckpoint(8000)", "journal_size_limit(67108864)",
	}, extra...) {
		q.Add("_pragma", p)
	}
	return "file:" + url.PathEscape(path) + "?" + q.Encode()
}

func migrate(ctx context.Context, path string) error {
	// The file holds hashes and sealed secrets: nobody else on the machine has business in it.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// A file that gives back what it does not need is decided before its first table.
	db, err := sql.Open("sqlite", strings.Replace(dsn(path, readerCache), "_pragma=", "_pragma=auto_vacuum(incremental)&_pragma=", 1))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, folder, goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// Close waits for what is being written and closes the database.
func (s *Store) Close() error {
	return errors.Join(s.write.close(), s.read.Close())
}

// Dir is the data folder.
func (s *Store) Dir() string { return s.dir }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.read.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// Write runs fn in a transaction and returns when it is on disk. Transactions of many callers are
// committed together, and after the failure of one of them the others run once more: fn must set
// whatever it hands out anew at each call, and touch nothing but tx. An error of fn undoes fn alone.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	return s.do(ctx, s.write.requests, fn)
}

// do has the writer run fn, and notes whether the disk took it.
func (s *Store) do(ctx context.Context, queue chan<- *request, fn func(*Tx) error) error {
	err := s.write.do(ctx, queue, fn)
	s.note(err)
	return err
}

// settle has the database hold all that was committed before, for those who look there.
func (s *Store) settle(ctx context.Context) error {
	if s.write.pending.empty() {
		return nil
	}
	return s.Write(ctx, (*Tx).begin)
}

// millis is how times are stored.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// dueMillis is how the times are stored at which something is due. It rounds up: nothing is done early.
func dueMillis(t time.Time) int64 { return millis(t.Add(time.Millisecond - 1)) }

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
