import {describe, expect, it} from 'vitest';

import {MovementDetector} from './movement.ts';
import type {ProgressRecord} from './record.ts';
import {told} from './testing/records.ts';

function moved(records: readonly ProgressRecord[]): boolean[] {
  const detector = new MovementDetector();
  return records.map(record => detector.isMovement(record));
}

describe('movement', () => {
  it('is every transition, also one that was there before', () => {
    const transitions = ['start', 'start', 'done', 'done', 'error', 'cancelled', 'complete', 'odd'];
    const records = transitions.map((sub_phase, at) => ({...told(at, 'x'), sub_phase}));
    expect(moved(records)).toEqual(transitions.map(() => true));
  });

  it('is no heartbeat: clock, memory and number of the record may change as they like', () => {
    const beat = (at: number) =>
      told(at, 'embed_progress', {rows_processed: 3, seq: at, rss_mib: 100 + at, note: 'x'});
    expect(moved([beat(0), beat(1), beat(2)])).toEqual([true, false, false]);
  });

  it('is whatever else changes', () => {
    const beat = (at: number, more: object) => told(at, 'embed_progress', more);
    expect(
      moved([
        beat(0, {rows_processed: 3}),
        beat(1, {rows_processed: 4}),
        beat(2, {rows_processed: 4, note: 'y'}),
        beat(3, {rows_processed: 4, note: 'y', detail: {file: 1}}),
        beat(4, {rows_processed: 4, note: 'y', detail: {file: 2}}),
        beat(5, {rows_processed: 4, note: 'y', detail: {file: 2}}),
      ]),
    ).toEqual([true, true, true, true, true, false]);
  });

  it('is found in each run by itself', () => {
    const beat = (run_id: string, rows_processed: number) => told(0, 'a_progress', {run_id, rows_processed});
    expect(moved([beat('one', 1), beat('two', 7), beat('one', 1), beat('two', 7), beat('two', 8)])).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it('is none of workers or batches of a run that beat by turns', () => {
    const beat = (more: object) => told(0, 'a_progress', more);
    for (const [one, other] of [
      [
        {pid: 1, rows_processed: 5},
        {pid: 2, rows_processed: 9},
      ],
      [{batch_index: 1}, {batch_index: 2}],
    ] as const)
      expect(moved([beat(one), beat(other), beat(one), beat(other)])).toEqual([true, true, false, false]);
  });

  it('forgets the oldest of very many kinds', () => {
    const beat = (at: number) => told(0, `e${at}_progress`);
    const detector = new MovementDetector();
    for (let at = 0; at < 300; at++) expect(detector.isMovement(beat(at))).toBe(true);
    expect([detector.isMovement(beat(299)), detector.isMovement(beat(0))]).toEqual([false, true]);
  });
});
