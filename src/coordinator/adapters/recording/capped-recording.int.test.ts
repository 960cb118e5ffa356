/** A recorder that keeps its journal below a size while the job writes, and what it leaves of the spool. */
import {appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {listSegments, readLines, segmentPath} from '../../../journal/index.ts';
import {type PunchHole, punchHole} from '../../../platform/index.ts';
import type {StatusRecord} from '../../domain/index.ts';
import {JobPlace} from '../testing/job-place.ts';
import {Pump} from './pump.ts';
import {SpoolRecorder, type SpoolRecorderOptions} from './spool-recorder.ts';
import {SpoolTranscoder} from './transcoding/spool-transcoder.ts';

interface Line {
  readonly seq: number;
  readonly kind: string;
  readonly data: unknown;
}

interface Cut {
  readonly event: string;
  readonly bytes: number;
  readonly lines: number | null;
  readonly first_seq: number;
  readonly total_bytes: number;
}

const CAP = 1_000_000;
let place: JobPlace;
let recorders: SpoolRecorder[];
let told: StatusRecord[];

beforeEach(() => {
  place = new JobPlace();
  recorders = [];
  told = [];
  for (const name of ['out', 'err'] as const) place.write(name, '');
});
afterEach(() => {
  for (const recorder of recorders) recorder.close();
  place.remove();
});

describe('a job that writes more than its log may have', () => {
  it('keeps the beginning and the end of it, and says exactly how much is gone', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 1});
    await write(recorder, 0, 30_000);
    expectWhole(30_000);
    expect(bytesOf(listSegments(place.path('journal')))).toBeLessThan(CAP * 1.3);
    const [cut] = cuts();
    expect(cut?.lines).toBeGreaterThan(20_000);
    expect(recorder.close()).toBe(bytesOf(listSegments(place.path('journal'))));
  });

  it('skips what was not read when it is more than may stay', async () => {
    await flooded();
    expectWhole(200_000);
    expect(cuts().some(({lines}) => lines === null)).toBe(true);
  });

  it('frees what was cut out of its spool, at once where a coordinator takes over', async () => {
    const recorder = await flooded();
    await until(() => allocated() < 3_000_000);
    expect(statSync(place.path('out')).size).toBe(200_000 * LINE_BYTES);
    recorder.close();
    const next = open({late: true, punch: recordedPunch});
    await next.drain();
    expect(punched.length).toBeGreaterThan(0);
    expectWhole(200_000);
  });

  it.each(['none', 'first', 'second', 'last but one', 'all'])(
    'has its journal again when %s of its files are gone, with the same numbers',
    async which => {
      for (const isKilled of [false, true]) {
        for (const name of readdirSync(place.directory))
          if (/output|status/.test(name)) rmSync(join(place.directory, name));
        for (const name of ['out', 'err'] as const) place.write(name, '');
        const recorder = open();
        await recorder.record({event: 'started', pid: 1});
        await write(recorder, 0, 10_000);
        await recorder.record({event: 'stalled', silent_ms: 3});
        append(10_000, 200_000);
        await recorder.drain();
        await write(recorder, 200_000, 205_000);
        await until(() => allocated() < 6_000_000);
        expectWhole(205_000);
        const before = new Set(numbered());
        const segments = listSegments(place.path('journal'));
        const gone =
          {
            none: [],
            first: [0],
            second: [segments[1] ?? 0],
            'last but one': segments.slice(-2, -1),
            all: segments,
          }[which] ?? [];
        if (isKilled) recorder.close();
        for (const segment of gone) rmSync(segmentPath(place.path('journal'), segment));
        const next = isKilled ? open({late: true}) : recorder;
        await next.secure();
        await next.drain();
        expectWhole(205_000);
        // How far it was recorded only a coordinator knows that lives.
        if (!isKilled) expect(numbered().filter(text => !before.has(text))).toEqual([]);
        await write(next, 205_000, 215_000);
        expectWhole(215_000);
        next.close();
      }
    },
  );

  it('loses nothing and doubles nothing when its coordinator was killed before it removed what was cut out', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 1});
    let at = 0;
    while (cuts().length === 0) at = await write(recorder, at, at + 1000);
    const kept = new Map(
      listSegments(place.path('journal')).map(each => [
        each,
        readFileSync(segmentPath(place.path('journal'), each)),
      ]),
    );
    const cut = listSegments(place.path('journal'));
    while (listSegments(place.path('journal')).includes(cut[2] ?? 0))
      at = await write(recorder, at, at + 1000);
    recorder.close();
    const left = segmentPath(place.path('journal'), cut[2] ?? 0);
    writeFileSync(left, kept.get(cut[2] ?? 0) ?? '', {mode: 0o600});
    expectWhole(at);
    const next = open({late: true});
    await next.drain();
    expect(() => statSync(left)).toThrow('ENOENT');
    expectWhole(at);
  });

  it('says once that what it writes stays where it cannot be freed, and caps its journal', async () => {
    const recorder = open({punch: () => Promise.resolve({how: 'impossible', reason: 'no program'})});
    await recorder.record({event: 'started', pid: 1});
    append(0, 200_000);
    await recorder.drain();
    await until(() => told.some(({data}) => data.event === 'uncapped'));
    await write(recorder, 200_000, 205_000);
    expectWhole(205_000);
    expect(told.filter(({data}) => data.event === 'uncapped')).toHaveLength(1);
    expect(allocated()).toBeGreaterThan(205_000 * LINE_BYTES - 1);
  });

  it('keeps what little it wrote to one stream when it floods the other one', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 1});
    append(0, 100_000);
    appendFileSync(place.path('err'), 'boom\n');
    append(100_000, 200_000);
    await recorder.drain();
    expect(
      lines()
        .filter(({kind}) => kind === 'stderr')
        .map(({data}) => data),
    ).toEqual(['boom']);
  });

  it('says what is gone where a killed coordinator freed it, and all that was recorded is gone', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 1});
    await write(recorder, 0, 75_000); // less than what is skipped unread
    await recorder.record({event: 'stalled', silent_ms: 3});
    recorder.close();
    const second = open({late: true});
    await second.drain();
    await until(() => allocated() < 3_000_000); // what was cut out is freed at once where one takes over
    second.close();
    for (const name of readdirSync(place.directory))
      if (/output|status/.test(name)) rmSync(join(place.directory, name));
    const next = open({late: true});
    await next.record({event: 'stalled', silent_ms: 3});
    await next.drain();
    await write(next, 75_000, 76_000);
    expectWhole(76_000);
    expect(cuts().some(({lines}) => lines === null)).toBe(true);
    expect(lines().some(({data}) => String(data).includes('\0'))).toBe(false);
  });

  it('never takes NULs that a job wrote for a hole', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 1});
    const zeros = `${'\0'.repeat(60_000)}\n`;
    for (let i = 0; i < 150; i++) {
      appendFileSync(place.path('out'), zeros);
      if (i % 3 === 0) await recorder.drain();
    }
    await recorder.drain();
    const all = lines().filter(({kind}) => kind === 'stdout');
    expect(new Set(all.map(({data}) => data))).toEqual(new Set([zeros.slice(0, -1)]));
    expect(all.length * 60_001 + cuts().reduce((sum, {bytes}) => sum + bytes, 0)).toBe(150 * 60_001);
  });

  it('makes pieces of a line that is longer than the cap, and goes on behind it', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 1});
    appendFileSync(place.path('out'), `first\n${'é'.repeat(8_000_000)}`);
    await recorder.drain();
    appendFileSync(place.path('out'), 'end\nlast\n');
    await recorder.drain();
    const all = lines()
      .filter(({kind}) => kind === 'stdout')
      .map(({data}) => String(data));
    expect(all[0]).toBe('first');
    expect(all.slice(-2)).toEqual(['end', 'last']);
    expect(all.slice(1, -2).every(piece => /^é+$/.test(piece))).toBe(true);
    const kept = all.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
    expect(kept + cuts().reduce((sum, {bytes}) => sum + bytes, 0)).toBe(16_000_000 + 12);
  });
});

