package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tripline/tripline/server/store/journal"
)

// maxBatch bounds the transactions of one commit, so that nobody waits long behind a crowd.
const maxBatch = 128

// ErrClosed is returned by a Write after Close.
var ErrClosed = errors.New("the store is closed")

type request struct {
	fn   func(*Tx) error
	err  error
	done chan struct{}
}

// How much may stand in the journal alone.
const (
	settleAfter = 200 * time.Millisecond // how long
	settleRows  = 600
	settleBytes = 4 << 20
	mostJournal = 64 << 20 // when the database takes nothing, and then nothing more is taken
)

// settleAgain is the wait after the database did not take what the journal holds.
const settleAgain = time.Second

// writer is the one goroutine that writes. It turns whatever is waiting into one group with one sync,
// which costs more than a hundred transactions' statements. Groups of rows alone, as uplinks make them,
// go to the journal, and to the database together with many others.
type writer struct {
	db       *sql.DB
	tx       *Tx
	journal  *journal.Journal
	pending  pending
	retry    time.Time // not before is settled again
	requests chan *request
	urgent   chan *request // taken first: callers who wait for an answer, before work that goes on by itself
	quit     chan struct{}
	stopped  chan struct{}
}

func openWriter(ctx context.Context, dsn, journalPath string) (*writer, error) {
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
		db:       db,
		requests: make(chan *request, maxBatch), urgent: make(chan *request, maxBatch), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
	w.tx = &Tx{writer: w, conn: conn, stmts: map[string]*sql.Stmt{}}
	if err := w.recover(ctx, journalPath); err != nil {
		return nil, errors.Join(err, conn.Close(), db.Close())
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
	return errors.Join(append(errs, w.tx.conn.Close(), w.db.Close(), w.journal.Close())...)
}

func (w *writer) run() {
	defer close(w.stopped)
	batch := make([]*request, 0, maxBatch)
	timer := time.NewTimer(settleAfter)
	defer timer.Stop()
	for {
		batch = batch[:0]
		select {
		case r := <-w.urgent:
			batch = append(batch, r)
		case r := <-w.requests:
			batch = append(batch, r)
		case <-timer.C:
		case <-w.quit:
			// What was taken in before quit is still written.
			if batch = w.fill(batch); len(batch) == 0 {
				w.trySettle()
				return
			}
		}
		batch = w.fill(batch)
		if w.journal.Size() > mostJournal {
			if err := w.settle(); err != nil {
				answer(batch, err)
				continue
			}
		}
		w.commit(batch)
		wait, due := w.pending.due(time.Now())
		if due {
			w.trySettle()
			wait = settleAgain
		}
		timer.Reset(wait)
	}
}

// trySettle settles unless that failed just now. What fails is tried again later: nothing is lost by it.
func (w *writer) trySettle() {
	now := time.Now()
	if now.Before(w.retry) {
		return
	}
	if err := w.settle(); err != nil {
		w.retry = now.Add(settleAgain)
		slog.Error("the database does not take what stands in its journal; it is tried again", "error", err, "bytes", w.journal.Size())
	}
}

// settle brings what stands in the journal alone into the database.
func (w *writer) settle() error {
	w.tx.refused = nil
	_, err := w.try([]*request{{fn: (*Tx).begin}})
	return err
}

func answer(batch []*request, err error) {
	for _, r := range batch {
		r.err = err
		close(r.done)
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
	w.tx.refused = nil
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
			answer(batch, err)
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
	tx := w.tx
	tx.reset()
	for i, r := range batch {
		if err := call(r.fn, tx); err != nil {
			tx.rollback()
			return i, err
		}
	}
	err = tx.flush()
	if err == nil && tx.begun {
		err = tx.begin()
	}
	if err != nil {
		tx.rollback()
		return flushFailed, err
	}
	if err := tx.commit(); err != nil {
		tx.rollback()
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
