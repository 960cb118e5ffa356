import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeFifosSync} from '../../../platform/index.ts';
import type {ProgressSeen} from '../../ports/index.ts';
import {Pump} from '../recording/pump.ts';
import {JobPlace} from '../testing/job-place.ts';
import {JobProgressFollower} from './progress-follower.ts';
import {seenWork} from './seen-work.ts';

let place: JobPlace;
let seen: ProgressSeen[];
let reports: string[];
/** Added to the wall clock. */
let clockAhead: number;
let wakeUp: () => void;
let followers: JobProgressFollower[];
let pump: Pump;

const now = () => Math.floor(performance.timeOrigin + performance.now()) + clockAhead;

beforeEach(() => {
  place = new JobPlace();
  seen = [];
  reports = [];
  clockAhead = 0;
  wakeUp = () => undefined;
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

function follow(knownBytes = 0, knownWork?: number): JobProgressFollower {
  const follower = new JobProgressFollower({
    knownBytes,
    knownWork,
    directory: place.directory,
    submittedAt: 0,
    pump,
    now,
    hear: each => {
      seen.push(each);
      wakeUp();
    },
    report: (what, error) => {
      reports.push(`${what}: ${error instanceof Error ? error.message : error}`);
      wakeUp();
    },
  });
  followers.push(follower);
  return follower;
}

/** Resolves when something was heard or reported after which this holds. */
async function untilHeard(holds: () => boolean): Promise<void> {
  while (!holds())
    await new Promise<void>(resolve => {
      wakeUp = resolve;
    });
}

interface Fields {
  readonly [field: string]: unknown;
}

function line(sub_phase: string, fields: Fields = {}): string {
  const event = {event: `embed_${sub_phase}`, phase: 'embed', sub_phase, ts_ms: now(), rows_total: 100_000};
  return `${JSON.stringify({...event, ...fields})}\n`;
}

const report = (sub_phase: string, fields?: Fields) =>
  appendFileSync(place.path('progress'), line(sub_phase, fields));
const last = () => seen.at(-1)?.progress;
/** Makes the job's spec and its progress as old as this, so that old records are possible. */
function age(submittedAt: number, writtenAt: number): void {
  utimesSync(place.path('spec'), submittedAt / 1000, submittedAt / 1000);
  utimesSync(place.path('progress'), writtenAt / 1000, writtenAt / 1000);
}

describe('a follower of a job that an earlier one found stalled', () => {
  const known = () => {
    const bytes = statSync(place.path('progress')).size;
    return [bytes, seenWork(place.directory, bytes)] as const;
  };

  it('tells that it got on where a record was written over in its place meanwhile', async () => {
    report('progress', {rows_processed: 5});
    const before = known();
    writeFileSync(place.path('progress'), line('progress', {rows_processed: 6}));
    follow(...before);
    await untilHeard(() => seen.length === 1);
    expect(seen[0]).toMatchObject({gotOn: true, progress: {rowsProcessed: 6}});
  });

  it('does not where that tells of the same work', async () => {
    report('progress', {rows_processed: 5});
    const before = known();
    writeFileSync(place.path('progress'), line('progress', {rows_processed: 5}));
    follow(...before);
    await untilHeard(() => seen.length === 1);
    expect(seen[0]).toMatchObject({gotOn: false, progress: {rowsProcessed: 5}});
  });
});

describe('a follower', () => {
  it('tells of every movement, where the worker stands and since when', async () => {
    follow();
    await untilThere();
    const before = now();
    report('start', {batch_index: 3, rows_total: 10, expect_ms: 500});
    await untilHeard(() => seen.length === 1);
    expect(last()).toEqual({
      phase: 'embed',
      open: {batchIndex: 3, since: expect.any(Number)},
      expected: [{since: last()?.open?.since, expectMs: 500}],
      waiting: null,
      outcome: 'running',
      rowsProcessed: null,
      rowsTotal: 10,
      rowsPhase: 'embed',
    });
    const since = last()?.open?.since ?? 0;
    expect(since).toBeGreaterThanOrEqual(before);
    expect(seen[0]?.changedAt).toBeGreaterThanOrEqual(before);
    report('progress', {batch_index: 3, rows_processed: 4, rows_total: 10});
    await untilHeard(() => seen.length === 2);
    expect(last()).toMatchObject({open: {since}, rowsProcessed: 4});
    report('done', {batch_index: 3});
    await untilHeard(() => seen.length === 3);
    expect(last()).toMatchObject({phase: 'embed', open: null});
    report('complete', {phase: 'complete'});
    await untilHeard(() => seen.length === 4);
    expect(last()?.outcome).toBe('complete');
    expect(reports).toEqual([]);
  });

  it('tells what may be work as that, and for what the worker waits', async () => {
    follow();
    await untilThere();
    report('start');
    await untilHeard(() => seen.length === 1);
    expect(seen[0]?.gotOn).toBe(true);
    report('progress', {uptime_s: 1});
    report('progress', {uptime_s: 2});
    await untilHeard(() => seen.length >= 2);
    expect(seen.at(-1)?.gotOn).toBe(false);
    report('progress', {waiting_on: 'lock'});
    await untilHeard(() => last()?.waiting !== null);
    expect(last()?.waiting).toEqual({on: 'lock', since: expect.any(Number)});
    report('done');
    await untilHeard(() => last()?.waiting === null);
    expect(seen.at(-1)?.gotOn).toBe(true);
  });

  it('takes no heartbeat for movement', async () => {
    follow();
    await untilThere();
    report('progress', {rows_processed: 4, seq: 1, rss_mib: 10});
    await untilHeard(() => seen.length === 1);
    for (let seq = 2; seq < 50; seq++) report('progress', {rows_processed: 4, seq, rss_mib: 10 + seq});
    report('progress', {rows_processed: 5});
    await untilHeard(() => last()?.rowsProcessed === 5 || seen.length > 1);
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['in seconds', (ms: number) => Math.floor(ms / 1000)],
    ['of the future', (ms: number) => ms + 1e10],
    ['beyond all numbers', () => -1.7e308],
  ])('believes its own clock when the records are dated %s', async (_, dated) => {
    const follower = follow();
    await untilThere();
    expect(follower.look()).toBe(true);
    const before = now();
    report('start', {ts_ms: dated(before)});
    await untilHeard(() => seen.length === 1);
    for (const at of [seen[0]?.changedAt, last()?.open?.since]) {
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(now());
    }
  });

  it('keeps since when a phase is open while the clocks of the worker and of the machine jump', async () => {
    follow();
    await untilThere();
    report('start', {elapsed_ms: 0});
    await untilHeard(() => seen.length === 1);
    const since = last()?.open?.since;
    clockAhead = 3_600_000;
    report('progress', {rows_processed: 1, elapsed_ms: 5});
    await untilHeard(() => seen.length === 2);
    clockAhead = -3_600_000;
    report('progress', {rows_processed: 2, elapsed_ms: 6});
    await untilHeard(() => seen.length === 3);
    expect(last()?.open?.since).toBe(since);
  });

  it('knows the phases of two runs apart, and shows the one that is not over', async () => {
    follow();
    await untilThere();
    report('start', {run_id: 'a', expect_ms: 1});
    report('start', {run_id: 'b', expect_ms: 9, batch_index: 5});
    await untilHeard(() => last()?.open?.batchIndex === 5);
    expect(last()?.expected.map(({expectMs}) => expectMs)).toEqual([1, 9]);
    report('complete', {phase: 'complete', run_id: 'b'});
    await untilHeard(() => last()?.open?.batchIndex === null);
    expect(last()).toMatchObject({phase: 'embed', outcome: 'running', expected: [{expectMs: 1}]});
    report('complete', {phase: 'complete', run_id: 'a'});
    await untilHeard(() => last()?.outcome === 'complete');
    expect(last()?.expected).toEqual([]);
  });

  it('cuts the name of a phase that is none', async () => {
    follow();
    report('start', {phase: 'x'.repeat(500_000)});
    await untilHeard(() => seen.length === 1);
    expect(last()?.phase).toHaveLength(200);
  });

  it('passes over what is no record and waits for the end of a line', async () => {
    follow();
    await untilThere();
    const whole = line('start');
    appendFileSync(place.path('progress'), `nonsense\n\0\0\n${whole.slice(0, 20)}`);
    appendFileSync(place.path('progress'), whole.slice(20));
    await untilHeard(() => seen.length === 1);
    expect(last()?.phase).toBe('embed');
  });
});

describe('a follower of a job that reported before', () => {
  const SUBMITTED = 1_700_000_000_000;

  it('believes the records, within the time in which they can have been written', async () => {
    report('start', {ts_ms: SUBMITTED + 1000});
    report('progress', {rows_processed: 1, ts_ms: SUBMITTED + 2000});
    report('progress', {rows_processed: 1, ts_ms: SUBMITTED + 9000});
    age(SUBMITTED, SUBMITTED + 9000);
    follow();
    await untilHeard(() => seen.length === 1);
    expect(seen).toMatchObject([{changedAt: SUBMITTED + 2000, progress: {open: {since: SUBMITTED + 1000}}}]);
  });

  it.each([
    ['in seconds', Math.floor(SUBMITTED / 1000)],
    ['of the future', SUBMITTED * 2],
    ['before all times', -1.7e308],
  ])('takes the last write for the time of records that are dated %s', async (_, ts_ms) => {
    report('start', {ts_ms});
    age(SUBMITTED, SUBMITTED + 9000);
    follow();
    await untilHeard(() => seen.length === 1);
    expect(seen).toMatchObject([{changedAt: SUBMITTED + 9000, progress: {open: {since: SUBMITTED + 9000}}}]);
  });

  it('tells where it stands once, however much there is to read, and other work goes on meanwhile', async () => {
    const many = Array.from({length: 40_000}, (_, row) => line('progress', {rows_processed: row}));
    writeFileSync(place.path('progress'), many.join(''), {mode: 0o600});
    let others = 0;
    const other = {
      step: () => {
        others += 1;
        return seen.length === 0;
      },
    };
    const follower = follow();
    pump.wake(other);
    await untilHeard(() => seen.length > 0);
    expect(last()?.rowsProcessed).toBe(39_999);
    expect(seen).toHaveLength(1);
    expect(others).toBeGreaterThan(10);
    expect(follower.look()).toBe(true);
  });
});

describe('a look', () => {
  it('tells at once what no event has told yet', async () => {
    const follower = follow();
    await untilThere();
    report('start');
    expect(follower.look()).toBe(true);
    expect(seen).toHaveLength(1);
  });

  it('takes in a part of what is much, and the rest follows', async () => {
    const many = Array.from({length: 60_000}, (_, row) => line('progress', {rows_processed: row})).join('');
    const follower = follow();
    await untilThere();
    appendFileSync(place.path('progress'), many);
    expect(follower.look()).toBe(false);
    await untilHeard(() => last()?.rowsProcessed === 59_999);
    expect(follower.look()).toBe(true);
  });
});

describe('the file of a follower', () => {
  it('is made, private, and removed when it stayed empty', async () => {
    const follower = follow();
    await untilThere();
    expect(statSync(place.path('progress')).mode & 0o777).toBe(0o600);
    expect(await follower.close()).toBe(undefined);
    expect(existsSync(place.path('progress'))).toBe(false);
  });

  it('is made private where the job made it for all to read', async () => {
    report('start');
    chmodSync(place.path('progress'), 0o644);
    follow();
    await untilHeard(() => seen.length === 1);
    expect(statSync(place.path('progress')).mode & 0o777).toBe(0o600);
  });

  it('is read anew when it was cut, and old records in it are no movement of now', async () => {
    follow();
    await untilThere();
    const old = line('start', {rows_total: 7});
    appendFileSync(
      place.path('progress'),
      old + line('progress', {rows_processed: 3, note: 'x'.repeat(500)}),
    );
    await untilHeard(() => seen.length > 0);
    const count = seen.length;
    const written = JSON.parse(old) as {ts_ms: number};
    clockAhead = 60_000;
    truncateSync(place.path('progress'), 0);
    appendFileSync(place.path('progress'), old);
    await untilHeard(() => seen.length > count);
    expect(last()).toMatchObject({phase: 'embed', rowsProcessed: null});
    expect(seen.at(-1)?.changedAt).toBeLessThanOrEqual(written.ts_ms + 10_000);
    report('progress', {rows_processed: 1});
    await untilHeard(() => last()?.rowsProcessed === 1);
    expect(seen.at(-1)?.changedAt).toBeGreaterThan(written.ts_ms + 50_000);
  });

  it('is read anew when a record in it was written over at equal length, which is movement', async () => {
    follow();
    await untilThere();
    const write = (rows: number, seq: number) =>
      writeFileSync(place.path('progress'), line('progress', {rows_processed: rows, ts_ms: 5, seq}), {
        flag: 'r+',
      });
    write(1, 1);
    await untilHeard(() => last()?.rowsProcessed === 1);
    write(2, 1);
    await untilHeard(() => last()?.rowsProcessed === 2);
    expect(seen.at(-1)?.gotOn).toBe(true);
    write(2, 2);
    const count = seen.length;
    await untilHeard(() => seen.length > count);
    expect(seen.at(-1)?.gotOn).toBe(false); // a heartbeat
    utimesSync(place.path('progress'), 1, 1);
    expect(followers[0]?.look()).toBe(true);
    expect(seen).toHaveLength(count + 1);
  });

  it('holds what an earlier coordinator saw when it found the job stalled: that is no news', async () => {
    const old = line('start') + line('done');
    writeFileSync(place.path('progress'), old, {mode: 0o600});
    follow(Buffer.byteLength(old));
    await untilHeard(() => seen.length === 1);
    expect(seen[0]?.gotOn).toBe(false);
    report('start');
    await untilHeard(() => seen.length === 2);
    expect(seen[1]?.gotOn).toBe(true);
  });

  it('is all news when it is shorter than what an earlier coordinator saw', async () => {
    report('start');
    follow(1_000_000);
    await untilHeard(() => seen.length === 1);
    expect(seen[0]?.gotOn).toBe(true);
  });

  it('may be replaced by another one, again and again', async () => {
    follow();
    await untilThere();
    for (let row = 1; row < 5; row++) {
      const next = `${place.path('progress')}.new`;
      writeFileSync(next, line('progress', {rows_processed: row}));
      renameSync(next, place.path('progress'));
      await untilHeard(() => last()?.rowsProcessed === row);
    }
    expect(reports).toEqual([]);
  });

  it('may be removed: its writer is read on, and a new one is found', async () => {
    follow();
    await untilThere();
    const fd = openSync(place.path('progress'), 'a');
    try {
      writeSync(fd, line('progress', {rows_processed: 1}));
      await untilHeard(() => last()?.rowsProcessed === 1);
      rmSync(place.path('progress'));
      writeSync(fd, line('progress', {rows_processed: 2}));
      await untilHeard(() => last()?.rowsProcessed === 2);
    } finally {
      closeSync(fd);
    }
    report('progress', {rows_processed: 3});
    await untilHeard(() => last()?.rowsProcessed === 3);
    expect(reports).toEqual([]);
  });

  it.each([
    ['a directory', (path: string) => mkdirSync(path)],
    ['a FIFO', (path: string) => makeFifosSync([path])],
    ['a link', (path: string) => symlinkSync('/dev/null', path)],
  ])('is left alone while it is %s, said once, and followed when it is a file', async (_, make) => {
    make(place.path('progress'));
    follow();
    await untilHeard(() => reports.length > 0);
    rmSync(place.path('progress'), {recursive: true});
    report('start');
    await untilHeard(() => seen.length === 1);
    rmSync(place.path('progress'));
    make(place.path('progress'));
    await untilHeard(() => reports.length > 1);
    expect(reports).toHaveLength(2);
    expect(await followers[0]?.close()).toContain('"embed"');
    expect(lstatSync(place.path('progress')).isFile()).toBe(false);
  });

  it('may vanish with its directory: nothing is made there, and what was reported is known', async () => {
    const follower = follow();
    await untilThere();
    report('start');
    await untilHeard(() => seen.length === 1);
    rmSync(place.directory, {recursive: true});
    expect(follower.look()).toBe(true);
    expect(await follower.close()).toContain('"embed"');
    expect(existsSync(place.directory)).toBe(false);
    expect(reports).toEqual([]);
  });
});

describe('closing a follower', () => {
  it('takes in all that is there, and leaves time for others, and tells the sum', async () => {
    const many = Array.from({length: 60_000}, (_, row) =>
      line('progress', {rows_processed: row, rows_total: 60_000}),
    );
    const follower = follow();
    await untilThere();
    appendFileSync(place.path('progress'), many.join(''));
    let others = 0;
    let isOver = false;
    const other = {
      step: () => {
        others += 1;
        return !isOver;
      },
    };
    pump.wake(other);
    const summary = await follower.close();
    isOver = true;
    expect(JSON.parse(summary ?? '')).toMatchObject({
      outcome: 'unfinished',
      phase: 'embed',
      rows_processed: 59_999,
      rows_total: 60_000,
    });
    expect(others).toBeGreaterThan(10);
    expect(readFileSync(place.path('progress'), 'utf8')).toHaveLength(many.join('').length);
  });

  it('needs no file, makes none and follows nothing of a job that is over', async () => {
    const follower = follow();
    expect(await follower.close()).toBe(undefined);
    expect(existsSync(place.path('progress'))).toBe(false);
  });

  it('hears nothing any more once it is stopped', async () => {
    const follower = follow();
    await untilThere();
    follower.stop();
    report('start');
    expect(follower.look()).toBe(true);
    expect(seen).toEqual([]);
  });
});

/** Resolves when the follower has made its file and read it once. */
async function untilThere(): Promise<void> {
  for (let turn = 0; turn < 1000 && !existsSync(place.path('progress')); turn++)
    await new Promise(setImmediate);
  await new Promise(setImmediate);
}
