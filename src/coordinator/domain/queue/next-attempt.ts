/** Whether a job that has ended is tried again, and when. Pure. */
import type {EndedState} from '../job/job.ts';
import type {JobOptions} from '../job/job-options.ts';

export interface NextAttempt {
  /** From 2. */
  readonly attempt: number;
  /** So long after the end of the one before, in milliseconds. */
  readonly afterMs: number;
}

type Retries = Pick<JobOptions, 'retries' | 'backoffMs' | 'retryOn'>;

/**
 * Undefined where it is not tried again: no attempt is left, it ended well, somebody wanted it to end, or nobody knows how it
 * ended, so that its work may be done or still be under way. `random` lies between 0 and 1.
 */
export function nextAttempt(
  {attempt, ...retries}: Retries & {readonly attempt: number},
  end: EndedState,
  random: number,
): NextAttempt | undefined {
  if (attempt > retries.retries || !isToBeTriedAgain(retries, end)) return undefined;
  return {attempt: attempt + 1, afterMs: backoffMs(retries, attempt, random)};
}

/** The code of a job that ran for longer than it may. */
const CODE_OF_TIME_OUT = 124;

function isToBeTriedAgain({retryOn}: Retries, {status, exitCode}: EndedState): boolean {
  if (status !== 'failed' && status !== 'timed_out') return false;
  const code = status === 'timed_out' ? CODE_OF_TIME_OUT : exitCode;
  return retryOn === null || (code !== undefined && retryOn.includes(code));
}

/**
 * The pause behind an attempt: twice as long as the one before, up to an hour, and between half of that and all of it, so that
 * jobs that failed for the same reason do not all come back in the same moment ("equal jitter").
 */
export function backoffMs(retries: Pick<JobOptions, 'backoffMs'>, attempt: number, random: number): number {
  return Math.round(longestBackoffMs(retries, attempt) * (0.5 + random / 2));
}

/** What it is at most. */
export function longestBackoffMs({backoffMs}: Pick<JobOptions, 'backoffMs'>, attempt: number): number {
  return Math.min(backoffMs * 2 ** (attempt - 1), Math.max(backoffMs, HOUR_MS));
}

const HOUR_MS = 60 * 60 * 1000;
