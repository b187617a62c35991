package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/server/store/journal"
)

// maxBatch bounds the transactions of one commit, so that nobody waits long behind a crowd.
const maxBatch = 128

// ErrClosed is returned by a Write after Close.
var ErrClosed = errors.New("the store is closed")

// request is what one caller has written. It is used again when it has been answered.
type request struct {
	fn   func(*Tx) error
	err  error
	done chan struct{} // gets the answer: err is set
}

func (r *request) answer(err error) {
	r.err = err
	r.done <- struct{}{}
}

// writer is the one goroutine that writes. It turns whatever is waiting into one group with one sync,
// which costs more than a hundred transactions' statements. Groups of rows alone, as uplinks make them,
// go to the journal, and to the database together with many others.
type writer struct {
	db      *sql.DB
	session *session // busy settling or the writer's own
	looks   *session // for looks at the database while the other settles
	tx      *Tx
	journal *journal.Journal
	pending pending
	busy    bool       // a goroutine settles
	settled chan error // how that ended
	retry   time.Time  // not before is settled again

	crowded atomic.Pointer[func() bool] // nil: never
	last    time.Time                   // a group was written

	// noDispatches is known since the last transaction of the database.
	noDispatches bool

	answered sync.Pool // of *request
	requests chan *request
	urgent   chan *request // taken first: callers who wait for an answer, before work that goes on by itself
	quit     chan struct{}
	stopped  chan struct{}
}

func openWriter(ctx context.Context, dsn, journalPath string) (_ *writer, err error) {
	w := &writer{
		settled:  make(chan error, 1),
		requests: make(chan *request, maxBatch), urgent: make(chan *request, maxBatch), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
	if w.db, err = sql.Open("sqlite", dsn); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.db.Close())
		}
	}()
	w.db.SetMaxOpenConns(2)
	if w.session, err = openSession(ctx, w.db); err != nil {
		return nil, err
	}
	if w.looks, err = openSession(ctx, w.db); err != nil {
		return nil, err
	}
	w.tx = &Tx{writer: w}
	if err := w.recover(ctx, journalPath); err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

// do has fn run in a transaction. queue is one of the writer's own.
func (w *writer) do(ctx context.Context, queue chan<- *request, fn func(*Tx) error) error {
	r, _ := w.answered.Get().(*request)
	if r == nil {
		r = &request{done: make(chan struct{}, 1)}
	}
	r.fn = fn
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
		return w.reuse(r)
	case <-w.stopped:
		select {
		case <-r.done:
			return w.reuse(r)
		default:
			return ErrClosed
		}
	}
}

// reuse returns the answer to a request and has the request used again.
func (w *writer) reuse(r *request) error {
	err := r.err
	r.fn, r.err = nil, nil
	w.answered.Put(r)
	return err
}

func (w *writer) close() error {
	close(w.quit)
	<-w.stopped
	return errors.Join(w.session.close(), w.looks.close(), w.db.Close(), w.journal.Close())
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
		case err := <-w.settled:
			w.endSettling(err)
		case <-timer.C:
		case <-w.quit:
			// What was taken in before quit is still written.
			if batch = w.fill(batch); len(batch) == 0 {
				w.end()
				return
			}
		}
		if len(batch) > 0 {
			w.gather()
			w.take(w.fill(batch))
			w.last = time.Now()
		}
		now := time.Now()
		wait, due := w.pending.due(now)
		if due {
			w.startSettling(now)
			wait = settleAgain
		}
		timer.Reset(wait)
	}
}

// gatherFor is the least time between two groups while there is a crowd. A sync costs as much processor time
// as twenty rows: of those who wait anyway, more share one.
const gatherFor = 5 * time.Millisecond

// gather lets more requests come while there is other work enough to do.
func (w *writer) gather() {
	if crowded := w.crowded.Load(); crowded != nil && (*crowded)() {
		time.Sleep(gatherFor - time.Since(w.last))
	}
}

// GatherWhile has the store write fewer and larger groups as long as crowded says that callers wait for
// processors rather than for the disk.
func (s *Store) GatherWhile(crowded func() bool) { s.write.crowded.Store(&crowded) }

// take commits a batch unless too much stands in the journal.
func (w *writer) take(batch []*request) {
	if w.journal.Size() > mostJournal {
		if err := w.settleAll(); err != nil {
			answer(batch, err)
			return
		}
	}
	w.commit(batch)
}

// end leaves everything in the database. What it does not take stays in the journal.
func (w *writer) end() {
	if w.awaitSettled(); w.pending.empty() {
		return
	}
	if err := w.settleAll(); err != nil {
		slog.Error("the database does not take what stands in its journal; the next start tries again", "error", err)
	}
}

func answer(batch []*request, err error) {
	for _, r := range batch {
		r.answer(err)
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

// commit writes the batch as one transaction. A request that fails is answered and left out: those before
// it are one transaction then, and those behind it start another.
func (w *writer) commit(batch []*request) {
	w.tx.refused = nil
	w.commitAll(batch)
}

func (w *writer) commitAll(batch []*request) {
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
		batch[failed].answer(err)
		// Those before it have just shown that they can be written: written by themselves, they are not run
		// again for each one that fails after them.
		if failed > 0 {
			w.commitAll(batch[:failed])
		}
		batch = batch[failed+1:]
	}
	answer(batch, nil)
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
