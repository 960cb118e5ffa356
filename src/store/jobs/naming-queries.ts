/** By what jobs can be named: the few columns that completion asks for, at a cost that does not grow with the jobs there are. */
import type {Connection} from '../driver/port.ts';

export interface NamingRow {
  readonly invocation_id: string;
  readonly name: string;
  readonly attempt: number;
  readonly status: string;
  readonly tags: string;
  readonly queued_at: number;
  readonly closed_at: number | null;
  readonly hook_type: string | null;
  readonly submitted_by: string | null;
  readonly worktree: string | null;
  readonly branch: string | null;
}

/** The newest `limit` jobs, newest first. */
export function namesOfNewest(db: Connection, limit: number): NamingRow[] {
  return db
    .prepare<[number], NamingRow>(
      `SELECT j.invocation_id, j.name, j.attempt, j.status, j.tags, j.queued_at, j.closed_at, j.submitted_by, i.hook_type,
            i.worktree, i.branch
         FROM invocations i JOIN jobs j ON j.invocation_id = i.id
        ORDER BY i.number DESC, i.rowid DESC
        LIMIT ?`,
    )
    .all(limit);
}

/** Jobs of invocations whose id begins so (not empty), `limit` at most, in no order. */
export function namesOfInvocations(db: Connection, prefix: string, limit: number): NamingRow[] {
  return db
    .prepare<[{prefix: string; limit: number}], NamingRow>(
      `SELECT j.invocation_id, j.name, j.attempt, j.status, j.tags, j.queued_at, j.closed_at, j.submitted_by, i.hook_type,
            i.worktree, i.branch
         FROM jobs j JOIN invocations i ON i.id = j.invocation_id
        WHERE j.invocation_id >= @prefix AND j.invocation_id < @prefix || 'g'
        LIMIT @limit`,
    )
    .all({prefix, limit});
}

/** The newest job of each of the first `limit` names that begin so; jumps from one name to the next. */
export function namesBeginning(db: Connection, prefix: string, limit: number): NamingRow[] {
  return db
    .prepare<[{prefix: string; end: string; limit: number}], NamingRow>(
      `WITH RECURSIVE beginning (name) AS (
         SELECT min(name) FROM jobs WHERE name >= @prefix
          UNION ALL
         SELECT (SELECT min(name) FROM jobs WHERE name > beginning.name) FROM beginning WHERE beginning.name < @end
          LIMIT @limit
       )
       SELECT j.invocation_id, j.name, j.attempt, j.status, j.tags, j.queued_at, j.closed_at, j.submitted_by, i.hook_type,
            i.worktree, i.branch
         FROM beginning
         JOIN jobs j ON j.rowid = (SELECT rowid FROM jobs WHERE name = beginning.name ORDER BY number DESC LIMIT 1)
         JOIN invocations i ON i.id = j.invocation_id
        WHERE beginning.name < @end`,
    )
    .all({prefix, end: `${prefix}\u{10ffff}`, limit});
}
