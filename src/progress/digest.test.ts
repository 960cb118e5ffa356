import fc, {array, constantFrom, integer, property, record as shape} from 'fast-check';
import {describe, expect, it} from 'vitest';

import {ProgressAnalysis} from './analysis/index.ts';
import type {ProgressRecord} from './record.ts';
import {BEGIN, told} from './testing/records.ts';

function analysed(...parts: (readonly ProgressRecord[])[]): ProgressAnalysis {
  const analysis = new ProgressAnalysis();
  for (const record of parts.flat()) analysis.add(record);
  return analysis;
}

/** What must not depend on whether all was read. */
function standing(analysis: ProgressAnalysis) {
  const now = analysis.now();
  if (now === undefined) return undefined;
  const {run_id, outcome, phase, open, rows_processed, rows_total, note} = now;
  const of = open === null ? null : [open.phase, open.event, open.batch_index, open.since_ms, open.expect_ms];
  return {run_id, outcome, phase, of, rows_processed, rows_total, note};
}

/** As a file holds it. */
function written(records: readonly ProgressRecord[]): ProgressRecord[] {
  return records.map(record => JSON.parse(JSON.stringify(record)) as ProgressRecord);
}

/** Where all that was read stands, and who knows only a digest of the first part of it. */
function both(before: readonly ProgressRecord[], after: readonly ProgressRecord[] = []) {
  const whole = standing(analysed(before, after));
  return {whole, short: standing(analysed(written(analysed(before).digest()), after))};
}

const batches = (count: number, from = 0) =>
  Array.from({length: count}, (_, at) => told(from + at + 1, 'inner_progress', {batch_rows: 2}));

describe('a digest', () => {
  it('keeps an outer phase that is open behind a long inner one, and goes back to it', () => {
    const before = [
      told(0, 'outer_start', {expect_ms: 9000}),
      told(1, 'inner_start', {rows_total: 2000}),
      ...batches(500),
    ];
    const {whole, short} = both(before);
    expect(short).toEqual(whole);
    expect(short).toMatchObject({phase: 'inner', rows_processed: 1000});
    const after = both(before, [told(600, 'inner_done')]);
    expect(after.short).toEqual(after.whole);
    expect(after.short?.of).toEqual(['outer', 'outer_start', null, BEGIN, 9000]);
    expect(analysed(before).digest().length).toBeLessThan(10);
  });

  it('keeps the sum of batches, to which others are added', () => {
    const {whole, short} = both(
      [told(0, 'inner_start', {rows_total: 2000}), ...batches(300)],
      batches(5, 400),
    );
    expect(short).toEqual(whole);
    expect(short?.rows_processed).toBe(610);
  });

  it('closes no span of its own', () => {
    const before = [
      told(0, 'a_start'),
      told(1, 'a_start', {event: 'again_start'}),
      told(2, 'a_done', {event: 'again_done', rows_processed: 4}),
    ];
    const {whole, short} = both(before);
    expect(short).toEqual(whole);
    expect(short?.phase).toBe('a');
  });

  it('keeps which phase told the total last', () => {
    const {whole, short} = both([
      told(0, 'a_start', {rows_total: 100}),
      told(1, 'b_start', {rows_total: 7}),
      told(2, 'a_progress', {rows_processed: 50}),
    ]);
    expect(short).toEqual(whole);
  });

  it('keeps how a run ended, and which run is the current one', () => {
    const before = [
      told(0, 'a_start', {run_id: 'one'}),
      told(1, 'b_start', {run_id: 'two', rows_total: 9}),
      told(2, 'b_progress', {run_id: 'two', rows_processed: 3}),
      told(3, 'complete', {run_id: 'two'}),
    ];
    const {whole, short} = both(before);
    expect(short).toEqual(whole);
    expect(short).toMatchObject({run_id: 'one', outcome: 'running'}); // which is not over
    const later = both(before, [told(9, 'a_done', {run_id: 'one'})]);
    expect(later.short).toEqual(later.whole);
  });

  it('of any records of workers whose clock goes on stands where all of them do, now and later', () => {
    const records = array(
      shape({
        phase: constantFrom('a', 'b', 'c', 'd', 'complete'),
        sub_phase: constantFrom('start', 'done', 'progress', 'progress', 'error'),
        run_id: constantFrom('r', 'r', 's'),
        batch_index: constantFrom(0, 1, undefined),
        rows_processed: constantFrom(0, 10, 20, undefined),
        rows_total: constantFrom(100, undefined, undefined),
        batch_rows: constantFrom(5, undefined),
      }),
      {maxLength: 60},
    ).map(all =>
      all.map(({phase, sub_phase, ...more}, at) =>
        told(
          at * 10,
          phase === 'complete' ? phase : `${phase}_${sub_phase}`,
          more as Partial<ProgressRecord>,
        ),
      ),
    );
    fc.assert(
      property(records, integer({min: 0, max: 60}), (all, cut) => {
        const {whole, short} = both(written(all.slice(0, cut)), written(all.slice(cut)));
        expect(short).toEqual(whole);
      }),
      {numRuns: 2000},
    );
  });
});
