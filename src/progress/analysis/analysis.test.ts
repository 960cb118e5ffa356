import {describe, expect, it} from 'vitest';

import type {ProgressRecord} from '../record.ts';
import {BEGIN, bare, told} from '../testing/records.ts';
import {ProgressAnalysis} from './analysis.ts';
import type {ProgressReport, RunReport} from './report.ts';

function analysed(records: readonly ProgressRecord[]): ProgressAnalysis {
  const analysis = new ProgressAnalysis();
  for (const record of records) analysis.add(record);
  return analysis;
}

/** Looked at live where `now` is told, of a worker that gets on. */
function reportOf(records: readonly ProgressRecord[], now?: number): ProgressReport {
  return analysed(records).report(now, {isMoving: now !== undefined});
}

/** The report of the only run. */
function runOf(records: readonly ProgressRecord[], now?: number): RunReport {
  const [run, ...others] = reportOf(records, now).runs;
  if (run === undefined || others.length > 0) throw new Error(`${others.length + 1} runs`);
  return run;
}

function phaseOf(run: RunReport, name: string) {
  const phase = run.phases.find(each => each.phase === name);
  if (phase === undefined) throw new Error(`no phase ${name}`);
  return phase;
}

describe('a timeline reckoned by hand', () => {
  /*
   * 0    500          2500 2600       4600 4700  5000    6000
   *      |-- scan ------|  |- embed 0 -| |- write -|
   *                            |- embed 1 (3600 – 5600) -----|
   *                                                      complete at 6000
   */
  const timeline = [
    told(500, 'scan_start', {rss_mib: 100}),
    told(2500, 'scan_done', {rows_processed: 40, rss_mib: 300}),
    told(2600, 'embed_start', {batch_index: 0, rows_processed: 0, rows_total: 30}),
    told(3600, 'embed_start', {batch_index: 1, rows_processed: 0, rows_total: 30}),
    told(4600, 'embed_done', {batch_index: 0, rows_processed: 10, rows_total: 30, bytes: 3000}),
    told(4700, 'write_start', {rss_mib: 200}),
    told(5000, 'write_done', {bytes: 1000}),
    told(5600, 'embed_error', {
      batch_index: 1,
      rows_processed: 20,
      rows_total: 30,
      bytes: 6000,
      error: 'oom',
    }),
  ];

  it('gives each phase its time, spans and rates', () => {
    const {phases} = runOf([...timeline, told(6000, 'complete')]);
    expect(phases).toMatchObject([
      {
        phase: 'scan',
        count: 1,
        errors: 0,
        wall_ms: 2000,
        share: 2000 / 6000,
        busy_ms: 2000,
        span_ms: {p50: 2000, p95: 2000, max: 2000},
        rows: 40,
        rows_per_sec: 20,
        bytes: 0,
        bytes_per_sec: null,
      },
      {
        phase: 'embed',
        count: 2,
        errors: 1,
        wall_ms: 3000,
        share: 0.5,
        busy_ms: 4000,
        span_ms: {p50: 2000, p95: 2000, max: 2000},
        rows: 20,
        bytes: 9000,
        bytes_per_sec: 3000,
        over_time: {width_ms: 1000, rows: [0, 0, 0, 0, 10, 10], bytes: [0, 0, 0, 0, 3000, 6000]},
      },
      {
        phase: 'write',
        count: 1,
        wall_ms: 300,
        busy_ms: 300,
        rows: 0,
        rows_per_sec: null,
        bytes_per_sec: 1000 / 0.3,
      },
    ]);
    expect(phases[1]?.rows_per_sec).toBeCloseTo(20 / 3);
  });

  it('tells what nobody claimed, and between which phases it lay', () => {
    const run = runOf([...timeline, told(6000, 'complete')]);
    expect(run).toMatchObject({elapsed_ms: 6000, started_at_ms: BEGIN, last_at_ms: BEGIN + 6000});
    expect(run.unclaimed_ms).toBe(500 + 100 + 400);
    expect(run.unclaimed_share).toBeCloseTo(1 / 6);
    expect(run.unclaimed_between).toEqual([
      {after: null, before: 'scan', count: 1, ms: 500},
      {after: 'embed', before: null, count: 1, ms: 400},
      {after: 'scan', before: 'embed', count: 1, ms: 100},
    ]);
  });

  it('tells outcome, peak of memory, rows and the last record', () => {
    const run = runOf([...timeline, told(6000, 'complete', {note: 'all'})]);
    expect(run).toMatchObject({
      run_id: 'r',
      outcome: 'complete',
      error: null, // what failed on the way did not matter
      rss_peak_mib: 300,
      rows: {processed: 20, total: 30, phase: 'embed'},
      eta: null,
      open: [],
      clock_jumps: 0,
      records: 9,
      last: {event: 'complete', phase: 'complete', sub_phase: 'complete', at_ms: BEGIN + 6000, note: 'all'},
    });
    expect(runOf(timeline).error).toBe('oom');
    expect(runOf([...timeline, told(6000, 'error', {error: 'disk full'})])).toMatchObject({
      outcome: 'error',
      error: 'disk full',
    });
    for (const end of ['error', 'cancelled', 'complete'] as const) {
      const ended = runOf([...timeline.slice(0, 4), told(6000, end)], BEGIN + 60_000);
      expect([ended.outcome, ended.open, ended.elapsed_ms]).toEqual([end, [], 6000]);
      expect(ended.phases.map(({phase}) => phase)).toEqual(['scan', 'embed']); // the end is no phase
    }
  });

  it('tells what is open and since when, and when the rest will be done', () => {
    const upToBatch1 = timeline.slice(0, 5);
    const run = runOf(upToBatch1, BEGIN + 5100);
    expect(run.open).toEqual([
      {
        phase: 'embed',
        event: 'embed_start',
        batch_index: 1,
        since_ms: BEGIN + 3600,
        open_ms: 1500,
        expect_ms: null,
      },
    ]);
    // Ten rows in the 2 s between the records that counted; twenty are left, of which half a second is done.
    expect(run.eta).toEqual({
      remaining_ms: 3500,
      range_ms: null,
      at_ms: BEGIN + 5100 + 3500,
      basis: {phase: 'embed', rows_remaining: 20, rows_per_sec: 5, over_ms: 2000, records: 2},
    });
    expect(phaseOf(run, 'embed')).toMatchObject({count: 1, wall_ms: 2500, busy_ms: 3500});
    expect(analysed(upToBatch1).now(BEGIN + 5100, {isMoving: true})).toEqual({
      run_id: 'r',
      outcome: 'running',
      phase: 'embed',
      open: run.open[0],
      rows_processed: 10,
      rows_total: 30,
      rows_phase: 'embed',
      rows_per_sec: 5,
      rate_basis: {over_ms: 2000, records: 2},
      remaining_ms: 3500,
      remaining_range_ms: null,
      note: null,
    });
    expect(runOf(upToBatch1).elapsed_ms).toBe(4600); // looked at later, it went on for as long as it told
  });
});

