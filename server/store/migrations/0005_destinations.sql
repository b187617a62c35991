-- +goose Up
-- What is due is looked for by organisation: what one has waiting must not stand before another's.
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (org, scheduled_at) WHERE state IN ('scheduled', 'available', 'retryable') AND scheduled_at IS NOT NULL;

-- When requests were made that a platform counts. The key is a hash; several organisations may share it.
CREATE TABLE budget_uses (
  key    TEXT PRIMARY KEY,
  uses   TEXT NOT NULL,     -- times in ms, as a JSON list
  at     INTEGER NOT NULL   -- of the latest one that was stored
);

-- Access tokens of chat platforms' apps.
CREATE TABLE app_tokens (
  org   TEXT NOT NULL,
  app   TEXT NOT NULL,      -- a hash
  token BLOB NOT NULL,      -- sealed
  until INTEGER NOT NULL,
  PRIMARY KEY (org, app)
);

-- How destinations of deliveries have answered lately.
CREATE TABLE destinations (
  org         TEXT NOT NULL,
  destination TEXT NOT NULL,
  doc         TEXT NOT NULL,
  PRIMARY KEY (org, destination)
);

-- An organisation's own limits in place of those of the platforms, by the budget's name; 0 lifts one.
ALTER TABLE orgs ADD COLUMN budgets TEXT NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE orgs DROP COLUMN budgets;
DROP TABLE destinations;
DROP TABLE app_tokens;
DROP TABLE budget_uses;
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (scheduled_at) WHERE state IN ('scheduled', 'available', 'retryable') AND scheduled_at IS NOT NULL;
