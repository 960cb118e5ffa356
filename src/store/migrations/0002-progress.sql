ALTER TABLE jobs ADD COLUMN stalled_at INTEGER;
ALTER TABLE jobs ADD COLUMN stalled_phase TEXT;
ALTER TABLE jobs ADD COLUMN progress TEXT;

PRAGMA user_version = 2;
