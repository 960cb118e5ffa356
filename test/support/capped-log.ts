/** A job that prints more than its log may have, as fast as it is recorded, and whether nothing else is missing of it. */
import {expect} from 'vitest';

import type {JobRecord} from './sandbox.ts';

/** Bytes of each line: its number, from 0. */
export const LINE_BYTES = 10;

/** Shell text that prints so many parts of 5000 lines, from the part `first` on, with a pause behind each. */
export function printing(parts: number, first = 0): string {
  const seq = "seq -f '%09.0f' $((i*5000)) $((i*5000+4999))";
  return `i=${first}; while [ $i -lt ${first + parts} ]; do ${seq}; i=$((i+1)); sleep 0.01; done`;
}

/** Lines and what was cut out make exactly so many parts, each line once and in its place. Gives what tells of the cuts. */
export function expectParts(records: readonly JobRecord[], parts: number) {
  let line = 0;
  let next = 0;
  const cuts: {readonly bytes: number; readonly lines: number | null; readonly total_bytes: number}[] = [];
  for (const {seq, kind, data} of records) {
    expect(seq).toBeGreaterThanOrEqual(next);
    const cut = data as {event?: string; bytes: number; lines: number | null; total_bytes: number};
    if (kind === 'status' && cut.event === 'truncated') {
      line += cut.bytes / LINE_BYTES;
      if (cut.lines !== null) expect(cut.lines).toBe(cut.bytes / LINE_BYTES);
      cuts.push(cut);
    } else if (kind === 'stdout') {
      expect(data).toBe(String(line).padStart(9, '0'));
      line += 1;
    }
    next = seq + 1;
  }
  expect(line).toBe(parts * 5000);
  return cuts;
}
