PRAGMA application_id = 1937009006;
PRAGMA user_version = 9;
CREATE TRIGGER last_number AFTER DELETE ON jobs
  WHEN OLD.number >= coalesce((SELECT max(number) FROM invocations), 0) BEGIN
  INSERT INTO repo_policy (key, value) VALUES ('last_number', OLD.number)
      ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), OLD.number);
END;
CREATE TABLE invocations (
  id              TEXT    NOT NULL PRIMARY KEY,
  created_at      INTEGER NOT NULL,
  trigger_command TEXT    NOT NULL,
  hook_type       TEXT,
  cwd             TEXT    NOT NULL,
  worktree        TEXT,
  branch          TEXT,
  commit_id       TEXT,
  dirty           INTEGER
, number INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE jobs (
  invocation_id TEXT    NOT NULL REFERENCES invocations (id) ON DELETE CASCADE,
  name          TEXT    NOT NULL,
  attempt       INTEGER NOT NULL,
  status        TEXT    NOT NULL,
  background    INTEGER NOT NULL,
  tags          TEXT    NOT NULL,
  group_name    TEXT,
  command       TEXT    NOT NULL,
  cwd           TEXT    NOT NULL,
  sample_every  INTEGER NOT NULL,
  queued_at     INTEGER NOT NULL,
  started_at    INTEGER,
  finished_at   INTEGER,
  closed_at     INTEGER,
  exit_code     INTEGER,
  signal        TEXT,
  message       TEXT,
  pid           INTEGER,
  size_bytes    INTEGER, stalled_at INTEGER, stalled_phase TEXT, progress TEXT, number INTEGER NOT NULL DEFAULT 0, duration_ms INTEGER, cpu_user_ms INTEGER, cpu_system_ms INTEGER, merged INTEGER NOT NULL DEFAULT 0, retention_ms INTEGER, retention_failed_ms INTEGER, kept_from INTEGER, pinned_at INTEGER, cut_bytes INTEGER, submitted_by TEXT,
  PRIMARY KEY (invocation_id, name, attempt)
) STRICT;
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
, invocation_id TEXT, attempt INTEGER, removed_at INTEGER) STRICT;
CREATE TABLE repo_policy (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invocations_by_number ON invocations (number);
CREATE INDEX jobs_by_name ON jobs (name, number);
CREATE INDEX jobs_closed_by_status ON jobs (status, number) WHERE closed_at IS NOT NULL;
CREATE INDEX jobs_kept_from ON jobs (kept_from) WHERE kept_from IS NOT NULL AND pinned_at IS NULL;
CREATE INDEX jobs_unfinished ON jobs (number) WHERE closed_at IS NULL;
CREATE INDEX past_runs_by_invocation ON past_runs (invocation_id) WHERE invocation_id IS NOT NULL;
CREATE INDEX past_runs_by_name ON past_runs (name, number);