describe('phases', () => {
  it('keep the time of one that begins and is never ended, until the run is over', () => {
    const records = [told(0, 'a_start', {expect_ms: 60_000}), told(100, 'b_start'), told(200, 'b_done')];
    expect(runOf(records).open).toMatchObject([
      {phase: 'a', since_ms: BEGIN, open_ms: 200, expect_ms: 60_000},
    ]);
    const run = runOf([...records, told(500, 'complete')]);
    expect(run.open).toEqual([]);
    expect(phaseOf(run, 'a')).toMatchObject({wall_ms: 500, count: 0, span_ms: null});
  });

  it('may lie in each other: both have the time', () => {
    const run = runOf([
      told(0, 'all_start'),
      told(10, 'part_start'),
      told(40, 'part_done'),
      told(100, 'all_done'),
    ]);
    expect([phaseOf(run, 'all').wall_ms, phaseOf(run, 'part').wall_ms, run.unclaimed_ms]).toEqual([
      100, 30, 0,
    ]);
  });

  it('begin a batch anew that failed without a word', () => {
    const run = runOf([
      told(0, 'embed_start', {batch_index: 3}),
      told(50, 'embed_start', {batch_index: 3}),
      told(70, 'embed_done', {batch_index: 3}),
    ]);
    expect(phaseOf(run, 'embed')).toMatchObject({count: 1, busy_ms: 70, wall_ms: 70, span_ms: {max: 20}});
    expect(run.open).toEqual([]);
  });

  it('count a retry after an error as another span', () => {
    const run = runOf([
      told(0, 'embed_start', {batch_index: 3}),
      told(50, 'embed_error', {batch_index: 3, error: 'x'}),
      told(60, 'embed_start', {batch_index: 3}),
      told(80, 'embed_done', {batch_index: 3}),
    ]);
    expect(phaseOf(run, 'embed')).toMatchObject({count: 2, errors: 1, wall_ms: 70});
  });

  it('tell two processes apart that do the same batch of one run', () => {
    const [one, other] = [
      {batch_index: 0, pid: 1},
      {batch_index: 0, pid: 2},
    ];
    const run = runOf([
      told(0, 'embed_start', one),
      told(10, 'embed_start', {...other, elapsed_ms: 0}),
      told(30, 'embed_done', one),
      told(100, 'embed_done', {...other, elapsed_ms: 90}),
    ]);
    expect(phaseOf(run, 'embed')).toMatchObject({
      count: 2,
      busy_ms: 120,
      wall_ms: 100,
      span_ms: {p50: 30, max: 90},
    });
  });

  it('pair events of the same stem before others of the phase', () => {
    const of = (at: number, event: string) => told(at, event, {phase: 'selection'});
    const run = runOf([
      of(0, 'selection_start'),
      of(10, 'selection_candidates_start'),
      of(30, 'selection_done'), // the end of the other was lost
    ]);
    expect(run.open.map(({event}) => event)).toEqual(['selection_candidates_start']);
    expect(phaseOf(run, 'selection').span_ms?.max).toBe(30);
  });

  it('count an end without a begin as a span without length', () => {
    const run = runOf([told(0, 'a_done'), told(100, 'b_error', {error: 'x'})]);
    expect(run.phases).toMatchObject([
      {phase: 'a', count: 1, errors: 0, wall_ms: 0, span_ms: {max: 0}},
      {phase: 'b', count: 1, errors: 1, wall_ms: 0},
    ]);
    expect(run.unclaimed_ms).toBe(100);
  });

  it('do not end another batch than theirs', () => {
    const run = runOf([told(0, 'a_start', {batch_index: 2}), told(50, 'a_done', {batch_index: 3})]);
    expect(run.open).toMatchObject([{phase: 'a', batch_index: 2}]);
  });

  it('are open while a worker only tells that it is in them, until it tells of another', () => {
    const run = runOf([
      told(0, 'scan_progress', {rows_processed: 1}),
      told(100, 'scan_progress', {rows_processed: 5}),
      told(200, 'sort_progress'),
      told(300, 'complete'),
    ]);
    expect(run.phases).toMatchObject([
      {phase: 'scan', count: 1, wall_ms: 200, rows: 5, span_ms: {max: 200}},
      {phase: 'sort', count: 1, wall_ms: 100, span_ms: {max: 100}},
    ]);
    expect(run.unclaimed_ms).toBe(0);
  });

  it('go on below a name of all others where there are too many, in constant memory', () => {
    const records = Array.from({length: 600}, (_, at) => [
      told(at * 2, `p${at}_start`),
      told(at * 2 + 1, `p${at}_done`),
    ]);
    const run = runOf(records.flat());
    expect(run.phases.length).toBeLessThanOrEqual(257);
    expect(run.phases.reduce((sum, {wall_ms}) => sum + (wall_ms ?? 0), 0)).toBe(600);
    const open = runOf(Array.from({length: 3000}, (_, at) => told(at, 'x_start', {batch_index: at}))).open;
    expect(open.length).toBe(1024);
  });
});

