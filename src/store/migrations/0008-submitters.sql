ALTER TABLE jobs ADD COLUMN submitted_by TEXT;

PRAGMA user_version = 8;
