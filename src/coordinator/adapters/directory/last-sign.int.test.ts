import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {lastSign} from './last-sign.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function signIn(...records: readonly (object | string)[]): number | undefined {
  const journal = join(directory.path, 'output.jsonl');
  const lines = records.map(each => (typeof each === 'string' ? each : `${JSON.stringify(each)}\n`));
  writeFileSync(journal, lines.join(''), {mode: 0o600});
  return lastSign(journal);
}

const STARTED = {seq: 0, ts: 10, kind: 'status', data: {event: 'started', pid: 7}};

it('is the last line that was recorded when it was written, or what only happens to a job that lives', () => {
  expect(signIn(STARTED)).toBe(10);
  expect(signIn(STARTED, {seq: 1, ts: 20, kind: 'stderr', data: 'x'})).toBe(20);
  const adopted = {seq: 2, ts: 30, kind: 'status', data: {event: 'adopted', pid: 7}, late: true};
  expect(signIn(STARTED, {seq: 1, ts: 20, kind: 'stdout', data: 'x'}, adopted)).toBe(30);
});

it('is nothing that may have been read long after it was written, nor what a coordinator does to the log', () => {
  const late = {seq: 1, ts: 20, kind: 'stdout', data: 'x', late: true};
  const restored = {seq: 2, ts: 30, kind: 'status', data: {event: 'restored', reason: 'r'}};
  expect(signIn(STARTED, late, restored, '{"seq":3,"ts":40')).toBe(10);
  expect(signIn('no record\n', {ts: 'x', kind: 'stdout'})).toBeUndefined();
  expect(lastSign(join(directory.path, 'none.jsonl'))).toBeUndefined();
});
