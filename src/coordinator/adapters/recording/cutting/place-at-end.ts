/** How far a recording is behind the last record of one of its files that nobody writes to any more. */

import {closeSync, constants, fstatSync} from 'node:fs';

import {linesBack, openPrivate} from '../../../../platform/index.ts';
import type {RecordingPlace} from '../recording-place.ts';

export interface EndPlace extends RecordingPlace {
  /** Of the last record, Unix milliseconds. */
  readonly ts: number;
}

const BLOCK_BYTES = 64 * 1024;
/** A write that was cut short leaves no more than this without offsets. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Undefined where that cannot be told. The file may end in records without offsets, of a write that was cut short: then these are
 * some records too low.
 */
export function placeAtEnd(file: string): EndPlace | undefined {
  const fd = openPrivate(file, constants.O_RDONLY);
  try {
    let last: Pick<EndPlace, 'seq' | 'ts'> | undefined;
    for (const block of linesBack(fd, fstatSync(fd).size, {blockBytes: BLOCK_BYTES, mostBytes: MOST_BYTES}))
      for (const line of block.toString().split('\n').reverse()) {
        const [, seq, ts] = HEAD.exec(line) ?? [];
        if (seq === undefined || ts === undefined) continue;
        last ??= {seq: Number(seq) + 1, ts: Number(ts)};
        const [, out, err] = SPOOL.exec(line) ?? [];
        if (out !== undefined) return {...last, out: Number(out), err: Number(err)};
      }
    return undefined;
  } finally {
    closeSync(fd);
  }
}

const HEAD = /^\{"seq":(\d+),"ts":(\d+),/;
const SPOOL = /"spool":\[(\d+),(\d+)\]\}$/;
