-- +goose Up
-- What the lists of devices name, for the question the other way round.
CREATE TABLE mounts (
  org  TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  eui  TEXT NOT NULL,
  PRIMARY KEY (org, kind, name, eui)
) WITHOUT ROWID;
CREATE INDEX mounts_by_device ON mounts (org, eui);
INSERT OR IGNORE INTO mounts SELECT org, 'parser', value, eui FROM devices, json_each(doc, '$.device.thing_models');
INSERT OR IGNORE INTO mounts SELECT org, 'rpc', value, eui FROM devices, json_each(doc, '$.device.rpcs');
INSERT OR IGNORE INTO mounts SELECT org, 'trigger', value, eui FROM devices, json_each(doc, '$.device.triggers');

-- Inputs of a script, and what should come out, for trying it again.
CREATE TABLE script_cases (
  org        TEXT NOT NULL,
  kind       TEXT NOT NULL,
  script     TEXT NOT NULL,
  name       TEXT NOT NULL,
  doc        BLOB NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (org, kind, script, name)
);

-- When a script last ran and last failed. Written now and then: the hot path keeps it in memory.
CREATE TABLE script_uses (
  org  TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  doc  BLOB NOT NULL,
  PRIMARY KEY (org, kind, name)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE script_uses;
DROP TABLE script_cases;
DROP TABLE mounts;
