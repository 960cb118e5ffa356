import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {ProgressAnalysis, parseProgressLine, summaryOf} from '../../progress/index.ts';
import {markOf, writeCheckpoint} from '../adapters/progress/progress-checkpoint.ts';
import {presentProgress} from './present-progress.ts';

const NOW = 1767225600000;
const LATER = NOW + 600_000;

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

interface Told {
  readonly [key: string]: string | number;
}

function record(ts: number, sub_phase: string, more: Told = {}): string {
  return `${JSON.stringify({event: `embed_${sub_phase}`, phase: 'embed', sub_phase, ts_ms: ts, ...more})}\n`;
}

/** Writes a file that was last written at that time. */
function write(name: string, text: string, at: number): void {
  writeFileSync(directory.at(name), text);
  utimesSync(directory.at(name), at / 1000, at / 1000);
}

function look(now = LATER) {
  const ran = {from: NOW, to: now, ms: now - NOW};
  return presentProgress(directory.path, {submittedAt: NOW - 1000, ran});
}

/** A coordinator has read so much of the file, and wrote down what it knows. */
function checkpoint(bytes: number): void {
  const analysis = new ProgressAnalysis();
  const lines = readFileSync(directory.at('progress.jsonl')).subarray(0, bytes).toString().split('\n');
  for (const line of lines) {
    const record = parseProgressLine(line);
    if (record !== undefined) analysis.add(record);
  }
  const fd = openSync(directory.at('progress.jsonl'), 'r');
  const summary = summaryOf(analysis.report());
  if (summary === undefined) throw new Error('no record');
  writeCheckpoint(directory.path, {
    offset: bytes,
    mark: markOf(fd, bytes),
    moved_at_ms: NOW + 1234,
    summary,
    digest: analysis.digest(),
  });
  closeSync(fd);
}

/** More than is read without one: an outer phase, and many batches of an inner one. */
const OUTER = record(NOW, 'start', {phase: 'outer', event: 'outer_start'});
const BATCHES = Array.from({length: 2000}, (_, at) =>
  record(NOW + at, 'progress', {batch_rows: 10, rows_total: 50_000}),
);
const MANY = OUTER + BATCHES.join('');

