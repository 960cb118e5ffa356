/** What a follower writes down beside the file of a job, for readers and for whoever follows it after a kill. */
import {appendFileSync, existsSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {ProgressAnalysis, parseProgressLine} from '../../../progress/index.ts';
import {Pump} from '../recording/pump.ts';
import {JobPlace} from '../testing/job-place.ts';
import {progressSource} from './job-progress-source.ts';
import {keptSummary, readCheckpoint} from './progress-checkpoint.ts';
import {JobProgressFollower} from './progress-follower.ts';

let place: JobPlace;
let pump: Pump;
let reports: string[];
let followers: JobProgressFollower[];

const now = () => Math.floor(performance.timeOrigin + performance.now());

beforeEach(() => {
  place = new JobPlace();
  reports = [];
  followers = [];
  pump = new Pump({
    now: () => performance.now(),
    timer: (ms, callback) => {
      const handle = setTimeout(callback, ms);
      return () => clearTimeout(handle);
    },
    onTrouble: () => undefined,
  });
});
afterEach(() => {
  for (const follower of followers) follower.stop();
  place.remove();
});

const options = () => ({
  submittedAt: 0,
  knownBytes: 0,
  pump,
  now,
  report: (what: string, error: unknown) => void reports.push(`${what}: ${String(error)}`),
});

/** Has read all there is. */
function caughtUp(): JobProgressFollower {
  const follower = new JobProgressFollower({
    ...options(),
    directory: place.directory,
    hear: () => undefined,
  });
  followers.push(follower);
  readAll(follower);
  return follower;
}

function readAll(follower: JobProgressFollower): void {
  while (!follower.look());
}

function line(event: string, more: object = {}): string {
  const [phase = event, sub_phase = event] = event.split('_');
  return `${JSON.stringify({event, phase, sub_phase, ts_ms: now(), ...more})}\n`;
}

const report = (...lines: string[]) => appendFileSync(place.path('progress'), lines.join(''), {mode: 0o600});

/** Some KiB each. */
const batches = (count: number) =>
  Array.from({length: count}, (_, at) => line('inner_progress', {batch_rows: 1, note: `${at}`.padEnd(900)}));

it('is nothing for who reports little', () => {
  report(line('outer_start'), ...batches(40));
  caughtUp();
  expect(existsSync(place.path('checkpoint'))).toBe(false);
});

it('stands for all before its offset, and leaves the newest records to be read', () => {
  report(line('outer_start'), line('inner_start', {rows_total: 900}));
  const follower = caughtUp();
  for (const batch of batches(400)) {
    report(batch);
    readAll(follower);
  }
  const checkpoint = readCheckpoint(place.directory);
  const {size} = statSync(place.path('progress'));
  expect(size - Number(checkpoint?.offset)).toBeGreaterThan(32 * 1024);
  expect(size - Number(checkpoint?.offset)).toBeLessThan(80 * 1024);
  expect(statSync(place.path('checkpoint')).mode & 0o777).toBe(0o600);
  const analysis = new ProgressAnalysis();
  const rest = place.read('progress').slice(checkpoint?.offset).split('\n');
  for (const record of checkpoint?.digest ?? []) analysis.add(record);
  for (const each of rest) {
    const record = parseProgressLine(each);
    if (record !== undefined) analysis.add(record);
  }
  expect(analysis.now()).toMatchObject({phase: 'inner', rows_processed: 400, rows_total: 900});
  expect(reports).toEqual([]);
});

it('is not put back by a coordinator that begins to read anew', () => {
  report(line('outer_start'), ...batches(2000));
  caughtUp().stop();
  const before = readCheckpoint(place.directory)?.offset;
  expect(before).toBeGreaterThan(1_000_000);
  const next = new JobProgressFollower({...options(), directory: place.directory, hear: () => undefined});
  followers.push(next);
  next.look();
  expect(readCheckpoint(place.directory)?.offset).toBe(before);
});

it('is taken away when the file begins anew', () => {
  report(line('outer_start'), ...batches(400));
  const follower = caughtUp();
  report(...batches(100));
  readAll(follower);
  expect(existsSync(place.path('checkpoint'))).toBe(true);
  truncateSync(place.path('progress'), 0);
  report(line('other_start'));
  readAll(follower);
  expect(existsSync(place.path('checkpoint'))).toBe(false);
});

it('keeps what was in a file that is removed, also for the coordinator that comes next', async () => {
  report(line('outer_start'), line('inner_start', {rows_processed: 3, rows_total: 9}));
  const follower = caughtUp();
  rmSync(place.path('progress'));
  readAll(follower);
  expect(readCheckpoint(place.directory)).toMatchObject({
    summary: {phase: 'inner', rows_processed: 3, rows_total: 9},
    moved_at_ms: expect.any(Number),
  });
  follower.stop();
  const next = caughtUp();
  expect(existsSync(place.path('progress'))).toBe(false);
  expect(JSON.parse((await next.close()) ?? '')).toMatchObject({phase: 'inner', rows_total: 9});
  // Killed before the row was written, and nobody follows the job any more.
  const source = progressSource({...options(), state: place.state});
  expect(JSON.parse((await source.summary(place.spec)) ?? '')).toMatchObject({phase: 'inner'});
  expect(keptSummary(place.directory)).toMatchObject({phase: 'inner'});
});

it('goes when the job is closed and its file is there, which tells more', async () => {
  report(line('outer_start'), ...batches(400));
  const follower = caughtUp();
  report(...batches(100));
  readAll(follower);
  expect(existsSync(place.path('checkpoint'))).toBe(true);
  expect(await follower.close()).toContain('"outer"');
  expect(existsSync(place.path('checkpoint'))).toBe(false);
});

it('is written again where one that is half written, or nonsense, was left behind', () => {
  writeFileSync(`${place.path('checkpoint')}.new`, '{"format":1,"off', {mode: 0o600});
  writeFileSync(place.path('checkpoint'), 'nonsense\n', {mode: 0o600});
  report(line('outer_start'), ...batches(400));
  const follower = caughtUp();
  report(...batches(100));
  readAll(follower);
  expect(readCheckpoint(place.directory)?.offset).toBeGreaterThan(100_000);
  expect(reports).toEqual([]);
});
