package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tripline/tripline/runtime/dispatch"
)

// uplinkIDKept is how long the same id is taken for the same uplink.
const uplinkIDKept = 24 * time.Hour

// Accept stores an uplink as a new execution. When an uplink of the device had the same id within a day,
// nothing is stored, and the id of its execution is returned. accepted is called in the order in which
// uplinks are stored, on the goroutine that commits.
func (s *Store) Accept(ctx context.Context, e *dispatch.Execution, givenID bool, accepted func()) (duplicateOf string, err error) {
	doc, err := e.Document()
	if err != nil {
		return "", err
	}
	err = s.do(ctx, s.write.urgent, func(tx *Tx) error {
		duplicateOf = ""
		if err := tx.live(e.Org); err != nil {
			return ErrNotFound
		}
		if _, err := tx.Device(e.Org, e.EUI); err != nil {
			return err
		}
		if givenID {
			duplicateOf, err = tx.rememberUplink(e)
			if err != nil || duplicateOf != "" {
				return err
			}
		}
		tx.putExecution(e, e.State, doc)
		tx.OnCommit(accepted)
		return nil
	})
	return duplicateOf, err
}

// rememberUplink returns the execution of an earlier uplink with the same id, if there is one.
func (tx *Tx) rememberUplink(e *dispatch.Execution) (duplicateOf string, err error) {
	now := e.CreatedAt
	oldest := millis(now.Add(-uplinkIDKept))
	if r, ok := tx.find(uplinkRowKey(e.Org, e.EUI, e.Uplink.ID)); ok {
		if r.values[uplinkRowSeen].(int64) > oldest {
			return r.values[uplinkRowExecution].(string), nil
		}
	} else {
		err = tx.looks().queryRow("SELECT execution_id FROM uplink_ids WHERE org = ? AND eui = ? AND id = ? AND seen_at > ?",
			[]any{e.Org, e.EUI, e.Uplink.ID, oldest}, &duplicateOf)
		if !errors.Is(err, ErrNotFound) {
			return duplicateOf, err
		}
	}
	tx.put(uplinkRows, e.Org, e.EUI, e.Uplink.ID, e.ID, millis(now))
	return "", nil
}

func (tx *Tx) finishStep(e *dispatch.Effects) error {
	x := e.Execution
	if x == nil {
		return nil
	}
	state := x.State
	if e.Timers && !e.New {
		err := tx.QueryRow("SELECT 'waiting' FROM dispatches WHERE execution = ? LIMIT 1", []any{seqOf(x.ID)}, &state)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	e.Waits = state == dispatch.Waiting
	tx.putExecution(x, state, e.Document)
	return nil
}

func (tx *Tx) putExecution(e *dispatch.Execution, state string, doc []byte) {
	tx.put(executionRows, seqOf(e.ID), e.ID, e.Org, e.EUI, state, doc)
}

// Execution returns one execution of an organisation, or ErrNotFound.
func (s *Store) Execution(ctx context.Context, org, id string) (*dispatch.Execution, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	var state string
	var doc []byte
	err := queryRow(ctx, s.read, "SELECT state, doc FROM executions WHERE seq = ? AND id = ? AND org = ?", []any{seqOf(id), id, org}, &state, &doc)
	if err != nil {
		return nil, err
	}
	return decodeExecution(org, state, doc)
}

// decodeExecution reads a row. The state beside the document is the one that holds: a timer that is
// aborted ends an execution without its document being written again.
func decodeExecution(org, state string, doc []byte) (*dispatch.Execution, error) {
	e := &dispatch.Execution{}
	if err := json.Unmarshal(doc, e); err != nil {
		return nil, fmt.Errorf("a stored execution: %w", err)
	}
	e.Org, e.State = org, state
	if state == dispatch.Waiting || state == dispatch.Queued {
		e.FinishedAt = time.Time{}
	}
	return e, nil
}

// ExecutionQuery says which executions are wanted.
type ExecutionQuery struct {
	Org    string
	EUI    string // "": of every device
	State  string // "": any
	Before int64  // where the page before ended; 0: the newest
	Limit  int
}

// Executions lists executions, newest first. next is where the next page begins, 0 after the last.
func (s *Store) Executions(ctx context.Context, q ExecutionQuery) (executions []*dispatch.Execution, next int64, err error) {
	query, args := "SELECT seq, state, doc FROM executions WHERE org = ?", []any{q.Org}
	if q.Before > 0 {
		query, args = query+" AND seq < ?", append(args, q.Before)
	}
	if q.EUI != "" {
		query, args = query+" AND eui = ?", append(args, q.EUI)
	}
	if q.State != "" {
		query, args = query+" AND state = ?", append(args, q.State)
	}
	if err := s.settle(ctx); err != nil {
		return nil, 0, err
	}
	executions = []*dispatch.Execution{}
	var last int64
	err = queryRows(ctx, s.read, query+" ORDER BY seq DESC LIMIT ?", append(args, q.Limit+1), func(scan func(...any) error) error {
		var seq int64
		var state string
		var doc []byte
		if err := scan(&seq, &state, &doc); err != nil {
			return err
		}
		if len(executions) == q.Limit {
			next = last
			return nil
		}
		e, err := decodeExecution(q.Org, state, doc)
		if err != nil {
			return err
		}
		executions, last = append(executions, e), seq
		return nil
	})
	return executions, next, err
}

// QueuedExecutions calls each for every execution whose triggers have not run, oldest first.
func (s *Store) QueuedExecutions(ctx context.Context, each func(*dispatch.Execution) error) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	return queryRows(ctx, s.read, "SELECT org, doc FROM executions WHERE state = 'queued' ORDER BY seq", nil, func(scan func(...any) error) error {
		var org string
		var doc []byte
		if err := scan(&org, &doc); err != nil {
			return err
		}
		e, err := decodeExecution(org, dispatch.Queued, doc)
		if err != nil {
			return err
		}
		e.Size = len(doc)
		return each(e)
	})
}
