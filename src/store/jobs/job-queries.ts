/** Reading jobs and invocations. */
import type {Connection} from '../driver/port.ts';
import type {InvocationRow, JobRow, ListedRow} from './rows.ts';

/** What is unfinished and the last `invocations` invocations, newest first; within one in the order of submission. */
export function listRecent(db: Connection, invocations: number): ListedRow[] {
  return db
    .prepare<[number], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch, i.commit_id, i.dirty
         FROM invocations i JOIN jobs j ON j.invocation_id = i.id
        WHERE i.id IN (SELECT id FROM invocations ORDER BY number DESC, rowid DESC LIMIT ?)
           OR i.id IN (SELECT invocation_id FROM jobs WHERE closed_at IS NULL)
        ORDER BY i.number DESC, i.rowid DESC, j.number, j.rowid`,
    )
    .all(invocations);
}

/** Every job of this repository, newest invocation first. */
export function listAll(db: Connection): ListedRow[] {
  return listRecent(db, -1);
}

/** The jobs of the invocations whose id begins so, or of that name (empty strings match nothing), newest invocation first. */
export function findCandidates(db: Connection, invocationPrefix: string, name: string): ListedRow[] {
  return db
    .prepare<[{name: string; prefix: string}], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch, i.commit_id, i.dirty
         FROM jobs j JOIN invocations i ON i.id = j.invocation_id
        WHERE j.name = @name OR (@prefix <> '' AND j.invocation_id >= @prefix AND j.invocation_id < @prefix || 'g')
        ORDER BY i.number DESC, i.rowid DESC, j.number, j.rowid`,
    )
    .all({name, prefix: invocationPrefix});
}

/** The newest `limit` jobs of that name, newest first. */
export function listRuns(db: Connection, name: string, limit: number): ListedRow[] {
  return db
    .prepare<[string, number], ListedRow>(
      `SELECT j.*, i.number AS invocation_number, i.created_at, i.trigger_command, i.hook_type, i.worktree, i.branch, i.commit_id, i.dirty
         FROM jobs j JOIN invocations i ON i.id = j.invocation_id
        WHERE j.name = ?
        ORDER BY j.number DESC, j.rowid DESC
        LIMIT ?`,
    )
    .all(name, limit);
}

/** The highest number that a job was given, also one that was removed since; 0 where there was none. */
export function lastNumber(db: Connection): number {
  const last = db
    .prepare<[], {number: number}>(
      `SELECT max(coalesce((SELECT max(number) FROM jobs), 0),
                  coalesce((SELECT CAST(value AS INTEGER) FROM repo_policy WHERE key = 'last_number'), 0)) AS number`,
    )
    .get();
  return last?.number ?? 0;
}

/** The names of all jobs, also of those that were removed. */
export function listNames(db: Connection): string[] {
  const rows = db.prepare<[], {name: string}>('SELECT name FROM jobs UNION SELECT name FROM past_runs').all();
  return rows.map(({name}) => name);
}

/** Jobs whose log can still grow, in the order they were submitted. */
export function listUnfinished(db: Connection): JobRow[] {
  return db.prepare<[], JobRow>('SELECT * FROM jobs WHERE closed_at IS NULL ORDER BY number, rowid').all();
}

/** Whether any job's log can still grow. */
export function hasUnfinished(db: Connection): boolean {
  return db.prepare('SELECT 1 FROM jobs WHERE closed_at IS NULL LIMIT 1').get() !== undefined;
}

export function findInvocation(db: Connection, id: string): InvocationRow | undefined {
  return db.prepare<[string], InvocationRow>('SELECT * FROM invocations WHERE id = ?').get(id);
}

export function findJob(
  db: Connection,
  invocation: string,
  name: string,
  attempt: number,
): JobRow | undefined {
  return db
    .prepare<[string, string, number], JobRow>(
      'SELECT * FROM jobs WHERE invocation_id = ? AND name = ? AND attempt = ?',
    )
    .get(invocation, name, attempt);
}