describe('rows', () => {
  it('are a sum that the worker tells, which begins anew where it falls', () => {
    const run = runOf([
      told(0, 'a_start', {rows_processed: 500, rows_total: 1000}), // resumed
      told(1000, 'a_progress', {rows_processed: 600}),
      told(2000, 'a_progress', {rows_processed: 50}),
      told(3000, 'a_done', {rows_processed: 80}),
    ]);
    expect(phaseOf(run, 'a').rows).toBe(100 + 50 + 30);
    expect(run.rows).toEqual({processed: 80, total: 1000, phase: 'a'});
  });

  it('are added up from batches where it tells none', () => {
    const records = [
      told(0, 'a_start', {batch_rows: 10}),
      told(1000, 'a_done', {batch_rows: 10, rows_total: 40}),
      told(1000, 'a_start', {batch_rows: 20}),
      told(2000, 'a_done', {batch_rows: 20}),
    ];
    const run = runOf(records, BEGIN + 2000);
    expect(phaseOf(run, 'a')).toMatchObject({rows: 30, rows_per_sec: 15});
    expect(run.rows).toEqual({processed: 30, total: 40, phase: 'a'});
    expect(run.eta).toMatchObject({remaining_ms: 667, basis: {rows_per_sec: 15}});
  });

  it('are looked at in buckets that get wider, never more than 64', () => {
    const records = Array.from({length: 1000}, (_, at) =>
      told(at * 1000, 'a_progress', {rows_processed: at + 1}),
    );
    const {over_time} = phaseOf(runOf(records), 'a');
    expect(over_time.width_ms).toBe(16_000);
    expect(over_time.rows.length).toBe(63);
    expect(over_time.rows.slice(0, 62)).toEqual(Array.from({length: 62}, () => 16));
  });
});

