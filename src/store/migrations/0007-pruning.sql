ALTER TABLE jobs ADD COLUMN retention_ms INTEGER;
ALTER TABLE jobs ADD COLUMN retention_failed_ms INTEGER;
ALTER TABLE jobs ADD COLUMN kept_from INTEGER;
ALTER TABLE jobs ADD COLUMN pinned_at INTEGER;

UPDATE jobs SET retention_ms = 604800000, retention_failed_ms = 604800000,
                kept_from = CAST(strftime('%s', 'now') AS INTEGER) * 1000;

CREATE INDEX jobs_kept_from ON jobs (kept_from) WHERE kept_from IS NOT NULL AND pinned_at IS NULL;

CREATE TABLE past_runs (
  number      INTEGER NOT NULL,
  name        TEXT    NOT NULL,
  status      TEXT    NOT NULL,
  command     TEXT,
  commit_id   TEXT,
  duration_ms INTEGER,
  cpu_user_ms INTEGER,
  cpu_system_ms INTEGER,
  progress    TEXT
) STRICT;

CREATE INDEX past_runs_by_name ON past_runs (name, number);

PRAGMA user_version = 7;
