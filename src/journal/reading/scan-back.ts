/** Finding line ends from the end of a file, in memory that does not depend on how long its lines are. */
import {readSync} from 'node:fs';

const BLOCK_BYTES = 64 * 1024;
/** Most lines are shorter. */
const LINE_BLOCK_BYTES = 4 * 1024;
const NEWLINE = 10;

/**
 * Walks back from byte `end` over `count` newlines. `offset` is the byte behind the last one met, or 0 when the
 * file holds fewer than `count`; `found` says how many were met.
 */
export function scanBack(fd: number, end: number, count: number): {offset: number; found: number} {
  const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end));
  let found = 0;
  let blockEnd = end;
  while (blockEnd > 0) {
    const start = Math.max(0, blockEnd - block.length);
    const bytes = readSync(fd, block, 0, blockEnd - start, start);
    let at = lastNewline(block, bytes);
    while (at >= 0) {
      found += 1;
      if (found === count) return {offset: start + at + 1, found};
      at = lastNewline(block, at);
    }
    blockEnd = start;
  }
  return {offset: 0, found};
}

/** A whole line of a file: the byte at which it begins and the one behind its newline, and its text without that. */
export interface WholeLine {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The last whole line within the first `size` bytes; undefined when there is none. In memory of about that line. */
export function lastLineIn(fd: number, size: number): WholeLine | undefined {
  const block = Buffer.allocUnsafe(Math.min(LINE_BLOCK_BYTES, size));
  const start = size - block.length;
  const bytes = readSync(fd, block, 0, block.length, start);
  const newline = lastNewline(block, bytes);
  const before = newline < 0 ? -1 : lastNewline(block, newline);
  if (before < 0 && start > 0) return longLineIn(fd, size);
  if (newline < 0) return undefined;
  const text = block.toString('utf8', before + 1, newline);
  return {from: start + before + 1, to: start + newline + 1, text};
}

function longLineIn(fd: number, size: number): WholeLine | undefined {
  const to = scanBack(fd, size, 1).offset;
  if (to === 0) return undefined;
  const {offset} = scanBack(fd, to, 2);
  const line = Buffer.allocUnsafe(to - 1 - offset);
  const bytes = readSync(fd, line, 0, line.length, offset);
  return {from: offset, to, text: line.toString('utf8', 0, bytes)};
}

/** Index of the last newline among the first `length` bytes, or -1. */
export function lastNewline(bytes: Buffer, length: number): number {
  // A start index of -1 would mean "from the last byte".
  return length === 0 ? -1 : bytes.lastIndexOf(NEWLINE, length - 1);
}