describe('how far a job is', () => {
  it('is told from its records: phase, batch, rows, rate and the time left', () => {
    write(
      'progress.jsonl',
      record(NOW, 'start', {batch_index: 3, rows_processed: 0, rows_total: 1000}) +
        record(NOW + 10_000, 'progress', {batch_index: 3, rows_processed: 100, rows_total: 1000}),
      NOW + 10_000,
    );
    const {now, eta} = look(NOW + 10_000);
    expect(now).toMatchObject({phase: 'embed', rows_processed: 100, rows_total: 1000, rows_per_sec: 10});
    expect(now?.open).toMatchObject({batch_index: 3, since_ms: NOW, open_ms: 10_000});
    expect(eta).toMatchObject({remaining_ms: 90_000, basis: {rows_remaining: 900, rows_per_sec: 10}});
  });

  it.each([
    ['all of it', 0],
    ['what a coordinator wrote down of its begin, and the rest', Math.floor(BATCHES.length / 2)],
    ['what a coordinator wrote down of all of it', BATCHES.length],
  ])('is told from %s', (_, known) => {
    write('progress.jsonl', MANY, NOW + 2000);
    if (known > 0) checkpoint(OUTER.length + BATCHES.slice(0, known).join('').length);
    appendFileSync(directory.at('progress.jsonl'), record(NOW + 2000, 'progress', {batch_rows: 10}));
    expect(look().now).toMatchObject({phase: 'embed', rows_processed: 20_010, rows_total: 50_000});
    appendFileSync(directory.at('progress.jsonl'), record(NOW + 2001, 'start', {phase: 'other'}));
    appendFileSync(directory.at('progress.jsonl'), record(NOW + 2002, 'done', {phase: 'other'}));
    expect(look().now).toMatchObject({phase: 'outer', open: {event: 'outer_start', since_ms: NOW}});
  });

  it('is not told from what was written down of what the file held before', () => {
    write('progress.jsonl', MANY, NOW);
    checkpoint(MANY.length);
    const other = record(NOW, 'start', {phase: 'new'}) + BATCHES.join('').replaceAll('"embed"', '"new"');
    write('progress.jsonl', other, NOW);
    expect(look().now).toMatchObject({phase: 'new'});
    write('progress.jsonl', other.slice(0, 20_000), NOW);
    expect(look().now).toMatchObject({phase: 'new'});
  });

  it('is told from all of it where what was written down cannot be read', () => {
    write('progress.jsonl', MANY, NOW);
    for (const text of ['', 'nonsense', '{"format":1}\n', '{"format":99,"offset":5}\n']) {
      writeFileSync(directory.at('progress.checkpoint'), text, {mode: 0o600});
      expect(look().now).toMatchObject({phase: 'embed', rows_processed: 20_000});
    }
  });

  it('is told from what was written down where the file is gone', () => {
    write('progress.jsonl', MANY, NOW);
    checkpoint(MANY.length);
    rmSync(directory.at('progress.jsonl'));
    expect(look()).toMatchObject({
      now: {phase: 'embed', rows_processed: 20_000, rows_total: 50_000},
      movedAt: NOW + 1234,
    });
  });

  it('is not known of a huge file of which nothing was written down', () => {
    const note = 'x'.repeat(8000);
    const big = Array.from({length: 2200}, (_, at) => record(NOW + at, 'progress', {note, batch_rows: at}));
    write('progress.jsonl', big.join(''), NOW + 2200);
    expect(look()).toMatchObject({
      isOutOfReach: true,
      now: undefined,
      eta: undefined,
      movedAt: NOW + 2199, // when the last record says that it was written
    });
    checkpoint(big.slice(0, 200).join('').length);
    expect(look()).toMatchObject({isOutOfReach: false, now: {phase: 'embed'}});
  });

  it('leaves out the last line while it is being written', () => {
    write('progress.jsonl', `${record(NOW, 'start')}{"event":"x"`, NOW);
    expect(look().now).toMatchObject({phase: 'embed'});
  });

  it.each<[string, () => void]>([
    ['there is no file', () => undefined],
    ['it is empty', () => write('progress.jsonl', '', NOW)],
    ['no line is a record', () => write('progress.jsonl', 'nonsense\n{}\n[1]\n', NOW)],
    ['there is a directory in its place', () => mkdirSync(directory.at('progress.jsonl'))],
  ])('is unknown where %s', (_, make) => {
    make();
    expect(look()).toEqual({
      isOutOfReach: false,
      now: undefined,
      eta: undefined,
      movedAt: undefined,
      onlyBeatsSince: undefined,
      changedAt: undefined,
      waiting: undefined,
      isExpected: false,
      isStalled: false,
    });
  });
});

describe('when it moved last', () => {
  it('is when it last printed, where it never reported', () => {
    write('out', 'x', NOW + 5);
    write('err', '', NOW + 9);
    expect(look().movedAt).toBe(NOW + 5);
  });

  it('is the later of what it printed and what it reported', () => {
    write('out', 'x', NOW + 5);
    write('progress.jsonl', record(NOW + 7, 'start'), NOW + 7);
    expect(look().movedAt).toBe(NOW + 7);
    write('err', 'x', NOW + 9);
    expect(look().movedAt).toBe(NOW + 9);
  });

  it('is not when a heartbeat came', () => {
    const beats = [1, 2, 3].map(at => record(NOW + at * 1000, 'progress', {rows_processed: 5, rss_mib: at}));
    write('progress.jsonl', record(NOW, 'start') + beats.join(''), NOW + 3000);
    expect(look().movedAt).toBe(NOW + 1000);
  });

  it('is before all heartbeats of a tail that holds nothing else', () => {
    const beats = Array.from({length: 1000}, (_, at) => record(NOW + at, 'progress', {rows_processed: 5}));
    const start = record(NOW - 9, 'start');
    write('progress.jsonl', start + beats.join(''), NOW + 1000);
    expect(look()).toMatchObject({movedAt: NOW, onlyBeatsSince: undefined});
    checkpoint((start + beats.slice(0, 990).join('')).length);
    expect(look()).toMatchObject({movedAt: undefined, onlyBeatsSince: NOW + 990});
    write('out', 'x', NOW - 500);
    expect(look()).toMatchObject({movedAt: NOW - 500, onlyBeatsSince: NOW + 990});
  });

  it('is believed of the file where the clock of the writer is wrong', () => {
    write('progress.jsonl', record(5, 'start'), NOW);
    expect(look().movedAt).toBe(NOW);
    const beat = record(LATER * 2, 'progress', {rows_processed: 1});
    write('progress.jsonl', beat + beat, NOW);
    expect(look().movedAt).toBe(NOW);
  });
});
