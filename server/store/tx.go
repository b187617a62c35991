package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// Tx is a transaction of the writer. It belongs to the function that Write calls. Rows of the hot path are
// put; everything else is SQL, before which all rows that were put go to the database.
type Tx struct {
	store  *Store
	writer *writer
	conn   *sql.Conn
	stmts  map[string]*sql.Stmt

	// onCommit runs when the group is on disk: caches are brought up to date there.
	onCommit []func()
	overlay  overlay
	rows     rows // of the group, not in the database yet
	begun    bool // a transaction of the database is open
	refused  error
	record   []byte
}

func (tx *Tx) reset() {
	tx.onCommit, tx.overlay, tx.rows, tx.begun = tx.onCommit[:0], overlay{}, rows{}, false
}

// put has a row written.
func (tx *Tx) put(t table, values ...any) { tx.rows.put(row{t, values}) }

// find returns a row that is not in the database as it is.
func (tx *Tx) find(key rowKey) (row, bool) {
	if r, ok := tx.rows.byKey[key]; ok {
		return r, true
	}
	if tx.begun {
		return row{}, false
	}
	r, ok := tx.writer.pending.rows.byKey[key]
	return r, ok
}

// begin makes the database whole, within a transaction.
func (tx *Tx) begin() error {
	if tx.refused != nil {
		return tx.refused
	}
	if !tx.begun {
		if err := tx.exec("BEGIN IMMEDIATE"); err != nil {
			tx.refused = fmt.Errorf("begin: %w", err)
			return tx.refused
		}
		tx.begun = true
		for _, r := range tx.writer.pending.rows.ordered() {
			err := tx.exec(statements[r.table], r.values...)
			if contradicts(err) {
				// It was promised already, and must not keep everything else from the database.
				slog.Error("a row contradicts the database and is left out", "table", r.table, "row", r.key(), "error", err)
				continue
			}
			if err != nil {
				return err
			}
		}
	}
	if len(tx.rows.byKey) == 0 {
		return nil
	}
	for _, r := range tx.rows.ordered() {
		if err := tx.exec(statements[r.table], r.values...); err != nil {
			return err
		}
	}
	tx.rows = rows{}
	return nil
}

// contradicts reports whether the database refuses a row for what stands in another.
func contradicts(err error) bool {
	failure, ok := errors.AsType[*sqlite.Error](err)
	return ok && failure.Code()&0xff == sqlitelib.SQLITE_CONSTRAINT
}

// commit brings the group to the disk: rows alone to the journal, what needed the database to it.
func (tx *Tx) commit() error {
	w := tx.writer
	if !tx.begun {
		if len(tx.rows.byKey) == 0 {
			return nil
		}
		tx.record = tx.record[:0]
		for _, r := range tx.rows.byKey {
			tx.record = appendRow(tx.record, r)
		}
		if err := w.journal.Append(tx.record); err != nil {
			return err
		}
		w.pending.add(&tx.rows)
		return nil
	}
	settled := w.journal.Size() > 0
	if settled {
		// From the same moment on the journal's records are known to be in the database.
		if _, err := tx.conn.ExecContext(context.Background(), setGeneration(w.journal.Generation())); err != nil {
			return err
		}
	}
	if err := tx.exec("COMMIT"); err != nil {
		return err
	}
	tx.begun = false
	if settled {
		w.journal.Next()
	}
	w.pending.clear()
	return nil
}

func (tx *Tx) rollback() {
	if !tx.begun {
		return
	}
	tx.begun = false
	if _, err := tx.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		// SQLite has rolled back by itself (disk full, I/O error): there is nothing left to undo.
		return
	}
}

// pending are the rows that stand in the journal and not in the database. The writer alone changes them.
type pending struct {
	mu    sync.RWMutex
	rows  rows
	since time.Time // of the first
}

func (p *pending) add(r *rows) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rows.byKey) == 0 {
		p.since = time.Now()
	}
	for _, row := range r.byKey {
		p.rows.put(row)
	}
}

func (p *pending) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.rows.byKey)
	p.rows.bytes = 0
}

// due reports whether it is time to settle, or when it will be.
func (p *pending) due(now time.Time) (wait time.Duration, due bool) {
	if len(p.rows.byKey) == 0 {
		return time.Hour, false
	}
	wait = settleAfter - now.Sub(p.since)
	return wait, wait <= 0 || len(p.rows.byKey) >= settleRows || p.rows.bytes >= settleBytes
}

// empty reports whether the database has everything. It may be called by any goroutine.
func (p *pending) empty() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.rows.byKey) == 0
}

// device returns the row's document, nil when the database has it. It may be called by any goroutine.
func (p *pending) device(key deviceKey) []byte {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if r, ok := p.rows.byKey[rowKey{table: deviceRows, name: key.String()}]; ok {
		return r.values[deviceRowDoc].([]byte)
	}
	return nil
}

func (tx *Tx) stmt(query string) (*sql.Stmt, error) {
	if s := tx.stmts[query]; s != nil {
		return s, nil
	}
	s, err := tx.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	tx.stmts[query] = s
	return s, nil
}

func (tx *Tx) exec(query string, args ...any) error {
	s, err := tx.stmt(query)
	if err != nil {
		return err
	}
	_, err = s.Exec(args...)
	return err
}

// Exec runs a statement that is prepared once and kept: the text of query must be one of few.
func (tx *Tx) Exec(query string, args ...any) error {
	_, err := tx.ExecCount(query, args...)
	return err
}

// ExecCount is Exec that returns how many rows changed.
func (tx *Tx) ExecCount(query string, args ...any) (int64, error) {
	if err := tx.begin(); err != nil {
		return 0, err
	}
	s, err := tx.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// QueryRow returns one row, ErrNotFound when there is none.
func (tx *Tx) QueryRow(query string, args []any, dest ...any) error {
	if err := tx.begin(); err != nil {
		return err
	}
	return tx.peekRow(query, args, dest...)
}

// peekRow is QueryRow that does not see rows that were put.
func (tx *Tx) peekRow(query string, args []any, dest ...any) error {
	s, err := tx.stmt(query)
	if err != nil {
		return err
	}
	return notFound(s.QueryRow(args...).Scan(dest...))
}

// Query calls each for every row; each scans.
func (tx *Tx) Query(query string, args []any, each func(scan func(...any) error) error) error {
	if err := tx.begin(); err != nil {
		return err
	}
	return tx.peek(query, args, each)
}

// peek is Query that does not see rows that were put.
func (tx *Tx) peek(query string, args []any, each func(scan func(...any) error) error) error {
	s, err := tx.stmt(query)
	if err != nil {
		return err
	}
	rows, err := s.Query(args...)
	if err != nil {
		return err
	}
	return eachRow(rows, each)
}

// OnCommit calls fn when the transaction is on disk.
func (tx *Tx) OnCommit(fn func()) { tx.onCommit = append(tx.onCommit, fn) }
