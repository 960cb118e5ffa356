import {describe, expect, it} from 'vitest';

import type {ProgressRecord} from '../../record.ts';
import {BEGIN, told} from '../../testing/records.ts';
import {ProgressAnalysis} from '../analysis.ts';
import type {ProgressNow} from '../report.ts';
import {summaryOf} from '../summary.ts';

function analysed(records: readonly ProgressRecord[]): ProgressAnalysis {
  const analysis = new ProgressAnalysis();
  for (const record of records) analysis.add(record);
  return analysis;
}

/** Where the only run stands while it moves, `at` milliseconds after its begin. */
function standing(records: readonly ProgressRecord[], at: number): ProgressNow {
  const now = analysed(records).now(BEGIN + at, {isMoving: true});
  if (now === undefined) throw new Error('no record');
  return now;
}

/** A record a second that tells so many rows more each time. */
function steady(from: number, seconds: number, rows: number, perSecond: number): ProgressRecord[] {
  return Array.from({length: seconds}, (_, second) =>
    told(from + second * 1000, 'a_progress', {rows_processed: rows + second * perSecond}),
  );
}

function rowsAt(...records: readonly ProgressRecord[]) {
  return analysed(records).report().runs[0]?.rows;
}

describe('the rows of a run', () => {
  it('are those of one phase: a total of another is none of its', () => {
    expect(
      rowsAt(told(0, 'scan_done', {rows_total: 16}), told(10, 'embed_progress', {rows_processed: 900})),
    ).toEqual({processed: 900, total: null, phase: 'embed'});
    expect(
      rowsAt(told(0, 'embed_start', {rows_processed: 3}), told(10, 'scan_done', {rows_total: 16})),
    ).toEqual({processed: 3, total: null, phase: 'embed'});
  });

  it('are of no total of which more are done, and there is neither a share nor a time left', () => {
    const now = standing(
      [told(0, 'a_start', {rows_processed: 0, rows_total: 16}), ...steady(1000, 5, 100, 100)],
      5000,
    );
    expect(now).toMatchObject({rows_processed: 500, rows_total: null, rows_per_sec: 100, remaining_ms: null});
  });

  it('stay those of the phase that told a total while others tell of their batches', () => {
    expect(
      rowsAt(
        told(0, 'embed_start', {rows_processed: 10, rows_total: 100}),
        told(10, 'staging_done', {batch_rows: 5}),
        told(20, 'check_done', {rows_processed: 5}),
      ),
    ).toEqual({processed: 10, total: 100, phase: 'embed'});
  });

  it('are those of the next phase once the one before has done all of its', () => {
    expect(
      rowsAt(told(0, 'a_done', {rows_processed: 9, rows_total: 9}), told(10, 'b_done', {rows_processed: 4})),
    ).toEqual({processed: 4, total: null, phase: 'b'});
  });

  it('are kept when the run has ended, also without a total', () => {
    const report = analysed([told(0, 'a_done', {rows_processed: 42}), told(9, 'complete')]).report();
    expect(report.runs[0]?.rows).toEqual({processed: 42, total: null, phase: 'a'});
    expect(summaryOf(report)).toMatchObject({rows_processed: 42, rows_total: null});
  });

  it('are unknown where only a total was told', () => {
    expect(rowsAt(told(0, 'a_start', {rows_total: 100}))).toEqual({processed: null, total: 100, phase: 'a'});
  });

  it('are not fewer because threads tell their sums out of order', () => {
    const records = [1000, 990, 1010, 1005, 1020].map((rows_processed, at) =>
      told(at * 100, 'a_progress', {rows_processed}),
    );
    expect(standing(records, 400)).toMatchObject({rows_processed: 1020});
    expect(analysed(records).report().runs[0]?.phases[0]?.rows).toBe(1020);
  });

  it('begin anew where they fall far, and where they stay behind', () => {
    expect(
      standing([...steady(0, 3, 1000, 10), told(9000, 'a_progress', {rows_processed: 3})], 9000),
    ).toMatchObject({rows_processed: 3, rows_per_sec: null});
    expect(standing([...steady(0, 3, 1000, 10), ...steady(3000, 20, 700, 10)], 23_000)).toMatchObject({
      rows_processed: 890,
      rows_per_sec: 10,
    });
  });
});