describe('the clock', () => {
  it('of the writer may jump both ways: elapsed_ms is believed', () => {
    const jumped = (at: number, event: string, by: number) => told(at, event, {ts_ms: BEGIN + at + by});
    const run = runOf([
      jumped(0, 'a_start', 0),
      jumped(1000, 'a_done', 3_600_000),
      jumped(2000, 'b_start', 3_600_000),
      jumped(3000, 'b_done', -7_200_000),
    ]);
    expect(run).toMatchObject({elapsed_ms: 3000, clock_jumps: 2, unclaimed_ms: 1000, started_at_ms: BEGIN});
    expect(run.phases).toMatchObject([{wall_ms: 1000}, {wall_ms: 1000}]);
    // What is open since when is told by the clock as it goes now.
    expect(
      runOf([jumped(0, 'a_start', 0), jumped(1000, 'x_start', 9000)], BEGIN + 11_000).open,
    ).toMatchObject([
      {phase: 'a', since_ms: BEGIN + 9000, open_ms: 2000},
      {phase: 'x', since_ms: BEGIN + 10_000, open_ms: 1000},
    ]);
  });

  it('never goes backwards where that is all there is', () => {
    const run = runOf(
      [told(0, 'a_start'), told(5000, 'a_done'), told(-60_000, 'b_start'), told(-59_000, 'b_done')].map(bare),
    );
    // Nobody knows how much time passed when it was put back.
    expect(run).toMatchObject({elapsed_ms: null, unclaimed_ms: null, clock_jumps: 1});
    expect(run.phases).toMatchObject([{wall_ms: 5000}, {wall_ms: 1000}]);
    expect(runOf([told(0, 'a_start'), told(50, 'a_done'), told(49, 'b_start')].map(bare)).clock_jumps).toBe(
      0,
    );
  });

  it('of each process of a run counts from its own begin', () => {
    const run = runOf([
      told(0, 'a_start', {pid: 1}),
      told(10_000, 'a_done', {pid: 1}),
      told(10_000, 'b_start', {pid: 2, elapsed_ms: 50}),
      told(19_000, 'b_done', {pid: 2, elapsed_ms: 9050}),
      told(19_500, 'c_start', {pid: 2, elapsed_ms: 3}), // the pid of another process
      told(20_500, 'c_done', {pid: 2, elapsed_ms: 1003}),
    ]);
    expect(run.phases).toMatchObject([{wall_ms: 10_000}, {wall_ms: 9000}, {wall_ms: 1000}]);
    expect(run).toMatchObject({elapsed_ms: 20_500, unclaimed_ms: 500, clock_jumps: 0});
  });
});

