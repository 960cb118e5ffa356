/**
 * Repair of what a killed writer or a full disk left: bytes behind the last complete line.
 *
 * Where they are wanted, they are appended to a side file and brought to the disk first, and only then cut. A kill
 * between the two leaves them in both, and the next opening writes them once more.
 */
import {isUtf8} from 'node:buffer';
import {closeSync, constants, fstatSync, ftruncateSync, readSync} from 'node:fs';
import {basename} from 'node:path';

import {type Clock, NEWLINE, StintError, stringifyWellFormed} from '../../base/index.ts';
import {lastLineIn, openPrivate, scanBack, writeWhole} from '../../platform/index.ts';
import {NODE_CALLS} from './write-calls.ts';
import {JournalWriteError} from './write-error.ts';

/** Where a torn tail is kept. */
export interface TornKeeping {
  /** The side file, made 0600 when the first fragment comes. */
  readonly path: string;
  readonly clock: Clock;
}

/** Of a longer fragment every such piece gets a line of its own, so that memory stays bounded. */
const PIECE_BYTES = 16 * 1024 * 1024;
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;

/**
 * Cuts everything behind the last newline off a file of `size` bytes and returns what is left of it.
 * `unfinishedLines` is asked how many of the last whole lines go as well, given the last one.
 * No reader is hurt: none consumes past the last newline. Other complete lines are never touched.
 * With `keep` the bytes are first put into a side file, with `file` as their origin; throws `JournalWriteError` and
 * cuts nothing when that fails.
 */
export function cutTornTail(
  fd: number,
  size: number,
  file?: string,
  keep?: TornKeeping,
  unfinishedLines?: (lastLine: string) => number,
): number {
  const offset =
    unfinishedLines === undefined ? scanBack(fd, size, 1).offset : endOf(fd, size, unfinishedLines);
  if (offset === size) return offset;
  if (keep !== undefined) keepFragment(fd, offset, size, file ?? '', keep);
  ftruncateSync(fd, offset);
  return offset;
}

/** Behind the last line that is finished. */
function endOf(fd: number, size: number, unfinishedLines: (lastLine: string) => number): number {
  for (let end = size; ; ) {
    const last = lastLineIn(fd, end);
    if (last === undefined) return 0;
    const count = unfinishedLines(last.text);
    if (count === 0) return last.to;
    end = scanBack(fd, last.to, count + 1).offset;
  }
}

function keepFragment(fd: number, offset: number, size: number, file: string, keep: TornKeeping): void {
  try {
    const side = openPrivate(keep.path, APPEND);
    try {
      const before = fstatSync(side).size;
      try {
        if (!endsLine(side, before)) writeWhole(side, Buffer.of(NEWLINE));
        for (const part of partsOf(fd, offset, size))
          writeWhole(side, Buffer.from(partLine(basename(file), keep.clock.now(), part)));
        NODE_CALLS.sync(side);
      } catch (error) {
        ftruncateSync(side, before);
        throw error;
      }
    } finally {
      closeSync(side);
    }
  } catch (error) {
    throw error instanceof StintError ? error : new JournalWriteError(keep.path, 0, error);
  }
}

/** False when a kill left half a line in the side file. */
function endsLine(fd: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] === NEWLINE;
}

function readPiece(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}

/** A part of a fragment: bytes, or that so many NULs stand there, which is what a power failure leaves by the megabyte. */
type Part = {readonly offset: number} & ({readonly bytes: Buffer} | {readonly nuls: number});

/** The bytes from `offset` up to `size`, in memory of one piece. */
function* partsOf(fd: number, offset: number, size: number): Generator<Part, void, undefined> {
  let nuls = 0;
  let at = offset;
  while (at < size) {
    const piece = readPiece(fd, at, Math.min(PIECE_BYTES, size - at));
    if (piece.length === 0) break; // somebody cut it meanwhile
    for (const part of splitAtNuls(piece)) {
      if ('nuls' in part) nuls += part.nuls;
      else {
        if (nuls > 0) yield {offset: at + part.offset - nuls, nuls};
        nuls = 0;
        yield {offset: at + part.offset, bytes: part.bytes};
      }
    }
    at += piece.length;
  }
  if (nuls > 0) yield {offset: at - nuls, nuls};
}

/** Long runs of NULs apart from what stands between them. Offsets are those in the piece. */
function* splitAtNuls(piece: Buffer): Generator<Part, void, undefined> {
  let begin = 0;
  for (let at = piece.indexOf(NULS); at >= 0; at = piece.indexOf(NULS, begin)) {
    if (at > begin) yield {offset: begin, bytes: piece.subarray(begin, at)};
    begin = at + NULS.length;
    while (piece[begin] === 0) begin += 1;
    yield {offset: at, nuls: begin - at};
  }
  if (begin < piece.length) yield {offset: begin, bytes: piece.subarray(begin)};
}

/** A shorter run is kept as it is. */
const NULS = Buffer.alloc(64);

function partLine(file: string, foundAtMs: number, {offset, ...content}: Part): string {
  const kept = 'nuls' in content ? content : bytesKept(content.bytes);
  return `${stringifyWellFormed({file, offset, found_at_ms: foundAtMs, ...kept})}\n`;
}

/** As text, unless that is longer than base64: a control character takes six bytes. */
function bytesKept(bytes: Buffer): {readonly text: string} | {readonly base64: string} {
  const base64 = bytes.toString('base64');
  if (!isUtf8(bytes)) return {base64};
  const text = bytes.toString('utf8');
  return Buffer.byteLength(stringifyWellFormed(text)) > base64.length + SHORT ? {base64} : {text};
}

/** So few bytes more are put up with, because people read text. */
const SHORT = 1024;
