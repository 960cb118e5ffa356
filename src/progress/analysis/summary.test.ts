import {describe, expect, it} from 'vitest';

import type {ProgressRecord} from '../record.ts';
import {told} from '../testing/records.ts';
import {ProgressAnalysis} from './analysis.ts';
import {summaryOf} from './summary.ts';

function summary(...records: readonly ProgressRecord[]) {
  const analysis = new ProgressAnalysis();
  for (const record of records) analysis.add(record);
  return {kept: summaryOf(analysis.report()), now: analysis.now()};
}

describe('what is kept of a report', () => {
  it('is nothing where nothing was reported', () => {
    expect(summary().kept).toBeUndefined();
  });

  it('stands where the run of the newest record stands, whichever began first', () => {
    const {kept, now} = summary(
      told(0, 'a_start', {run_id: 'one', rows_total: 9}),
      told(1, 'b_start', {run_id: 'two'}),
      told(2, 'complete', {run_id: 'two'}),
      told(3, 'a_progress', {run_id: 'one', rows_processed: 4}),
    );
    expect(kept).toMatchObject({outcome: 'unfinished', phase: 'a', rows_processed: 4, rows_total: 9});
    expect(now).toMatchObject({outcome: 'running', phase: 'a', rows_processed: 4, rows_total: 9});
  });

  it('is the phase that was left open, and the count of who told no total', () => {
    const {kept} = summary(
      told(0, 'a_start'),
      told(1, 'a_progress', {rows_processed: 7}),
      told(2, 'b_start'),
      told(3, 'b_done'),
    );
    expect(kept).toMatchObject({phase: 'a', rows_processed: 7, rows_total: null});
  });

  it('has the lengths of batches that were open at once added up, beside the time in which any was', () => {
    const starts = [0, 1, 2, 3].map(batch_index => told(0, 'embed_start', {batch_index}));
    const ends = [0, 1, 2, 3].map(batch_index => told(4000, 'embed_done', {batch_index}));
    const {kept} = summary(
      ...starts,
      ...ends,
      told(4000, 'embed_start', {batch_index: 4}),
      told(5000, 'complete'),
    );
    expect(kept?.phases).toEqual([{phase: 'embed', count: 4, wall_ms: 5000, ended_ms: 16_000}]);
  });
});
