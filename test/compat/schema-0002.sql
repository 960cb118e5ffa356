PRAGMA application_id = 1937009006;
PRAGMA user_version = 2;
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
) STRICT;
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
  size_bytes    INTEGER, stalled_at INTEGER, stalled_phase TEXT, progress TEXT,
  PRIMARY KEY (invocation_id, name, attempt)
) STRICT;
CREATE TABLE repo_policy (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invocations_by_time ON invocations (created_at);
CREATE INDEX jobs_by_name ON jobs (name);
CREATE INDEX jobs_unfinished ON jobs (queued_at) WHERE closed_at IS NULL;
