/**
 * What to do so that a log stays below the size that its job may have: pure decisions. The beginning and the end of the
 * output stay, half of the size each. A log is a head of whole segments and a tail of four smaller ones, of which the
 * oldest goes when a fifth is begun. What it was made from stays in the spool, the rest of that is freed.
 */
import {DEFAULT_SEGMENT_BYTES} from '../../../../journal/index.ts';

export interface LogCap {
  /** The size, in bytes. */
  readonly bytes: number;
  /** Segments before this one are the head. The first one that was cut out is replaced by what stands for all of them. */
  readonly headSegments: number;
  /** From so many bytes on a segment is full. */
  readonly segmentBytes: (segment: number) => number;
  /** There is a copy of the status records before the journal is so large. */
  readonly copiedFromBytes: number;
  /** So many segments, with the one that is written to, are the tail. */
  readonly tailSegments: number;
  /** So much of a spool, in bytes, is looked at for one write. */
  readonly readBytes: number;
  /** So large a write is, about: no cut can be finer. */
  readonly writeBytes: number;
}

const TAIL_SEGMENTS = 4;
/** The longest line that is one record must fit twice. */
const LEAST_READ_BYTES = 2 * 66_000;
const LEAST_WRITE_BYTES = 4096;

export function logCap(bytes: number): LogCap {
  const half = Math.max(1, Math.floor(bytes / 2));
  const head = Math.min(half, DEFAULT_SEGMENT_BYTES);
  const tail = Math.max(LEAST_WRITE_BYTES, Math.min(Math.floor(half / TAIL_SEGMENTS), DEFAULT_SEGMENT_BYTES));
  const headSegments = Math.max(1, Math.floor(half / head));
  return {
    bytes,
    headSegments,
    copiedFromBytes: head,
    segmentBytes: segment => (segment < headSegments ? head : tail),
    tailSegments: half > TAIL_SEGMENTS * tail ? Math.floor(half / tail) : TAIL_SEGMENTS,
    readBytes: Math.max(LEAST_READ_BYTES, tail),
    writeBytes: Math.max(LEAST_WRITE_BYTES, Math.ceil(tail / 4)),
  };
}

/**
 * Of the segments that are read, what is to be cut out: those from the first behind the head on, up to before `next`.
 * `goesOnIn`: where the journal goes on behind what was cut out before.
 */
export function dueCut(
  cap: LogCap,
  segments: readonly number[],
  goesOnIn: number | undefined,
): {readonly at: number; readonly next: number} | undefined {
  const at = cap.headSegments;
  const tail = segments.filter(segment => segment >= at);
  const next = tail.at(-cap.tailSegments);
  if (tail.length <= cap.tailSegments || tail[0] !== at || next === undefined) return undefined;
  return next > (goesOnIn ?? at) ? {at, next} : undefined;
}

/** What is known when a recorder looks whether it is to skip. All in bytes. */
export interface Backlog {
  /** Of the journal. */
  readonly journal: number;
  readonly isHeadFull: boolean;
  /** So many bytes of the journal each byte of output has become so far. */
  readonly growth: number;
  /** Of both spools: what is not recorded. */
  readonly unread: number;
  /** Of both spools: what is recorded and was not freed. */
  readonly kept: number;
  /** Whether a spool can be freed. */
  readonly canFree: boolean;
  /** It is all that comes, for now: the end of the output is among it. */
  readonly isLast: boolean;
}

/** So much beside twice the size may be on the disk: half of it before anything is done, half while that is done. */
const SLACK_BYTES = 32 * 1024 * 1024;
/** Less is recorded, whatever becomes of it: it is hardly slower, and whoever follows sees it. */
const LEAST_SKIPPED_BYTES = 12 * 1024 * 1024;
const LEAST_SKIPPED_HALVES = 16;
/** A job that writes faster than it is recorded has so much of a beginning, at least. */
const LEAST_HEAD_BYTES = 1024 * 1024;
/** Of the journal: more of it would only be cut out again, while the job writes faster than it is recorded. */
const MOST_LEFT_BYTES = 2 * 1024 * 1024;

/**
 * How much of what is not recorded stays to be recorded, in bytes; undefined where nothing is to be skipped. Skipped is what would be
 * cut out again anyway, and what the disk is not to hold any longer.
 */
export function leftOfBacklog(cap: LogCap, backlog: Backlog): number | undefined {
  const {journal, isHeadFull, unread, kept, canFree, isLast} = backlog;
  // What comes may be of longer lines than what came.
  const growth = Math.max(1, backlog.growth / 2);
  const half = cap.bytes / 2;
  const least = Math.min(LEAST_SKIPPED_BYTES, LEAST_SKIPPED_HALVES * half);
  const isOver = journal + unread * growth > cap.bytes && unread * growth > half;
  const isPointless = isHeadFull && isOver && unread > least;
  const isTooMuch = canFree && kept + unread > cap.bytes + SLACK_BYTES && unread > least;
  if (!isPointless && !(isTooMuch && journal >= Math.min(half, LEAST_HEAD_BYTES))) return undefined;
  const left = isLast ? half : Math.min(half / 8, MOST_LEFT_BYTES);
  return Math.floor(Math.min(left / growth, unread / 2));
}

/** Of each stream stay so many bytes while it is held, at least. */
const LEAST_HELD_BYTES = 8 * 1024 * 1024;
const HELD_PARTS = 8;

/**
 * How many bytes of each stream that are not recorded stay on the disk beside so many bytes of the journal, or of what it was
 * made from: twice as much, because what is taken stays too. In steps, because a file says it.
 */
export function heldBytes(cap: LogCap, recorded: number): number {
  const part = cap.bytes / HELD_PARTS;
  const free = Math.max(0, Math.floor((cap.bytes - recorded) / part));
  return LEAST_HELD_BYTES + Math.floor((free * part) / 2);
}

/** From so much on that is not recorded both spools are held, and until less has come in a while. */
export const HELD_FROM_BYTES = 4 * 1024 * 1024;
export const PREPARED_FROM_BYTES = 256 * 1024;
export const HELD_UNTIL_BYTES = 1024 * 1024;

/** How much of each stream stays: a small one is not to lose anything because the other one is large. */
export function shareOf(left: number, unread: {readonly out: number; readonly err: number}) {
  const out = Math.min(unread.out, Math.max(Math.ceil(left / 2), left - unread.err));
  return {out, err: Math.min(unread.err, left - out)};
}
