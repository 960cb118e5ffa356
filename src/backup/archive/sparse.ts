/**
 * Files with holes, so that a spool of which most was given back to the disk stays small in a backup. They are stored as GNU tar
 * does it (its format 1.0): a list of what is there, then these bytes.
 */
import {readSync} from 'node:fs';

import {lineEnd} from '../../base/index.ts';
import {BadContent} from './format.ts';

/** A part of a file that is no hole. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

const BLOCK = 64 * 1024;
const READ = 16 * BLOCK;
const ZEROS = Buffer.alloc(READ);

/** More parts than this are not told apart: the holes between them are stored. */
export const MOST_EXTENTS = 100_000;

/** What of the first `size` bytes is not zero, in whole blocks but for the end. */
export function extentsOf(fd: number, size: number): Extent[] {
  const extents: {offset: number; length: number}[] = [];
  const buffer = Buffer.allocUnsafe(READ);
  for (let at = 0; at < size; ) {
    const length = readSync(fd, buffer, 0, Math.min(READ, size - at), at);
    if (length === 0) break; // cut meanwhile
    const isHole = buffer.compare(ZEROS, 0, length, 0, length) === 0;
    for (let from = 0; !isHole && from < length; from += BLOCK) {
      const to = Math.min(from + BLOCK, length);
      if (buffer.compare(ZEROS, 0, to - from, from, to) === 0) continue;
      const last = extents.at(-1);
      const joins = last !== undefined && last.offset + last.length === at + from;
      if (joins || (last !== undefined && extents.length >= MOST_EXTENTS))
        last.length = at + to - last.offset;
      else extents.push({offset: at + from, length: to - from});
    }
    at += length;
  }
  return extents;
}

/** The list, as it stands before the bytes. */
export function extentMap(extents: readonly Extent[]): Buffer {
  const numbers = [extents.length, ...extents.flatMap(({offset, length}) => [offset, length])];
  const text = Buffer.from(`${numbers.join('\n')}\n`);
  const padding = Buffer.alloc((TAR_BLOCK - (text.length % TAR_BLOCK)) % TAR_BLOCK);
  return Buffer.concat([text, padding]);
}

const TAR_BLOCK = 512;

/** Of a list at the head of these bytes: what it tells and how long it is; undefined while it is not whole. Throws for what is none. */
export function parseExtentMap(
  bytes: Buffer,
  size: number,
): {readonly extents: readonly Extent[]; readonly length: number} | undefined {
  if (bytes.length > LONGEST_MAP) throw new BadContent('the list of the parts of a file in it cannot be');
  let at = 0;
  const next = (): number | undefined => {
    const end = lineEnd(bytes, at);
    if (end === 0) return undefined;
    const number = numberIn(bytes.toString('latin1', at, end - 1));
    at = end;
    return number;
  };
  const count = next();
  if (count === undefined) return undefined;
  if (count > MOST_EXTENTS) throw new BadContent('the list of the parts of a file in it cannot be');
  const numbers: number[] = [];
  while (numbers.length < count * 2) {
    const number = next();
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  const length = Math.ceil(at / TAR_BLOCK) * TAR_BLOCK;
  if (bytes.length < length) return undefined;
  return {extents: inOrder(numbers, size), length};
}

const LONGEST_NUMBER = 16;
const LONGEST_MAP = MOST_EXTENTS * 2 * (LONGEST_NUMBER + 1) + 1024 * 1024;

function numberIn(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new BadContent('the list of the parts of a file in it cannot be');
  return Number(text);
}

/** Throws where parts overlap, or reach behind the end of the file. */
function inOrder(numbers: readonly number[], size: number): Extent[] {
  const extents: Extent[] = [];
  let end = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    const [offset = 0, length = 0] = numbers.slice(at, at + 2);
    if (offset < end || offset + length > size)
      throw new BadContent('the list of the parts of a file in it cannot be');
    extents.push({offset, length});
    end = offset + length;
  }
  return extents;
}
