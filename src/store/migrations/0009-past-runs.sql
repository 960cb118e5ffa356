ALTER TABLE past_runs ADD COLUMN invocation_id TEXT;
ALTER TABLE past_runs ADD COLUMN attempt INTEGER;
ALTER TABLE past_runs ADD COLUMN removed_at INTEGER;

CREATE INDEX past_runs_by_invocation ON past_runs (invocation_id) WHERE invocation_id IS NOT NULL;

PRAGMA user_version = 9;
