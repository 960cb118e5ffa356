/** The streams: a job's log as it grows, the jobs of a repository as they change. */
import {join} from 'node:path';

import {keyText, StintError} from '../../base/index.ts';
import {followChunks, readChunks} from '../../journal/index.ts';
import {JOB_FILES, jobPath} from '../adapters/index.ts';
import {isEnded, type Job} from '../domain/index.ts';
import type {Streams} from '../server/index.ts';
import type {Coordinator} from './build.ts';
import {wireJob} from './wire-job.ts';

const CLOSED = Buffer.from(',"kind":"status","data":{"event":"closed"');
/** Tells the peer that from now on it misses nothing. */
const EMPTY = Buffer.from('{}\n');
const NOTHING = () => undefined;

export function buildStreams(state: string, {ledger, journalChanges, jobChanges}: Coordinator): Streams {
  return {
    TailLogs: async function* ({job: key, follow, since_seq}, signal) {
      const job = ledger.find(key);
      if (job === undefined) throw noSuchJob(keyText(key));
      const path = join(state, jobPath(key), JOB_FILES.journal);
      const start = since_seq === null || since_seq === undefined ? {} : {from: since_seq + 1};
      if (!follow || isClosed(job)) {
        for (const chunk of readChunks(path, start)) {
          if (signal.aborted) return;
          yield chunk;
        }
        return;
      }
      const source = (changed: () => void) => journalChanges.add(path, changed);
      for await (const chunk of followChunks(path, {...start, signal, source})) {
        const isLast = chunk.includes(CLOSED);
        yield chunk;
        if (isLast) return;
      }
    },
    WatchJobs: async function* ({repo}, signal) {
      // What a peer that reads slowly has not taken yet: of each job only the newest matters.
      const waiting = new Map<string, Job>();
      let wake: () => void = NOTHING;
      const stop = jobChanges.add(repo, job => {
        waiting.set(`${job.spec.invocation.id}/${job.spec.attempt}/${job.spec.name}`, job);
        wake();
      });
      signal.addEventListener('abort', () => wake(), {once: true});
      try {
        yield EMPTY;
        while (!signal.aborted) {
          if (waiting.size === 0) {
            await new Promise<void>(resolve => {
              wake = resolve;
            });
          }
          const jobs = [...waiting.values()];
          waiting.clear();
          if (jobs.length > 0)
            yield Buffer.from(jobs.map(job => `${JSON.stringify(wireJob(job))}\n`).join(''));
        }
      } finally {
        stop();
      }
    },
  };
}

function isClosed({state}: Job): boolean {
  return isEnded(state) && state.closedAt !== undefined;
}

function noSuchJob(key: string): StintError {
  return new StintError('JOB_NOT_FOUND', `There is no job ${key}.`, {hint: 'Run: stint ls'});
}
