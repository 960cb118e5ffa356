import {expect, it} from 'vitest';

import {isOver, secsText} from './words.ts';

it.each([
  [0.0123, '12ms'],
  [1.26, '1.3s'],
  [42.4, '42s'],
  [185, '3m 5s'],
  [7800, '2h 10m'],
])('%d seconds are %s', (secs, text) => {
  expect(secsText(secs)).toBe(text);
});

it.each([
  ['queued', false],
  ['running', false],
  ['cancelling', false],
  ['completed', true],
  ['crashed', true],
  ['unknown', false],
  ['a word of a later version', false],
])('%s is over: %s', (status, expected) => {
  expect(isOver({status})).toBe(expected);
});
