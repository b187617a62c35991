package store

import (
	"context"
	"encoding/json"

	"github.com/tripline/tripline/runtime/alarm"
)

// AlarmHistory lists when the device of an alarm had an alarm of that name, the latest first and at most
// limit of them: the alarm itself is among them as long as it is one of the latest. ErrNotFound when the
// organisation has no such alarm.
func (s *Store) AlarmHistory(ctx context.Context, org, id string, limit int) ([]alarm.Alarm, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	var eui, name string
	err := queryRow(ctx, s.read, "SELECT eui, name FROM alarms WHERE seq = ? AND id = ? AND org = ?", []any{seqOf(id), id, org}, &eui, &name)
	if err != nil {
		return nil, err
	}
	history := []alarm.Alarm{}
	err = queryRows(ctx, s.read, "SELECT doc FROM alarms WHERE org = ? AND eui = ? AND name = ? ORDER BY seq DESC LIMIT ?", []any{org, eui, name, limit},
		func(scan func(...any) error) error {
			var doc []byte
			if err := scan(&doc); err != nil {
				return err
			}
			var a alarm.Alarm
			if err := json.Unmarshal(doc, &a); err != nil {
				return err
			}
			history = append(history, a)
			return nil
		})
	if err != nil {
		return nil, err
	}
	for i, a := range history {
		if a.State != alarm.Active {
			continue
		}
		if history[i], err = s.counted(ctx, org, a); err != nil {
			return nil, err
		}
	}
	return history, nil
}
