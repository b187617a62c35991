-- +goose Up
CREATE TABLE orgs (
  code           TEXT PRIMARY KEY,
  name           TEXT NOT NULL,
  time_zone      TEXT NOT NULL DEFAULT 'UTC',
  origin_tag     TEXT NOT NULL DEFAULT '',
  unknown_devices TEXT NOT NULL DEFAULT 'reject',
  egress_hosts   TEXT NOT NULL DEFAULT '[]',
  downlink_url   TEXT NOT NULL DEFAULT '',
  created_at     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE devices (
  org       TEXT NOT NULL,
  eui       TEXT NOT NULL,
  doc       BLOB NOT NULL,
  PRIMARY KEY (org, eui)
);

-- The seq of alarms, executions, dispatches and jobs is the time and counter in their id (UUIDv7): it
-- orders them by when they were made, and finds one by its id without an index of its own.

CREATE TABLE alarms (
  seq             INTEGER PRIMARY KEY,
  id              TEXT NOT NULL,
  org             TEXT NOT NULL,
  eui             TEXT NOT NULL,
  name            TEXT NOT NULL,
  state           TEXT NOT NULL,
  cleared_at      INTEGER,
  doc             BLOB NOT NULL
);
CREATE UNIQUE INDEX alarms_active ON alarms (org, eui, name) WHERE state = 'active';
CREATE INDEX alarms_by_org ON alarms (org, state, seq);

-- One row an uplink or call; its steps update the document.
CREATE TABLE executions (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL,
  org        TEXT NOT NULL,
  eui        TEXT NOT NULL,
  state      TEXT NOT NULL,
  doc        BLOB NOT NULL
);
CREATE INDEX executions_queued ON executions (seq) WHERE state = 'queued';
CREATE INDEX executions_by_org ON executions (org, seq);
CREATE INDEX executions_by_device ON executions (org, eui, seq);

CREATE TABLE uplink_ids (
  org          TEXT NOT NULL,
  eui          TEXT NOT NULL,
  id           TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  seen_at      INTEGER NOT NULL,
  PRIMARY KEY (org, eui, id)
);
CREATE INDEX uplink_ids_by_age ON uplink_ids (seen_at);

-- Dispatches that wait for their delayms, or for a script that awaits something.
CREATE TABLE dispatches (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL,
  org          TEXT NOT NULL,
  eui          TEXT NOT NULL,
  trigger_name TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  execution    INTEGER NOT NULL, -- seq of the execution
  due_at       INTEGER NOT NULL,
  plan         BLOB NOT NULL   -- sealed: params may carry what the script read from org_params
);
CREATE INDEX dispatches_due ON dispatches (due_at);
CREATE INDEX dispatches_by_execution ON dispatches (execution);
CREATE INDEX dispatches_by_trigger ON dispatches (org, eui, trigger_name);

-- The durable queue. A job of a chain waits, without scheduled_at, for the first attempt of the one
-- that follows names.
CREATE TABLE jobs (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL,
  org          TEXT NOT NULL,
  eui          TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  execution    INTEGER NOT NULL, -- seq of the execution
  kind         TEXT NOT NULL,
  state        TEXT NOT NULL,
  scheduled_at INTEGER,
  follows      TEXT,
  wait_ms      INTEGER NOT NULL DEFAULT 0,
  destination  TEXT NOT NULL,
  payload      BLOB,
  doc          BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  finished_at  INTEGER
);
CREATE INDEX jobs_due ON jobs (scheduled_at) WHERE state IN ('scheduled', 'available', 'retryable') AND scheduled_at IS NOT NULL;
CREATE INDEX jobs_following ON jobs (follows) WHERE follows IS NOT NULL;
CREATE INDEX jobs_by_org ON jobs (org, seq);
CREATE INDEX jobs_by_execution ON jobs (execution);
CREATE INDEX jobs_downlinks ON jobs (org, eui, seq) WHERE kind = 'downlink';

-- The cache that RPC scripts share, per script and organisation.
CREATE TABLE script_cache (
  org        TEXT NOT NULL,
  script     TEXT NOT NULL,
  key        TEXT NOT NULL,
  value      BLOB NOT NULL,  -- sealed
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (org, script, key)
);

-- +goose Down
DROP TABLE script_cache;
DROP TABLE jobs;
DROP TABLE dispatches;
DROP TABLE uplink_ids;
DROP TABLE executions;
DROP TABLE alarms;
DROP TABLE devices;
DROP TABLE orgs;
