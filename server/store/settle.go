package store

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// How much may stand in the journal alone. The longer it may, the more changes of one row are one, and the
// longer those wait who look into the database at a busy time, or for a start after a crash.
const (
	settleAfter = time.Second // how long
	settleRows  = 10_000
	settleBytes = 32 << 20
	mostJournal = 64 << 20 // when the database takes nothing, and then nothing more is taken
)

// settleAgain is the wait after the database did not take what the journal holds.
const settleAgain = time.Second

// pending are the rows that stand in the journal and not in the database. The goroutine that writes alone
// changes them.
type pending struct {
	mu       sync.RWMutex
	rows     rows // of the journal's present generation
	settling rows // of the generation before, on their way into the database
	since    time.Time
	bytes    int // about what was put into rows
}

func (p *pending) add(r *rows) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rows.byKey) == 0 {
		p.since, p.bytes = time.Now(), 0
	}
	for _, row := range r.byKey {
		p.rows.put(row)
		p.bytes += row.size()
	}
}

// freeze makes the rows those that settle.
func (p *pending) freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settling, p.rows = p.rows, rows{byKey: make(map[rowKey]row, len(p.rows.byKey))} // as many may come again
}

// settled says that the rows which were frozen are in the database.
func (p *pending) settled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settling = rows{}
}

// clear says that all rows are in the database.
func (p *pending) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settling, p.rows = rows{}, rows{}
}

// due reports whether it is time to settle, or when it will be.
func (p *pending) due(now time.Time) (wait time.Duration, due bool) {
	if len(p.settling.byKey) > 0 {
		return 0, true
	}
	if len(p.rows.byKey) == 0 {
		return time.Hour, false
	}
	wait = settleAfter - now.Sub(p.since)
	return wait, wait <= 0 || len(p.rows.byKey) >= settleRows || p.bytes >= settleBytes
}

// empty reports whether the database has everything. It may be called by any goroutine, as may find.
func (p *pending) empty() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.rows.byKey)+len(p.settling.byKey) == 0
}

// find returns a row that the database does not have yet.
func (p *pending) find(key rowKey) (row, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	r, ok := p.rows.byKey[key]
	if !ok {
		r, ok = p.settling.byKey[key]
	}
	return r, ok
}

// startSettling has what stands in the journal go into the database, while the journal takes more. What
// fails is tried again later: nothing is lost by it.
func (w *writer) startSettling(now time.Time) {
	if w.busy || now.Before(w.retry) {
		return
	}
	if len(w.pending.settling.byKey) == 0 {
		w.pending.freeze()
		w.journal.Next()
	}
	w.busy = true
	generation := w.journal.Generation() - 1
	go func() { w.settled <- w.session.settleAlone(&w.pending.settling, generation) }()
}

func (w *writer) endSettling(err error) {
	w.busy = false
	if err == nil {
		w.pending.settled()
		return
	}
	w.retry = time.Now().Add(settleAgain)
	slog.Error("the database does not take what stands in its journal; it is tried again", "error", err)
}

// awaitSettled returns when nobody else uses the writer's connection.
func (w *writer) awaitSettled() {
	if w.busy {
		w.endSettling(<-w.settled)
	}
}

// settleAll brings all that stands in the journal into the database.
func (w *writer) settleAll() error {
	w.tx.refused = nil
	_, err := w.try([]*request{{fn: (*Tx).begin}})
	return err
}

// settleAlone writes rows in a transaction of their own, with which the database has a generation.
func (s *session) settleAlone(r *rows, generation uint64) error {
	if _, err := s.exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err := s.settle(r)
	if err == nil {
		err = s.execOnce(setGeneration(generation))
	}
	if err == nil {
		_, err = s.exec("COMMIT")
	}
	if err != nil {
		s.rollback()
	}
	return err
}

// settle writes rows that were promised already. One that contradicts the database must not keep
// everything else from it.
func (s *session) settle(r *rows) error {
	list, err := s.settleMany(r.ordered())
	if err != nil {
		return err
	}
	for _, row := range list {
		_, err := s.exec(statements[row.table], row.values...)
		if contradicts(err) {
			slog.Error("a row contradicts the database and is left out", "table", row.table, "row", row.key(), "error", err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settleMany writes as many of the rows as stand many at once, and returns the others.
func (s *session) settleMany(list []row) (rest []row, err error) {
	var values []any
	for len(list) > 0 {
		same, query := leading(list)
		if query == "" {
			rest, list = append(rest, list[:same]...), list[same:]
			continue
		}
		values = values[:0]
		for _, r := range list[:same] {
			values = append(values, r.values...)
		}
		_, err := s.exec(query, values...)
		if contradicts(err) {
			rest = append(rest, list[:same]...) // one by one it will turn out which
		} else if err != nil {
			return nil, err
		}
		list = list[same:]
	}
	return rest, nil
}

// leading is how many of the first rows are written next, and the statement that writes them at once; without
// one they are written one by one.
func leading(list []row) (rows int, query string) {
	t := list[0].table
	for rows < atOnce[0] && rows < len(list) && list[rows].table == t {
		rows++
	}
	for size, n := range atOnce {
		if rows >= n && t != changedJobs {
			return n, manyStatements[t][size]
		}
	}
	return rows, ""
}

// contradicts reports whether the database refuses a row for what stands in another.
func contradicts(err error) bool {
	failure, ok := errors.AsType[*sqlite.Error](err)
	return ok && failure.Code()&0xff == sqlitelib.SQLITE_CONSTRAINT
}

func (s *session) rollback() {
	if err := s.execOnce("ROLLBACK"); err != nil {
		// SQLite has rolled back by itself (disk full, I/O error): there is nothing left to undo.
		return
	}
}
