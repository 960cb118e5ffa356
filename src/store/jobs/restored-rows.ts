/** Rows of another database of jobs, brought into this one. For the one writer; both are of the schema of this version. */
import {connect} from '../driver/choice.ts';
import type {Connection} from '../driver/port.ts';

export interface JobKeyRow {
  readonly invocation_id: string;
  readonly name: string;
  readonly attempt: number;
  readonly closed_at: number | null;
}

/** Every job; of a database of any version. */
export function jobKeys(db: Connection): JobKeyRow[] {
  return db.prepare<[], JobKeyRow>('SELECT invocation_id, name, attempt, closed_at FROM jobs').all();
}

/**
 * Adds every row that is not there yet. Numbers tell the order of submission: where one of them is another job's here, the two
 * count anew since then, and all that come get numbers below all that are here. Repeating it changes
 * nothing.
 */
export function takeRowsOf(db: Connection, path: string): void {
  db.prepare<[string]>('ATTACH DATABASE ? AS restored').run(path);
  try {
    db.immediate(() => {
      db.exec(`
        CREATE TEMP TABLE moved AS SELECT
          CASE WHEN EXISTS (
            SELECT 1 FROM restored.jobs theirs JOIN main.jobs ours ON ours.number = theirs.number
             WHERE (ours.invocation_id, ours.name, ours.attempt) <> (theirs.invocation_id, theirs.name, theirs.attempt))
          THEN (SELECT min(number) FROM main.jobs) - 1 - (SELECT max(number) FROM restored.jobs)
          ELSE 0 END AS "by";
        UPDATE restored.jobs SET number = number + (SELECT "by" FROM moved);
        UPDATE restored.past_runs SET number = number + (SELECT "by" FROM moved);
        UPDATE restored.invocations SET number = number + (SELECT "by" FROM moved);
        INSERT OR IGNORE INTO main.invocations SELECT * FROM restored.invocations;
        INSERT OR IGNORE INTO main.jobs SELECT * FROM restored.jobs;
        INSERT INTO main.past_runs SELECT * FROM restored.past_runs theirs
         WHERE NOT EXISTS (SELECT 1 FROM main.past_runs ours WHERE ours.number = theirs.number AND ours.name = theirs.name);
        INSERT OR IGNORE INTO main.repo_policy SELECT * FROM restored.repo_policy;
        UPDATE main.repo_policy SET value = max(CAST(value AS INTEGER), (
            SELECT CAST(value AS INTEGER) FROM restored.repo_policy WHERE key = 'last_number'))
         WHERE key = 'last_number' AND EXISTS (SELECT 1 FROM restored.repo_policy WHERE key = 'last_number');
        DROP TABLE moved;
      `);
    });
  } finally {
    db.exec('DETACH DATABASE restored');
  }
}

/** The retention of every job counts from `now` (Unix milliseconds) where it would count from before. */
export function keepAllFrom(db: Connection, now: number): void {
  db.prepare<[number]>('UPDATE jobs SET kept_from = max(coalesce(kept_from, 0), ?)').run(now);
}

/** Takes from a database that nobody else has open, of any version, the rows of all jobs but these. */
export function dropRowsNotIn(path: string, kept: readonly JobKeyRow[]): void {
  dropRows(path, 'others', kept);
}

/** The rows of these jobs. */
export function dropRowsOf(path: string, dropped: readonly JobKeyRow[]): void {
  dropRows(path, 'these', dropped);
}

function dropRows(path: string, which: 'these' | 'others', jobs: readonly JobKeyRow[]): void {
  const db = connect(path, {timeout: 0});
  try {
    const keys = JSON.stringify(jobs.map(({invocation_id, name, attempt}) => [invocation_id, name, attempt]));
    db.immediate(() => {
      db.exec(
        'CREATE TEMP TABLE named (invocation_id TEXT, name TEXT, attempt INTEGER, PRIMARY KEY (invocation_id, name, attempt))',
      );
      db.prepare<[string]>(
        `INSERT INTO named SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
           FROM json_each(?)`,
      ).run(keys);
      db.prepare<[string]>(
        `DELETE FROM jobs WHERE ((invocation_id, name, attempt) IN (SELECT invocation_id, name, attempt FROM named)) = (? = 'these')`,
      ).run(which);
      db.exec('DELETE FROM invocations WHERE id NOT IN (SELECT invocation_id FROM jobs)');
    });
  } finally {
    db.close();
  }
}
