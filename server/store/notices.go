package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tripline/tripline/runtime/alarm"
	"github.com/tripline/tripline/runtime/deliver"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/runtime/platform"
)

// telling is the change of one alarm while it is turned into notifications.
type telling struct {
	tx        *Tx
	org       Org
	set       *notify.Set
	execution string // that caused it; "" when none did
	jobs      []*deliver.Job
}

// tell queues what services are told of what c did to an alarm of a device that was as in before.
func (tx *Tx) tell(org string, before DeviceState, c dispatch.Change, a alarm.Alarm, event alarm.Event, execution string) ([]*deliver.Job, error) {
	t, err := tx.newTelling(org, execution)
	if err != nil {
		return nil, err
	}
	happened := notify.Change{
		Event: event, Alarm: a, LevelBefore: before.Alarms[a.Name].Level, Groups: a.NoticeGroups, Device: before.Device, Zone: t.org.TimeZone, At: c.At,
	}
	for _, group := range c.Alarm.NoticeGroups { // of a clear: they are not the alarm's own
		if !slices.Contains(happened.Groups, group) {
			happened.Groups = append(slices.Clip(happened.Groups), group)
		}
	}
	err = t.tell(happened)
	return t.jobs, err
}

func (tx *Tx) newTelling(org, execution string) (*telling, error) {
	t, err := tx.store.tenants.get(org)
	if err != nil {
		return nil, err
	}
	return &telling{tx: tx, org: t.org, set: t.notify, execution: execution}, nil
}

// tell queues what the services are told of a change, in the transaction that makes it, and has later told
// what is not told now: reminders, and what quiet hours hold back. The jobs are to be offered to the
// runner when they are on disk.
func (t *telling) tell(c notify.Change) error {
	for _, m := range t.set.Messages(c) {
		if m.At.After(c.At) {
			if err := t.hold(c, m); err != nil {
				return err
			}
			continue
		}
		if err := t.queue(m, notify.Notice(string(m.Event), c.Alarm, c.Device, c.At), c.Alarm.ID); err != nil {
			return err
		}
		// Whatever of the alarm was held back for this service, or was to be repeated, it has heard now.
		if err := t.tx.Exec("DELETE FROM notification_timers WHERE alarm = ? AND service = ?", seqOf(c.Alarm.ID), m.Service); err != nil {
			return err
		}
	}
	if c.Event == alarm.Ended {
		return t.tx.endReminders(c.Alarm.ID)
	}
	// A description with a reading in it changes with every uplink: that must not put a reminder off for ever.
	for _, r := range t.set.Reminders(c) {
		if err := t.tx.hurryTimer(reminder(t.org.Code, c.Alarm, r)); err != nil {
			return err
		}
	}
	return nil
}

// hold has a service told when quiet hours end. The first thing that is held back stands for what comes
// after it: the alarm is told as it is then.
func (t *telling) hold(c notify.Change, m notify.Message) error {
	return t.tx.putTimer(noticeTimer{t.org.Code, c.Alarm.EUI, c.Alarm.ID, m.Service, m.Rule, m.Event, t.execution, dueMillis(m.At)})
}

// reminder is the timer of a reminder.
func reminder(org string, a alarm.Alarm, r notify.Reminder) noticeTimer {
	return noticeTimer{org: org, eui: a.EUI, alarmID: a.ID, service: r.Service, rule: r.Rule, due: dueMillis(r.At)}
}

const insertTimer = "INSERT INTO notification_timers (alarm, org, eui, alarm_id, service, rule, held, execution_id, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "

// putTimer sets what a service is told next of an alarm, unless something is held back for it: that comes
// first, and sets the next one.
func (tx *Tx) putTimer(t noticeTimer) error {
	return tx.Exec(insertTimer+`ON CONFLICT (alarm, service) DO UPDATE SET rule = excluded.rule, held = excluded.held, execution_id = excluded.execution_id,
		due_at = excluded.due_at WHERE notification_timers.held = ''`,
		seqOf(t.alarmID), t.org, t.eui, t.alarmID, t.service, t.rule, string(t.held), t.execution, t.due)
}