describe('runs of one file', () => {
  const ofRun = (
    run_id: string | undefined,
    at: number,
    event: string,
    more: object = {},
  ): ProgressRecord => {
    const {run_id: _, ...rest} = told(at, event, more);
    return run_id === undefined ? rest : {...rest, run_id};
  };

  it('are told apart by run_id, however mixed', () => {
    const {runs} = reportOf([
      ofRun('one', 0, 'a_start'),
      ofRun('two', 5, 'a_start'),
      ofRun('one', 20, 'a_done'),
      ofRun('two', 105, 'a_done'),
      ofRun('one', 110, 'complete'),
    ]);
    expect(runs.map(({run_id, outcome, phases}) => [run_id, outcome, phases[0]?.wall_ms])).toEqual([
      ['one', 'complete', 20],
      ['two', 'running', 100],
    ]);
  });

  it('are told apart by pid and schema where none is named', () => {
    const {runs} = reportOf([
      ofRun(undefined, 0, 'a_start', {pid: 1}),
      ofRun(undefined, 0, 'a_start', {pid: 2}),
      ofRun(undefined, 0, 'a_start', {pid: 2, schema: 'x'}),
      ofRun(undefined, 30, 'a_done', {pid: 1}),
    ]);
    expect(runs.map(({pid, schema, open}) => [pid, schema, open.length])).toEqual([
      [1, null, 0],
      [2, null, 1],
      [2, 'x', 1],
    ]);
  });

  it('are told apart by their begin where nothing else is told, also when they are mixed', () => {
    const began = (begin: number, at: number, event: string) =>
      ofRun(undefined, at, event, {ts_ms: BEGIN + begin + at});
    const {runs} = reportOf([
      began(0, 0, 'a_start'),
      began(0, 10_000, 'b_start'),
      began(10_000, 50, 'a_start'),
      began(0, 10_100, 'b_done'),
      began(10_000, 150, 'a_done'),
      began(0, 10_200, 'a_done'),
    ]);
    expect(
      runs.map(({started_at_ms, records, open}) => [(started_at_ms ?? 0) - BEGIN, records, open.length]),
    ).toEqual([
      [0, 4, 0],
      [10_000, 2, 0],
    ]);
  });

  it('begin anew where elapsed_ms falls, but not for threads that write out of order', () => {
    const began = (begin: number, at: number) =>
      ofRun(undefined, at, 'a_progress', {ts_ms: BEGIN + begin + at});
    expect(reportOf([began(0, 500), began(600, 0), began(600, 100)]).runs.length).toBe(2);
    expect(reportOf([began(0, 500), began(0, 480), began(0, 510)]).runs.length).toBe(1);
  });

  it('begin anew after a terminal record of a writer that tells only the four keys', () => {
    const records = [told(0, 'a_start'), told(5, 'complete'), told(9, 'a_start'), told(12, 'error')].map(
      bare,
    );
    expect(reportOf(records).runs.map(({outcome, records: count}) => [outcome, count])).toEqual([
      ['complete', 2],
      ['error', 2],
    ]);
  });

  it('go on after a complete that is written for each batch', () => {
    const cass = (at: number, event: string, more: object = {}) =>
      ofRun(undefined, at, event, {
        schema: 'cass.semantic.progress.v1',
        tier: 'fast',
        embedder_id: 'fnv1a-384',
        ...more,
      });
    const run = runOf([
      cass(0, 'selection_start', {rows_total: 500, note: 'fast'}),
      cass(900, 'selection_done', {conversations_in_batch: 3, rows_total: 500}),
      cass(900, 'packet_replay_start'),
      cass(900, 'packet_replay_progress', {rows_processed: 30, bytes: 900}),
      cass(900, 'packet_replay_done', {rows_processed: 30}),
      cass(910, 'embed_batch_start', {phase: 'embed', batch_index: 0, rows_total: 60}),
      cass(1910, 'embed_batch_done', {
        phase: 'embed',
        batch_index: 0,
        batch_rows: 30,
        rows_processed: 30,
        rows_total: 60,
      }),
      cass(1920, 'complete', {rows_processed: 30, rows_total: 60}),
      cass(1930, 'embed_batch_start', {phase: 'embed', batch_index: 0, rows_processed: 30, rows_total: 60}),
    ]);
    expect(run).toMatchObject({
      outcome: 'running',
      schema: 'cass.semantic.progress.v1',
      labels: {tier: 'fast', embedder_id: 'fnv1a-384'},
      rows: {processed: 30, total: 60, phase: 'embed'},
      unclaimed_ms: 10 + 20,
    });
    expect(phaseOf(run, 'packet_replay')).toMatchObject({count: 1, wall_ms: 0, rows: 30, bytes: 900});
    expect(run.phases.map(({phase}) => phase)).toEqual(['selection', 'packet_replay', 'embed']);
  });

  it('are kept in a bounded number, those that ended go first', () => {
    const analysis = analysed([ofRun('alive', 0, 'a_start')]);
    for (let at = 0; at < 300; at++) {
      analysis.add(ofRun(`run ${at}`, at, 'a_start'));
      analysis.add(ofRun(`run ${at}`, at + 1, 'complete'));
      analysis.add(ofRun(undefined, at, 'complete', {pid: at}));
    }
    const {runs, earlier_runs, records} = analysis.report();
    expect([runs.length, earlier_runs, records]).toEqual([100, 501, 901]);
    expect(runs[0]?.run_id).toBe('alive');
    analysis.add(ofRun('alive', 400, 'a_done'));
    expect(analysis.report().runs[0]?.phases[0]).toMatchObject({count: 1, wall_ms: 400});
  });
});

