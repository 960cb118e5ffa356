/** A job as a task: the id is the job's address, so it outlives client, server and coordinator, and stint in a terminal knows it. */
import {exactAddress, type ViewedJob} from '../../jobs/index.ts';
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
    ttlMs: null,
    ...(isEnded ? {} : {pollIntervalMs: POLL_MS}),
  };
}

const CANCELLED = 'cancelled';

function latest(times: readonly (string | null)[]): string {
  return times
    .filter(time => time !== null)
    .sort()
    .at(-1) as string;
}
