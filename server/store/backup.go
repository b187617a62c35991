package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tripline/tripline/runtime/secret"
)

// ErrExists says that a backup would replace a file that is there.
var ErrExists = errors.New("there is a file of that name already")

// Backup writes a copy of the database in dir to file: everything that was committed when it began, and
// nothing half. A server may be at work on the folder: it goes on writing meanwhile. The file appears
// complete or not at all, readable by its owner only. Without overwrite an existing file is ErrExists. It
// may not stand in dir, where every name is the server's: a backup named like the database would replace
// what the server is writing to.
func Backup(ctx context.Context, dir, file string, overwrite bool) error {
	source := filepath.Join(dir, FileName)
	if _, err := os.Stat(source); err != nil {
		return fmt.Errorf("the folder %s holds no data of a server: name its data folder with --data: %w", dir, err)
	}
	if within(dir, file) {
		return fmt.Errorf("%s is in the data folder, whose files are the server's own: name a file elsewhere, best on another disk", file)
	}
	if _, err := os.Lstat(file); err == nil && !overwrite {
		return fmt.Errorf("%s: %w", file, ErrExists)
	}
	part, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	defer os.Remove(part.Name()) // gone already when all went well
	defer part.Close()
	// The journal first: what it no longer holds when the database is copied, the database has by then.
	latest, err := readJournal(dir)
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	if err := copyInto(ctx, source, part.Name()); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	if err := addJournal(ctx, part.Name(), latest); err != nil {
		return fmt.Errorf("bring the journal into the backup: %w", err)
	}
	if err := checkWhole(ctx, part.Name()); err != nil {
		return err
	}
	if err := part.Sync(); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return publish(part.Name(), file)
}

// within reports whether file stands in the folder dir, whatever links the names go through.
func within(dir, file string) bool {
	folder, err := os.Stat(dir)
	if err != nil {
		return false
	}
	parent, err := os.Stat(filepath.Dir(file))
	return err == nil && os.SameFile(folder, parent)
}

// copyInto has SQLite write the database at source into the empty file target. It reads one snapshot:
// with the write-ahead log nobody who writes waits for it.
func copyInto(ctx context.Context, source, target string) error {
	db, err := sql.Open("sqlite", fileURL(source, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)"}}))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", target)
	return err
}

// publish gives a file that is complete its name, durably.
func publish(part, file string) error {
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}

// syncDir makes new names in a folder survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// fileURL names a database file with its parameters.
func fileURL(path string, parameters url.Values) string {
	return "file:" + url.PathEscape(path) + "?" + parameters.Encode()
}

// openCopy opens a file that nobody writes to, and leaves nothing beside it.
func openCopy(path string) (*sql.DB, error) {
	return sql.Open("sqlite", fileURL(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
}

// checkWhole reads a copy from end to end.
func checkWhole(ctx context.Context, file string) error {
	db, err := openCopy(file)
	if err != nil {
		return err
	}
	defer db.Close()
	var found string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return fmt.Errorf("%s is not a whole database: %w", file, err)
	}
	if found != "ok" {
		return fmt.Errorf("%s is damaged: %s", file, found)
	}
	return nil
}

// CheckBackup reports why file cannot be restored by this program with this master key: it is no backup,
// was made by a newer Tripline, or was sealed with another key. It writes nothing.
func CheckBackup(ctx context.Context, file string, master secret.MasterKey) error {
	if _, err := os.Stat(file); err != nil {
		return err
	}
	if info, err := os.Stat(file + "-wal"); err == nil && info.Size() > 0 {
		return fmt.Errorf("%s is the database of a server and not a backup: a part of it still stands in %s-wal: make a backup with tripline backup", file, file)
	}
	db, err := openCopy(file)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := checkSchema(ctx, db); err != nil {
		return fmt.Errorf("%s %w", file, err)
	}
	return checkKeys(ctx, db, secret.NewKeyring(master))
}

// checkSchema wants tables that this program knows.
func checkSchema(ctx context.Context, db *sql.DB) error {
	var version int64
	if err := queryRow(ctx, db, "SELECT max(version_id) FROM goose_db_version", nil, &version); err != nil {
		return fmt.Errorf("is no backup of Tripline: %w", err)
	}
	newest, err := newestMigration()
	if err != nil {
		return err
	}
	if version > newest {
		return fmt.Errorf("was written by a newer Tripline (its schema is %d, this program knows %d): use that version", version, newest)
	}
	return nil
}

// newestMigration is the number of the newest schema that this program knows.
func newestMigration() (newest int64, err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	for _, name := range names {
		number, _, _ := strings.Cut(filepath.Base(name), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", name, err)
		}
		newest = max(newest, n)
	}
	return newest, err
}

// checkKeys opens every data key.
func checkKeys(ctx context.Context, db *sql.DB, ring *secret.Keyring) error {
	keys, err := dataKeys(func(query string, args []any, each func(scan func(...any) error) error) error {
		return queryRows(ctx, db, query, args, each)
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := ring.Add(key); err != nil {
			return err
		}
	}
	return nil
}

// MasterKeyID is the ID of the master key that the database in dir was sealed with, "" when it holds no
// sealed value yet. A server may be at work on it.
func MasterKeyID(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, FileName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	db, err := sql.Open("sqlite", fileURL(path, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)", "query_only(1)"}}))
	if err != nil {
		return "", err
	}
	defer db.Close()
	var tables int
	if err := queryRow(ctx, db, "SELECT count(*) FROM sqlite_master WHERE name = 'data_keys'", nil, &tables); err != nil || tables == 0 {
		return "", err
	}
	var id string
	err = queryRow(ctx, db, "SELECT master FROM data_keys LIMIT 1", nil, &id)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return id, err
}

// Restore puts a backup that CheckBackup found good into dir, where there must be no database. It is
// there whole afterwards, or not at all.
func Restore(ctx context.Context, file, dir string) error {
	target := filepath.Join(dir, FileName)
	if _, err := os.Lstat(target); err == nil {
		return fmt.Errorf("%s: %w", target, ErrExists)
	}
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	part, err := os.CreateTemp(dir, "restoring.*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write the database: %w", err)
	}
	defer os.Remove(part.Name()) // gone already when all went well
	_, err = io.Copy(part, from)
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return fmt.Errorf("write the database: %w", err)
	}
	if err := checkWhole(ctx, part.Name()); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return publish(part.Name(), target)
}
