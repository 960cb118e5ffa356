import {describe, expect, it} from 'vitest';

import {flakiness, type JobRun, jobStatistics, spread} from './job-statistics.ts';

function run(changes: Partial<JobRun> = {}): JobRun {
  return {
    status: 'completed',
    command: 'make',
    commit: 'c1',
    dirty: false,
    tookMs: 1000,
    progress: null,
    ...changes,
  };
}

function reported(elapsed_ms: number, phases: Readonly<Record<string, readonly [number, number]>>): string {
  const list = Object.entries(phases).map(([phase, [count, wall_ms]]) => ({phase, count, wall_ms}));
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
    expect(jobStatistics(runs).duration_secs).toEqual({p50: 2, p95: 4, max: 4});
    expect(jobStatistics(runs.slice(3)).duration_secs).toBeNull();
  });

  it('tell what each phase takes in a run, each time, and of the whole', () => {
    const runs = [
      run({progress: reported(10_000, {embed: [4, 8000], load: [1, 1000]})}),
      run({progress: reported(20_000, {embed: [4, 12_000]})}),
      run({progress: reported(40_000, {embed: [10, 10_000]})}),
      run({status: 'failed', progress: reported(1, {embed: [1, 999_999]})}),
      run(),
    ];
    expect(jobStatistics(runs).phases).toEqual([
      {
        phase: 'embed',
        runs: 3,
        secs: {p50: 10, p95: 12, max: 12},
        each_secs: {p50: 2, p95: 3, max: 3},
        share: 0.6,
      },
      {
        phase: 'load',
        runs: 1,
        secs: {p50: 1, p95: 1, max: 1},
        each_secs: {p50: 1, p95: 1, max: 1},
        share: 0.1,
      },
    ]);
  });

  it('tell no time for each of a phase that never ended', () => {
    const [phase] = jobStatistics([run({progress: reported(0, {embed: [0, 0]})})]).phases;
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
  expect(spread(hundred)).toEqual({p50: 50, p95: 95, max: 100});
  expect(spread([7])).toEqual({p50: 7, p95: 7, max: 7});
  expect(spread([])).toBeNull();
});
