package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
)

// Commit writes all that a step of the work changed.
func (s *Store) Commit(ctx context.Context, e *dispatch.Effects) error {
	if _, err := s.tenants.get(e.Org); errors.Is(err, ErrNotFound) {
		return dispatch.ErrGone
	}
	sealed, err := s.seal(e)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *Tx) error {
		e.Told = nil
		execution := ""
		if e.Execution != nil {
			execution = e.Execution.ID
		}
		if err := tx.live(e.Org); err != nil {
			return err
		}
		for _, c := range e.Changes {
			told, err := tx.change(e.Org, c, execution)
			if err != nil {
				return err
			}
			e.Told = append(e.Told, told...)
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
		return tx.finishStep(e)
	})
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

// change applies a change to the device as it is stored now, and queues what people are told of it. A
// device that was deleted is left alone.
func (tx *Tx) change(org string, c dispatch.Change, execution string) (told []*deliver.Job, err error) {
	o, err := tx.overlaid(org, c.EUI)
	if err != nil {
		return nil, err
	}
	if o.state == nil {
		if c.Make == nil {
			return nil, nil
		}
		if err := tx.remount(org, c.EUI, nil, c.Make); err != nil {
			return nil, err
		}
		o.state = &DeviceState{Device: *c.Make}
	}
	before := *o.state
	next, a, event := c.ApplyTo(o.state)
	o.state, o.dirty = next, true
	switch event {
	case alarm.None, alarm.Counted: // how often an alarm was raised stands with the device, not in a row
		return nil, nil
	}
	o.put(a)
	return tx.tell(org, before, c, a, event, execution)
}
