/**
 * Waiting for jobs until they are finished, or until it is cut short, by a limit or by somebody who interrupts. The jobs go
 * on then. Whoever waits is told of both by one signal.
 */
import {setMaxListeners} from 'node:events';
import {deferred, fired, type JobKey} from '../../base/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {isOver} from '../../coordinator/domain/index.ts';
import {keyOfListed} from '../../coordinator/reader/index.ts';
import {timer} from '../../platform/index.ts';
import {lastListed} from '../listed-job.ts';

import {isEnough, type Until} from './enough.ts';
import {outcomeOfListed, type WaitedOutcome} from './outcome.ts';

/** What cut the waiting short. */
export type Cut = {readonly kind: 'limit'} | {readonly kind: 'interrupt'; readonly signal: NodeJS.Signals};

/** Calls back at every interruption, until the returned function is called. */
export type Interruptions = (callback: (signal: NodeJS.Signals) => void) => () => void;

/** From its making until `close` an interruption only cuts the waiting short. */
export class Waiting {
  readonly #ending = new AbortController();
  readonly #undo: (() => void)[];
  #cut: Cut | undefined;

  /** `limitMs`: with 0 nothing is waited for. Default: no limit. */
  constructor(limitMs: number | undefined, interruptions: Interruptions) {
    setMaxListeners(0, this.#ending.signal); // one for each job is no leak, of which Node would warn
    this.#undo = [interruptions(signal => this.#end({kind: 'interrupt', signal}))];
    if (limitMs === 0) this.#end({kind: 'limit'});
    else if (limitMs !== undefined) this.#undo.push(timer(limitMs, () => this.#end({kind: 'limit'})));
  }

  get cut(): Cut | undefined {
    return this.#cut;
  }

  /** Resolves when the work is done, or as soon as the waiting is cut short, which the work is told by the signal. */
  async until(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const {signal} = this.#ending;
    if (this.#cut !== undefined) return;
    try {
      await Promise.race([work(signal), fired(signal)]);
    } catch (error) {
      if (this.#cut === undefined) throw error; // else it is that of work that was given up
    }
  }

  close(): void {
    for (const undo of this.#undo) undo();
  }

  #end(cut: Cut): void {
    this.#cut ??= cut;
    this.#ending.abort();
  }
}

export interface AwaitedJob {
  readonly key: JobKey;
  /** How it ended, where that is recorded already. */
  readonly known?: WaitedOutcome | undefined;
  /** Resolves when a coordinator of this place can tell of it; rejects when that will never be. Default: at once. */
  readonly withinReach?: (signal: AbortSignal) => Promise<void>;
}

export interface WaitedJob {
  readonly key: JobKey;
  readonly outcome: WaitedOutcome;
  readonly isFinished: boolean;
}

export interface WaitEnd {
  /** In the order given, as they are then: all of them, or where any was waited for those that are finished. */
  readonly jobs: readonly WaitedJob[];
  /** Undefined where as many are finished as were waited for. */
  readonly cut: Cut | undefined;
}

export interface WaitOptions {
  /** Default: all of them. */
  readonly until?: Until;
}

/** Resolves when as many of the jobs are finished as are waited for, or when the waiting is cut short. */
export async function waitForJobs(
  jobs: readonly AwaitedJob[],
  client: Client,
  waiting: Waiting,
  {until = 'all'}: WaitOptions = {},
): Promise<WaitEnd> {
  const found = jobs.map(({known}) => known);
  const isFound = () => isEnough(until, found);
  if (!isFound()) {
    await waiting.until(async signal => {
      const enough = deferred();
      const ends = jobs.map(async ({key, known, withinReach}, at) => {
        if (known !== undefined) return;
        await withinReach?.(signal);
        found[at] = await client.wait(key, {signal});
        if (isFound()) enough.resolve();
      });
      await Promise.race([enough.promise, Promise.all(ends)]);
    });
  }
  const cut = isFound() ? undefined : waiting.cut;
  const all = jobs.map(({key}, at) => standingOf(client.state, key, found[at]));
  // What has ended by the time of the look counts, also where nobody has recorded it yet.
  const ends = all.map(({isFinished, outcome}) => (isFinished ? outcome : undefined));
  if (cut?.kind === 'interrupt' || !isEnough(until, ends)) return {jobs: all, cut};
  return {jobs: until === 'any' ? all.filter(({isFinished}) => isFinished) : all, cut: undefined};
}

/** Resolves when the job has ended, or at an abort; goes on when there is no coordinator for a while, which `onMissing` hears. */
export async function jobEnd(
  client: Client,
  key: JobKey,
  signal: AbortSignal,
  onMissing: () => void,
): Promise<void> {
  const {Reconnection} = await import('../../coordinator/client/index.ts');
  await new Reconnection(client, signal, onMissing).through(() => client.wait(key, {signal}));
}

/** How its last attempt ended, or else how it is with the job now. */
function standingOf(state: string, key: JobKey, end: WaitedOutcome | undefined): WaitedJob {
  if (end !== undefined) return {key: {...key, attempt: end.attempt}, outcome: end, isFinished: true};
  const job = lastListed(state, key); // the waiting is over, whatever is wrong with the database
  if (job !== undefined)
    return {key: keyOfListed(job), outcome: outcomeOfListed(job), isFinished: isOver(job)};
  const {invocation, name, attempt} = key;
  const outcome = {invocation, name, attempt, status: 'unknown', exit_code: null, message: null};
  return {key, outcome, isFinished: false};
}
