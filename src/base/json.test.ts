import fc from 'fast-check';
import {expect, test} from 'vitest';

import {cutText, parseWellFormed, stringifyWellFormed, wellFormed} from './json.ts';

test.each([
  ['{"a":"\\ud800"}', {a: '\ufffd'}],
  ['{"a":"\\uDC00x"}', {a: '\ufffdx'}],
  ['{"\\ud800":1}', {'\ufffd': 1}],
  ['{"a":"\\ud83d\\ude00"}', {a: '😀'}],
  ['{"a":"\\uD83D\\uDE00\\uDE00"}', {a: '😀\ufffd'}],
  ['{"a":"\\ud83d\\ud83d\\ude00"}', {a: '\ufffd😀'}],
  ['{"a":"\\\\ud800"}', {a: '\\ud800'}],
  ['{"a":"\\ud800\\\\udc00"}', {a: '\ufffd\\udc00'}],
  ['{"a":"\\ud7ff \\ue000"}', {a: '\ud7ff \ue000'}],
])('reads %s as well-formed text', (text, value) => {
  expect(parseWellFormed(text)).toEqual(value);
});

test('reads any JSON as JSON.parse does, but for halves', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(parseWellFormed(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    {numRuns: 50},
  );
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), text => {
      const [read] = parseWellFormed(JSON.stringify([text])) as [string];
      expect(read).toBe(wellFormed(text));
    }),
    {numRuns: 50},
  );
});

test('writes what other readers take for the end of a line as an escape, and the same value', () => {
  const value = {'a\u2028': ['\u0085', 'x\u2029\\u2028']};
  const text = stringifyWellFormed(value);
  expect(text).toBe('{"a\\u2028":["\\u0085","x\\u2029\\\\u2028"]}');
  expect(JSON.parse(text)).toEqual(value);
});

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc'],
  ['a😀b', 2, 'a'],
  ['a😀b', 3, 'a😀'],
  ['😀', 1, ''],
])('cuts %s at %i units to %s', (text, most, cut) => {
  expect(cutText(text, most)).toBe(cut);
});
