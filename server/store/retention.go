package store

import (
	"context"
	"time"
)

// Retention is how long what is over is kept.
type Retention struct {
	Executions time.Duration
	Deliveries time.Duration
	Alarms     time.Duration // cleared ones
	Audit      time.Duration
	Bytes      int64 // about how large the database may become (see Bound); 0: as large as it takes
}

// DefaultRetention keeps a month of history and a year of the audit log.
var DefaultRetention = Retention{
	Executions: 30 * 24 * time.Hour,
	Deliveries: 30 * 24 * time.Hour,
	Alarms:     365 * 24 * time.Hour,
	Audit:      365 * 24 * time.Hour,
}

// sweepBatch bounds the rows that one transaction removes, so that nobody waits long behind it.
const sweepBatch = 500

// budgetUsesKept is longer than the window of any budget.
const budgetUsesKept = 32 * 24 * time.Hour

// Sweep removes what is older than r keeps. What is not over is never removed.
func (s *Store) Sweep(ctx context.Context, r Retention) (removed int64, err error) {
	now := s.now()
	for _, rule := range []struct {
		query  string
		before any
	}{
		{"DELETE FROM executions WHERE seq IN (SELECT seq FROM executions WHERE seq < ? AND state IN ('completed', 'failed') LIMIT ?)", seqBefore(now.Add(-r.Executions))},
		{"DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE seq < ? AND state IN ('completed', 'discarded', 'cancelled') LIMIT ?)", seqBefore(now.Add(-r.Deliveries))},
		{"DELETE FROM alarm_notifications WHERE (alarm, job) IN (SELECT alarm, job FROM alarm_notifications WHERE job < ? LIMIT ?)", seqBefore(now.Add(-r.Deliveries))},
		{"DELETE FROM alarms WHERE seq IN (SELECT seq FROM alarms WHERE state = 'cleared' AND cleared_at < ? LIMIT ?)", millis(now.Add(-r.Alarms))},
		{"DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE time < ? LIMIT ?)", millis(now.Add(-r.Audit))},
		{"DELETE FROM uplink_ids WHERE rowid IN (SELECT rowid FROM uplink_ids WHERE seen_at < ? LIMIT ?)", millis(now.Add(-uplinkIDKept))},
		{"DELETE FROM budget_uses WHERE rowid IN (SELECT rowid FROM budget_uses WHERE at < ? LIMIT ?)", millis(now.Add(-budgetUsesKept))},
		{"DELETE FROM app_tokens WHERE rowid IN (SELECT rowid FROM app_tokens WHERE until < ? LIMIT ?)", millis(now)},
		{"DELETE FROM script_cache WHERE rowid IN (SELECT rowid FROM script_cache WHERE expires_at < ? LIMIT ?)", millis(now)},
	} {
		for {
			var n int64
			err := s.Write(ctx, func(tx *Tx) (err error) {
				n, err = tx.ExecCount(rule.query, rule.before, sweepBatch)
				return err
			})
			if err != nil {
				return removed, err
			}
			removed += n
			if n < sweepBatch {
				break
			}
		}
	}
	return removed, nil
}
