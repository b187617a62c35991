package store

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
)

// AlarmQuery says which alarms are wanted.
type AlarmQuery struct {
	Org    string
	EUI    string // "": of every device
	State  string // alarm.Active or alarm.Cleared
	Level  string // "": any
	Search string // part of the title, the name or the EUI; "": any
	Before int64  // where the page before ended; 0: the newest
	Limit  int
}

// Alarms lists alarms, the latest raised first. next is where the next page begins, 0 after the last.
func (s *Store) Alarms(ctx context.Context, q AlarmQuery) (alarms []alarm.Alarm, next int64, err error) {
	query := "SELECT seq, doc FROM alarms WHERE org = ? AND state = ?"
	args := []any{q.Org, q.State}
	if q.Before > 0 {
		query, args = query+" AND seq < ?", append(args, q.Before)
	}
	if q.EUI != "" {
		query, args = query+" AND eui = ?", append(args, q.EUI)
	}
	if q.Level != "" {
		query, args = query+" AND doc ->> 'level' = ?", append(args, q.Level)
	}
	if q.Search != "" {
		query, args = query+" AND instr(lower(name || ' ' || eui || ' ' || (doc ->> 'title')), lower(?)) > 0", append(args, q.Search)
	}
	if err := s.settle(ctx); err != nil {
		return nil, 0, err
	}
	alarms = []alarm.Alarm{}
	var last int64
	err = queryRows(ctx, s.read, query+" ORDER BY seq DESC LIMIT ?", append(args, q.Limit+1), func(scan func(...any) error) error {
		var seq int64
		var doc []byte
		if err := scan(&seq, &doc); err != nil {
			return err
		}
		if len(alarms) == q.Limit {
			next = last
			return nil
		}
		var a alarm.Alarm
		if err := json.Unmarshal(doc, &a); err != nil {
			return err
		}
		alarms, last = append(alarms, a), seq
		return nil
	})
	if err != nil || q.State != alarm.Active {
		return alarms, next, err
	}
	for i, a := range alarms {
		if alarms[i], err = s.counted(ctx, q.Org, a); err != nil {
			return nil, 0, err
		}
	}
	return alarms, next, nil
}

// Alarm returns an alarm, or ErrNotFound.
func (s *Store) Alarm(ctx context.Context, org, id string) (alarm.Alarm, error) {
	var a alarm.Alarm
	if err := s.settle(ctx); err != nil {
		return a, err
	}
	var doc []byte
	if err := queryRow(ctx, s.read, "SELECT doc FROM alarms WHERE seq = ? AND id = ? AND org = ?", []any{seqOf(id), id, org}, &doc); err != nil {
		return a, err
	}
	if err := json.Unmarshal(doc, &a); err != nil || a.State != alarm.Active {
		return a, err
	}
	return s.counted(ctx, org, a)
}

// counted returns an active alarm with its count, which stands with the device: an alarm that is raised
// again with every uplink costs no row of its own.
func (s *Store) counted(ctx context.Context, org string, a alarm.Alarm) (alarm.Alarm, error) {
	state, err := s.Device(ctx, org, a.EUI)
	if errors.Is(err, ErrNotFound) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	if current, ok := state.Alarms[a.Name]; ok && current.ID == a.ID {
		return current, nil
	}
	return a, nil
}

// Alarm returns an alarm as the transaction sees it, or ErrNotFound.
func (tx *Tx) Alarm(org, id string) (alarm.Alarm, error) {
	var a alarm.Alarm
	var doc []byte
	if err := tx.QueryRow("SELECT doc FROM alarms WHERE seq = ? AND id = ? AND org = ?", []any{seqOf(id), id, org}, &doc); err != nil {
		return a, err
	}
	if err := json.Unmarshal(doc, &a); err != nil {
		return a, err
	}
	// The group may have changed it already.
	if state, err := tx.Device(org, a.EUI); err == nil && a.State == alarm.Active {
		current, ok := state.Alarms[a.Name]
		if !ok || current.ID != a.ID {
			a.State = alarm.Cleared
			return a, nil
		}
		a = current
	}
	return a, nil
}

// ChangeAlarm applies an alarm change and returns what became of the alarm, and the notifications that it
// causes.
func (tx *Tx) ChangeAlarm(org string, c dispatch.Change) (alarm.Alarm, []*deliver.Job, error) {
	state, err := tx.Device(org, c.EUI)
	if err != nil {
		return alarm.Alarm{}, nil, err
	}
	_, a, event := c.Apply(*state)
	if event == alarm.None {
		return a, nil, nil
	}
	if err := tx.PutAlarm(org, a); err != nil {
		return a, nil, err
	}
	told, err := tx.tell(org, *state, c, a, event, "")
	return a, told, err
}

// AcknowledgeAlarm says who is on an active alarm. Nobody is reminded of it any more.
func (tx *Tx) AcknowledgeAlarm(org string, a alarm.Alarm, by string) (alarm.Alarm, error) {
	a.AcknowledgedBy = by
	if err := tx.PutAlarm(org, a); err != nil {
		return a, err
	}
	return a, tx.endReminders(a.ID)
}
