import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {Json} from '../../../base/index.ts';
import {type StoredEntry, toStored} from '../../stored/stored-entry.ts';
import {entryLine, lineHead, readEntryLine, unfinishedLines} from './entry-line.ts';

const entry: StoredEntry = {
  id: 7,
  hash: null,
  kind: 'tool "call"',
  occurredAtMs: -5,
  headers: '{"a":"},\\"payload\\":{\\\\"}',
  payload: '{"b":[1,"}"]}',
};
const line = entryLine(entry, 1, 1).slice(0, -1);

describe('the line of an entry', () => {
  it('is one JSON object that begins with the id', () => {
    expect(
      line.startsWith('{"id":7,"hash":null,"occurred_at_ms":-5,"kind":"tool \\"call\\"","headers":{'),
    ).toBe(true);
    expect(JSON.parse(line)).toEqual({
      id: 7,
      hash: null,
      occurred_at_ms: -5,
      kind: 'tool "call"',
      headers: {a: '},"payload":{\\'},
      payload: {b: [1, '}']},
    });
  });

  it('gives back every text exactly as it was handed over', () => {
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.string({unit: 'binary', minLength: 1}).filter(kind => kind.trim() !== ''),
          payload: fc.jsonValue({stringUnit: 'binary'}) as fc.Arbitrary<Json>,
          headers: fc.dictionary(fc.string({unit: 'binary'}), fc.string({unit: 'binary'})),
          occurred_at_ms: fc.maxSafeInteger(),
        }),
        fc.integer({min: 1, max: 2 ** 50}),
        fc.integer({min: 1, max: 9}),
        (given, id, length) => {
          const kept: StoredEntry = {...toStored(given, 0), id, hash: id % 2 === 0 ? null : 'a0'.repeat(32)};
          const text = entryLine(kept, length, length);
          expect(text.indexOf('\n')).toBe(text.length - 1);
          expect(readEntryLine(Buffer.from(text).toString('utf8').slice(0, -1))).toEqual(kept);
        },
      ),
    );
  });

  it('keeps a text of which JSON.parse would make another one', () => {
    const kept = {...entry, payload: '{"a":1e400,"a":12345678901234567890}', headers: '{"x":"1","x":"2"}'};
    expect(readEntryLine(entryLine(kept, 1, 1).slice(0, -1))).toEqual(kept);
  });

  it('tells its place in a batch, and how many lines of one that is not whole stand there', () => {
    const second = entryLine(entry, 2, 3);
    expect(second).toContain('{"id":7,"batch":[2,3],');
    expect(lineHead(second)).toMatchObject({id: 7, place: 2, batchLength: 3});
    expect(unfinishedLines(second)).toBe(2);
    expect(unfinishedLines(entryLine(entry, 3, 3))).toBe(0);
    expect(unfinishedLines(line)).toBe(0);
    expect(unfinishedLines('{"id":7}')).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['a part of it', line.slice(0, -1)],
    ['something behind it', `${line}}`],
    ['a key more', `${line.slice(0, -1)},"x":1}`],
    ['other white space', line.replace(':', ': ')],
    ['an id that is none', line.replace(':7', ':07')],
    ['a hash that is none', line.replace('null', '"00"')],
    ['a kind that is none', line.replace('"tool \\"call\\""', '1')],
    ['headers that are none', line.replace('{"a"', '["a"')],
    ['a header that is no text', line.replace(/"headers":\{.*\},"payload"/, '"headers":{"a":1},"payload"')],
    ['NULs in it', line.replace('[1,', '\0\0\0')],
    ['a place behind the end of its batch', line.replace('"hash"', '"batch":[3,2],"hash"')],
  ])('is not taken for one with %s', (_, text) => {
    expect(readEntryLine(text)).toBeUndefined();
  });
});
