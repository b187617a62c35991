package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/dispatch"
)

// uplinkIDKept is how long the same id is taken for the same uplink.
const uplinkIDKept = 24 * time.Hour

// Accept stores an uplink as a new execution. When an uplink of the device had the same id within a day,
// nothing is stored, and the id of its execution is returned. accepted is called in the order in which
// uplinks are stored, on the goroutine that commits.
func (s *Store) Accept(ctx context.Context, e *dispatch.Execution, givenID bool, accepted func()) (duplicateOf string, err error) {
	doc, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		duplicateOf = ""
		if _, err := tx.Device(e.Org, e.EUI); err != nil {
			return err
		}
		if givenID {
			duplicateOf, err = tx.rememberUplink(e)
			if err != nil || duplicateOf != "" {
				return err
			}
		}
		if err := tx.insertExecution(e, doc); err != nil {
			return err
		}
		tx.OnCommit(accepted)
		return nil
	})
	return duplicateOf, err
}

// rememberUplink returns the execution of an earlier uplink with the same id, if there is one.
func (tx *Tx) rememberUplink(e *dispatch.Execution) (duplicateOf string, err error) {
	now := e.CreatedAt
	err = tx.QueryRow("SELECT execution_id FROM uplink_ids WHERE org = ? AND eui = ? AND id = ? AND seen_at > ?",
		[]any{e.Org, e.EUI, e.Uplink.ID, millis(now.Add(-uplinkIDKept))}, &duplicateOf)
	if err == nil {
		return duplicateOf, nil
	}
	if err != ErrNotFound {
		return "", err
	}
	return "", tx.Exec("INSERT OR REPLACE INTO uplink_ids (org, eui, id, execution_id, seen_at) VALUES (?, ?, ?, ?, ?)",
		e.Org, e.EUI, e.Uplink.ID, e.ID, millis(now))
}

// State returns a device with its active alarms, or ErrNotFound.
func (s *Store) State(ctx context.Context, org, eui string) (*dispatch.State, error) {
	return s.Device(ctx, org, eui)
}

// Commit writes all that a step of the work changed.
func (s *Store) Commit(ctx context.Context, e *dispatch.Effects) error {
	sealed, err := s.seal(e)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *Tx) error {
		for _, c := range e.Changes {
			if err := tx.change(e.Org, c); err != nil {
				return err
			}
		}
		for _, key := range e.Aborted {
			if err := tx.abort(e.Org, key, e.Now); err != nil {
				return err
			}
		}
		for i, p := range e.Pending {
			err := tx.Exec(`INSERT INTO dispatches (seq, id, org, eui, trigger_name, execution_id, execution, due_at, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (seq) DO UPDATE SET plan = excluded.plan`,
				seqOf(p.ID), p.ID, p.Org, p.EUI, p.Trigger, p.ExecutionID, seqOf(p.ExecutionID), dueMillis(p.DueAt), sealed.plans[i])
			if err != nil {
				return err
			}
		}
		for _, id := range e.Done {
			if err := tx.Exec("DELETE FROM dispatches WHERE seq = ?", seqOf(id)); err != nil {
				return err
			}
		}
		for i, job := range e.Jobs {
			if err := tx.insertJob(job, sealed.jobs[i]); err != nil {
				return err
			}
		}
		return tx.putExecution(e)
	})
}

// abort removes the dispatches of a trigger that are still timers.
func (tx *Tx) abort(org string, key dispatch.TimerKey, now time.Time) error {
	return tx.endDispatches("org = ? AND eui = ? AND trigger_name = ? AND due_at > ?", org, key.EUI, key.Trigger, millis(now))
}

// endDispatches removes the pending dispatches that the condition finds, and ends the executions that
// waited for nothing else.
func (tx *Tx) endDispatches(where string, args ...any) error {
	var waiting []int64
	err := tx.Query("DELETE FROM dispatches WHERE "+where+" RETURNING execution", args, func(scan func(...any) error) error {
		var seq int64
		if err := scan(&seq); err != nil {
			return err
		}
		waiting = append(waiting, seq)
		return nil
	})
	if err != nil {
		return err
	}
	for _, seq := range waiting {
		err := tx.Exec(`UPDATE executions SET state = CASE WHEN EXISTS
			(SELECT 1 FROM json_each(doc, '$.runs') WHERE value ->> 'error' IS NOT NULL) THEN 'failed' ELSE 'completed' END
			WHERE seq = ? AND state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dispatches WHERE execution = executions.seq)`, seq)
		if err != nil {
			return err
		}
	}
	return nil
}

