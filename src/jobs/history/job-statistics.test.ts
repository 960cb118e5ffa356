import {describe, expect, it} from 'vitest';

import {flakiness, type JobRun, jobStatistics, spread} from './job-statistics.ts';

function run(changes: Partial<JobRun> = {}): JobRun {
  return {
    status: 'completed',
    command: 'make',
    commit: 'c1',
    dirty: false,
    cpuMs: null,
    tookMs: 1000,
    progress: null,
    ...changes,
  };
}

type PhaseTold = readonly [count: number, wall_ms: number, ended_ms?: number];

function reported(elapsed_ms: number, phases: Readonly<Record<string, PhaseTold>>): string {
  const list = Object.entries(phases).map(([phase, [count, wall_ms, ended_ms]]) => ({
    phase,
    count,
    wall_ms,
    ended_ms,
  }));
  return JSON.stringify({outcome: 'complete', phase: 'complete', elapsed_ms, phases: list});
}

describe('the statistics of a job', () => {
  it('count how its runs ended', () => {
    const runs = ['completed', 'failed', 'completed', 'running', 'crashed'].map(status => run({status}));
    expect(jobStatistics(runs)).toMatchObject({
      runs: 5,
      outcomes: {completed: 2, failed: 1, running: 1, crashed: 1},
    });
  });

  it('tell how long those took that completed, and nothing of others', () => {
    const runs = [
      ...[1000, 4000, 2000].map(tookMs => run({tookMs})),
      run({status: 'failed', tookMs: 90_000}),
      run({status: 'running', tookMs: null}),
    ];
    expect(jobStatistics(runs).duration_secs).toEqual({runs: 3, min: 1, p50: 2, p95: 4, max: 4});
    expect(jobStatistics(runs.slice(3)).duration_secs).toBeNull();
  });

  it('tell what each phase takes in a run, each time, and of the whole', () => {
    const runs = [
      run({progress: reported(10_000, {embed: [4, 8000, 8000], load: [1, 1000, 1000]})}),
      run({progress: reported(20_000, {embed: [4, 12_000, 12_000]})}),
      run({progress: reported(40_000, {embed: [10, 10_000, 10_000]})}),
      run({status: 'failed', progress: reported(1, {embed: [1, 999_999, 999_999]})}),
      run(),
    ];
    expect(jobStatistics(runs).phases).toEqual([
      {
        phase: 'embed',
        runs: 3,
        secs: {runs: 3, min: 8, p50: 10, p95: 12, max: 12},
        each_secs: {runs: 3, min: 1, p50: 2, p95: 3, max: 3},
        share: 3 / 7,
      },
      {
        phase: 'load',
        runs: 1,
        secs: {runs: 1, min: 1, p50: 1, p95: 1, max: 1},
        each_secs: {runs: 1, min: 1, p50: 1, p95: 1, max: 1},
        share: 0.1,
      },
    ]);
  });

  it('tell how long each of some batches took that were worked on at once', () => {
    // Four of 4 s each, side by side.
    const [phase] = jobStatistics([run({progress: reported(4000, {embed: [4, 4000, 16_000]})})]).phases;
    expect(phase).toMatchObject({secs: {max: 4}, each_secs: {runs: 1, p50: 4}, share: 1});
  });

  it('tell no time for each where a run of an earlier version did not keep it', () => {
    const old = run({progress: reported(4000, {embed: [4, 4000]})});
    expect(jobStatistics([old]).phases[0]).toMatchObject({runs: 1, each_secs: null});
    const both = [old, run({progress: reported(4000, {embed: [2, 4000, 4000]})})];
    expect(jobStatistics(both).phases[0]).toMatchObject({runs: 2, each_secs: {runs: 1, max: 2}});
  });

  it('tell no time for each of a phase that never ended', () => {
    const [phase] = jobStatistics([run({progress: reported(0, {embed: [0, 0, 0]})})]).phases;
    expect(phase).toMatchObject({each_secs: null, share: 0});
  });
});

describe('a job', () => {
  const FAILED = {status: 'failed'} as const;
  it.each<[string, boolean | null, Partial<JobRun>[]]>([
    ['is flaky when it completed and failed on one commit', true, [{}, FAILED]],
    ['is not when it always completed on one commit', false, [{}, {}]],
    ['is not when it always failed on one commit', false, [FAILED, FAILED]],
    ['is unknown when each commit was run once', null, [{}, {...FAILED, commit: 'c2'}]],
    ['is unknown when the commands differ', null, [{}, {...FAILED, command: 'make -k'}]],
    ['is unknown when the checkout had changes', null, [{dirty: true}, {...FAILED, dirty: true}]],
    ['is unknown when nobody knows whether it had', null, [{dirty: null}, {...FAILED, dirty: null}]],
    ['is unknown outside git', null, [{commit: null}, {...FAILED, commit: null}]],
    [
      'is unknown when others were cancelled or crashed',
      null,
      [{}, {status: 'cancelled'}, {status: 'crashed'}],
    ],
    ['is flaky when one of its commits says so', true, [{commit: 'c2'}, {commit: 'c2'}, {}, FAILED]],
  ])('%s', (_, flaky, runs) => {
    expect(flakiness(runs.map(run))).toBe(flaky);
  });
});

it('quantiles are values that occurred', () => {
  const hundred = Array.from({length: 100}, (_, at) => 100 - at);
  expect(spread(hundred)).toEqual({runs: 100, min: 1, p50: 50, p95: 95, max: 100});
  expect(spread([7])).toEqual({runs: 1, min: 7, p50: 7, p95: 7, max: 7});
  expect(spread([])).toBeNull();
});
