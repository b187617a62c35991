-- +goose Up
CREATE TABLE scripts (
  org      TEXT NOT NULL,
  kind     TEXT NOT NULL,
  name     TEXT NOT NULL,
  version  INTEGER NOT NULL,  -- the one that runs; a rollback points it back
  inherit  TEXT NOT NULL,
  tags     TEXT NOT NULL,
  remark   TEXT NOT NULL,
  org_wide INTEGER NOT NULL,
  PRIMARY KEY (org, kind, name)
) WITHOUT ROWID;

-- Rows are never changed. A version's number is used once as long as its script exists.
CREATE TABLE script_versions (
  org        TEXT NOT NULL,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  version    INTEGER NOT NULL,
  language   TEXT NOT NULL,
  source     TEXT NOT NULL,
  compiled   TEXT NOT NULL,  -- '' when the source runs as it is
  source_map TEXT NOT NULL,
  params     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (org, kind, name, version)
);

-- +goose Down
DROP TABLE script_versions;
DROP TABLE scripts;
