package store

import "context"

// DeviceJobs are the ids of the jobs that are to do something with a device: its downlinks, and changes of
// it whose time is still to come.
func (s *Store) DeviceJobs(ctx context.Context, org, eui string) (ids []string, err error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	for _, query := range []string{
		`SELECT id FROM jobs INDEXED BY jobs_downlinks WHERE org = ? AND eui = ? AND kind = 'downlink' AND state IN ('scheduled', 'available', 'retryable')`,
		`SELECT id FROM jobs INDEXED BY jobs_due WHERE org = ? AND eui = ? AND kind IN ('attributes', 'alarm')
			AND state IN ('scheduled', 'available', 'retryable') AND scheduled_at IS NOT NULL`,
	} {
		err := queryRows(ctx, s.read, query, []any{org, eui}, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}
