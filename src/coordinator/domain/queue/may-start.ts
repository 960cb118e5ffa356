/**
 * Which queued jobs may start now, and for each other one why not. Whatever else a job may have to wait for is one more
 * fact and one more reason here: the queue asks about each job in its order and knows none of them.
 */
import type {Job} from '../job/job.ts';

/** What a start depends on besides the job. */
export interface StartFacts {
  /** How many may run at once, and how many have a place. */
  readonly parallel: number;
  readonly taken: number;
  /** Why nothing can be started for now: a start failed because of something that passes. */
  readonly held: string | undefined;
}

/** Why a job stays queued. */
export type WaitReason = {readonly why: 'limit'} | {readonly why: 'held'; readonly message: string};

export interface WaitingJob {
  readonly job: Job;
  readonly reason: WaitReason;
}

/** Undefined when the job may start now. */
export function waitReason(job: Job, {parallel, taken, held}: StartFacts): WaitReason | undefined {
  if (held !== undefined) return {why: 'held', message: held};
  return passesQueue(job) || taken < parallel ? undefined : LIMIT;
}

const LIMIT: WaitReason = {why: 'limit'};

/** Those of the queue that start without anything else happening first, and those that wait; each in its order. */
export function mayStart(
  queue: readonly Job[],
  facts: StartFacts,
): {readonly starting: readonly Job[]; readonly waiting: readonly WaitingJob[]} {
  const starting: Job[] = [];
  const waiting: WaitingJob[] = [];
  for (const job of queue) {
    const reason = waitReason(job, {...facts, taken: facts.taken + starting.length});
    if (reason === undefined) starting.push(job);
    else waiting.push({job, reason});
  }
  return {starting, waiting};
}

/** Whether it starts at once, also above the limit; such jobs stand at the head of the queue. */
export function passesQueue({spec}: Job): boolean {
  return spec.now;
}

/** How many jobs run at once when nobody said otherwise: eight times the cores, at least 16. */
export function defaultParallel(cores: number): number {
  return Math.max(16, cores * 8);
}
