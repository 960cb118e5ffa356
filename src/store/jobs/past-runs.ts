/** What is kept of the runs whose jobs were removed: for statistics, and for who still has an address. `job-writes.ts` keeps it. */
import type {Connection} from '../driver/port.ts';

export interface PastRunRow {
  /** That of its job. */
  readonly number: number;
  readonly status: string;
  /** Null as well where the checkout differed from its commit, or nobody knew: then both tell nothing. */
  readonly command: string | null;
  readonly commit_id: string | null;
  readonly duration_ms: number | null;
  readonly cpu_user_ms: number | null;
  readonly cpu_system_ms: number | null;
  readonly progress: string | null;
}

/** The newest `limit` of that name, newest first. */
export function listPastRuns(db: Connection, name: string, limit: number): PastRunRow[] {
  return db
    .prepare<[string, number], PastRunRow>(
      `SELECT number, status, command, commit_id, duration_ms, cpu_user_ms, cpu_system_ms, progress FROM past_runs
        WHERE name = ? ORDER BY number DESC, rowid DESC LIMIT ?`,
    )
    .all(name, limit);
}

/** All three are null of a job that a store before schema 8 has lost. */
export interface RemovedJobRow {
  readonly name: string;
  readonly invocation_id: string | null;
  readonly attempt: number | null;
  /** Unix milliseconds. */
  readonly removed_at: number | null;
}

/** Of invocations whose id begins so, those that were removed last first. */
export function listRemoved(db: Connection, prefix: string): RemovedJobRow[] {
  return db
    .prepare<[{prefix: string}], RemovedJobRow>(
      `SELECT name, invocation_id, attempt, removed_at FROM past_runs
        WHERE invocation_id >= @prefix AND invocation_id < @prefix || 'g' ORDER BY removed_at DESC, rowid DESC LIMIT 100`,
    )
    .all({prefix});
}

/** The newest of that name. */
export function newestRemoved(db: Connection, name: string): RemovedJobRow | undefined {
  return db
    .prepare<[string], RemovedJobRow>(
      `SELECT name, invocation_id, attempt, removed_at FROM past_runs
        WHERE name = ? ORDER BY number DESC, rowid DESC LIMIT 1`,
    )
    .get(name);
}
