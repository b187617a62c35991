package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tripline/tripline/runtime/dispatch"
)

// Dispatch returns a pending dispatch, or nil when it is over or was aborted.
func (s *Store) Dispatch(ctx context.Context, id string) (*dispatch.Dispatch, error) {
	d := &dispatch.Dispatch{ID: id}
	var due int64
	var sealed []byte
	err := queryRow(ctx, s.read, "SELECT org, eui, trigger_name, execution_id, due_at, plan FROM dispatches WHERE seq = ?", []any{seqOf(id)},
		&d.Org, &d.EUI, &d.Trigger, &d.ExecutionID, &due, &sealed)
	if errors.Is(err, ErrNotFound) {
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

// abort removes the dispatches of a trigger that are still timers.
func (tx *Tx) abort(org string, key dispatch.TimerKey, now time.Time) error {
	// Mostly there are none, which a look tells: dispatches are never among the rows that were put.
	if none, err := tx.noDispatches(); none || err != nil {
		return err
	}
	err := tx.looks().queryRow("SELECT 1 FROM dispatches WHERE org = ? AND eui = ? AND trigger_name = ? AND due_at > ? LIMIT 1",
		[]any{org, key.EUI, key.Trigger, millis(now)}, new(int))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.endDispatches("org = ? AND eui = ? AND trigger_name = ? AND due_at > ?", org, key.EUI, key.Trigger, millis(now))
}

// noDispatches reports whether there are none at all, of any organisation.
func (tx *Tx) noDispatches() (bool, error) {
	if tx.writer.noDispatches && !tx.begun {
		return true, nil
	}
	err := tx.looks().queryRow("SELECT 1 FROM dispatches LIMIT 1", nil, new(int))
	if errors.Is(err, ErrNotFound) {
		tx.writer.noDispatches = !tx.begun
		return true, nil
	}
	return false, err
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
		err := tx.Exec(`UPDATE executions SET state = CASE WHEN instr(doc, CAST('"error":{"code":' AS BLOB)) > 0 THEN 'failed' ELSE 'completed' END
			WHERE seq = ? AND state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dispatches WHERE execution = executions.seq)`, seq)
		if err != nil {
			return err
		}
	}
	return nil
}
