package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/dispatch"
)

func (tx *Tx) insertJob(j *deliver.Job, sealed []byte) error {
	doc, err := j.Record.AppendJSON(make([]byte, 0, 384))
	if err != nil {
		return err
	}
	var follows any
	if j.Follows != "" {
		follows = j.Follows
	}
	tx.put(newJobs, seqOf(j.ID), j.ID, j.Org, j.EUI, j.ExecutionID, seqOf(j.ExecutionID), string(j.Kind), string(j.State), scheduled(j.ScheduledAt), follows,
		j.Wait.Milliseconds(), j.Destination, sealed, doc, millis(j.CreatedAt), nil)
	return nil
}

func scheduled(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return dueMillis(t)
}

// ended is when something was over, nil as long as it is not.
func ended(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return millis(t)
}

const jobColumns = "id, org, eui, execution_id, kind, state, scheduled_at, follows, wait_ms, destination, payload, doc, created_at, finished_at"

// scanJob reads jobColumns, with the payload still sealed.
func scanJob(scan func(...any) error, extra ...any) (*deliver.Job, error) {
	j := &deliver.Job{}
	var at, finished sql.NullInt64
	var follows sql.NullString
	var wait, created int64
	var doc []byte
	dest := append([]any{&j.ID, &j.Org, &j.EUI, &j.ExecutionID, &j.Kind, &j.State, &at, &follows, &wait, &j.Destination, &j.Payload, &doc, &created, &finished}, extra...)
	if err := scan(dest...); err != nil {
		return nil, err
	}
	j.ScheduledAt, j.FinishedAt, j.CreatedAt = fromMillis(at.Int64), fromMillis(finished.Int64), fromMillis(created)
	j.Follows, j.Wait = follows.String, time.Duration(wait)*time.Millisecond
	return j, json.Unmarshal(doc, &j.Record)
}

func (s *Store) openJob(j *deliver.Job) error {
	if j.Payload == nil {
		return nil
	}
	text, err := s.keys.Open(j.Org, "job/"+j.ID, j.Payload)
	if err != nil {
		return fmt.Errorf("open job %s: %w", j.ID, err)
	}
	j.Payload = text
	return nil
}

// JobQuery says which jobs are wanted.
type JobQuery struct {
	Org         string
	EUI         string // "": of every device
	ExecutionID string // "": of every execution
	Kind        string // "": any
	AlarmID     string // "": not only the notifications of an alarm
	State       string // "": any
	Destination string // "": any; a masked URL, and everything under it
	Before      int64  // where the page before ended; 0: the newest
	Limit       int
}

// Jobs lists jobs without their payload, newest first. next is where the next page begins, 0 after the
// last.
func (s *Store) Jobs(ctx context.Context, q JobQuery) (jobs []*deliver.Job, next int64, err error) {
	query, args := "SELECT "+jobColumns+", seq FROM jobs WHERE org = ?", []any{q.Org}
	if q.ExecutionID != "" {
		query, args = query+" AND execution = ?", append(args, seqOf(q.ExecutionID))
	}
	if q.AlarmID != "" {
		query, args = query+" AND seq IN (SELECT job FROM alarm_notifications WHERE alarm = ?)", append(args, seqOf(q.AlarmID))
	}
	for _, filter := range []struct{ column, value string }{
		{"execution_id", q.ExecutionID}, {"kind", q.Kind}, {"eui", q.EUI}, {"state", q.State},
	} {
		if filter.value != "" {
			query, args = query+" AND "+filter.column+" = ?", append(args, filter.value)
		}
	}
	if q.Destination != "" {
		query, args = query+" AND (destination = ? OR substr(destination, 1, ?) = ?)", append(args, q.Destination, utf8.RuneCountInString(q.Destination)+1, q.Destination+"/")
	}
	if q.Before > 0 {
		query, args = query+" AND seq < ?", append(args, q.Before)
	}
	if err := s.settle(ctx); err != nil {
		return nil, 0, err
	}
	jobs = []*deliver.Job{}
	var last int64
	err = queryRows(ctx, s.read, query+" ORDER BY seq DESC LIMIT ?", append(args, q.Limit+1), func(scan func(...any) error) error {
		var seq int64
		j, err := scanJob(scan, &seq)
		if err != nil {
			return err
		}
		if len(jobs) == q.Limit {
			next = last
			return nil
		}
		j.Payload = nil
		jobs, last = append(jobs, j), seq
		return nil
	})
	return jobs, next, err
}

// Job returns one job of an organisation with its payload, or ErrNotFound.
func (s *Store) Job(ctx context.Context, org, id string) (*deliver.Job, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return s.findJob(s.reader(ctx), org, id)
}

// Job returns the job as the transaction sees it, or ErrNotFound.
func (tx *Tx) Job(org, id string) (*deliver.Job, error) { return tx.store.findJob(tx.Query, org, id) }

func (s *Store) findJob(query queryFunc, org, id string) (*deliver.Job, error) {
	var job *deliver.Job
	err := query("SELECT "+jobColumns+" FROM jobs WHERE seq = ? AND id = ? AND org = ?", []any{seqOf(id), id, org}, func(scan func(...any) error) (err error) {
		job, err = scanJob(scan)
		return err
	})
	if err != nil {
		return nil, err
	}
	if job == nil {
		return nil, ErrNotFound
	}
	return job, s.openJob(job)
}

// FinishAttempt writes what became of an attempt at one or several jobs. The first attempt of a job starts
// the wait of those that follow it, which are returned.
func (s *Store) FinishAttempt(ctx context.Context, jobs ...*deliver.Job) (next []*deliver.Job, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		next = nil
		for _, j := range jobs {
			more, err := tx.FinishAttempt(j)
			if err != nil {
				return err
			}
			next = append(next, more...)
		}
		return nil
	})
	return next, err
}

