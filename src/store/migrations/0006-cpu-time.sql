ALTER TABLE jobs ADD COLUMN cpu_user_ms INTEGER;
ALTER TABLE jobs ADD COLUMN cpu_system_ms INTEGER;

PRAGMA user_version = 6;
