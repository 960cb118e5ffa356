ALTER TABLE jobs ADD COLUMN duration_ms INTEGER;

UPDATE jobs SET duration_ms = finished_at - started_at WHERE finished_at >= started_at;

PRAGMA user_version = 4;
