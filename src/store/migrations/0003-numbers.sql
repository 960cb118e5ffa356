ALTER TABLE invocations ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN number INTEGER NOT NULL DEFAULT 0;

UPDATE jobs SET number = submitted.place
  FROM (SELECT j.rowid AS job, row_number() OVER (ORDER BY i.created_at, i.rowid, j.rowid) AS place
          FROM jobs j JOIN invocations i ON i.id = j.invocation_id) AS submitted
 WHERE jobs.rowid = submitted.job;
UPDATE invocations SET number = coalesce((SELECT min(number) FROM jobs WHERE invocation_id = invocations.id), 0);

DROP INDEX invocations_by_time;
DROP INDEX jobs_by_name;
DROP INDEX jobs_unfinished;
CREATE INDEX invocations_by_number ON invocations (number);
CREATE INDEX jobs_by_name ON jobs (name, number);
CREATE INDEX jobs_unfinished ON jobs (number) WHERE closed_at IS NULL;

CREATE TRIGGER last_number AFTER DELETE ON jobs
  WHEN OLD.number >= coalesce((SELECT max(number) FROM invocations), 0) BEGIN
  INSERT INTO repo_policy (key, value) VALUES ('last_number', OLD.number)
      ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), OLD.number);
END;

PRAGMA user_version = 3;
