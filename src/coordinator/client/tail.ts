/** A job's log over streams that may end early: goes on behind the last record that was given. */
import {codeOf, type JobKey} from '../../base/index.ts';
import {isClosingRecord, type LogRecord, type PendingText, type StreamPayload} from '../protocol/index.ts';

export interface TailOptions {
  /** Default -1: from the first record. */
  readonly sinceSeq?: number;
  /** Default true. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface PendingTailOptions extends TailOptions {
  /**
   * With `follow` also yields what the job wrote of a line that has no end yet, a moment after it did: bytes behind the last
   * record of their stream, each time those behind the ones before. The record that comes later has all of them. When another coordinator
   * takes over they begin again, which `offset` tells.
   */
  readonly pending: boolean;
}

export interface TailSource {
  readonly open: (payload: StreamPayload<'TailLogs'>) => AsyncIterable<LogRecord | PendingText>;
  /** Whether there is no sense in asking again, after so many failures in a row. */
  readonly isOver: (failures: number) => boolean;
}

export async function* tailLog(
  {open, isOver}: TailSource,
  job: JobKey,
  {sinceSeq = -1, follow = true, pending = false}: Partial<PendingTailOptions>,
): AsyncGenerator<LogRecord | PendingText, void, undefined> {
  let last = sinceSeq;
  for (let failures = 0; ; failures++) {
    const before = last;
    try {
      for await (const frame of open({job: {...job}, follow, since_seq: last, pending})) {
        yield frame;
        if (!('seq' in frame)) continue;
        last = frame.seq;
        if (follow && isClosingRecord(frame)) return; // also when the coordinator dies before it can say so
      }
      return;
    } catch (error) {
      if (last > before) failures = 0;
      if (codeOf(error) !== 'CONNECTION_CLOSED' || isOver(failures)) throw error;
    }
  }
}
