import {expect, it} from 'vitest';

import {fitted, sizeOf, told} from './answer.ts';

const answerOf = (amount: number) => ({text: '"'.repeat(amount), structured: {output: '"'.repeat(amount)}});

it.each([300, 533, 2048])('takes as much as has room in %i bytes', limit => {
  const answer = fitted(limit, 5000, answerOf);
  expect(sizeOf(answer)).toBeLessThanOrEqual(limit);
  expect(sizeOf(answerOf(answer.text.length + 1))).toBeGreaterThan(limit);
});

it('takes all where all has room, and nothing where nothing has', () => {
  expect(fitted(2048, 7, answerOf).text).toHaveLength(7);
  expect(fitted(1, 7, answerOf).text).toBe('');
});

it('leaves out what tells nothing, and keeps what is zero or empty', () => {
  expect(told({a: null, b: undefined, c: 0, d: '', e: false})).toEqual({c: 0, d: '', e: false});
});
