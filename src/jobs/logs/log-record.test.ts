import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {isClosing, parseRecord} from './log-record.ts';

const text = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.string({unit: 'grapheme'}),
  fc.constantFrom(
    '',
    '}',
    '","partial":true}',
    '\\',
    '"enc":"base64"',
    '{"seq":1}',
    '\u2028\u0000\t',
    'a\\"b',
  ),
);

/** Keys that may stand behind `data`, in any order, also such as only a later version knows. */
const extras = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom<[string, unknown]>(
      ['partial', true],
      ['enc', 'base64'],
      ['crlf', true],
      ['late', true],
      ['spool', [12, 34]],
      ['note', 'he said "partial" and "enc"'],
    ),
    fc.tuple(fc.constantFrom('x', 'y'), fc.jsonValue()),
  ),
  {selector: ([name]) => name, maxLength: 5},
);

const records = fc
  .record({
    seq: fc.maxSafeNat(),
    ts: fc.maxSafeNat(),
    kind: fc.constantFrom('stdout', 'stderr', 'status', 'other'),
    data: fc.oneof(
      {weight: 4, arbitrary: text},
      {weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue())},
    ),
    more: extras,
  })
  .map(({more, ...record}) => ({...record, ...Object.fromEntries(more)}));

describe('a record', () => {
  it('is read as JSON.parse reads it, in all that the commands look at', () => {
    fc.assert(
      fc.property(records, record => {
        const line = JSON.stringify(record);
        expect(seen(parseRecord(line))).toEqual(seen(JSON.parse(line)));
      }),
      {numRuns: 2000},
    );
  });

  it('is none where JSON.parse reads none, however a line was torn', () => {
    fc.assert(
      fc.property(records, fc.nat(), (record, at) => {
        const line = JSON.stringify(record);
        expect(parseRecord(line.slice(0, at % line.length))).toBeUndefined();
      }),
      {numRuns: 1000},
    );
  });

  it.each([
    '',
    'null',
    '7',
    '"text"',
    '[]',
    '{}',
    '{"seq":"1","kind":"stdout"}',
    '\0\0\0\0',
    '{"seq":1,"ts":2}',
  ])('is none where the line is %j', line => {
    expect(parseRecord(line)).toBeUndefined();
  });
});

describe('the record that closes a log', () => {
  it('is found by its line', () => {
    const closed = {seq: 9, ts: 1, kind: 'status', data: {event: 'closed', left_open: true}, late: true};
    expect(isClosing(JSON.stringify(closed))).toBe(true);
    expect(isClosing(JSON.stringify({...closed, data: {event: 'finished', exit_code: 0}}))).toBe(false);
  });

  it('cannot be printed by a job', () => {
    const closed = JSON.stringify({seq: 9, ts: 1, kind: 'status', data: {event: 'closed'}});
    expect(isClosing(JSON.stringify({seq: 1, ts: 1, kind: 'stdout', data: closed}))).toBe(false);
  });
});

function seen(record: unknown): unknown {
  const {seq, ts, kind, data, partial, enc, crlf} = (record ?? {}) as Record<string, unknown>;
  return {seq, ts, kind, data, partial, enc, crlf};
}
