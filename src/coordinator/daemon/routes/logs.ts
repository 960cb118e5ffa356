/** A job's log, as it stands in the journal and as it grows. */
import {dirname, join} from 'node:path';

import {lineEnd, stringifyWellFormed} from '../../../base/index.ts';
import {followChunks, readChunks} from '../../../journal/index.ts';
import {
  JOB_FILES,
  jobPath,
  type PendingText,
  placeAfter,
  placeBehind,
  withPending,
} from '../../adapters/index.ts';
import {isClosing, isEnded, type JobSummary, keyOf} from '../../domain/index.ts';
import type {Streams} from '../../server/index.ts';
import {knownJob} from '../../usecases/index.ts';
import type {Coordinator} from '../build.ts';

/** How the recorder begins each line. */
const HEAD = Buffer.from('{"seq":');
const END_BRACE = 0x7d;

export interface TailedCoordinator extends Pick<Coordinator, 'find' | 'journalChanges'> {
  readonly supervisor: Pick<Coordinator['supervisor'], 'run'>;
}

/**
 * A log is whole when its job is closed and nobody looks after it any more: between the record that says so and the last look at
 * its files they may still be made anew.
 */
export function tailLogs(
  state: string,
  {find, journalChanges, supervisor}: TailedCoordinator,
): Streams['TailLogs'] {
  const isWhole = (job: JobSummary) => isClosed(job) && supervisor.run(keyOf(job.spec)) === undefined;
  return async function* ({job: key, follow, since_seq, pending}, signal) {
    const job = knownJob(find, key);
    const path = join(state, jobPath(key), JOB_FILES.journal);
    const start = since_seq === null || since_seq === undefined ? {} : {from: since_seq + 1};
    if (!follow || isWhole(job)) {
      for (const chunk of readChunks(path, start)) {
        if (signal.aborted) return;
        yield recordsIn(chunk);
      }
      return;
    }
    const source = (changed: () => void) => journalChanges.add(path, changed);
    const isMadeAnew = () => !isWhole(find(key) ?? job);
    const chunks = onlyRecords(followChunks(path, {...start, signal, source, isLast: isClosing, isMadeAnew}));
    // A line that is not whole may be one that is sampled away.
    if (!pending || job.spec.sampleEvery !== 1) yield* chunks;
    else {
      const place = placeAfter(path, since_seq ?? -1);
      const options = {directory: dirname(path), start: place, placeBehind};
      for await (const given of withPending(chunks, options))
        yield given.kind === 'records' ? given.records : linesOf(given.texts);
    }
  };
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
