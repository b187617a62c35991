package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tripline/tripline/server/store/journal"
)

// The database says in its user_version which generation of the journal it holds as the last: what the
// next generation holds, it has not seen.

// recover brings into the database what the journal alone holds since the last process ended.
func (w *writer) recover(ctx context.Context, journalPath string) error {
	generation, err := lastGeneration(ctx, w.session.conn)
	if err != nil {
		return err
	}
	w.journal, err = journal.Open(journalPath, generation+1, func(text []byte) error {
		return readRows(text, w.pending.rows.put)
	})
	if err != nil {
		return err
	}
	return w.settleAll()
}

// readJournal copies the files of the journal in dir.
func readJournal(dir string) (copied [2][]byte, err error) {
	for i, name := range journal.Files(filepath.Join(dir, JournalName)) {
		if copied[i], err = os.ReadFile(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return copied, err
		}
	}
	return copied, nil
}

// addJournal brings what a copy of the journal holds into a copy of the database that was made after it.
func addJournal(ctx context.Context, database string, copied [2][]byte) error {
	db, err := sql.Open("sqlite", fileURL(database, nil))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	generation, err := lastGeneration(ctx, conn)
	if err != nil {
		return err
	}
	var latest rows
	for range 2 {
		generation++
		file := bytes.NewReader(copied[generation&1])
		if _, err := journal.Read(file, generation, func(text []byte) error { return readRows(text, latest.put) }); err != nil {
			return err
		}
	}
	if len(latest.byKey) == 0 {
		return nil
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing once committed
	for _, r := range latest.ordered() {
		if _, err := tx.ExecContext(ctx, statements[r.table], r.values...); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, setGeneration(generation)); err != nil {
		return err
	}
	return tx.Commit()
}

func lastGeneration(ctx context.Context, conn *sql.Conn) (generation uint64, err error) {
	err = conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&generation)
	return generation, err
}

func setGeneration(generation uint64) string {
	return fmt.Sprintf("PRAGMA user_version = %d", generation)
}