const punched: number[][] = [];
const recordedPunch: PunchHole = (fd, from, to) => {
  punched.push([from, to]);
  return punchHole(fd, from, to);
};

function allocated(): number {
  return statSync(place.path('out')).blocks * 512;
}

async function until(isSo: () => boolean): Promise<void> {
  await vi.waitUntil(isSo, {timeout: 5000, interval: 10});
}

/** Records by their numbers, without what follows from how they were recorded. */
function numbered(): string[] {
  return lines()
    .filter(({data}) => !['restored', 'truncated'].includes((data as Cut).event))
    .map(({seq, kind, data}) => JSON.stringify([seq, kind, data]));
}

function open(options: Partial<SpoolRecorderOptions> = {}): SpoolRecorder {
  const recorder = new SpoolRecorder({
    directory: place.directory,
    sampleEvery: 1,
    late: false,
    known: [],
    maxLogBytes: CAP,
    pump: new Pump({
      now: Date.now,
      timer: () => () => undefined,
      onTrouble: error => {
        throw error as Error;
      },
    }),
    transcoder: new SpoolTranscoder(),
    buffer: Buffer.allocUnsafe(256 * 1024),
    now: Date.now,
    onAppend: () => undefined,
    onOutput: () => undefined,
    onStatus: record => told.push(record),
    punch: punchHole,
    ...options,
  });
  recorders.push(recorder);
  return recorder;
}

