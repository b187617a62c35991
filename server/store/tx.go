package store

import "fmt"

// Tx is a transaction of the writer. It belongs to the function that Write calls. Rows of the hot path are
// put; everything else is SQL, before which all rows that were put go to the database.
type Tx struct {
	store  *Store
	writer *writer

	// onCommit runs when the group is on disk: caches are brought up to date there.
	onCommit []func()
	overlay  overlay
	rows     rows  // of the group, not in the database yet
	begun    bool  // a transaction of the database is open
	refused  error // why none can be opened for this batch
	record   []byte
}

func (tx *Tx) reset() {
	clear(tx.onCommit) // they hold what they are to store
	tx.onCommit, tx.overlay, tx.begun = tx.onCommit[:0], overlay{}, false
	tx.rows.reset()
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
	return tx.writer.pending.find(key)
}

// begin makes the database whole, within a transaction.
func (tx *Tx) begin() error {
	if tx.refused != nil {
		return tx.refused
	}
	w := tx.writer
	if !tx.begun {
		w.awaitSettled()
		if _, err := w.session.exec("BEGIN IMMEDIATE"); err != nil {
			tx.refused = fmt.Errorf("begin: %w", err)
			return tx.refused
		}
		tx.begun, w.noDispatches = true, false
		for _, r := range []*rows{&w.pending.settling, &w.pending.rows} {
			if err := w.session.settle(r); err != nil {
				return err
			}
		}
	}
	if len(tx.rows.byKey) == 0 {
		return nil
	}
	for _, r := range tx.rows.ordered() {
		if _, err := w.session.exec(statements[r.table], r.values...); err != nil {
			return err
		}
	}
	tx.rows.reset()
	return nil
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
	settled := !w.pending.empty()
	if settled {
		if err := w.session.execOnce(setGeneration(w.journal.Generation())); err != nil {
			return err
		}
	}
	if _, err := w.session.exec("COMMIT"); err != nil {
		return err
	}
	tx.begun = false
	if settled {
		w.journal.Next()
		w.pending.clear()
	}
	return nil
}

func (tx *Tx) rollback() {
	if tx.begun {
		tx.begun = false
		tx.writer.session.rollback()
	}
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
	res, err := tx.writer.session.exec(query, args...)
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
	return tx.writer.session.queryRow(query, args, dest...)
}

// Query calls each for every row; each scans.
func (tx *Tx) Query(query string, args []any, each func(scan func(...any) error) error) error {
	if err := tx.begin(); err != nil {
		return err
	}
	return tx.writer.session.query(query, args, each)
}

// looks is where the database can be looked at, without the rows that were put.
func (tx *Tx) looks() *session {
	if tx.begun {
		return tx.writer.session
	}
	return tx.writer.looks
}

// OnCommit calls fn when the transaction is on disk.
func (tx *Tx) OnCommit(fn func()) { tx.onCommit = append(tx.onCommit, fn) }
