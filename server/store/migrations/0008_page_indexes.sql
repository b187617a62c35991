-- +goose Up
-- What the pages ask for. Work that goes well is in none of them, so that it costs nothing.
CREATE INDEX executions_failed ON executions (org, seq) WHERE state = 'failed';
CREATE INDEX executions_waiting ON executions (org, seq) WHERE state = 'waiting';
CREATE INDEX jobs_by_state ON jobs (org, state, seq) WHERE state IN ('retryable', 'discarded', 'cancelled');
CREATE INDEX alarms_by_name ON alarms (org, eui, name, seq);
CREATE INDEX audit_by_target ON audit (org, target, seq);

-- +goose Down
DROP INDEX audit_by_target;
DROP INDEX alarms_by_name;
DROP INDEX jobs_by_state;
DROP INDEX executions_waiting;
DROP INDEX executions_failed;