describe('the rate', () => {
  it('of a run that was resumed does not count what was done before', () => {
    const resumed = [told(0, 'a_start', {rows_total: 1000}), ...steady(1000, 11, 600, 10)];
    expect(standing(resumed, 11_000)).toMatchObject({
      rows_processed: 700,
      rows_per_sec: 10,
      remaining_ms: 30_000,
    });
    const [phase] = analysed(steady(0, 11, 600, 10)).report().runs[0]?.phases ?? [];
    expect(phase).toMatchObject({rows: 700, rows_per_sec: 10});
  });

  it('does not count rows for hours that were skipped in the first second', () => {
    const skipped = [
      told(0, 'a_start', {rows_processed: 0, rows_total: 100_000}),
      told(500, 'a_progress', {rows_processed: 90_000}),
      ...steady(1000, 8, 90_010, 10),
    ];
    expect(standing(skipped, 8000).rows_per_sec).toBeCloseTo(10, 0);
    expect(standing([...skipped, ...steady(9000, 3600, 90_090, 2)], 3_609_000).rows_per_sec).toBeCloseTo(2);
  });

  it('is of the last minutes, and says of how many and of how many records', () => {
    const slower = [...steady(0, 1000, 0, 100), ...steady(1_000_000, 600, 99_910, 10)];
    const {rows_per_sec, rate_basis} = standing(slower, 1_599_000);
    expect(rows_per_sec).toBeCloseTo(10);
    expect(rate_basis?.over_ms).toBeGreaterThan(200_000);
    expect(rate_basis?.over_ms).toBeLessThanOrEqual(320_000);
    expect(rate_basis?.records).toBeCloseTo((rate_basis?.over_ms ?? 0) / 1000 + 1, 0);
  });

  it('of a worker whose batches take long is that of several of them', () => {
    const hourly = Array.from({length: 20}, (_, hour) =>
      told(hour * 3_600_000, 'a_done', {batch_rows: 36, rows_total: 7200}),
    );
    expect(standing(hourly, 19 * 3_600_000)).toMatchObject({
      rows_per_sec: 0.01,
      rate_basis: {over_ms: 8 * 3_600_000, records: 9},
    });
  });

  it('changes little with one burst', () => {
    const records = [
      ...steady(0, 60, 0, 10),
      told(59_500, 'a_progress', {rows_processed: 5000}),
      ...steady(60_000, 60, 5000, 10),
    ];
    expect(standing(records, 119_000).rows_per_sec).toBeCloseTo(10, 0);
  });
});

describe('the time left', () => {
  const fifth = [told(0, 'a_start', {rows_processed: 0, rows_total: 100}), ...steady(1000, 2, 10, 10)];

  it('is only told of a worker that gets on', () => {
    const analysis = analysed(fifth);
    expect(analysis.now(BEGIN + 2000, {isMoving: true})?.remaining_ms).toBe(8000);
    expect(analysis.now(BEGIN + 2000)?.remaining_ms).toBeNull();
    expect(analysis.report(BEGIN + 2000).runs[0]?.eta).toBeNull();
    const ended = analysed([...fifth, told(2000, 'error')]);
    expect(ended.now(BEGIN + 2000, {isMoving: true})).toMatchObject({rows_per_sec: null, remaining_ms: null});
  });

  it('goes on until the next record usually comes, stays, and is unknown when none comes', () => {
    const left = [2000, 2500, 3000, 3500].map(at => standing(fifth, at).remaining_ms);
    expect(left).toEqual([8000, 7500, 7000, 7000]);
    expect(standing(fifth, 60_000)).toMatchObject({rows_per_sec: null, remaining_ms: null});
  });

  it('is a range where the rate varies', () => {
    const varying = [
      told(0, 'a_start', {rows_processed: 0, rows_total: 2000}),
      ...Array.from({length: 40}, (_, at) =>
        told((at + 1) * 1000, 'a_progress', {
          rows_processed: (at + 1) * 20 + 10 * Math.round(5 * Math.sin(at / 3)),
        }),
      ),
    ];
    const {remaining_ms, remaining_range_ms} = standing(varying, 40_000);
    const [low = 0, high = 0] = remaining_range_ms ?? [];
    expect(low).toBeLessThan(remaining_ms ?? 0);
    expect(high).toBeGreaterThan(remaining_ms ?? 0);
  });

  it('is none where it would be centuries', () => {
    const slow = [
      told(0, 'a_start', {rows_processed: 0, rows_total: Number.MAX_SAFE_INTEGER}),
      ...steady(1000, 5, 1, 1),
    ];
    expect(standing(slow, 5000)).toMatchObject({rows_per_sec: 1, remaining_ms: null});
  });
});
