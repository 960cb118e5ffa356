/** The streams: a job's log as it grows, the jobs of a repository as they change. */
import {dirname, join} from 'node:path';

import {type JobKey, keyText, lineEnd, StintError, stringifyWellFormed} from '../../base/index.ts';
import {followChunks, readChunks} from '../../journal/index.ts';
import {
  JOB_FILES,
  jobPath,
  type PendingText,
  placeAfter,
  placeBehind,
  withPending,
} from '../adapters/index.ts';
import {isClosing, isEnded, type JobSummary, keyOf} from '../domain/index.ts';
import type {Streams} from '../server/index.ts';
import type {Coordinator} from './build.ts';
import {wireJob} from './wire-job.ts';

/** How the recorder begins each line. */
const HEAD = Buffer.from('{"seq":');
const END_BRACE = 0x7d;
/** Tells the peer that from now on it misses nothing. */
const EMPTY = Buffer.from('{}\n');
const NOTHING = () => undefined;
/** Changed jobs that a peer which reads slowly has not been told of; beyond this many it is told that anything may have changed. */
const MOST_WAITING_JOBS = 1000;
/** Jobs are told in chunks about as large as those of a log. */
const CHUNK_CHARACTERS = 64 * 1024;

export function buildStreams(state: string, {find, journalChanges, jobChanges}: Coordinator): Streams {
  return {
    TailLogs: async function* ({job: key, follow, since_seq, pending}, signal) {
      const job = find(key);
      if (job === undefined) throw noSuchJob(keyText(key));
      const path = join(state, jobPath(key), JOB_FILES.journal);
      const start = since_seq === null || since_seq === undefined ? {} : {from: since_seq + 1};
      if (!follow || isClosed(job)) {
        for (const chunk of readChunks(path, start)) {
          if (signal.aborted) return;
          yield recordsIn(chunk);
        }
        return;
      }
      const source = (changed: () => void) => journalChanges.add(path, changed);
      const isMadeAnew = () => !isClosed(find(key) ?? job);
      const chunks = onlyRecords(
        followChunks(path, {...start, signal, source, isLast: isClosing, isMadeAnew}),
      );
      // A line that is not whole may be one that is sampled away.
      if (!pending || job.spec.sampleEvery !== 1) yield* chunks;
      else {
        const place = placeAfter(path, since_seq ?? -1);
        const options = {directory: dirname(path), start: place, placeBehind};
        for await (const given of withPending(chunks, options))
          yield given.kind === 'records' ? given.records : linesOf(given.texts);
      }
    },
    WatchJobs: async function* ({repo}, signal) {
      // What a peer that reads slowly has not taken yet: which jobs, as they are is looked up when it reads on.
      const waiting = new Map<string, JobKey>();
      let isTooMuch = true;
      let wake: () => void = NOTHING;
      const stop = jobChanges.add(repo, job => {
        const changed = keyOf(job.spec);
        waiting.set(keyText(changed), changed);
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
            yield Buffer.from(takeLines(waiting));
          } else {
            await new Promise<void>(resolve => {
              wake = resolve;
            });
          }
        }
      } finally {
        stop();
      }
    },
  };

  /** The next of the jobs, as they are now. */
  function takeLines(waiting: Map<string, JobKey>): string {
    let lines = '';
    for (const [text, key] of waiting) {
      if (lines.length >= CHUNK_CHARACTERS) break;
      waiting.delete(text);
      const job = find(key);
      if (job !== undefined) lines += `${stringifyWellFormed(wireJob(job))}\n`;
    }
    return lines;
  }
}

async function* onlyRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) yield recordsIn(chunk);
}

/** Without lines that somebody else wrote into the journal, behind which a peer could read nothing. */
function recordsIn(lines: Buffer): Buffer {
  const kept: Buffer[] = [];
  let begin = 0;
  for (let from = 0; from < lines.length; ) {
    const end = lineEnd(lines, from);
    const isRecord =
      lines[end - 2] === END_BRACE && lines.compare(HEAD, 0, HEAD.length, from, from + HEAD.length) === 0;
    if (!isRecord) {
      kept.push(lines.subarray(begin, from));
      begin = end;
    }
    from = end;
  }
  return begin === 0 ? lines : Buffer.concat([...kept, lines.subarray(begin)]);
}

function linesOf(texts: readonly PendingText[]): Buffer {
  return Buffer.from(texts.map(text => `${stringifyWellFormed(text)}\n`).join(''));
}

function isClosed({state}: JobSummary): boolean {
  return isEnded(state) && state.closedAt !== undefined;
}

function noSuchJob(key: string): StintError {
  return new StintError('JOB_NOT_FOUND', `There is no job ${key}.`, {hint: 'Run: stint ls'});
}