describe('other writers', () => {
  it('need four keys only', () => {
    const run = runOf([told(0, 'a_start'), told(1500, 'a_done'), told(2000, 'complete')].map(bare));
    expect(run).toMatchObject({
      run_id: null,
      pid: null,
      schema: null,
      labels: {},
      outcome: 'complete',
      elapsed_ms: 2000,
      unclaimed_ms: 500,
      rss_peak_mib: null,
    });
  });

  it('may call their transitions as they like, and tell what nobody knows', () => {
    const run = runOf([
      {...told(0, 'x'), phase: 'work', sub_phase: 'warming up', deep: {a: [1]}, mood: 'good', empty: null},
      {...told(70, 'x'), phase: 'work', sub_phase: 'done'},
    ]);
    expect(phaseOf(run, 'work')).toMatchObject({count: 1, wall_ms: 70});
    expect(run.labels).toEqual({mood: 'good'});
  });
});

it('has nothing to tell before the first record', () => {
  const analysis = new ProgressAnalysis();
  analysis.skip(7);
  expect(analysis.report()).toEqual({
    records: 0,
    skipped: {lines: 1, bytes: 7},
    runs: [],
    earlier_runs: 0,
    current_run: null,
    now: null,
  });
  expect(analysis.now()).toBeUndefined();
});
