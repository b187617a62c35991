-- +goose Up
CREATE TABLE notification_services (
  org         TEXT NOT NULL,
  name        TEXT NOT NULL,
  type        TEXT NOT NULL,
  description TEXT NOT NULL,
  sealed      BLOB NOT NULL,  -- the settings
  updated_at  INTEGER NOT NULL,
  updated_by  TEXT NOT NULL,
  PRIMARY KEY (org, name)
);

CREATE TABLE notification_rules (
  org  TEXT NOT NULL,
  name TEXT NOT NULL,
  doc  BLOB NOT NULL,
  PRIMARY KEY (org, name)
) WITHOUT ROWID;

-- What a service is to be told of an alarm later: what quiet hours hold back, or the next reminder.
CREATE TABLE notification_timers (
  alarm        INTEGER NOT NULL, -- seq of the alarm
  service      TEXT NOT NULL,
  org          TEXT NOT NULL,
  eui          TEXT NOT NULL,
  alarm_id     TEXT NOT NULL,
  rule         TEXT NOT NULL,
  held         TEXT NOT NULL,    -- the event that is held back; '': a reminder
  execution_id TEXT NOT NULL,    -- of what is held back
  due_at       INTEGER NOT NULL,
  PRIMARY KEY (alarm, service)
) WITHOUT ROWID;
CREATE INDEX notification_timers_due ON notification_timers (due_at);

-- Which notifications, as jobs, an alarm has caused.
CREATE TABLE alarm_notifications (
  alarm INTEGER NOT NULL, -- seq of the alarm
  job   INTEGER NOT NULL, -- seq of the job
  org   TEXT NOT NULL,
  PRIMARY KEY (alarm, job)
) WITHOUT ROWID;
CREATE INDEX alarm_notifications_by_job ON alarm_notifications (job);

-- +goose Down
DROP TABLE alarm_notifications;
DROP TABLE notification_timers;
DROP TABLE notification_rules;
DROP TABLE notification_services;