type sealedEffects struct{ plans, jobs [][]byte }

// seal does the encryption before the writer's time is used.
func (s *Store) seal(e *dispatch.Effects) (out sealedEffects, err error) {
	for _, p := range e.Pending {
		text, err := json.Marshal(p.Plan)
		if err != nil {
			return out, err
		}
		sealed, err := s.keys.Seal(e.Org, "dispatch/"+p.ID, text)
		if err != nil {
			return out, fmt.Errorf("seal a dispatch: %w", err)
		}
		out.plans = append(out.plans, sealed)
	}
	for _, j := range e.Jobs {
		sealed, err := s.keys.Seal(e.Org, "job/"+j.ID, j.Payload)
		if err != nil {
			return out, fmt.Errorf("seal a job: %w", err)
		}
		out.jobs = append(out.jobs, sealed)
	}
	return out, nil
}

// change applies a change to the device as it is stored now. A device that was deleted is left alone.
func (tx *Tx) change(org string, c dispatch.Change) error {
	state, err := tx.Device(org, c.EUI)
	if err == ErrNotFound {
		if c.Make == nil {
			return nil
		}
		state, err = &DeviceState{Device: *c.Make}, nil
	}
	if err != nil {
		return err
	}
	next, a, event := c.Apply(*state)
	if err := tx.PutDevice(org, next.Device); err != nil {
		return err
	}
	switch event {
	case alarm.None:
		return nil
	case alarm.Counted:
		return tx.CountAlarm(org, a)
	default:
		return tx.PutAlarm(org, a)
	}
}

func (tx *Tx) putExecution(e *dispatch.Effects) error {
	x := e.Execution
	if x == nil {
		return nil
	}
	if e.New {
		return tx.insertExecution(x, e.Document)
	}
	state := x.State
	if e.Timers {
		err := tx.QueryRow("SELECT 'waiting' FROM dispatches WHERE execution = ? LIMIT 1", []any{seqOf(x.ID)}, &state)
		if err != nil && err != ErrNotFound {
			return err
		}
	}
	e.Waits = state == dispatch.Waiting
	return tx.Exec("UPDATE executions SET state = ?, doc = ? WHERE seq = ?", state, e.Document, seqOf(x.ID))
}

func (tx *Tx) insertExecution(e *dispatch.Execution, doc []byte) error {
	return tx.Exec("INSERT INTO executions (seq, id, org, eui, state, doc) VALUES (?, ?, ?, ?, ?, ?)",
		seqOf(e.ID), e.ID, e.Org, e.EUI, e.State, doc)
}

// Execution returns one execution of an organisation, or ErrNotFound.
func (s *Store) Execution(ctx context.Context, org, id string) (*dispatch.Execution, error) {
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

// QueuedExecutions calls each for every execution whose triggers have not run, oldest first.
func (s *Store) QueuedExecutions(ctx context.Context, each func(*dispatch.Execution) error) error {
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
		return each(e)
	})
}

// Dispatch returns a pending dispatch, or nil when it is over or was aborted.
func (s *Store) Dispatch(ctx context.Context, id string) (*dispatch.Dispatch, error) {
	d := &dispatch.Dispatch{ID: id}
	var due int64
	var sealed []byte
	err := queryRow(ctx, s.read, "SELECT org, eui, trigger_name, execution_id, due_at, plan FROM dispatches WHERE seq = ?", []any{seqOf(id)},
		&d.Org, &d.EUI, &d.Trigger, &d.ExecutionID, &due, &sealed)
	if err == ErrNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d.DueAt = fromMillis(due)
	text, err := s.keys.Open(d.Org, "dispatch/"+id, sealed)
	if err != nil {
		return nil, fmt.Errorf("open dispatch %s: %w", id, err)
	}
	return d, json.Unmarshal(text, &d.Plan)
}

// DueDispatches returns the pending dispatches that are due before t, earliest first.
func (s *Store) DueDispatches(ctx context.Context, t time.Time, limit int) ([]dispatch.Timer, error) {
	var out []dispatch.Timer
	err := queryRows(ctx, s.read, "SELECT id, org, eui, due_at FROM dispatches WHERE due_at < ? ORDER BY due_at, seq LIMIT ?",
		[]any{millis(t), limit}, func(scan func(...any) error) error {
			var timer dispatch.Timer
			var due int64
			if err := scan(&timer.ID, &timer.Org, &timer.EUI, &due); err != nil {
				return err
			}
			timer.DueAt = fromMillis(due)
			out = append(out, timer)
			return nil
		})
	return out, err
}