/** It is recorded what a job wrote all at once. */
async function flooded(): Promise<SpoolRecorder> {
  const recorder = open();
  await recorder.record({event: 'started', pid: 1});
  append(0, 200_000);
  recorder.follow();
  await recorder.drain();
  return recorder;
}

const text = (at: number) => `line ${String(at).padStart(9, '0')} ${'x'.repeat(84)}\n`;
const LINE_BYTES = text(0).length;

function append(from: number, to: number): void {
  let bytes = '';
  for (let at = from; at < to; at++) bytes += text(at);
  appendFileSync(place.path('out'), bytes);
}

async function write(recorder: SpoolRecorder, from: number, to: number): Promise<number> {
  for (let at = from; at < to; at += 1000) {
    append(at, Math.min(to, at + 1000));
    await recorder.drain();
  }
  return to;
}

function lines(): Line[] {
  return [...readLines(place.path('journal'))].flat().map(line => JSON.parse(line) as Line);
}

function cuts(): Cut[] {
  return lines().flatMap(({kind, data}) =>
    kind === 'status' && (data as Cut).event === 'truncated' ? [data as Cut] : [],
  );
}

function bytesOf(segments: readonly number[]): number {
  return segments.reduce(
    (sum, segment) => sum + statSync(segmentPath(place.path('journal'), segment)).size,
    0,
  );
}

/** Lines and what was cut out make all that was written, once and in order; numbers are missing where a record says so. */
function expectWhole(count: number): void {
  let at = 0;
  let next = 0;
  let gap: number | undefined;
  for (const {kind, data, seq} of lines()) {
    expect(seq).toBeGreaterThanOrEqual(next);
    const cut = kind === 'status' ? (data as Cut) : undefined;
    if (seq > next) gap ??= next;
    if (cut?.event === 'truncated') {
      expect(cut.bytes % LINE_BYTES).toBe(0);
      at += cut.bytes / LINE_BYTES;
      expect(cut.first_seq).toBe(gap ?? next);
      if (cut.lines !== null) expect(cut.lines).toBe(cut.bytes / LINE_BYTES);
      gap = undefined;
    } else if (kind !== 'status') {
      expect(gap).toBeUndefined();
      expect(`${String(data)}\n`).toBe(text(at));
      at += 1;
    }
    next = seq + 1;
  }
  expect(at).toBe(count);
}
