/** Finding line ends from the end of a file, in memory that does not depend on how long its lines are. */
import {readSync} from 'node:fs';

const BLOCK_BYTES = 64 * 1024;
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

/** Index of the last newline among the first `length` bytes, or -1. */
export function lastNewline(bytes: Buffer, length: number): number {
  // A start index of -1 would mean "from the last byte".
  return length === 0 ? -1 : bytes.lastIndexOf(NEWLINE, length - 1);
}
