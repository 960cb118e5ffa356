import {expect, it} from 'vitest';

import type {ProgressRecord} from '../../progress/index.ts';
import {progressLine} from './progress-line.ts';

const AT = new Date(2026, 0, 2, 12, 3, 4, 123).getTime();

function line(changes: Partial<ProgressRecord>, now = AT): string {
  const record = {event: 'embed_start', phase: 'embed', sub_phase: 'start', ts_ms: AT, ...changes};
  return progressLine(record as ProgressRecord, now);
}

it.each<[Partial<ProgressRecord>, string]>([
  [{}, 'embed start'],
  [{batch_index: 3, rows_processed: 384, rows_total: 10_000}, 'embed start  batch 3  384/10000'],
  [{rows_processed: 5}, 'embed start  5'],
  [{rows_total: 5}, 'embed start  ?/5'],
  [{batch_rows: 128, bytes: 51_200}, 'embed start  128 in batch  50 KiB'],
  [{expect_ms: 1_200_000, note: 'the large ones'}, 'embed start  may take 20m  the large ones'],
  [{sub_phase: 'progress', waiting_on: 'the lock\n'}, 'embed progress  waits for the lock\\x0a'],
  [{phase: 'complete', sub_phase: 'complete'}, 'complete'],
  [{sub_phase: 'error', error: 'no\u001b[2Jroom'}, 'embed error  no\\x1b[2Jroom'],
])('%j is a line', (changes, text) => {
  expect(line(changes)).toBe(`12:03:04.123 ${text}`);
});

it('tells the day of what was not today, and of a time that is none that there is no such', () => {
  expect(line({}, AT + 86_400_000)).toBe('Jan 2 12:03:04.123 embed start');
  expect(line({ts_ms: 1e300})).toMatch(/^\?\?:/);
});
