/**
 * A waiting as a task. All of it is in its id, so nothing has to be kept: it ends when its jobs have, or at its time. Cancelling
 * it ends only the waiting, which is all that a server remembers of it while it runs.
 */
import {isObject} from '../../base/index.ts';
import {POLL_MS} from './job-task.ts';
import type {TaskFacts} from './open-task.ts';

export interface AskedWait {
  /** Addresses. */
  readonly jobs: readonly string[];
  readonly any: boolean;
  /** Unix milliseconds. */
  readonly from: number;
  readonly until: number;
}

const PREFIX = 'wait~'; // no address begins so: no worktree is called that, and no invocation

export function waitTaskId({jobs, any, from, until}: AskedWait): string {
  return `${PREFIX}${Buffer.from(JSON.stringify([any ? 1 : 0, from, until, ...jobs])).toString('base64url')}`;
}

/** Undefined for what no waiting ever had. */
export function parseWaitTaskId(id: string): AskedWait | undefined {
  if (!id.startsWith(PREFIX)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(id.slice(PREFIX.length), 'base64url').toString());
    if (!Array.isArray(value) || isObject(value)) return undefined;
    const [any, from, until, ...jobs] = value as unknown[];
    if (!isMoment(from) || !isMoment(until) || jobs.length === 0 || jobs.length > MOST_JOBS) return undefined;
    if (!jobs.every(job => typeof job === 'string')) return undefined;
    return {any: any === 1, from, until, jobs: jobs as string[]};
  } catch {
    return undefined; // somebody made it up
  }
}

export const MOST_JOBS = 16;

/** Of those that a date can tell. */
function isMoment(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= 8.64e15;
}

/** As it is told while it goes on. */
export function waitTask(asked: AskedWait, standing: string): TaskFacts {
  return {
    taskId: waitTaskId(asked),
    status: 'working',
    statusMessage: standing,
    createdAt: new Date(asked.from).toISOString(),
    lastUpdatedAt: new Date(asked.from).toISOString(),
    ttlMs: null,
    pollIntervalMs: POLL_MS,
  };
}
