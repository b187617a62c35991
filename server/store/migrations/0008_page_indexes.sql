-- +goose Up
-- What the pages ask for. Work that goes well is in none of them, so that it costs nothing. One index a state: a
-- query for state = ? finds it, which it would not for a list of states.
CREATE INDEX executions_failed ON executions (org, seq) WHERE state = 'failed';
CREATE INDEX executions_waiting ON executions (org, seq) WHERE state = 'waiting';
CREATE INDEX jobs_retryable ON jobs (org, seq) WHERE state = 'retryable';
CREATE INDEX jobs_discarded ON jobs (org, seq) WHERE state = 'discarded';
CREATE INDEX jobs_cancelled ON jobs (org, seq) WHERE state = 'cancelled';
CREATE INDEX alarms_by_name ON alarms (org, eui, name, seq);
CREATE INDEX audit_by_target ON audit (org, target, seq);

-- +goose Down
DROP INDEX audit_by_target;
DROP INDEX alarms_by_name;
DROP INDEX jobs_cancelled;
DROP INDEX jobs_discarded;
DROP INDEX jobs_retryable;
DROP INDEX executions_waiting;
DROP INDEX executions_failed;