// hurryTimer sets a reminder unless the service is told something sooner.
func (tx *Tx) hurryTimer(t noticeTimer) error {
	return tx.Exec(insertTimer+`ON CONFLICT (alarm, service) DO UPDATE SET rule = excluded.rule, due_at = excluded.due_at
		WHERE notification_timers.held = '' AND notification_timers.due_at > excluded.due_at`,
		seqOf(t.alarmID), t.org, t.eui, t.alarmID, t.service, t.rule, string(t.held), t.execution, t.due)
}

// endReminders is for an alarm that has ended, or that somebody is on.
func (tx *Tx) endReminders(alarmID string) error {
	return tx.Exec("DELETE FROM notification_timers WHERE alarm = ? AND held = ''", seqOf(alarmID))
}

// retime has what a changed rule held back looked at anew, and sets reminders by it of the alarms that are
// active.
func (tx *Tx) retime(org string, r notify.Rule) error {
	now := tx.store.now().UTC()
	err := tx.Exec("UPDATE notification_timers SET due_at = ? WHERE org = ? AND rule = ? AND held <> '' AND due_at > ?", millis(now), org, r.Name, millis(now))
	if err != nil || !r.Enabled || r.RepeatMinutes == 0 {
		return err
	}
	active, err := tx.activeAlarms(org)
	if err != nil {
		return err
	}
	for _, a := range active {
		state, err := tx.Device(org, a.EUI)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if !r.Reminds(notify.Change{Alarm: a, Device: state.Device}) {
			continue
		}
		for _, service := range r.Services {
			if err := tx.hurryTimer(reminder(org, a, notify.Reminder{Service: service, Rule: r.Name, At: now.Add(r.Repeat())})); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) activeAlarms(org string) (active []alarm.Alarm, err error) {
	err = tx.Query("SELECT doc FROM alarms WHERE org = ? AND state = 'active'", []any{org}, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		var a alarm.Alarm
		err := json.Unmarshal(doc, &a)
		active = append(active, a)
		return err
	})
	return active, err
}

// queue makes a job of every target of a service.
func (t *telling) queue(m notify.Message, n platform.Notice, alarmID string) error {
	service, _ := t.set.Service(m.Service)
	targets := service.Targets
	if service.Broken != nil {
		// The job finds no such target either and says so, where an operator looks.
		return t.insert(m, n, alarmID, recipient{destination: service.Type})
	}
	for _, target := range targets {
		if err := t.insert(m, n, alarmID, recipient{target.ID(), target.Name(), target.Destination()}); err != nil {
			return err
		}
	}
	return nil
}

// recipient is the target of a job.
type recipient struct{ id, name, destination string }

func (t *telling) insert(m notify.Message, n platform.Notice, alarmID string, to recipient) error {
	now := t.tx.store.now().UTC()
	j := &deliver.Job{
		ID: t.tx.store.NewID(), Org: t.org.Code, EUI: n.EUI, ExecutionID: t.execution, Kind: deliver.KindNotification, State: deliver.Available,
		ScheduledAt: now, CreatedAt: now, Alone: true, Destination: to.destination,
		Record: deliver.Record{Told: &deliver.Told{Event: n.Event, AlarmID: alarmID, Service: m.Service, Target: to.name, Rule: m.Rule}},
	}
	n.ID, n.Origin, n.Zone, n.Template = j.ID, t.org.OriginTag, t.org.TimeZone, m.Template
	payload, err := json.Marshal(deliver.Notification{Service: m.Service, Target: to.id, Rule: m.Rule, Notice: n})
	if err != nil {
		return err
	}
	j.Payload = payload
	sealed, err := t.tx.store.keys.Seal(j.Org, "job/"+j.ID, payload)
	if err != nil {
		return fmt.Errorf("seal a notification: %w", err)
	}
	if err := t.tx.insertJob(j, sealed); err != nil {
		return err
	}
	if err := t.tx.Exec("INSERT INTO alarm_notifications (alarm, job, org) VALUES (?, ?, ?)", seqOf(alarmID), seqOf(j.ID), j.Org); err != nil {
		return err
	}
	t.jobs = append(t.jobs, j)
	return nil
}
