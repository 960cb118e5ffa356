import {expect, it} from 'vitest';

import {LastBytes} from './last-bytes.ts';

function kept(most: number, pieces: readonly string[], mayCut = true) {
  const last = new LastBytes(most);
  for (const piece of pieces) last.write(piece);
  const {text, leftOut} = last.end(mayCut);
  return [text.toString(), leftOut];
}

it.each<[number, string[], unknown]>([
  [100, ['a\nb\n'], ['a\nb\n', undefined]],
  [4, ['a\nb\n'], ['a\nb\n', undefined]],
  [3, ['a\nb\n'], ['b\n', {lines: 1, bytes: 2, isCut: false}]],
  [2, ['a\nb\n'], ['b\n', {lines: 1, bytes: 2, isCut: false}]],
  [2, ['a\n', 'b\n'], ['b\n', {lines: 1, bytes: 2, isCut: false}]],
  [5, ['a\n', 'b', 'cd', '\n', 'e\n'], ['e\n', {lines: 2, bytes: 6, isCut: false}]],
  [6, ['a\n', 'b', 'cd', '\n', 'e\n'], ['bcd\ne\n', {lines: 1, bytes: 2, isCut: false}]],
  [3, ['a\n', 'abcdef\n'], ['ef\n', {lines: 1, bytes: 6, isCut: true}]],
  [4, ['äöü\n'], ['ü\n', {lines: 0, bytes: 4, isCut: true}]],
])('of the last %d bytes of %j only whole lines, or the end of the last', (most, pieces, expected) => {
  expect(kept(most, pieces)).toEqual(expected);
});

it('is nothing where not even the last has room and may not be cut', () => {
  expect(kept(3, ['a\n', 'abcdef\n'], false)).toEqual(['', {lines: 2, bytes: 9, isCut: false}]);
});

it('keeps no more than it has to', () => {
  const last = new LastBytes(1000);
  for (let at = 0; at < 100_000; at++) last.write(`${at}\n`.padStart(100));
  const {text, leftOut} = last.end(true);
  expect([text.length, leftOut?.lines]).toEqual([1000, 99_990]);
});
