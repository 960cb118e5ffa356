import {appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {PendingOutput, placeAfter, placeBehind} from './pending-output.ts';

let directory: string;
let pending: PendingOutput;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-pending-'));
  for (const name of ['out', 'err']) writeFileSync(join(directory, name), '', {mode: 0o600});
  pending = new PendingOutput(directory);
});
afterEach(() => rmSync(directory, {recursive: true}));

function write(name: 'out' | 'err', bytes: string | Buffer): void {
  appendFileSync(join(directory, name), bytes);
}

it('gives what is behind a record, each time what was added', () => {
  write('out', 'done\nhalf');
  write('err', '50%');
  pending.moveTo({stdout: 5, stderr: 0});
  expect(pending.take()).toEqual([
    {kind: 'pending', stream: 'stdout', offset: 5, data: 'half'},
    {kind: 'pending', stream: 'stderr', offset: 0, data: '50%'},
  ]);
  expect(pending.take()).toEqual([]);
  write('err', '\r60%');
  expect(pending.take()).toEqual([{kind: 'pending', stream: 'stderr', offset: 3, data: '\r60%'}]);
  write('out', ' a line\nnext');
  pending.moveTo({stdout: 17, stderr: 0});
  expect(pending.take()).toEqual([{kind: 'pending', stream: 'stdout', offset: 17, data: 'next'}]);
});

it('gives nothing of a line that is whole or as long as a record, and nothing while no place is known', () => {
  write('out', 'whole\n');
  expect(pending.take()).toEqual([]);
  pending.moveTo({stdout: 0, stderr: 0});
  expect(pending.take()).toEqual([]);
  write('err', 'x'.repeat(65_000));
  expect(pending.take()[0]?.data).toHaveLength(65_000);
  write('err', 'x'.repeat(530));
  expect(pending.take()[0]?.data).toHaveLength(530);
  write('err', 'x'.repeat(10));
  expect(pending.take()).toEqual([]);
  pending.moveTo(undefined);
  write('out', 'half');
  expect(pending.take()).toEqual([]);
});

it('keeps back half a character, and a return that may be half a line end', () => {
  pending.moveTo({stdout: 0, stderr: 0});
  const [rocket, e] = [Buffer.from('🚀'), Buffer.from('é')];
  write('out', Buffer.concat([Buffer.from('a'), rocket.subarray(0, 3)]));
  write('err', '10%\r');
  expect(pending.take().map(({data}) => data)).toEqual(['a', '10%']);
  write('out', Buffer.concat([rocket.subarray(3), e.subarray(0, 1)]));
  write('err', '20%');
  expect(pending.take().map(({data}) => data)).toEqual(['🚀', '\r20%']);
});

it('gives bytes that are no text as such', () => {
  pending.moveTo({stdout: 0, stderr: 0});
  write('out', Buffer.from([0xff, 0x61]));
  expect(pending.take()).toEqual([
    {kind: 'pending', stream: 'stdout', offset: 0, data: '/2E=', enc: 'base64'},
  ]);
});

it('gives nothing where the spool was cut or is gone', () => {
  write('out', 'half');
  pending.moveTo({stdout: 2, stderr: 0});
  truncateSync(join(directory, 'out'), 1);
  rmSync(join(directory, 'err'));
  expect(pending.take()).toEqual([]);
});

it('is told its place by the last record', () => {
  const journal = join(directory, 'output.jsonl');
  const data = '{"seq":7,"ts":1,"kind":"stdout","data":"\\"spool\\":[1,2]}","spool":[30,4]}\n';
  const plain = '{"seq":6,"ts":1,"kind":"stdout","data":"\\"spool\\":[1,2]}"}\n';
  writeFileSync(journal, plain + data, {mode: 0o600});
  expect(placeAfter(journal, 7)).toEqual({stdout: 30, stderr: 4});
  expect(placeAfter(journal, 6)).toBeUndefined();
  expect(placeBehind(Buffer.from(plain + data))).toEqual({stdout: 30, stderr: 4});
  expect(placeBehind(plain)).toBeUndefined();
  expect(placeAfter(join(directory, 'none'), 7)).toBeUndefined();
});
