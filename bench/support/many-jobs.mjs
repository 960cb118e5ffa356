/** Rows of jobs that were run and are closed, as many as one likes, written by the store's own code. Such jobs need no directory. */
import {join} from 'node:path';

import {JOBS_SCHEMA, jobWrites, openForWriting} from '../../dist/lib/store/index.js';

/** Behind all jobs that are there. `nameOf` gives each its name by its place. No coordinator may be running. */
export function addClosedJobs({state, repo, worktree}, count, nameOf) {
  const db = openForWriting(join(state, 'repos', repo, 'coordinator.db'), JOBS_SCHEMA);
  try {
    const writes = jobWrites(db);
    const {last} = db.prepare('SELECT coalesce(max(number), 0) AS last FROM jobs').get();
    const now = Date.now();
    writes.together(() => {
      for (let at = 1; at <= count; at++)
        addClosed(writes, last + at, now - (count - at) * 1000, nameOf(at), worktree);
    });
  } finally {
    db.close();
  }
}

function addClosed(writes, number, endedAt, name, worktree) {
  const id = (0x100000000000 + number * 7919).toString(16);
  const began = endedAt - 500;
  writes.addInvocation({
    id,
    number,
    created_at: began,
    trigger_command: `stint run -- ${name}`,
    hook_type: null,
    cwd: worktree,
    worktree,
    branch: 'main',
    commit_id: '0123456789abcdef0123456789abcdef01234567',
    dirty: 0,
  });
  writes.putJob({
    invocation_id: id,
    number,
    name,
    attempt: 1,
    status: 'completed',
    background: 1,
    tags: '[]',
    group_name: null,
    command: name,
    cwd: worktree,
    sample_every: 1,
    merged: 0,
    queued_at: began,
    started_at: began,
    finished_at: endedAt,
    closed_at: endedAt,
    exit_code: 0,
    signal: null,
    message: null,
    pid: 1,
    size_bytes: 500,
    stalled_at: null,
    stalled_phase: null,
    progress: null,
    duration_ms: 500,
    cpu_user_ms: null,
    cpu_system_ms: null,
  });
}