// FinishAttempt is Store.FinishAttempt as part of a transaction.
func (tx *Tx) FinishAttempt(j *deliver.Job) (next []*deliver.Job, err error) {
	if err := tx.checkLocally(j); err != nil {
		return nil, err
	}
	if err := tx.updateJob(j); err != nil {
		return nil, err
	}
	told, err := tx.changeLocally(j)
	if err != nil {
		return nil, err
	}
	if j.Tries != 1 || j.Alone {
		return told, nil
	}
	next, err = tx.startFollowers(j)
	return append(told, next...), err
}

// SetJob writes a job's state and time. Cancelling a job lets the one that waits for it go on.
func (tx *Tx) SetJob(j *deliver.Job) error {
	if j.State == deliver.Cancelled && j.Tries == 0 {
		if err := tx.leaveChain(j); err != nil {
			return err
		}
	}
	return tx.updateJob(j)
}

// leaveChain takes a job that is not attempted any more out of its chain. While it waits for another,
// what follows it waits for that one instead, as long as both would have.
func (tx *Tx) leaveChain(j *deliver.Job) error {
	var waits bool
	if err := tx.QueryRow("SELECT follows IS NOT NULL AND scheduled_at IS NULL FROM jobs WHERE seq = ?", []any{seqOf(j.ID)}, &waits); err != nil {
		return err
	}
	const following = " WHERE follows = ? AND state = 'scheduled' AND scheduled_at IS NULL"
	if waits {
		return tx.Exec("UPDATE jobs SET follows = ?, wait_ms = wait_ms + ?"+following, j.Follows, j.Wait.Milliseconds(), j.ID)
	}
	return tx.Exec("UPDATE jobs SET scheduled_at = ? + wait_ms"+following, dueMillis(j.FinishedAt), j.ID)
}

// LeaseDownlinks hands out downlinks that are due, oldest first, and keeps them from being handed out
// again before until.
func (s *Store) LeaseDownlinks(ctx context.Context, org string, now, until time.Time, limit int) (jobs []*deliver.Job, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		jobs = nil
		err := tx.Query("SELECT "+jobColumns+` FROM jobs WHERE org = ? AND kind = 'downlink' AND state IN ('scheduled', 'available', 'retryable')
			AND scheduled_at <= ? ORDER BY scheduled_at, seq LIMIT ?`, []any{org, millis(now), limit}, func(scan func(...any) error) error {
			j, err := scanJob(scan)
			if err != nil {
				return err
			}
			jobs = append(jobs, j)
			return s.openJob(j)
		})
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if err := tx.Exec("UPDATE jobs SET state = 'retryable', scheduled_at = ? WHERE seq = ?", millis(until), seqOf(j.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	return jobs, err
}

// changeLocally returns the notifications that the change causes.
func (tx *Tx) changeLocally(j *deliver.Job) ([]*deliver.Job, error) {
	if j.Local == nil {
		return nil, nil
	}
	return tx.change(j.Org, localChange(j), j.ExecutionID)
}

func localChange(j *deliver.Job) dispatch.Change {
	c := dispatch.Change{EUI: j.EUI, At: j.FinishedAt, Alarm: j.Local.Alarm, AlarmID: j.ID}
	if j.Local.Attributes != nil {
		c.Attributes = *j.Local.Attributes
	}
	return c
}

// checkLocally gives up a job whose change would make the device too large.
func (tx *Tx) checkLocally(j *deliver.Job) error {
	if j.Local == nil {
		return nil
	}
	state, err := tx.Device(j.Org, j.EUI)
	if errors.Is(err, ErrNotFound) {
		return nil // it is left alone
	}
	if err != nil {
		return err
	}
	if large, ok := errors.AsType[*device.TooLarge](localChange(j).Check(*state)); ok {
		j.Local = nil
		j.State = deliver.Discarded
		j.Outcome, j.Error = deliver.Permanent, &deliver.Error{Code: string(dispatch.CodeTooLarge), Message: large.Error()}
		if last := len(j.Attempts) - 1; last >= 0 {
			j.Attempts[last].Outcome, j.Attempts[last].Error = j.Outcome, j.Error
		}
	}
	return nil
}

func (tx *Tx) updateJob(j *deliver.Job) error {
	doc, err := j.Record.AppendJSON(make([]byte, 0, 384))
	if err != nil {
		return err
	}
	at := scheduled(j.ScheduledAt)
	var payload any // as it is
	switch {
	case j.State == deliver.Completed:
		at = nil
	case j.Repacked:
		if payload, err = tx.store.keys.Seal(j.Org, "job/"+j.ID, j.Payload); err != nil {
			return fmt.Errorf("seal a job: %w", err)
		}
	}
	tx.put(changedJobs, seqOf(j.ID), string(j.State), at, payload, doc, ended(j.FinishedAt))
	return nil
}

// startFollowers sets the time of the jobs that wait for j's first attempt.
func (tx *Tx) startFollowers(j *deliver.Job) (next []*deliver.Job, err error) {
	err = tx.Query("SELECT "+jobColumns+" FROM jobs WHERE follows = ? AND state = 'scheduled' AND scheduled_at IS NULL", []any{j.ID},
		func(scan func(...any) error) error {
			n, err := scanJob(scan)
			if err != nil {
				return err
			}
			n.ScheduledAt = j.Attempts[0].At.Add(n.Wait)
			next = append(next, n)
			return tx.store.openJob(n)
		})
	if err != nil {
		return nil, err
	}
	for _, n := range next {
		if err := tx.Exec("UPDATE jobs SET scheduled_at = ? WHERE seq = ?", scheduled(n.ScheduledAt), seqOf(n.ID)); err != nil {
			return nil, err
		}
	}
	return next, nil
}
