PRAGMA application_id = 1937007990;
PRAGMA user_version = 1;
CREATE TABLE consumers (
  topic_id INTEGER NOT NULL,
  name     TEXT    NOT NULL,
  cursor   INTEGER NOT NULL,
  acked_at INTEGER NOT NULL,
  PRIMARY KEY (topic_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  topic_id       INTEGER NOT NULL,
  id             INTEGER NOT NULL,
  kind           TEXT    NOT NULL,
  payload        TEXT    NOT NULL,
  headers        TEXT    NOT NULL,
  occurred_at_ms INTEGER NOT NULL,
  hash           TEXT,
  PRIMARY KEY (topic_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE topics (
  id          INTEGER NOT NULL PRIMARY KEY,
  name        TEXT    NOT NULL UNIQUE,
  head        INTEGER NOT NULL,
  first       INTEGER NOT NULL,
  anchor_id   INTEGER,
  anchor_hash TEXT,
  head_hash   TEXT
) STRICT;
