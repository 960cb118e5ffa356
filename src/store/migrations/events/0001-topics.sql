PRAGMA application_id = 0x73746576;

-- head: the newest id that was ever given; first: the oldest id that was not compacted away.
-- anchor_id, anchor_hash: from where on entries are chained; head_hash: the hash of the newest entry. Null without a chain.
CREATE TABLE topics (
  id          INTEGER NOT NULL PRIMARY KEY,
  name        TEXT    NOT NULL UNIQUE,
  head        INTEGER NOT NULL,
  first       INTEGER NOT NULL,
  anchor_id   INTEGER,
  anchor_hash TEXT,
  head_hash   TEXT
) STRICT;

-- Clustered by topic and id: appending goes to the end of a topic's part, and needs no second index.
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

CREATE TABLE consumers (
  topic_id INTEGER NOT NULL,
  name     TEXT    NOT NULL,
  cursor   INTEGER NOT NULL,
  acked_at INTEGER NOT NULL,
  PRIMARY KEY (topic_id, name)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
