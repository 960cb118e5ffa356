/** Writing jobs and invocations. For the one writer. */
import type {Connection} from '../driver/port.ts';
import type {InvocationRow, JobRow} from './rows.ts';

export interface JobWrites {
  /** Adds an invocation; one that is there stays as it is. */
  addInvocation(row: InvocationRow): void;
  /** Adds a job; of one that is there it replaces what became of it, and leaves what was known when it was submitted. */
  putJob(row: JobRow): void;
  /**
   * Removes a job, and its invocation with the last of its jobs; what statistics want of it stays. False where there is none.
   * Its number is not given again. `at`: when, Unix milliseconds.
   */
  removeJob(invocation: string, name: string, attempt: number, at: number): boolean;
  /** The same of invocations with all their jobs. Tells how many there were. */
  removeInvocations(ids: readonly string[], at: number): number;
  /** The time from which the retention of a job counts, where its end was before that. Unix milliseconds. */
  keepFrom(invocation: string, name: string, attempt: number, at: number): void;
  /** Keeps a job for good since then, or not any more (null). False where there is none. */
  pin(invocation: string, name: string, attempt: number, at: number | null): boolean;
  /** Where a queued job was moved in the queue: see `JobRow`. */
  rank(invocation: string, name: string, attempt: number, rank: number): void;
  /** Runs the writes as one transaction. */
  together(writes: () => void): void;
}

/** Prepared statements of a connection. */
export function jobWrites(db: Connection): JobWrites {
  const addInvocation = db.prepare<[InvocationRow]>(
    `INSERT INTO invocations (id, number, created_at, trigger_command, hook_type, cwd, worktree, branch, commit_id, dirty)
     VALUES (@id, @number, @created_at, @trigger_command, @hook_type, @cwd, @worktree, @branch, @commit_id, @dirty)
     ON CONFLICT (id) DO NOTHING`,
  );
  const putJob = db.prepare<[JobRow]>(
    `INSERT INTO jobs (invocation_id, number, name, attempt, status, background, tags, group_name, command, cwd,
                       sample_every, queued_at, started_at, finished_at, closed_at, exit_code, signal, message, pid,
                       size_bytes, stalled_at, stalled_phase, progress, duration_ms, cpu_user_ms, cpu_system_ms, merged,
                       retention_ms, retention_failed_ms, cut_bytes, submitted_by, priority, service, retries, queue_rank)
     VALUES (@invocation_id, @number, @name, @attempt, @status, @background, @tags, @group_name, @command, @cwd,
             @sample_every, @queued_at, @started_at, @finished_at, @closed_at, @exit_code, @signal, @message, @pid,
             @size_bytes, @stalled_at, @stalled_phase, @progress, @duration_ms, @cpu_user_ms, @cpu_system_ms, @merged,
             @retention_ms, @retention_failed_ms, @cut_bytes, @submitted_by, @priority, @service, @retries, @queue_rank)
     ON CONFLICT (invocation_id, name, attempt) DO UPDATE SET
       status = excluded.status, started_at = excluded.started_at, finished_at = excluded.finished_at,
       closed_at = excluded.closed_at, exit_code = excluded.exit_code, signal = excluded.signal, message = excluded.message,
       pid = excluded.pid, size_bytes = excluded.size_bytes, stalled_at = excluded.stalled_at,
       stalled_phase = excluded.stalled_phase, progress = excluded.progress, duration_ms = excluded.duration_ms,
       cpu_user_ms = excluded.cpu_user_ms, cpu_system_ms = excluded.cpu_system_ms, cut_bytes = excluded.cut_bytes`,
  );
  const removeJob = db.prepare<[string, string, number]>(
    'DELETE FROM jobs WHERE invocation_id = ? AND name = ? AND attempt = ?',
  );
  // What differs from its commit cannot be compared with other runs of that commit: neither that nor the command is kept then.
  const keepRuns = db.prepare<
    [{invocations: string; name: string | null; attempt: number | null; at: number}]
  >(
    `INSERT INTO past_runs (number, name, status, command, commit_id, duration_ms, cpu_user_ms, cpu_system_ms, progress,
                            invocation_id, attempt, removed_at)
     SELECT j.number, j.name, j.status, CASE WHEN i.dirty = 0 THEN j.command END,
            CASE WHEN i.dirty = 0 THEN i.commit_id END, j.duration_ms, j.cpu_user_ms, j.cpu_system_ms, j.progress,
            j.invocation_id, j.attempt, @at
       FROM jobs j JOIN invocations i ON i.id = j.invocation_id
      WHERE j.invocation_id IN (SELECT value FROM json_each(@invocations))
        AND (@name IS NULL OR (j.name = @name AND j.attempt = @attempt))`,
  );
  const keepFrom = db.prepare<[number, string, string, number]>(
    'UPDATE jobs SET kept_from = ? WHERE invocation_id = ? AND name = ? AND attempt = ?',
  );
  const pin = db.prepare<[number | null, string, string, number]>(
    'UPDATE jobs SET pinned_at = ? WHERE invocation_id = ? AND name = ? AND attempt = ?',
  );
  const rank = db.prepare<[number, string, string, number]>(
    'UPDATE jobs SET queue_rank = ? WHERE invocation_id = ? AND name = ? AND attempt = ?',
  );
  const removeIfEmpty = db.prepare<[{id: string}]>(
    'DELETE FROM invocations WHERE id = @id AND NOT EXISTS (SELECT 1 FROM jobs WHERE invocation_id = @id)',
  );
  const removeInvocations = db.prepare<[string]>(
    'DELETE FROM invocations WHERE id IN (SELECT value FROM json_each(?))',
  );
  return {
    addInvocation: row => void addInvocation.run(row),
    putJob: row => void putJob.run(row),
    removeJob: (invocation, name, attempt, at) => {
      keepRuns.run({invocations: JSON.stringify([invocation]), name, attempt, at});
      const {changes} = removeJob.run(invocation, name, attempt);
      removeIfEmpty.run({id: invocation});
      return changes > 0;
    },
    removeInvocations: (ids, at) => {
      const list = JSON.stringify(ids);
      keepRuns.run({invocations: list, name: null, attempt: null, at});
      return removeInvocations.run(list).changes;
    },
    keepFrom: (invocation, name, attempt, at) => void keepFrom.run(at, invocation, name, attempt),
    pin: (invocation, name, attempt, at) => pin.run(at, invocation, name, attempt).changes > 0,
    rank: (invocation, name, attempt, at) => void rank.run(at, invocation, name, attempt),
    together: writes => db.immediate(writes),
  };
}
