package store

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime/deliver"
)

// DueJobs returns unfinished jobs that are due before t, of every organisation the earliest ones, as many
// as limit says, with their payload. Downlinks that a network server fetches are none of them: those of
// one that never comes would stand before all others.
func (s *Store) DueJobs(ctx context.Context, t time.Time, limit func(org string) int) ([]*deliver.Job, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	all := s.tenants.byCode.Load()
	if all == nil {
		return nil, nil
	}
	var out []*deliver.Job
	for _, org := range slices.Sorted(maps.Keys(*all)) {
		most := limit(org)
		if most <= 0 {
			continue
		}
		const query = "SELECT " + jobColumns + ` FROM jobs INDEXED BY jobs_due
			WHERE org = ? AND state IN ('scheduled', 'available', 'retryable') AND scheduled_at IS NOT NULL AND scheduled_at < ?
				AND (kind <> 'downlink' OR ?) ORDER BY scheduled_at, seq LIMIT ?`
		err := queryRows(ctx, s.read, query, []any{org, millis(t), s.PushesDownlinks(org), most}, func(scan func(...any) error) error {
			j, err := scanJob(scan)
			if err != nil {
				return err
			}
			if err := s.openJob(j); err != nil {
				// One row that cannot be read must not stop everybody's deliveries. Attempted, it is
				// discarded and says why.
				slog.Error("a delivery cannot be read", "delivery", j.ID, "error", err)
				j.Payload = nil
			}
			out = append(out, j)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Postpone writes the state and time of jobs that wait, unless they are finished meanwhile.
func (s *Store) Postpone(ctx context.Context, jobs ...*deliver.Job) error {
	return s.Write(ctx, func(tx *Tx) error {
		for _, j := range jobs {
			err := tx.Exec("UPDATE jobs SET state = ?, scheduled_at = ? WHERE seq = ? AND state IN ('scheduled', 'available', 'retryable')",
				string(j.State), scheduled(j.ScheduledAt), seqOf(j.ID))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
