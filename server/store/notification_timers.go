package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/device"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/runtime/platform"
)

// Upcoming is what a service is to be told of an alarm later.
type Upcoming struct {
	Service string    `json:"service"`
	Rule    string    `json:"rule"`
	Event   string    `json:"event" enum:"raise,change,clear,repeat"` // repeat: a reminder; others are held back by quiet hours
	At      time.Time `json:"at"`
}

// Upcoming lists what is to be told of an alarm later, the next first.
func (s *Store) Upcoming(ctx context.Context, org, alarmID string) ([]Upcoming, error) {
	out := []Upcoming{}
	err := queryRows(ctx, s.read, timerColumns+" WHERE alarm = ? AND org = ? ORDER BY due_at, service", []any{seqOf(alarmID), org}, func(scan func(...any) error) error {
		t, err := scanTimer(scan)
		u := Upcoming{Service: t.service, Rule: t.rule, Event: string(t.held), At: fromMillis(t.due)}
		if t.held == alarm.None {
			u.Event = platform.EventRepeat
		}
		out = append(out, u)
		return err
	})
	return out, err
}

// noticeTimer is a row of what is told later.
type noticeTimer struct {
	org, eui, alarmID, service, rule string
	held                             alarm.Event // what quiet hours hold back; alarm.None is a reminder
	execution                        string
	due                              int64
}

const timerColumns = "SELECT org, eui, alarm_id, service, rule, held, execution_id, due_at FROM notification_timers"

func scanTimer(scan func(...any) error) (noticeTimer, error) {
	var t noticeTimer
	err := scan(&t.org, &t.eui, &t.alarmID, &t.service, &t.rule, &t.held, &t.execution, &t.due)
	return t, err
}

// TellDue queues the notifications whose time has come, of at most limit timers: reminders of alarms that
// are still active, and what quiet hours held back. It returns the jobs, and whether there may be more.
func (s *Store) TellDue(ctx context.Context, limit int) (jobs []*deliver.Job, more bool, err error) {
	now := millis(s.now())
	var due bool
	err = queryRow(ctx, s.read, "SELECT EXISTS (SELECT 1 FROM notification_timers WHERE due_at <= ?)", []any{now}, &due)
	if err != nil || !due {
		return nil, false, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		jobs = nil
		var due []noticeTimer
		err := tx.Query(timerColumns+" WHERE due_at <= ? ORDER BY due_at, alarm, service LIMIT ?", []any{now, limit}, func(scan func(...any) error) error {
			t, err := scanTimer(scan)
			due = append(due, t)
			return err
		})
		if err != nil {
			return err
		}
		more = len(due) == limit
		for _, t := range due {
			told, err := tx.fire(t)
			if err != nil {
				return err
			}
			jobs = append(jobs, told...)
		}
		return nil
	})
	return jobs, more, err
}

// fire tells what a timer stands for, if it still is so, and sets the next one.
func (tx *Tx) fire(due noticeTimer) ([]*deliver.Job, error) {
	if err := tx.Exec("DELETE FROM notification_timers WHERE alarm = ? AND service = ?", seqOf(due.alarmID), due.service); err != nil {
		return nil, err
	}
	t, err := tx.newTelling(due.org, due.execution)
	if err != nil {
		return nil, err
	}
	a, err := tx.alarmNow(due.org, due.eui, due.alarmID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // its device was deleted
	}
	if err != nil {
		return nil, err
	}
	c := notify.Change{Event: due.held, Alarm: a, Device: device.Device{EUI: due.eui}, Zone: t.org.TimeZone, At: tx.store.now().UTC()}
	if state, err := tx.Device(due.org, due.eui); err == nil {
		c.Device = state.Device
	}
	err = t.fire(due, c)
	return t.jobs, err
}

func (t *telling) fire(due noticeTimer, c notify.Change) error {
	if m, ok := t.stillTold(due, c); ok {
		if m.At.After(c.At) { // the quiet hours go on, or reminders come into them
			return t.tx.putTimer(noticeTimer{t.org.Code, due.eui, due.alarmID, due.service, m.Rule, due.held, due.execution, dueMillis(m.At)})
		}
		if err := t.queue(m, noticeNow(c), c.Alarm.ID); err != nil {
			return err
		}
	}
	for _, next := range t.set.Reminders(c) {
		if next.Service == due.service {
			return t.tx.putTimer(reminder(t.org.Code, c.Alarm, next))
		}
	}
	return nil
}

// stillTold is the message of a timer. There is none when its service is gone, none of a reminder when
// somebody is on it, and none when its rule no longer tells the service, unless another rule does: that
// one was silent because its own quiet hours end later.
func (t *telling) stillTold(due noticeTimer, c notify.Change) (notify.Message, bool) {
	rule, ok := t.set.Rule(due.rule)
	if !ok || !rule.Enabled || !slices.Contains(rule.Services, due.service) {
		c.LevelBefore = c.Alarm.Level
		messages := t.set.Messages(c) // none for a reminder
		i := slices.IndexFunc(messages, func(m notify.Message) bool { return m.Service == due.service })
		if i < 0 {
			return notify.Message{}, false
		}
		return messages[i], true
	}
	if _, known := t.set.Service(due.service); !known {
		return notify.Message{}, false
	}
	m := notify.Message{Service: due.service, Rule: rule.Name, Event: due.held, Template: rule.Template, At: rule.TellAt(c.At, c.Zone)}
	return m, due.held != alarm.None || rule.Reminds(c)
}

// noticeNow tells an alarm as it is: what was held back of one that has ended meanwhile is told as its end,
// with the time when it was raised.
func noticeNow(c notify.Change) platform.Notice {
	switch {
	case c.Alarm.State == alarm.Cleared:
		return notify.Notice(platform.EventClear, c.Alarm, c.Device, c.Alarm.ClearedTime)
	case c.Event == alarm.None:
		return notify.Notice(platform.EventRepeat, c.Alarm, c.Device, c.At)
	case c.Event == alarm.Raised:
		return notify.Notice(platform.EventRaise, c.Alarm, c.Device, c.Alarm.StartTime)
	default:
		return notify.Notice(platform.EventChange, c.Alarm, c.Device, c.Alarm.UpdateTime)
	}
}

// alarmNow returns an alarm of a device as the transaction sees it, or ErrNotFound.
func (tx *Tx) alarmNow(org, eui, id string) (alarm.Alarm, error) {
	if o, err := tx.overlaid(org, eui); err != nil {
		return alarm.Alarm{}, err
	} else if a, ok := o.alarms[id]; ok {
		return a, nil
	} else if o.state != nil {
		for _, a := range o.state.Alarms {
			if a.ID == id {
				return a, nil
			}
		}
	}
	var a alarm.Alarm
	var doc []byte
	if err := tx.QueryRow("SELECT doc FROM alarms WHERE seq = ? AND id = ? AND org = ?", []any{seqOf(id), id, org}, &doc); err != nil {
		return a, err
	}
	return a, json.Unmarshal(doc, &a)
}
