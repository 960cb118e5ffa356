/** What is kept of the runs whose jobs were removed, so that statistics do not forget them. `job-writes.ts` keeps it. */
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
