/** What has to be known of the jobs of a repository to decide which of them are removed. */
import type {Connection} from '../driver/port.ts';

export interface PrunableRow {
  readonly invocation_id: string;
  /** That of the invocation's first job. */
  readonly invocation_number: number;
  readonly worktree: string | null;
  readonly name: string;
  readonly attempt: number;
  readonly number: number;
  readonly status: string;
  readonly queued_at: number;
  readonly finished_at: number | null;
  /** Null while something can still write to its log. */
  readonly closed_at: number | null;
  readonly retention_ms: number | null;
  readonly retention_failed_ms: number | null;
  /** Where it is there: the retention does not count from before. */
  readonly kept_from: number | null;
  readonly pinned_at: number | null;
  /** Of its journal, once it is closed. */
  readonly size_bytes: number | null;
  /** It reported progress (0 or 1), and how many characters its command has. */
  readonly reported: number;
  readonly command_length: number;
}

/** Every job, in the order of submission; those of an invocation stand together. */
export function listPrunable(db: Connection): PrunableRow[] {
  return db
    .prepare<[], PrunableRow>(
      `SELECT j.invocation_id, i.number AS invocation_number, i.worktree, j.name, j.attempt, j.number, j.status, j.queued_at,
              j.finished_at, j.closed_at, j.retention_ms, j.retention_failed_ms, j.kept_from, j.pinned_at, j.size_bytes,
              j.progress IS NOT NULL AS reported, length(j.command) AS command_length
         FROM invocations i JOIN jobs j ON j.invocation_id = i.id
        ORDER BY i.number, i.rowid, j.number, j.rowid`,
    )
    .all();
}

export type RemovableRow = Pick<PrunableRow, 'name' | 'attempt' | 'number' | 'closed_at' | 'pinned_at'>;

/** Asks for the jobs of an invocation, again and again: whether they may be removed now. */
export function removableJobs(db: Connection): (invocation: string) => RemovableRow[] {
  const jobs = db.prepare<[string], RemovableRow>(
    'SELECT name, attempt, number, closed_at, pinned_at FROM jobs WHERE invocation_id = ?',
  );
  return invocation => jobs.all(invocation);
}

/** The earliest time from which the retention of a job counts where its end was before that; undefined where there is none. */
export function keptSince(db: Connection): number | undefined {
  const row = db
    .prepare<[], {since: number | null}>(
      'SELECT min(kept_from) AS since FROM jobs WHERE kept_from IS NOT NULL AND pinned_at IS NULL',
    )
    .get();
  return row?.since ?? undefined;
}
