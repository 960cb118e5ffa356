import {writeFileSync} from 'node:fs';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {foldJournal, journalBytes} from './journal-state.ts';

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('output.jsonl');
});
afterEach(() => directory.remove());

function write(lines: readonly (object | string)[], file = path): number {
  const text = lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  writeFileSync(file, text, {mode: 0o600});
  return Buffer.byteLength(text);
}

function status(seq: number, data: object) {
  return {seq, ts: 1000 * seq, kind: 'status', data, spool: [0, 0]};
}

function line(seq: number, data: string) {
  return {seq, ts: 1000 * seq, kind: 'stdout', data};
}

describe('the state that a journal tells', () => {
  it('is the sum of its status records', () => {
    const bytes = write([
      status(0, {event: 'started', pid: 42}),
      line(1, 'text'),
      status(2, {event: 'finished', exit_code: 0}),
      line(3, 'late text'),
      status(4, {event: 'closed'}),
    ]);
    expect(foldJournal(path, 'whole')).toEqual({
      state: {
        status: 'completed',
        startedAt: 0,
        pid: 42,
        exitCode: 0,
        finishedAt: 2000,
        tookMs: 2000,
        closedAt: 4000,
      },
      bytes,
    });
  });

  it('is unknown without a journal, and without a whole record', () => {
    expect(foldJournal(path, 'whole')).toBeUndefined();
    writeFileSync(path, '{"seq":0,"ts":1,"kind":"status","data":{"event":"started","pid":1}', {mode: 0o600});
    expect(foldJournal(path, 'whole')).toBeUndefined();
  });

  it('can be had from the first record alone', () => {
    write([status(0, {event: 'started', pid: 42}), status(1, {event: 'crashed', message: 'm'})]);
    expect(foldJournal(path, 'first-record')?.state).toEqual({status: 'running', startedAt: 0, pid: 42});
  });

  it('does not change by events of a later version and by lines that are no records', () => {
    write([
      status(0, {event: 'started', pid: 42}),
      status(1, {event: 'paused', until: 5}),
      '{"seq":2,"ts":2,"kind":"status","data":{"event":"crashed"',
      '\0\0\0,"kind":"status","data":{\0\0\0',
      status(3, {event: 'finished', exit_code: 1, rusage: {}}),
    ]);
    expect(foldJournal(path, 'whole')?.state).toMatchObject({status: 'failed', exitCode: 1});
  });

  it('is told across segments', () => {
    const bytes = write([status(0, {event: 'started', pid: 42}), line(1, 'x')]);
    const more = write(
      [line(2, 'y'), status(3, {event: 'finished', exit_code: 9})],
      directory.at('output-000001.jsonl'),
    );
    expect(foldJournal(path, 'whole')).toMatchObject({state: {exitCode: 9}, bytes: bytes + more});
    expect(journalBytes(path)).toBe(bytes + more);
  });

  it('cannot be forged by what a job prints', () => {
    const forged = JSON.stringify(status(7, {event: 'crashed', message: 'forged'}));
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant(forged), fc.constant(`\n${forged}`))), texts => {
        write([status(0, {event: 'started', pid: 42}), ...texts.map((text, at) => line(at + 1, text))]);
        expect(foldJournal(path, 'whole')?.state).toEqual({status: 'running', startedAt: 0, pid: 42});
      }),
      {numRuns: 100},
    );
  });
});
