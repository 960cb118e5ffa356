/** Waiting for jobs within one call: never longer than the client waits for its answer, and told meanwhile. */
import type {JobKey} from '../../base/index.ts';
import {isOver} from '../../coordinator/domain/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {outcomeOfListed, untilWithinReach, type WaitEnd, Waiting, waitForJobs} from '../../jobs/index.ts';
import {timer} from '../../platform/index.ts';
import type {Caller, Host} from './host.ts';

/** A client that hears nothing gives a call up after a minute, as most of them have it. */
const QUIET_MS = 50_000;
const TOLD_MS = 24 * 3600 * 1000;
/** Shorter than any time-out that starts anew whenever the client hears something. */
const TELL_MS = 3000;

export interface WaitWish {
  /** The first that is finished is enough. */
  readonly any: boolean;
  readonly limitMs: number;
  /** How it stands, in words, for a client that wants to hear. */
  readonly standing: () => Promise<string>;
}

/** So long a call may take that was asked to take `ms`. */
export function callLimit(ms: number, {tell}: Pick<Caller, 'tell'>): number {
  return Math.min(ms, tell === undefined ? QUIET_MS : TOLD_MS);
}

/** Resolves when they are finished, or when the time is over or the call was cancelled; the jobs go on then. */
export async function waitFor(
  host: Host,
  caller: Caller,
  jobs: readonly (ListedJob | JobKey)[],
  {any, limitMs, standing}: WaitWish,
): Promise<WaitEnd> {
  const waiting = new Waiting(limitMs, interrupt => {
    const stop = () => interrupt('SIGINT'); // the words of a command line for somebody who does not want to wait any more
    if (caller.signal.aborted) stop();
    else caller.signal.addEventListener('abort', stop, {once: true});
    return () => caller.signal.removeEventListener('abort', stop);
  });
  const silence = keepTelling(caller, standing);
  try {
    return await host.withClient(client =>
      waitForJobs(
        jobs.map(job =>
          'row' in job ? awaited(job, signal => untilWithinReach(client, job, signal)) : {key: job},
        ),
        client,
        waiting,
        {until: any ? 'any' : 'all'},
      ),
    );
  } finally {
    silence();
    waiting.close();
  }
}

function awaited(job: ListedJob, withinReach: (signal: AbortSignal) => Promise<void>) {
  const isRecorded = isOver(job) && job.row.finished_at !== null;
  return {key: keyOfListed(job), known: isRecorded ? outcomeOfListed(job) : undefined, withinReach};
}

/** Until the returned function is called. */
function keepTelling({tell}: Caller, standing: () => Promise<string>): () => void {
  if (tell === undefined) return () => undefined;
  let undo: () => void = () => undefined;
  let isOver = false;
  const next = () => {
    undo = timer(TELL_MS, async () => {
      const text = await standing().catch(() => ''); // the call itself meets what is wrong
      if (isOver) return;
      tell(text);
      next();
    });
  };
  next();
  return () => {
    isOver = true;
    undo();
  };
}
