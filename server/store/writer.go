package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// maxBatch bounds the transactions of one commit, so that nobody waits long behind a crowd.
const maxBatch = 128

// ErrClosed is returned by a Write after Close.
var ErrClosed = errors.New("the store is closed")

// Tx is a transaction on the writer's connection. It belongs to the function that Write calls.
type Tx struct {
	store *Store
	conn  *sql.Conn
	stmts map[string]*sql.Stmt

	// onCommit runs when the group is on disk: caches are brought up to date there.
	onCommit []func()
	overlay  overlay
}

type request struct {
	fn   func(*Tx) error
	err  error
	done chan struct{}
}

// writer is the one goroutine that writes. It turns whatever is waiting into one transaction: with
// synchronous=FULL the sync costs more than a hundred transactions' statements.
type writer struct {
	db       *sql.DB
	tx       *Tx
	requests chan *request
	urgent   chan *request // taken first: callers who wait for an answer, before work that goes on by itself
	quit     chan struct{}
	stopped  chan struct{}
}

func openWriter(ctx context.Context, dsn string) (*writer, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &writer{
		db: db, tx: &Tx{conn: conn, stmts: map[string]*sql.Stmt{}},
		requests: make(chan *request, maxBatch), urgent: make(chan *request, maxBatch), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
	go w.run()
	return w, nil
}

// do has fn run in a transaction. queue is one of the writer's own.
func (w *writer) do(ctx context.Context, queue chan<- *request, fn func(*Tx) error) error {
	r := &request{fn: fn, done: make(chan struct{})}
	select {
	case queue <- r:
	case <-w.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	// From here on the outcome is awaited even when ctx ends: it may be committed already.
	select {
	case <-r.done:
		return r.err
	case <-w.stopped:
		select {
		case <-r.done:
			return r.err
		default:
			return ErrClosed
		}
	}
}

func (w *writer) close() error {
	close(w.quit)
	<-w.stopped
	var errs []error
	for _, s := range w.tx.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.tx.conn.Close(), w.db.Close())...)
}

func (w *writer) run() {
	defer close(w.stopped)
	batch := make([]*request, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case r := <-w.urgent:
			batch = append(batch, r)
		case r := <-w.requests:
			batch = append(batch, r)
		case <-w.quit:
			// What was taken in before quit is still written.
			if batch = w.fill(batch); len(batch) == 0 {
				return
			}
		}
		w.commit(w.fill(batch))
	}
}

// fill adds what is waiting: urgent requests first, but never more than half of them while others wait.
func (w *writer) fill(batch []*request) []*request {
	batch = drain(batch, w.urgent, maxBatch/2)
	batch = drain(batch, w.requests, maxBatch)
	return drain(batch, w.urgent, maxBatch)
}

func drain(batch []*request, queue <-chan *request, most int) []*request {
	for len(batch) < most {
		select {
		case r := <-queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// What try returns in place of the request that failed.
const (
	allFailed   = -1 // the database did not take the transaction
	flushFailed = -2 // what the requests changed together could not be written
)

// commit writes the batch as one transaction. A request that fails is answered and left out, and the
// rest starts over.
func (w *writer) commit(batch []*request) {
	for len(batch) > 0 {
		failed, err := w.try(batch)
		if err == nil {
			break
		}
		if failed == flushFailed && len(batch) > 1 {
			// It is not known whose change it was: alone, each answers for its own.
			for i := range batch {
				w.commit(batch[i : i+1])
			}
			return
		}
		if failed < 0 {
			for _, r := range batch {
				r.err = err
				close(r.done)
			}
			return
		}
		batch[failed].err = err
		close(batch[failed].done)
		batch = append(batch[:failed:failed], batch[failed+1:]...)
	}
	for _, r := range batch {
		close(r.done)
	}
}

// try returns the index of the request that failed, or allFailed or flushFailed.
func (w *writer) try(batch []*request) (failed int, err error) {
	ctx := context.Background()
	tx := w.tx
	tx.onCommit, tx.overlay = tx.onCommit[:0], overlay{}
	if err := tx.Exec("BEGIN IMMEDIATE"); err != nil {
		return allFailed, fmt.Errorf("begin: %w", err)
	}
	rollback := func() {
		if _, rerr := tx.conn.ExecContext(ctx, "ROLLBACK"); rerr != nil {
			// SQLite has rolled back by itself (disk full, I/O error): there is nothing left to undo.
			return
		}
	}
	for i, r := range batch {
		if err := call(r.fn, tx); err != nil {
			rollback()
			return i, err
		}
	}
	if err := tx.flush(); err != nil {
		rollback()
		return flushFailed, err
	}
	if err := tx.Exec("COMMIT"); err != nil {
		rollback()
		return allFailed, fmt.Errorf("commit: %w", err)
	}
	for _, fn := range tx.onCommit {
		fn()
	}
	return 0, nil
}

func call(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v", p)
		}
	}()
	return fn(tx)
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

// Exec runs a statement that is prepared once and kept: the text of query must be one of few.
func (tx *Tx) Exec(query string, args ...any) error {
	_, err := tx.ExecCount(query, args...)
	return err
}

// ExecCount is Exec that returns how many rows changed.
func (tx *Tx) ExecCount(query string, args ...any) (int64, error) {
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
	s, err := tx.stmt(query)
	if err != nil {
		return err
	}
	return notFound(s.QueryRow(args...).Scan(dest...))
}

// Query calls each for every row; each scans.
func (tx *Tx) Query(query string, args []any, each func(scan func(...any) error) error) error {
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
