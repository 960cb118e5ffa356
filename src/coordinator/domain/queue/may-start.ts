/**
 * Which queued jobs may start now, and for each other one why not. Whatever else a job may have to wait for is one more
 * fact and one more reason here: the queue asks about each job in its order and knows none of them.
 */
import type {Job} from '../job/job.ts';
import type {Need} from '../job/need.ts';

/** What a start depends on besides the job. */
export interface StartFacts {
  /** How many may run at once, and how many have a place. */
  readonly parallel: number;
  readonly taken: number;
  /** The same of the groups that have a limit, by their names. */
  readonly groups: ReadonlyMap<string, GroupFacts>;
  /** Why nothing can be started for now: a start failed because of something that passes. */
  readonly held: string | undefined;
  /** What has to happen first, whoever else runs. */
  readonly blockOf: (job: Job) => Block | undefined;
}

export interface GroupFacts {
  readonly limit: number;
  readonly taken: number;
}

/** What has to happen before a job may start, whoever else runs. */
export type Block =
  /** These jobs have to end. */
  | {readonly why: 'need'; readonly needs: readonly Need[]}
  /** The attempt before it has to be over. */
  | {readonly why: 'attempt'}
  /** It is tried again at this time, Unix milliseconds. */
  | {readonly why: 'backoff'; readonly until: number};

/** Why a job stays queued. */
export type WaitReason =
  | Block
  | {readonly why: 'group'; readonly group: string; readonly limit: number}
  | {readonly why: 'limit'}
  | {readonly why: 'held'; readonly message: string};

export interface WaitingJob {
  readonly job: Job;
  readonly reason: WaitReason;
}

/** Undefined when the job may start now. */
export function waitReason(
  job: Job,
  {parallel, taken, groups, held, blockOf}: StartFacts,
): WaitReason | undefined {
  const block = blockOf(job);
  if (block !== undefined) return block;
  if (held !== undefined) return {why: 'held', message: held};
  const {group} = job.spec;
  const facts = group === null || passesQueue(job) ? undefined : groups.get(group);
  if (group !== null && facts !== undefined && facts.taken >= facts.limit)
    return {why: 'group', group, limit: facts.limit};
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
  let now = facts;
  for (const job of queue) {
    const reason = waitReason(job, now);
    if (reason === undefined) {
      starting.push(job);
      now = afterStart(job, now);
    } else waiting.push({job, reason});
  }
  return {starting, waiting};
}

/** The facts once the job has its place. */
function afterStart(job: Job, facts: StartFacts): StartFacts {
  if (!takesPlace(job)) return facts;
  const {group} = job.spec;
  const of = group === null ? undefined : facts.groups.get(group);
  if (group === null || of === undefined) return {...facts, taken: facts.taken + 1};
  const groups = new Map(facts.groups).set(group, {...of, taken: of.taken + 1});
  return {...facts, taken: facts.taken + 1, groups};
}

/** Whether it starts at once, also above the limits; such jobs stand at the head of the queue. */
export function passesQueue({spec}: Job): boolean {
  return spec.now || spec.service;
}

/** Whether it counts among those that run at once. */
export function takesPlace({spec}: Job): boolean {
  return !spec.service;
}

/** How many jobs run at once when nobody said otherwise: eight times the cores, at least 16. */
export function defaultParallel(cores: number): number {
  return Math.max(16, cores * 8);
}
