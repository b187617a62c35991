-- +goose Up
-- One key per organisation, wrapped by the master key: rotating that one touches nothing else.
CREATE TABLE data_keys (
  org        TEXT NOT NULL,
  kid        TEXT NOT NULL,
  master     TEXT NOT NULL,   -- the id of the master key that wraps it
  wrapped    BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org, kid)
) WITHOUT ROWID;

CREATE TABLE org_params (
  org         TEXT NOT NULL,
  key         TEXT NOT NULL,
  sealed      BLOB NOT NULL,
  remark      TEXT NOT NULL,
  secret      INTEGER NOT NULL,
  scripts     TEXT NOT NULL,
  hosts       TEXT NOT NULL,
  rotate_days INTEGER NOT NULL,
  rotated_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  updated_by  TEXT NOT NULL,
  PRIMARY KEY (org, key)
);

-- Former values: what was queued before a change still carries them, so they are masked for a while.
CREATE TABLE org_params_superseded (
  seq    INTEGER PRIMARY KEY,
  org    TEXT NOT NULL,
  key    TEXT NOT NULL,
  sealed BLOB NOT NULL,
  until  INTEGER NOT NULL
);
CREATE INDEX org_params_superseded_by_org ON org_params_superseded (org, until);

CREATE TABLE users (
  org           TEXT NOT NULL,
  name          TEXT NOT NULL,
  role          TEXT NOT NULL,
  password_hash TEXT NOT NULL,   -- argon2id, PHC string
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  PRIMARY KEY (org, name)
) WITHOUT ROWID;

CREATE TABLE sessions (
  hash       BLOB PRIMARY KEY,   -- SHA-256 of the cookie's random value
  org        TEXT NOT NULL,
  user       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (org, user);

CREATE TABLE tokens (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  hash         BLOB NOT NULL UNIQUE,   -- SHA-256 of the random token
  org          TEXT NOT NULL,
  name         TEXT NOT NULL,
  scopes       TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  created_by   TEXT NOT NULL,
  expires_at   INTEGER NOT NULL,       -- 0: never
  last_used_at INTEGER NOT NULL
);
CREATE INDEX tokens_by_org ON tokens (org, seq);

CREATE TABLE audit (
  seq    INTEGER PRIMARY KEY,
  id     TEXT NOT NULL,
  org    TEXT NOT NULL,
  time   INTEGER NOT NULL,
  actor  TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  before TEXT,
  after  TEXT
);
CREATE INDEX audit_by_org ON audit (org, seq);

-- +goose Down
DROP TABLE audit;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE org_params_superseded;
DROP TABLE org_params;
DROP TABLE data_keys;
