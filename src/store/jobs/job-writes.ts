/** Writing jobs and invocations. For the one writer. */
import type {Connection} from '../connection.ts';
import type {InvocationRow, JobRow} from './rows.ts';

export interface JobWrites {
  /** Adds an invocation; one that is there stays as it is. */
  addInvocation(row: InvocationRow): void;
  /** Adds a job; of one that is there it replaces what became of it, and leaves what was known when it was submitted. */
  putJob(row: JobRow): void;
  /** Runs the writes as one transaction. */
  together(writes: () => void): void;
}

/** Prepared statements of a connection. */
export function jobWrites(db: Connection): JobWrites {
  const addInvocation = db.prepare<InvocationRow>(
    `INSERT INTO invocations (id, number, created_at, trigger_command, hook_type, cwd, worktree, branch, commit_id, dirty)
     VALUES (@id, @number, @created_at, @trigger_command, @hook_type, @cwd, @worktree, @branch, @commit_id, @dirty)
     ON CONFLICT (id) DO NOTHING`,
  );
  const putJob = db.prepare<JobRow>(
    `INSERT INTO jobs (invocation_id, number, name, attempt, status, background, tags, group_name, command, cwd,
                       sample_every, queued_at, started_at, finished_at, closed_at, exit_code, signal, message, pid,
                       size_bytes, stalled_at, stalled_phase, progress, duration_ms)
     VALUES (@invocation_id, @number, @name, @attempt, @status, @background, @tags, @group_name, @command, @cwd,
             @sample_every, @queued_at, @started_at, @finished_at, @closed_at, @exit_code, @signal, @message, @pid,
             @size_bytes, @stalled_at, @stalled_phase, @progress, @duration_ms)
     ON CONFLICT (invocation_id, name, attempt) DO UPDATE SET
       status = excluded.status, started_at = excluded.started_at, finished_at = excluded.finished_at,
       closed_at = excluded.closed_at, exit_code = excluded.exit_code, signal = excluded.signal, message = excluded.message,
       pid = excluded.pid, size_bytes = excluded.size_bytes, stalled_at = excluded.stalled_at,
       stalled_phase = excluded.stalled_phase, progress = excluded.progress, duration_ms = excluded.duration_ms`,
  );
  return {
    addInvocation: row => void addInvocation.run(row),
    putJob: row => void putJob.run(row),
    together: writes => db.transaction(writes).immediate(),
  };
}
