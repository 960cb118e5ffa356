/** A job's log over streams that may end early: goes on behind the last record that was given. */
import type {JobKey} from '../../base/index.ts';
import {isClosingRecord, type LogRecord, type PendingText, type StreamPayload} from '../protocol/index.ts';
import {type RetryOptions, retryStream} from './retry.ts';

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

type Frame = LogRecord | PendingText;

export async function* tailLog(
  open: (payload: StreamPayload<'TailLogs'>) => AsyncIterable<Frame>,
  job: JobKey,
  {sinceSeq = -1, follow = true, pending = false}: Partial<PendingTailOptions>,
  retrying: RetryOptions,
): AsyncGenerator<Frame, void, undefined> {
  let last = sinceSeq;
  const goOn = () => open({job: {...job}, follow, since_seq: last, pending});
  const advances = (frame: Frame) => 'seq' in frame;
  for await (const frame of retryStream(goOn, {...retrying, advances})) {
    yield frame;
    if (!('seq' in frame)) continue;
    last = frame.seq;
    if (follow && isClosingRecord(frame)) return; // also when the coordinator dies before it can say so
  }
}
