package store

import (
	"context"

	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
)

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

// JobQuery says which jobs are wanted.
type JobQuery struct {
	Org         string
	EUI         string // "": of every device
	ExecutionID string // "": of every execution
	Kind        string // "": any
	State       string // "": any
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
	for _, filter := range []struct{ column, value string }{
		{"execution_id", q.ExecutionID}, {"kind", q.Kind}, {"eui", q.EUI}, {"state", q.State},
	} {
		if filter.value != "" {
			query, args = query+" AND "+filter.column+" = ?", append(args, filter.value)
		}
	}
	if q.Before > 0 {
		query, args = query+" AND seq < ?", append(args, q.Before)
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
	var job *deliver.Job
	err := queryRows(ctx, s.read, "SELECT "+jobColumns+" FROM jobs WHERE seq = ? AND id = ? AND org = ?", []any{seqOf(id), id, org}, func(scan func(...any) error) (err error) {
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
