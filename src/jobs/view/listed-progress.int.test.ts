import {mkdirSync, utimesSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {JobState} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {invocationRowOf, jobRowOf} from '../../store/testing/sample-rows.ts';
import {listedProgress} from './listed-progress.ts';

const START = 1767225600000;
const NOW = {at: START + 600_000};

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function job(state: JobState, row: Parameters<typeof jobRowOf>[0] = {}): ListedJob {
  return {
    row: {...invocationRowOf(), ...jobRowOf({queued_at: START, ...row})},
    state,
    directory: directory.path,
  } as unknown as ListedJob;
}

function running(stalled?: {since: number; phase?: string}): ListedJob {
  return job({status: 'running', startedAt: START, pid: 1, ...(stalled ? {stalled} : {})});
}

/** Writes a file that was last written `at` milliseconds after the start. */
function write(name: string, text: string, at: number): void {
  writeFileSync(directory.at(name), text);
  utimesSync(directory.at(name), (START + at) / 1000, (START + at) / 1000);
}

function record(at: number, sub_phase: string, more: object = {}): string {
  return `${JSON.stringify({event: 'e', phase: 'embed', sub_phase, ts_ms: START + at, ...more})}\n`;
}

describe('a job that runs', () => {
  it('is quiet since its start when it never did anything', () => {
    expect(listedProgress(running(), NOW).fields).toMatchObject({
      quiet_secs: 600,
      stalled: false,
      phase: null,
    });
  });

  it('is quiet since it last printed or moved, whichever was later', () => {
    write('out', 'x', 100_000);
    expect(listedProgress(running(), NOW).fields.quiet_secs).toBe(500);
    write('progress.jsonl', record(200_000, 'start'), 200_000);
    expect(listedProgress(running(), NOW).fields.quiet_secs).toBe(400);
  });

  it('is stalled while it has not moved since that was recorded', () => {
    write('progress.jsonl', record(100_000, 'start'), 100_000);
    const stalled = running({since: START + 220_000, phase: 'embed'});
    expect(listedProgress(stalled, NOW).fields).toMatchObject({
      stalled: true,
      stalled_secs: 380,
      quiet_secs: 500,
    });
    write('out', 'x', 230_000);
    expect(listedProgress(stalled, NOW).fields).toMatchObject({stalled: false, stalled_secs: null});
  });

  it('stays stalled however many heartbeats there are', () => {
    const beats = Array.from({length: 3000}, (_, at) =>
      record(230_000 + at * 100, 'progress', {rows_processed: 5}),
    );
    const moved = record(100_000, 'start') + record(100_000, 'progress', {rows_processed: 5});
    write('progress.jsonl', moved + beats.join(''), 529_900);
    const stalled = running({since: START + 220_000, phase: 'embed'});
    expect(listedProgress(stalled, NOW).fields).toMatchObject({
      stalled: true,
      stalled_secs: 380,
      quiet_secs: 500,
    });
    expect(listedProgress(running(), NOW).fields.quiet_secs).toBe(500);
  });
});

describe('how fast a job is and when it will be done', () => {
  const fifty = Array.from({length: 51}, (_, at) =>
    record(at * 1000, at === 0 ? 'start' : 'progress', {rows_processed: at, rows_total: 100}),
  ).join('');

  it('is told with what that is reckoned from while it moves, and not once it is stalled', () => {
    write('progress.jsonl', fifty, 50_000);
    const then = {at: START + 50_000};
    expect(listedProgress(running(), then).fields).toMatchObject({
      rows_per_sec: 1,
      rate_basis: {over_ms: 50_000, records: 51},
      eta_secs: 50,
      eta_range_secs: null,
    });
    expect(listedProgress(running({since: START + 50_000}), then).fields).toMatchObject({
      rows_processed: 50,
      rows_per_sec: null,
      rate_basis: null,
      eta_secs: null,
    });
  });
});

describe('a job that does not run', () => {
  it('has no rate, no time left and is neither quiet nor stalled once its command has ended', () => {
    write(
      'progress.jsonl',
      record(0, 'start', {rows_processed: 0, rows_total: 9}) +
        record(9000, 'progress', {rows_processed: 5, rows_total: 9}),
      9000,
    );
    const ended = job({status: 'failed', startedAt: START, finishedAt: START + 10_000, exitCode: 1});
    expect(listedProgress(ended, NOW).fields).toEqual({
      phase: 'embed',
      rows_processed: 5,
      rows_total: 9,
      rows_per_sec: null,
      rate_basis: null,
      eta_secs: null,
      eta_range_secs: null,
      quiet_secs: null,
      stalled: false,
      stalled_secs: null,
    });
  });

  it('is told from its row when it is closed, and not from its files', () => {
    mkdirSync(directory.at('progress.jsonl'));
    const progress = JSON.stringify({phase: 'complete', rows_processed: 9, rows_total: 9});
    const state = {status: 'completed', finishedAt: START, closedAt: START} as const;
    expect(listedProgress(job(state, {closed_at: START, progress}), NOW)).toMatchObject({
      fields: {phase: 'complete', rows_processed: 9, rows_total: 9, quiet_secs: null},
      present: undefined,
    });
    expect(listedProgress(job(state, {closed_at: START}), NOW).fields.phase).toBeNull();
  });

  it('has told nothing yet while it is queued', () => {
    expect(listedProgress(job({status: 'queued'}), NOW).fields).toMatchObject({
      quiet_secs: null,
      phase: null,
    });
  });
});
