import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {Json} from '../../base/index.ts';
import type {NewEntry} from '../event-log.ts';
import {toEntry, toStored} from './stored-entry.ts';

const kept = (entry: NewEntry) => toEntry({...toStored(entry, 7), id: 3, hash: null});

describe('an entry', () => {
  it('comes back as it was, whatever JSON it holds', () => {
    const kind = fc.string({unit: 'binary', minLength: 1}).filter(text => text.trim() !== '');
    const headers = fc.dictionary(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}));
    fc.assert(
      fc.property(kind, fc.jsonValue(), headers, fc.maxSafeInteger(), (kind, value, headers, at) => {
        const payload = JSON.parse(JSON.stringify(value)) as Json;
        const entry = {kind, payload, headers: {...headers}, occurred_at_ms: at};
        expect(JSON.stringify(kept(entry).payload)).toBe(JSON.stringify(payload));
        expect(kept(entry)).toMatchObject({id: 3, kind, occurred_at_ms: at});
        expect(Object.entries(kept(entry).headers).sort()).toEqual(Object.entries(headers).sort());
      }),
    );
  });

  it('is kept as JSON, its headers in the order of their names', () => {
    expect(toStored({kind: 'k', payload: {b: 1, a: 2}, headers: {b: '1', a: '2', B: ''}}, 7)).toEqual({
      kind: 'k',
      payload: '{"b":1,"a":2}',
      headers: '{"B":"","a":"2","b":"1"}',
      occurredAtMs: 7,
    });
  });

  it('is kept the same in whatever order its headers are given', () => {
    const names = fc.uniqueArray(fc.string(), {minLength: 2});
    fc.assert(
      fc.property(names, names => {
        const stored = (order: readonly string[]) =>
          toStored({kind: 'k', payload: 1, headers: Object.fromEntries(order.map(name => [name, 'v']))}, 0);
        expect(stored(names)).toEqual(stored([...names].reverse()));
      }),
    );
  });

  it('is well-formed text, where it has half a surrogate pair', () => {
    const stored = toStored({kind: '\ud800', payload: ['\udc00', '\\ud800'], headers: {h: 'x\udfff'}}, 0);
    expect(stored).toMatchObject({
      kind: '\ufffd',
      payload: '["\ufffd","\\\\ud800"]',
      headers: '{"h":"x\ufffd"}',
    });
  });

  it('has a hash only where it is chained', () => {
    const stored = {...toStored({kind: 'k', payload: 1}, 7), id: 1};
    expect('hash' in toEntry({...stored, hash: null})).toBe(false);
    expect(toEntry({...stored, hash: 'ab'}).hash).toBe('ab');
  });

  it.each([
    ['its kind is blank', {kind: ' ', payload: 1}],
    ['its payload is nothing that JSON can hold', {kind: 'k', payload: undefined}],
    ['its payload cannot be written as JSON (no)', {kind: 'k', payload: {toJSON: () => fail('no')}}],
    ['its header "h" is no string', {kind: 'k', payload: 1, headers: {h: 1}}],
    ['its headers are no object', {kind: 'k', payload: 1, headers: ['h']}],
    ['its occurred_at_ms is no whole number of milliseconds', {kind: 'k', payload: 1, occurred_at_ms: 0.5}],
    ['it is no object', null],
    ['it is no object', []],
  ])('is refused with the reason: %s', (reason, entry) => {
    expect(() => toStored(entry as unknown as NewEntry, 0)).toThrow(
      expect.objectContaining({code: 'USAGE', message: `The entry was not appended: ${reason}.`}),
    );
  });

  it.each(['payload', 'headers'] as const)('that is damaged in its %s is told by its id', what => {
    const stored = {...toStored({kind: 'k', payload: 1, headers: {h: 'v'}}, 7), id: 12, hash: null};
    expect(() => toEntry({...stored, [what]: '{"half'})).toThrow(
      expect.objectContaining({
        code: 'STORE_CORRUPT',
        message: `Entry 12 is damaged: its ${what} is no JSON.`,
      }),
    );
  });
});

function fail(why: string): never {
  throw new Error(why);
}
