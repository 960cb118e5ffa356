import {expect, it} from 'vitest';

import {cursorText, parseCursor} from './cursor.ts';
import {ReadSoFar} from './read-so-far.ts';

it.each([
  [{stdout: -1, stderr: -1}, '.'],
  [{stdout: 12, stderr: -1}, '12.'],
  [{stdout: 12, stderr: 7}, '12.7'],
])('%j is told as %s, and read again', (cursor, text) => {
  expect(cursorText(cursor)).toBe(text);
  expect(parseCursor(text)).toEqual(cursor);
});

it.each(['', '12', '1.2.3', '-1.2', 'a.b', '1e3.2', `${'9'.repeat(20)}.1`])('%j is no cursor', text => {
  expect(() => parseCursor(text)).toThrow(expect.objectContaining({code: 'USAGE'}));
});

const record = (seq: number, kind: string, partial = false) => ({
  record: {seq, ts: 1, kind, data: 'x', partial},
});
const FILTER = {
  kinds: new Set(['stdout', 'stderr']),
  from: 0,
  to: 9,
  ageMs: undefined,
  tail: undefined,
  all: false,
};

it('a line that goes on is read again from its begin, and what is over is read', () => {
  const so = new ReadSoFar({stdout: -1, stderr: -1}, 4, false);
  so.take([
    record(1, 'stdout'),
    record(2, 'stderr', true),
    record(3, 'stdout', true),
    record(4, 'stderr', true),
  ]);
  expect(so.hasOpen).toBe(true);
  expect(so.cursor(FILTER)).toEqual({stdout: 1, stderr: -1});
  const over = new ReadSoFar({stdout: -1, stderr: -1}, 3, true);
  over.take([record(1, 'stdout'), record(2, 'stderr', true)]);
  expect(over.cursor(FILTER)).toEqual({stdout: 3, stderr: 3});
});

it('a stream that is not read stands where it stood', () => {
  const so = new ReadSoFar({stdout: 2, stderr: 5}, 9, true);
  so.take([record(9, 'stdout')]);
  expect(so.cursor({...FILTER, kinds: new Set(['stdout'])})).toEqual({stdout: 9, stderr: 5});
});
