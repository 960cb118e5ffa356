import {mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {seenWork} from '../../coordinator/adapters/progress/seen-work.ts';
import type {JobState, Stall} from '../../coordinator/domain/index.ts';
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
    journal: directory.at('output.jsonl'),
  } as unknown as ListedJob;
}

function running(stalled?: Stall): ListedJob {
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

  describe('that was found stalled', () => {
    const RECORDS = record(100_000, 'start') + record(100_001, 'progress', {rows_processed: 5});
    const stalled = () => running({since: START + 220_000, seen: [RECORDS.length, 'wait\n'.length, 0]});
    const isStalled = () => listedProgress(stalled(), NOW).fields.stalled;
    beforeEach(() => {
      write('progress.jsonl', RECORDS, 100_000);
      write('out', 'wait\n', 90_000);
    });

    it.each([
      ['nothing', ''],
      ['lines that are no records', 'nonsense\n{}\n'],
      ['heartbeats of a clock that is ahead', record(9_000_000, 'progress', {rows_processed: 5})],
      ['what may be work and may be none', record(230_000, 'progress', {rows_processed: 5, note: 'x'})],
      ['a transition that nobody knows', record(230_000, 'beat')],
    ])('stays so while its file holds more of this, written now: %s', (_, more) => {
      write('progress.jsonl', RECORDS + more, 599_000);
      expect(listedProgress(stalled(), NOW).fields).toMatchObject({
        activity: 'stalled',
        stalled: true,
        stalled_secs: 380,
        uncertain_secs: null,
      });
    });

    it('stays so while it prints the same line', () => {
      write('out', 'wait\nwait\n\rwait\n', 599_000);
      expect(isStalled()).toBe(true);
      write('out', 'wait\nwait\nready\n', 1000);
      expect(isStalled()).toBe(false);
    });

    it.each([
      ['counts on', record(5, 'progress', {rows_processed: 6})],
      ['ends its phase', record(5, 'done')],
      ['says that it waits', record(5, 'progress', {rows_processed: 5, waiting_on: 'lock'})],
    ])('is so no more when it %s, whatever its clock and that of the file say', (_, more) => {
      write('progress.jsonl', RECORDS + more, 1000);
      expect(isStalled()).toBe(false);
    });

    it('stays so when a line that was known then was only written over', () => {
      write(
        'progress.jsonl',
        record(100_000, 'progress', {rows_processed: 5, rss_mib: 'x'.repeat(300)}),
        1000,
      );
      expect(isStalled()).toBe(true);
    });

    it('is so no more when what was known is written over with other work, at equal length', () => {
      const work = seenWork(directory.path, RECORDS.length);
      const seen = [RECORDS.length, 'wait\n'.length, 0] as const;
      const since = running({since: START + 220_000, seen, ...(work === undefined ? {} : {seenWork: work})});
      expect(listedProgress(since, NOW).fields.stalled).toBe(true);
      write('progress.jsonl', RECORDS.replace('"rows_processed":5', '"rows_processed":6'), 1000);
      expect(listedProgress(since, NOW).fields.stalled).toBe(false);
    });

    it('is so no more when its file was begun anew', () => {
      write('progress.jsonl', record(5, 'start'), 1000);
      expect(isStalled()).toBe(false);
    });
  });

  it('says what it does and for how long', () => {
    const fields = () => listedProgress({...running(), stallAfterMs: 60_000}, NOW).fields;
    const begin = record(100_000, 'start');
    write('progress.jsonl', begin + record(300_000, 'progress', {waiting_on: 'lock'}), 300_000);
    expect(fields()).toMatchObject({activity: 'waiting', waiting_on: 'lock', waiting_secs: 300});
    const beats = [1, 2, 3].map(at => record(590_000 + at, 'progress', {uptime_s: at}));
    write('progress.jsonl', begin + beats.join(''), 590_003);
    expect(fields()).toMatchObject({activity: 'uncertain', uncertain_secs: 500, quiet_secs: 500});
    write('progress.jsonl', begin, 100_000);
    expect(fields()).toMatchObject({activity: 'quiet', quiet_secs: 500});
    write('progress.jsonl', record(100_000, 'start', {expect_ms: 600_000}), 100_000);
    expect(fields()).toMatchObject({activity: 'moving', quiet_secs: 500});
    const complete = {event: 'complete', phase: 'complete', run_id: 'b'};
    write('progress.jsonl', begin + record(200_000, 'complete', complete), 200_000);
    expect(fields()).toMatchObject({activity: 'quiet', phase: 'embed'}); // the other run goes on
    write('progress.jsonl', record(200_000, 'complete', complete), 200_000);
    expect(fields()).toMatchObject({activity: 'complete', quiet_secs: 400});
  });

  it('tells since when it has printed nothing but one line', () => {
    const log = (...lines: readonly [at: number, data: string][]) =>
      lines
        .map(([at, data], seq) => `${JSON.stringify({seq, ts: START + at, kind: 'stdout', data})}\n`)
        .join('');
    write('out', 'waiting\n', 599_000);
    const many = Array.from(
      {length: 5000},
      (_, at) => [200_000 + at, 'waiting\r\u001b[2Kwaiting'] as [number, string],
    );
    write('output.jsonl', log([100_000, 'begin'], ...many), 599_000);
    expect(listedProgress(running(), NOW).fields).toMatchObject({
      same_output_secs: 400,
      quiet_secs: 400,
      activity: 'quiet',
    });
    write('output.jsonl', log([100_000, 'begin'], [200_000, 'end']), 599_000);
    expect(listedProgress(running(), NOW).fields).toMatchObject({
      same_output_secs: null,
      quiet_secs: 1,
      activity: 'moving',
    });
  });

  it('knows nothing of output that cannot be read', () => {
    symlinkSync('out', directory.at('out'));
    mkdirSync(directory.at('output.jsonl'));
    expect(listedProgress(running(), NOW).fields).toMatchObject({same_output_secs: null, activity: 'quiet'});
    const stalled = running({since: START + 220_000, seen: [0, 0, 0]});
    expect(listedProgress(stalled, NOW).fields).toMatchObject({stalled: true, activity: 'stalled'});
  });

  it('tells since when it has printed nothing but one line that it never ended', () => {
    const first = `${JSON.stringify({seq: 0, ts: START + 200_000, kind: 'stdout', data: 'begin'})}\n`;
    write('output.jsonl', first, 599_000);
    write('out', `begin\n${'\rworking '.repeat(5)}\r`, 599_000);
    expect(listedProgress(running(), NOW).fields).toMatchObject({same_output_secs: 400, quiet_secs: 400});
    write('out', 'begin\n\rworking 1\rworking 2', 599_000);
    expect(listedProgress(running(), NOW).fields).toMatchObject({same_output_secs: null, quiet_secs: 1});
    write('out', 'begin\n\rworking', 599_000);
    expect(listedProgress(running(), NOW).fields).toMatchObject({same_output_secs: null, quiet_secs: 1});
    write('out', '\rworking'.repeat(5000), 599_000);
    write('output.jsonl', '', 599_000);
    expect(listedProgress(running(), NOW).fields).toMatchObject({same_output_secs: 600, quiet_secs: 600});
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
      rows_phase: 'embed',
      rows_per_sec: null,
      rate_basis: null,
      eta_secs: null,
      eta_range_secs: null,
      quiet_secs: null,
      activity: null,
      stalled: false,
      stalled_secs: null,
      uncertain_secs: null,
      waiting_on: null,
      waiting_secs: null,
      same_output_secs: null,
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
