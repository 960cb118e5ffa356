/** Turns what is to be taken of the spools into records, as much as one write to the journal holds. */
import type {RecordingPlace, Taken} from '../recording-place.ts';
import type {SpoolTranscoder} from '../transcoding/spool-transcoder.ts';
import {STREAMS} from './deal-lines.ts';
import type {Sizes, Take} from './spool-order.ts';
import type {SpoolWindows} from './spool-windows.ts';

export interface OutputBatchOptions {
  readonly transcoder: SpoolTranscoder;
  readonly windows: SpoolWindows;
  readonly sampleEvery: number;
  /** So large a write may be, about. Default: as large as fits. */
  readonly mostBytes?: number | undefined;
}

/** How the records are to be. */
export interface OutputManner {
  /** Unix milliseconds. */
  readonly ts: number;
  readonly late: boolean;
  /** In no known order, whatever the takes say. */
  readonly isUnordered: boolean;
  /** The begin of a line that ends there becomes a record. */
  readonly flushAt: Sizes | undefined;
}

export interface OutputBatch {
  /** In the transcoder's output. */
  readonly bytes: number;
  readonly taken: readonly Taken[];
  /** So many of the takes are done. */
  readonly done: number;
}

/** Makes records of the first of the takes, from `place` on. All are done when there is nothing more to take of them. */
export function outputBatch(
  takes: readonly Take[],
  place: RecordingPlace,
  {ts, late, isUnordered: areUnordered, flushAt}: OutputManner,
  {transcoder, windows, sampleEvery, mostBytes = transcoder.output.length}: OutputBatchOptions,
): OutputBatch {
  const isAlone = takes.every(({stream}) => stream === takes[0]?.stream);
  const taken: Taken[] = [];
  let bytes = 0;
  let done = 0;
  let at = place;
  for (const {stream, upTo, ...take} of takes) {
    const isUnordered = areUnordered || take.isUnordered;
    const key = KEYS[stream];
    const chunk = windows.bytes(stream, at[key], upTo, isAlone);
    const isWhole = at[key] + chunk.length >= upTo;
    const batch = transcoder.transcode({
      chunk,
      length: chunk.length,
      stream,
      offsets: at,
      seq: at.seq,
      ts,
      late,
      isUnordered,
      sampleEvery,
      atEnd: isWhole && flushAt !== undefined && upTo >= flushAt[stream],
      behind: bytes,
      mostBytes,
    });
    // Otherwise there was no room.
    const isStart = batch.consumed === 0 && bytes === 0;
    if (batch.consumed > 0) {
      bytes = batch.bytes;
      at = {...at, seq: batch.seq, [key]: at[key] + batch.consumed};
      taken.push({stream, isUnordered, place: at});
    }
    // Nothing there, or only the begin of a line.
    const isLeft = chunk.length === 0 || isStart;
    if (!isLeft && !(isWhole && batch.consumed === chunk.length)) break;
    done += 1;
    if (done === MOST_TAKES) break;
  }
  return {bytes, taken, done};
}

/** All of both streams that is recorded up to these offsets and not yet, in an order that nobody knows. */
export function takesUpTo(upTo: Sizes, recorded: Sizes): Take[] {
  const left = STREAMS.filter(stream => upTo[stream] > recorded[stream]);
  return left.map(stream => ({stream, upTo: upTo[stream], isUnordered: left.length > 1}));
}

/** Others want their turn. */
const MOST_TAKES = 1024;

export const KEYS = {stdout: 'out', stderr: 'err'} as const;
