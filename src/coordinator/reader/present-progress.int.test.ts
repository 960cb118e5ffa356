import {mkdirSync, utimesSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
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

function look(tailBytes = 64 * 1024, now: number | undefined = LATER) {
  const ran = now === undefined ? undefined : {from: NOW, to: now, ms: now - NOW};
  return presentProgress(directory.path, {ran, tailBytes});
}

describe('how far a job is', () => {
  it('is told from its records: phase, batch, rows, rate and the time left', () => {
    write(
      'progress.jsonl',
      record(NOW, 'start', {batch_index: 3, rows_processed: 0, rows_total: 1000}) +
        record(NOW + 10_000, 'progress', {batch_index: 3, rows_processed: 100, rows_total: 1000}),
      NOW + 10_000,
    );
    const {now, eta} = look(1e6, NOW + 10_000);
    expect(now).toMatchObject({phase: 'embed', rows_processed: 100, rows_total: 1000, rows_per_sec: 10});
    expect(now?.open).toMatchObject({batch_index: 3, since_ms: NOW, open_ms: 10_000});
    expect(eta).toMatchObject({remaining_ms: 90_000, basis: {rows_remaining: 900, rows_per_sec: 10}});
  });

  it('is told from the end of a long file, whose first torn line is left out', () => {
    const lines = Array.from({length: 5000}, (_, at) =>
      record(NOW + at, 'progress', {rows_processed: at, rows_total: 5000}),
    );
    write('progress.jsonl', lines.join(''), NOW + 5000);
    expect(look(1000).now).toMatchObject({phase: 'embed', rows_processed: 4999, rows_total: 5000});
  });

  it('takes a whole line at the begin of the tail', () => {
    const last = record(NOW + 1, 'progress', {rows_processed: 7, rows_total: 9});
    write('progress.jsonl', record(NOW, 'start') + last, NOW);
    expect(look(Buffer.byteLength(last)).now).toMatchObject({rows_processed: 7});
    expect(look(Buffer.byteLength(last) - 1).now).toBeUndefined();
  });

  it('leaves out the last line while it is being written', () => {
    write('progress.jsonl', `${record(NOW, 'start')}{"event":"x"`, NOW);
    expect(look().now).toMatchObject({phase: 'embed'});
  });

  it('is no sum of batches where only the last ones are read', () => {
    const lines = Array.from({length: 100}, (_, at) =>
      record(NOW + at * 1000, 'done', {batch_index: at, batch_rows: 10, rows_total: 5000}),
    );
    write('progress.jsonl', lines.join(''), NOW);
    expect(look().now).toMatchObject({rows_processed: 1000, rows_total: 5000});
    const {now, eta} = look(1000);
    expect(now).toMatchObject({rows_processed: null, rows_total: 5000, remaining_ms: null});
    expect(now?.rows_per_sec).toBeGreaterThan(0);
    expect(eta).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ['there is no file', () => undefined],
    ['it is empty', () => write('progress.jsonl', '', NOW)],
    ['no line is a record', () => write('progress.jsonl', 'nonsense\n{}\n[1]\n', NOW)],
    ['there is a directory in its place', () => mkdirSync(directory.at('progress.jsonl'))],
  ])('is unknown where %s', (_, make) => {
    make();
    expect(look()).toEqual({
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
    write('progress.jsonl', record(NOW - 9, 'start') + beats.join(''), NOW + 1000);
    const beat = beats.at(-1) ?? '';
    expect(look(beat.length * 10)).toMatchObject({movedAt: undefined, onlyBeatsSince: NOW + 990});
    write('out', 'x', NOW - 500);
    expect(look(beat.length * 10)).toMatchObject({movedAt: NOW - 500, onlyBeatsSince: NOW + 990});
    expect(look(1e6)).toMatchObject({movedAt: NOW, onlyBeatsSince: undefined});
  });

  it('is believed of the file where the clock of the writer is wrong', () => {
    write('progress.jsonl', record(5, 'start'), NOW);
    expect(look().movedAt).toBe(NOW);
    const beat = record(LATER * 2, 'progress', {rows_processed: 1});
    write('progress.jsonl', beat + beat, NOW);
    expect(look().movedAt).toBe(NOW);
  });
});
