package store

import (
	"context"
	"time"
)

// Tally is how an organisation's work stands.
type Tally struct {
	PerMinute  []int          // executions that began, in each of the minutes asked for
	Alarms     map[string]int // active ones by level
	Deliveries map[string]int // those that wait for a time, are retried or were given up, by state; at most maxTallied
	AnyDevice  bool
	AnyUplink  bool // or call
	AnyTold    bool // an alarm was raised, or a delivery was completed
}

// maxTallied bounds what is counted one by one: more than that is as bad as that.
const maxTallied = 10_000

// Tally counts an organisation's work, with the executions of each minute from since, which begins one.
func (s *Store) Tally(ctx context.Context, org string, since time.Time, minutes int) (Tally, error) {
	t := Tally{PerMinute: make([]int, minutes), Alarms: map[string]int{}, Deliveries: map[string]int{}}
	if err := s.settle(ctx); err != nil {
		return t, err
	}
	begin := since.UnixMilli() / time.Minute.Milliseconds()
	// seq carries the milliseconds, so that the index alone answers.
	err := queryRows(ctx, s.read, "SELECT (seq >> 12) / 60000 AS minute, count(*) FROM executions WHERE org = ? AND seq >= ? GROUP BY minute",
		[]any{org, seqBefore(since)}, func(scan func(...any) error) error {
			var minute int64
			var count int
			err := scan(&minute, &count)
			if at := minute - begin; at >= 0 && at < int64(minutes) {
				t.PerMinute[at] = count
			}
			return err
		})
	if err != nil {
		return t, err
	}
	err = queryRows(ctx, s.read, "SELECT doc ->> 'level', count(*) FROM alarms WHERE org = ? AND state = 'active' GROUP BY 1", []any{org}, intoMap(t.Alarms))
	if err != nil {
		return t, err
	}
	err = queryRows(ctx, s.read, `SELECT state, count(*) FROM (SELECT state FROM jobs INDEXED BY jobs_due
		WHERE state IN ('scheduled', 'available', 'retryable') AND scheduled_at IS NOT NULL AND org = ? LIMIT ?) GROUP BY state`, []any{org, maxTallied}, intoMap(t.Deliveries))
	if err != nil {
		return t, err
	}
	err = queryRows(ctx, s.read, "SELECT 'discarded', count(*) FROM (SELECT 1 FROM jobs WHERE org = ? AND state = 'discarded' LIMIT ?)", []any{org, maxTallied}, intoMap(t.Deliveries))
	if err != nil {
		return t, err
	}
	return t, queryRow(ctx, s.read, `SELECT EXISTS (SELECT 1 FROM devices WHERE org = ?1), EXISTS (SELECT 1 FROM executions WHERE org = ?1),
		EXISTS (SELECT 1 FROM alarms WHERE org = ?1) OR EXISTS (SELECT 1 FROM jobs WHERE org = ?1 AND state = 'completed')`,
		[]any{org}, &t.AnyDevice, &t.AnyUplink, &t.AnyTold)
}

func intoMap(counts map[string]int) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		var name string
		var count int
		err := scan(&name, &count)
		counts[name] = count
		return err
	}
}
