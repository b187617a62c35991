package store

import (
	"context"
	"errors"
	"fmt"
)

// ErrStillNeeded says that a database is larger than it is to be though nothing can be removed.
var ErrStillNeeded = errors.New("all that is in the database is still needed")

// Bound keeps the database to about most bytes: of what is over, the oldest goes first, however young it
// is. It returns how many rows it removed. What is not over stays, however much that is; 0 bounds nothing.
func (s *Store) Bound(ctx context.Context, most int64) (removed int64, err error) {
	if most <= 0 {
		return 0, nil
	}
	for {
		used, _, err := s.size(ctx)
		if err != nil || used <= most {
			return removed, err
		}
		n, err := s.removeOldest(ctx)
		removed += n
		if err != nil {
			return removed, err
		}
		if n == 0 {
			return removed, fmt.Errorf("%w: it is to have %d MB", ErrStillNeeded, most>>20)
		}
	}
}

// removeOldest removes the oldest executions that are over, and the deliveries of their time.
func (s *Store) removeOldest(ctx context.Context) (removed int64, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		removed = 0
		var until int64
		err := tx.QueryRow(`SELECT max(seq) FROM (SELECT seq FROM executions WHERE state IN ('completed', 'failed') ORDER BY seq LIMIT ?)
			HAVING max(seq) IS NOT NULL`, []any{sweepBatch}, &until)
		if errors.Is(err, ErrNotFound) { // there are deliveries of executions that are gone
			until = seqBefore(s.now())
		} else if err != nil {
			return err
		}
		for _, query := range []string{
			"DELETE FROM executions WHERE seq <= ? AND state IN ('completed', 'failed')",
			"DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE seq <= ? AND state IN ('completed', 'discarded', 'cancelled') ORDER BY seq LIMIT 2000)",
		} {
			n, err := tx.ExecCount(query, until)
			if err != nil {
				return err
			}
			removed += n
		}
		return nil
	})
	return removed, err
}

// size returns how many bytes of the database file hold something, and how many are free for what comes.
func (s *Store) size(ctx context.Context) (used, free int64, err error) {
	var pages, unused, bytes int64
	err = queryRow(ctx, s.read, "SELECT page_count, freelist_count, page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size", nil, &pages, &unused, &bytes)
	return (pages - unused) * bytes, unused * bytes, err
}
