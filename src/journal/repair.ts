/**
 * Repair of what a killed writer or a full disk left: bytes behind the last complete line.
 *
 * Where they are wanted, they are appended to a side file and brought to the disk first, and only then cut. A kill
 * between the two leaves them in both, and the next opening writes them once more.
 */
import {isUtf8} from 'node:buffer';
import {closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, readSync, writeSync} from 'node:fs';
import {basename} from 'node:path';

import {type Clock, StintError} from '../base/index.ts';
import {openPrivate} from '../platform/index.ts';
import {lastLineIn, scanBack} from './scan-back.ts';
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
const NEWLINE = 10;

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
  const last = lastLineIn(fd, size);
  if (last === undefined) return 0;
  const count = unfinishedLines(last.text);
  return count === 0 ? last.to : scanBack(fd, last.to, count + 1).offset;
}

function keepFragment(fd: number, offset: number, size: number, file: string, keep: TornKeeping): void {
  try {
    const side = openPrivate(keep.path, APPEND);
    try {
      const before = fstatSync(side).size;
      try {
        if (!endsLine(side, before)) writeWhole(side, Buffer.of(NEWLINE));
        for (let at = offset; at < size; at += PIECE_BYTES) {
          const bytes = readPiece(fd, at, Math.min(PIECE_BYTES, size - at));
          writeWhole(side, Buffer.from(fragmentLine(basename(file), at, keep.clock.now(), bytes)));
        }
        fdatasyncSync(side);
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

function fragmentLine(file: string, offset: number, foundAtMs: number, bytes: Buffer): string {
  const content = isUtf8(bytes) ? {text: bytes.toString('utf8')} : {base64: bytes.toString('base64')};
  return `${JSON.stringify({file, offset, found_at_ms: foundAtMs, ...content})}\n`;
}

function writeWhole(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    const count = writeSync(fd, bytes, written, bytes.length - written);
    if (count === 0) throw new Error('the file took no bytes');
    written += count;
  }
}
