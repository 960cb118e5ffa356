import {describe, expect, it} from 'vitest';

import type {ProgressRecord} from '../../record.ts';
import {BEGIN, bare, told} from '../../testing/records.ts';
import {ProgressAnalysis} from '../analysis.ts';
import type {RunReport} from '../report.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
/** Of a job that was submitted at `BEGIN` and looked at four seconds later. */
const BOUNDS = {from: BEGIN, to: () => BEGIN + 4 * SECOND};

/** A phase of a second, another of two, and one that is open. */
const WORK = [
  told(100, 'a_start'),
  told(1100, 'a_done'),
  told(1200, 'b_start'),
  told(3200, 'b_done'),
  told(3300, 'c_start'),
];

function runOf(records: readonly ProgressRecord[], bounds = BOUNDS, isLive = true): RunReport {
  const analysis = new ProgressAnalysis(bounds);
  for (const record of records) analysis.add(record);
  const [run, ...others] = analysis.report(isLive ? bounds.to() : undefined).runs;
  if (run === undefined || others.length > 0) throw new Error(`${others.length + 1} runs`);
  return run;
}

/** Every record with other clocks. */
function dated(clocks: (at: number, nth: number) => {ts_ms: number; elapsed_ms?: number}): ProgressRecord[] {
  return WORK.map((record, nth) => {
    const {elapsed_ms = 0} = record;
    return {...bare(record), run_id: 'r', ...clocks(elapsed_ms, nth)};
  });
}

function walls({phases}: RunReport) {
  return phases.map(({wall_ms}) => wall_ms);
}

const KNOWN = [1000, 2000, 700];
const UNKNOWN = [null, null, null];

