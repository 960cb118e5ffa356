/** Writing jobs and invocations. For the one writer. */
import type {Connection} from '../driver/port.ts';
import type {InvocationRow, JobRow} from './rows.ts';

export interface JobWrites {
  /** Adds an invocation; one that is there stays as it is. */
  addInvocation(row: InvocationRow): void;
  /** Adds a job; of one that is there it replaces what became of it, and leaves what was known when it was submitted. */
  putJob(row: JobRow): void;
  /** Removes a job, and its invocation with the last of its jobs. False where there is none. Its number is not given again. */
  removeJob(invocation: string, name: string, attempt: number): boolean;
  /** Removes an invocation with all its jobs. False where there is none. Their numbers are not given again. */
  removeInvocation(id: string): boolean;
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
                       size_bytes, stalled_at, stalled_phase, progress, duration_ms, cpu_user_ms, cpu_system_ms, merged)
     VALUES (@invocation_id, @number, @name, @attempt, @status, @background, @tags, @group_name, @command, @cwd,
             @sample_every, @queued_at, @started_at, @finished_at, @closed_at, @exit_code, @signal, @message, @pid,
             @size_bytes, @stalled_at, @stalled_phase, @progress, @duration_ms, @cpu_user_ms, @cpu_system_ms, @merged)
     ON CONFLICT (invocation_id, name, attempt) DO UPDATE SET
       status = excluded.status, started_at = excluded.started_at, finished_at = excluded.finished_at,
       closed_at = excluded.closed_at, exit_code = excluded.exit_code, signal = excluded.signal, message = excluded.message,
       pid = excluded.pid, size_bytes = excluded.size_bytes, stalled_at = excluded.stalled_at,
       stalled_phase = excluded.stalled_phase, progress = excluded.progress, duration_ms = excluded.duration_ms,
       cpu_user_ms = excluded.cpu_user_ms, cpu_system_ms = excluded.cpu_system_ms`,
  );
  const removeJob = db.prepare<[string, string, number]>(
    'DELETE FROM jobs WHERE invocation_id = ? AND name = ? AND attempt = ?',
  );
  const removeIfEmpty = db.prepare<[{id: string}]>(
    'DELETE FROM invocations WHERE id = @id AND NOT EXISTS (SELECT 1 FROM jobs WHERE invocation_id = @id)',
  );
  const removeInvocation = db.prepare<[string]>('DELETE FROM invocations WHERE id = ?');
  return {
    addInvocation: row => void addInvocation.run(row),
    putJob: row => void putJob.run(row),
    removeJob: (invocation, name, attempt) => {
      const {changes} = removeJob.run(invocation, name, attempt);
      removeIfEmpty.run({id: invocation});
      return changes > 0;
    },
    removeInvocation: id => removeInvocation.run(id).changes > 0,
    together: writes => db.immediate(writes),
  };
}
