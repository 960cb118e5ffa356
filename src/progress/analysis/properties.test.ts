import fc, {array, constantFrom, integer, oneof, option, property, record as shape, tuple} from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type ProgressRecord, parseProgressLine} from '../record.ts';
import {BEGIN} from '../testing/records.ts';
import {ProgressAnalysis} from './analysis.ts';
import {summaryOf} from './summary.ts';

const HOUR = 3_600_000;

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
  it('splits the time of a run into that of its phases and that of none, as far as it is known', () => {
    fc.assert(
      property(records, integer({min: 0, max: 5000}), (all, later) => {
        const now = (all.at(-1)?.ts_ms ?? BEGIN) + later;
        for (const run of analysed(all).report(now).runs) {
          const walls = run.phases.map(({wall_ms}) => wall_ms ?? 0);
          for (const {wall_ms, busy_ms} of run.phases)
            if (busy_ms !== null) expect(busy_ms).toBeGreaterThanOrEqual(wall_ms ?? 0);
          if (run.elapsed_ms === null) continue;
          for (const wall of walls) expect(wall).toBeLessThanOrEqual(run.elapsed_ms);
          if (run.unclaimed_ms === null) continue;
          expect(run.unclaimed_ms).toBeGreaterThanOrEqual(0);
          const gaps = run.unclaimed_between.reduce((sum, {ms}) => sum + (ms ?? 0), 0);
          expect(gaps).toBe(run.unclaimed_ms);
          if (run.phases.some(({wall_ms}) => wall_ms === null)) continue;
          // The union is at least the longest and at most the sum of them.
          const union = run.elapsed_ms - run.unclaimed_ms;
          expect(union).toBeGreaterThanOrEqual(Math.max(0, ...walls));
          expect(union).toBeLessThanOrEqual(walls.reduce((sum, wall) => sum + wall, 0));
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

/** What stands in a file for a value: numbers that a worker may tell, and what is none. */
const number = oneof(
  integer({min: -10, max: 5000}).map(String),
  integer({min: -10, max: 5000}).map(at => String(BEGIN + at)),
  integer({min: -10, max: 5000}).map(at => String(Math.round((BEGIN + at) / 1000))),
  constantFrom('1e300', '1e999', '-1', '0', '"NaN"', 'NaN', 'null', '0.5', '9007199254740993', '{}', '[1]'),
  constantFrom(HOUR, -HOUR, 9000 * HOUR).map(by => String(BEGIN + by)),
);

/** Lines of a file, some of them torn or no records. */
const lines = array(
  tuple(
    shape(
      {
        event: constantFrom('"a_start"', '"a_done"', '"b"', '"complete"', '7'),
        phase: constantFrom('"a"', '"b"', '"a"', '"b"', '"complete"', '"__proto__"'),
        sub_phase: constantFrom('"start"', '"done"', '"progress"', '"error"', '"odd"'),
        ts_ms: number,
        elapsed_ms: number,
        run_id: constantFrom('"r"', '"r"', '"s"', '7'),
        pid: constantFrom('1', '2', '-1'),
        batch_index: constantFrom('0', '1'),
        batch_rows: number,
        rows_processed: number,
        rows_total: number,
        bytes: number,
        expect_ms: number,
        rss_mib: number,
      },
      {requiredKeys: ['event', 'phase', 'sub_phase', 'ts_ms']},
    ),
    constantFrom(0, 0, 0, 0, 0, 9),
  ).map(([told, torn]) => {
    const line = `{${Object.entries(told)
      .map(([key, value]) => `"${key}":${value}`)
      .join(',')}}`;
    return line.slice(0, line.length - torn);
  }),
  {maxLength: 40},
);

const JOB_MS = 5000;
const MOST = JOB_MS + 100;

function read(all: readonly string[]): ProgressAnalysis {
  const analysis = new ProgressAnalysis({from: BEGIN, to: () => BEGIN + JOB_MS});
  for (const line of all) {
    const record = parseProgressLine(line);
    if (record === undefined) analysis.skip(line.length + 1);
    else analysis.add(record);
  }
  return analysis;
}

describe('any lines of a job of five seconds', () => {
  it('give times within it, or none', () => {
    fc.assert(
      property(lines, all => {
        for (const run of read(all).report(BEGIN + JOB_MS, {isMoving: true}).runs) {
          const lengths = [
            run.elapsed_ms,
            run.unclaimed_ms,
            ...run.unclaimed_between.map(({ms}) => ms),
            ...run.open.map(({open_ms}) => open_ms),
            ...run.phases.flatMap(({wall_ms, span_ms}) => [wall_ms, span_ms?.p50, span_ms?.max]),
          ];
          for (const ms of lengths) if (ms != null) expect(ms >= 0 && ms <= MOST).toBe(true);
          const moments = [
            run.started_at_ms,
            run.last_at_ms,
            run.last.at_ms,
            ...run.open.map(each => each.since_ms),
          ];
          for (const at of moments)
            if (at !== null) expect(at >= BEGIN - 100 && at <= BEGIN + MOST).toBe(true);
          for (const {share} of run.phases) if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
          const {processed, total} = run.rows ?? {processed: null, total: null};
          expect(processed ?? 0).toBeLessThanOrEqual(total ?? Number.MAX_SAFE_INTEGER);
          const [low = 0, high = 0] = run.eta?.range_ms ?? [run.eta?.remaining_ms, run.eta?.remaining_ms];
          const left = run.eta?.remaining_ms ?? 0;
          expect(low <= left && left <= high).toBe(true);
        }
      }),
      {numRuns: 500},
    );
  });

  it('give only what JSON holds, and the same from all who are asked', () => {
    fc.assert(
      property(lines, all => {
        const analysis = read(all);
        const view = {isMoving: true};
        const [report, now] = [analysis.report(BEGIN + JOB_MS, view), analysis.now(BEGIN + JOB_MS, view)];
        expect(JSON.parse(JSON.stringify([report, now ?? null]))).toEqual([report, now ?? null]);
        const run = report.current_run === null ? undefined : report.runs[report.current_run];
        const summary = summaryOf(report);
        expect(now === undefined).toBe(run === undefined);
        expect(summary === undefined).toBe(run === undefined);
        if (run === undefined || now === undefined || summary === undefined) return;
        expect([run.phase, run.outcome, run.rows?.processed ?? null, run.rows?.total ?? null]).toEqual([
          now.phase,
          now.outcome,
          now.rows_processed,
          now.rows_total,
        ]);
        expect(summary).toMatchObject({
          phase: now.phase,
          outcome: now.outcome === 'running' ? 'unfinished' : now.outcome,
          rows_processed: now.rows_processed,
          rows_total: now.rows_total,
        });
        expect(run.open.at(-1) ?? null).toEqual(now.open);
        expect(run.eta?.remaining_ms ?? null).toBe(now.remaining_ms);
      }),
      {numRuns: 500},
    );
  });
});