describe('what the clocks of a worker tell', () => {
  it('is believed where it can be', () => {
    const run = runOf(WORK);
    expect(walls(run)).toEqual(KNOWN);
    expect(run).toMatchObject({elapsed_ms: 4000, started_at_ms: BEGIN, unclaimed_ms: 300});
    const byWall = runOf(dated(at => ({ts_ms: BEGIN + at})));
    expect(walls(byWall)).toEqual(KNOWN);
    expect(byWall).toMatchObject({elapsed_ms: 3900, started_at_ms: BEGIN + 100, unclaimed_ms: 200});
  });

  it.each<[string, (at: number, nth: number) => number]>([
    ['seconds', at => Math.round((BEGIN + at) / 1000)],
    ['microseconds', at => (BEGIN + at) * 1000],
    ['of 1970', at => at],
    ['an hour ahead', at => BEGIN + at + HOUR],
    ['an hour behind', at => BEGIN + at - HOUR],
    ['a year ahead', at => BEGIN + at + 365 * 24 * HOUR],
    ['a year behind', at => BEGIN + at - 365 * 24 * HOUR],
    ['1e300', () => 1e300],
    ['below zero', at => -BEGIN - at],
    ['up and down', (at, nth) => BEGIN + at + (nth % 2 === 0 ? HOUR : -HOUR)],
  ])('is no length where ts_ms is %s, and elapsed_ms is believed all the same', (_, tsOf) => {
    const run = runOf(dated((at, nth) => ({ts_ms: tsOf(at, nth)})));
    expect(walls(run)).toEqual(UNKNOWN);
    expect(run).toMatchObject({
      started_at_ms: null,
      last_at_ms: null,
      elapsed_ms: null,
      unclaimed_ms: null,
      unclaimed_share: null,
      open: [{since_ms: null, open_ms: null}],
      last: {at_ms: null},
      phases: [{share: null, busy_ms: null, span_ms: null, spans_unknown: 1}, {}, {spans_unknown: 0}],
    });
    const told = dated((at, nth) => ({ts_ms: tsOf(at, nth), elapsed_ms: at}));
    expect(walls(runOf(told, BOUNDS, false))).toEqual([1000, 2000, 0]);
    expect(runOf(told, BOUNDS, false)).toMatchObject({elapsed_ms: 3300, started_at_ms: null});
    expect(runOf(told)).toMatchObject({elapsed_ms: null, open: [{since_ms: null, open_ms: null}]});
  });

  it.each<[string, (at: number, nth: number) => number]>([
    ['microseconds', at => at * 1000],
    ['Unix milliseconds', at => BEGIN + at],
    ['1e12', () => 1e12],
  ])('is that of ts_ms where elapsed_ms is %s', (_, elapsedOf) => {
    const run = runOf(dated((at, nth) => ({ts_ms: BEGIN + at, elapsed_ms: elapsedOf(at, nth)})));
    expect(walls(run)).toEqual(KNOWN);
    expect(run.elapsed_ms).toBeLessThanOrEqual(4100);
  });

  it('is that of ts_ms once elapsed_ms ran ahead of it again and again, also where a job is old', () => {
    const old = {from: BEGIN - 1e9, to: () => BEGIN + 1e9};
    const records = Array.from({length: 200}, (_, nth) => ({
      ...told(nth * 100, nth % 2 === 0 ? 'a_start' : 'a_done'),
      elapsed_ms: nth * 100 * 1000,
    }));
    const [phase] = runOf(records, old, false).phases;
    expect(phase).toMatchObject({wall_ms: null, span_ms: {p50: 100, max: 100}, count: 100});
  });

  it('is unknown of one moment only, where one record is wrong', () => {
    const run = runOf(
      WORK.map((record, nth) => (nth === 1 ? {...bare(record), run_id: 'r', ts_ms: 5} : record)),
    );
    expect(walls(run)).toEqual([null, 2000, 700]);
    expect(run).toMatchObject({elapsed_ms: 4000, unclaimed_ms: null});
    expect(run.phases[0]).toMatchObject({count: 1, spans_unknown: 1, span_ms: null});
  });

  it('is no length over a moment at which the only clock was put back', () => {
    const bounds = {from: BEGIN - HOUR, to: () => BEGIN + HOUR};
    const records = dated((at, nth) => ({ts_ms: BEGIN + at - (nth < 3 ? 0 : HOUR / 2)}));
    const run = runOf(records, bounds, false);
    expect(walls(run)).toEqual([1000, null, 0]);
    expect(run).toMatchObject({elapsed_ms: null, unclaimed_ms: 200, clock_jumps: 1});
  });

  it('is never longer than the job, whatever its clocks do within it', () => {
    const swinging = Array.from({length: 50}, (_, nth) => ({
      ...bare(told(0, nth % 2 === 0 ? 'a_start' : 'a_done')),
      ts_ms: BEGIN + (nth % 2) * 4000,
    }));
    for (const {wall_ms, span_ms} of runOf(swinging).phases) {
      expect(wall_ms ?? 0).toBeLessThanOrEqual(4100);
      expect(span_ms?.max ?? 0).toBeLessThanOrEqual(4100);
    }
  });

  it('is no moment behind now where elapsed_ms leads there', () => {
    const [open] = runOf([
      {...bare(told(0, 'a_start')), run_id: 'r', ts_ms: BEGIN + 3950, elapsed_ms: 0},
      {...bare(told(0, 'b_start')), run_id: 'r', ts_ms: 0, elapsed_ms: 300},
    ]).open.slice(-1);
    expect(open).toMatchObject({phase: 'b', since_ms: null});
  });

  it('is none where the two clocks together would have had the run begin before its job', () => {
    const run = runOf([
      {...told(0, 'a_start'), ts_ms: 5, elapsed_ms: 2800},
      {...told(0, 'a_progress'), ts_ms: BEGIN + 200, elapsed_ms: 3300},
    ]);
    expect(run).toMatchObject({
      elapsed_ms: null,
      started_at_ms: null,
      open: [{since_ms: null, open_ms: null}],
    });
  });

  it('is judged without bounds by what a calendar of these years holds', () => {
    const free = {from: undefined, to: () => BEGIN + 1e12} as unknown as typeof BOUNDS;
    expect(
      walls(
        runOf(
          dated(at => ({ts_ms: BEGIN + at})),
          free,
          false,
        ),
      ),
    ).toEqual([1000, 2000, 0]);
    expect(
      walls(
        runOf(
          dated(at => ({ts_ms: (BEGIN + at) / 1000})),
          free,
          false,
        ),
      ),
    ).toEqual(UNKNOWN);
  });
});
