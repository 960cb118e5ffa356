/**
 * The jobs of a repository, each time that one changes. Of a peer that reads slowly only the keys wait; how the jobs are is
 * looked up when it reads on.
 */
import {type JobKey, keyText, stringifyWellFormed} from '../../../base/index.ts';
import {keyOf} from '../../domain/index.ts';
import type {Streams} from '../../server/index.ts';
import type {FindJob} from '../../usecases/index.ts';
import type {Coordinator} from '../build.ts';
import {wireJob} from './wire-job.ts';

/** Tells the peer that from now on it misses nothing. */
const EMPTY = Buffer.from('{}\n');
const NOTHING = () => undefined;
/** Changed jobs that a peer which reads slowly has not been told of; beyond this many it is told that anything may have changed. */
const MOST_WAITING_JOBS = 1000;
/** Jobs are told in chunks about as large as those of a log. */
const CHUNK_CHARACTERS = 64 * 1024;

export function jobChanges({
  find,
  jobChanges: changes,
}: Pick<Coordinator, 'find' | 'jobChanges'>): Streams['WatchJobs'] {
  return async function* ({repo}, signal) {
    const waiting = new Map<string, JobKey>();
    let isTooMuch = true;
    let wake: () => void = NOTHING;
    const stop = changes.add(repo, job => {
      if (job === undefined) isTooMuch = true;
      else {
        const changed = keyOf(job.spec);
        waiting.set(keyText(changed), changed);
      }
      isTooMuch ||= waiting.size > MOST_WAITING_JOBS;
      if (isTooMuch) waiting.clear();
      wake();
    });
    signal.addEventListener('abort', () => wake(), {once: true});
    try {
      while (!signal.aborted) {
        if (isTooMuch) {
          isTooMuch = false;
          yield EMPTY;
        } else if (waiting.size > 0) {
          yield Buffer.from(takeLines(waiting, find));
        } else {
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
      }
    } finally {
      stop();
    }
  };
}

/** The next of the jobs, as they are now. */
function takeLines(waiting: Map<string, JobKey>, find: FindJob): string {
  let lines = '';
  for (const [text, key] of waiting) {
    if (lines.length >= CHUNK_CHARACTERS) break;
    waiting.delete(text);
    const job = find(key);
    if (job !== undefined) lines += `${stringifyWellFormed(wireJob(job))}\n`;
  }
  return lines;
}
