CREATE INDEX jobs_closed_by_status ON jobs (status, number) WHERE closed_at IS NOT NULL;

PRAGMA user_version = 5;
