import {expect, test} from 'vitest';

import {changedNumber, unfinishedValue} from './json-line.ts';

test.each([
  ['[', 'array'],
  [' [{"a":1},', 'array'],
  ['{', 'object'],
  ['{"a":"}","b":[', 'object'],
  ['{"a":"half', 'object'],
  ['{"a":1}', undefined],
  ['{"a":1} x', undefined],
  ['[1] [', undefined],
  ['"[', undefined],
  ['nope', undefined],
  ['}', undefined],
  ['', undefined],
])('tells what a line begins and does not end: %s', (text, what) => {
  expect(unfinishedValue(text)).toBe(what);
});

test.each([
  ['1E400', 'infinite'],
  ['[1,-1e400]', 'infinite'],
  ['{"a":12345678901234567890}', '12345678901234567000'],
  ['9007199254740993', '9007199254740992'],
  ['-9007199254740993', '-9007199254740992'],
  ['9'.repeat(400), 'infinite'],
])('tells of a number that would be another one: %s', (text, becomes) => {
  expect(changedNumber(text)?.becomes).toBe(becomes);
});

test.each([
  '{"text":"1E400 12345678901234567890"}',
  '{"a\\":1E400":1}',
  '9007199254740992',
  '12345678901234567000',
  '10000000000000000000000',
  '1e300',
  '1e-400',
  '3.14159265358979323846',
  '0.1',
])('lets pass what stays, and what is only rounded: %s', text => {
  expect(changedNumber(text)).toBeUndefined();
});
