/** A job as a task: the id is the job's address, so it outlives client, server and coordinator, and stint in a terminal knows it. */
import {exactAddress, type JobView, type ViewedJob} from '../../jobs/index.ts';
import {isOver, standingText} from '../answers/words.ts';
import type {TaskFacts} from './open-task.ts';

/** Clients ask again after so long; whoever listens is told at once. */
export const POLL_MS = 2000;

export function jobTask({job, view}: ViewedJob): TaskFacts {
  const createdAt = view.invocation_created_at;
  const isEnded = isOver(view);
  return {
    taskId: exactAddress(job),
    status: !isEnded ? 'working' : view.status === CANCELLED ? CANCELLED : 'completed',
    statusMessage: standingText(view),
    createdAt,
    lastUpdatedAt: latest([createdAt, view.started_at, view.finished_at, view.closed_at]),
    ttlMs: ttlOf(view),
    ...(isEnded ? {} : {pollIntervalMs: POLL_MS}),
  };
}

/** Until its time is over; for ever as far as anybody knows while it runs, and where it is kept for good. */
function ttlOf({expires_at, invocation_created_at}: JobView): number | null {
  return expires_at === null ? null : Math.max(0, Date.parse(expires_at) - Date.parse(invocation_created_at));
}

const CANCELLED = 'cancelled';

function latest(times: readonly (string | null)[]): string {
  return times
    .filter(time => time !== null)
    .sort()
    .at(-1) as string;
}
