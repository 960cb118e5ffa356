import fc, {array, constantFrom, integer, option, property, record as shape} from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {ProgressRecord} from '../record.ts';
import {BEGIN} from '../testing/records.ts';
import {ProgressAnalysis} from './analysis.ts';

/** Any records, in any order, of up to three runs; times may go in both directions. */
const records = array(
  shape({
    phase: constantFrom('a', 'b', 'c', 'complete', 'error'),
    sub_phase: constantFrom('start', 'start', 'done', 'done', 'progress', 'error', 'cancelled', 'odd'),
    step: integer({min: -50, max: 3000}),
    elapsed: option(integer({min: -10, max: 60_000})),
    run: constantFrom('r', 's', undefined),
    pid: constantFrom(1, 2, undefined),
    batch_index: constantFrom(0, 1, undefined),
    rows_processed: constantFrom(0, 10, -3, 1e300, undefined),
    rows_total: constantFrom(100, 0, undefined),
    bytes: constantFrom(5, -5, undefined),
  }),
  {maxLength: 60},
).map(told => {
  let at = BEGIN;
  return told.map(({step, elapsed, run, phase, sub_phase, ...more}): ProgressRecord => {
    at += step;
    return {
      event: phase === 'complete' || phase === 'error' ? phase : `${phase}_${sub_phase}`,
      phase,
      sub_phase,
      ts_ms: at,
      ...(elapsed === null ? {} : {elapsed_ms: elapsed}),
      ...(run === undefined ? {} : {run_id: run}),
      ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
    };
  });
});

function analysed(all: readonly ProgressRecord[]): ProgressAnalysis {
  const analysis = new ProgressAnalysis();
  for (const record of all) analysis.add(record);
  return analysis;
}

describe('any sequence of records', () => {
  it('splits the time of a run into that of its phases and that of none', () => {
    fc.assert(
      property(records, integer({min: 0, max: 5000}), (all, later) => {
        const now = (all.at(-1)?.ts_ms ?? BEGIN) + later;
        for (const run of analysed(all).report(now).runs) {
          const walls = run.phases.map(({wall_ms}) => wall_ms);
          expect(run.unclaimed_ms).toBeGreaterThanOrEqual(0);
          for (const wall of walls) expect(wall).toBeLessThanOrEqual(run.elapsed_ms);
          // The union is at least the longest and at most the sum of them.
          const union = run.elapsed_ms - run.unclaimed_ms;
          expect(union).toBeGreaterThanOrEqual(Math.max(0, ...walls));
          expect(union).toBeLessThanOrEqual(walls.reduce((sum, wall) => sum + wall, 0));
          for (const phase of run.phases) expect(phase.busy_ms).toBeGreaterThanOrEqual(phase.wall_ms);
          const gaps = run.unclaimed_between.reduce((sum, {ms}) => sum + ms, 0);
          expect(gaps).toBe(run.unclaimed_ms);
        }
      }),
    );
  });

  it('tells the same whether or not somebody looked meanwhile', () => {
    fc.assert(
      property(records, integer({min: 0, max: 60}), (all, cut) => {
        const looked = analysed(all.slice(0, cut));
        looked.report(BEGIN + 1e9);
        looked.now(BEGIN + 1e9);
        for (const record of all.slice(cut)) looked.add(record);
        expect(looked.report()).toEqual(analysed(all).report());
      }),
    );
  });

  it('counts every record once, and gives only numbers that JSON has', () => {
    fc.assert(
      property(records, all => {
        const report = analysed(all).report();
        expect(report.runs.reduce((sum, run) => sum + run.records, 0)).toBe(all.length);
        expect(JSON.parse(JSON.stringify(report))).toEqual(report);
        expect(JSON.stringify(report)).not.toContain('NaN');
      }),
    );
  });
});
