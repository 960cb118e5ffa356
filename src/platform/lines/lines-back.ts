/** Lines of a file from its end backwards. */
import {readSync} from 'node:fs';

import {lineEnd, lineStart} from '../../base/index.ts';

const BLOCK_BYTES = 64 * 1024;
/** Most lines are shorter. */
const LINE_BLOCK_BYTES = 4 * 1024;

export interface LinesBackOptions {
  /** So much is read at a time. Default 64 KiB. */
  readonly blockBytes?: number;
  /** Nothing that lies further back than so many bytes is looked at. */
  readonly mostBytes: number;
}

/**
 * What stands within the first `size` bytes, the newest first: with each block all lines that begin in it, in their order.
 * What follows the last newline comes with the first of them. In memory of the longest line.
 */
export function* linesBack(
  fd: number,
  size: number,
  {blockBytes = BLOCK_BYTES, mostBytes}: LinesBackOptions,
): Generator<Buffer, void, undefined> {
  const lowest = Math.max(0, size - mostBytes);
  // A line that begins before the block is given with the one before it.
  let rest = Buffer.alloc(0);
  for (let at = size; at > lowest; ) {
    const length = Math.min(blockBytes, at - lowest);
    at -= length;
    const block = Buffer.allocUnsafe(length);
    const bytes = Buffer.concat([block.subarray(0, readSync(fd, block, 0, length, at)), rest]);
    const begin = at === 0 ? 0 : lineEnd(bytes);
    if (at === 0 || begin > 0) yield bytes.subarray(begin);
    rest = begin > 0 ? bytes.subarray(0, begin) : bytes;
  }
}

/**
 * Walks back from byte `end` over `count` newlines. `offset` is the byte behind the last one met, or 0 when the
 * file holds fewer than `count`; `found` says how many were met. In memory that does not depend on how long lines are.
 */
export function scanBack(fd: number, end: number, count: number): {offset: number; found: number} {
  const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end));
  let found = 0;
  let blockEnd = end;
  while (blockEnd > 0) {
    const start = Math.max(0, blockEnd - block.length);
    const bytes = readSync(fd, block, 0, blockEnd - start, start);
    for (let at = lineStart(block, bytes); at > 0; at = lineStart(block, at - 1)) {
      found += 1;
      if (found === count) return {offset: start + at, found};
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
  const end = lineStart(block, readSync(fd, block, 0, block.length, start));
  const begin = end === 0 ? 0 : lineStart(block, end - 1);
  if (begin === 0 && start > 0) return longLineIn(fd, size);
  if (end === 0) return undefined;
  return {from: start + begin, to: start + end, text: block.toString('utf8', begin, end - 1)};
}

function longLineIn(fd: number, size: number): WholeLine | undefined {
  const to = scanBack(fd, size, 1).offset;
  if (to === 0) return undefined;
  const {offset} = scanBack(fd, to, 2);
  const line = Buffer.allocUnsafe(to - 1 - offset);
  const bytes = readSync(fd, line, 0, line.length, offset);
  return {from: offset, to, text: line.toString('utf8', 0, bytes)};
}
