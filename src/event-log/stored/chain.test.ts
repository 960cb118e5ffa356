import {createHash} from 'node:crypto';

import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {entryHash, newChain} from './chain.ts';

const ZEROS = '0'.repeat(64);
const ENTRY = {kind: 'k', payload: '{"a":1}', headers: '{"h":"v"}', occurredAtMs: 5};

describe('a new chain', () => {
  it('begins behind the newest entry, with zeros', () => {
    expect(newChain(7)).toEqual({anchorId: 7, anchorHash: ZEROS, headHash: ZEROS});
  });
});

describe('the hash of an entry', () => {
  it('is that of one JSON object, which anybody can compute', () => {
    const text = `{"previous":"${ZEROS}","topic":"t","id":1,"kind":"k","occurred_at_ms":5,"headers":{"h":"v"},"payload":{"a":1}}`;
    expect(JSON.parse(text)).toMatchObject({id: 1, payload: {a: 1}});
    expect(entryHash(ZEROS, 't', 1, ENTRY)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('is another one when anything in it is', () => {
    const hashes = [
      entryHash(ZEROS, 't', 1, ENTRY),
      entryHash('1'.repeat(64), 't', 1, ENTRY),
      entryHash(ZEROS, 'u', 1, ENTRY),
      entryHash(ZEROS, 't', 2, ENTRY),
      entryHash(ZEROS, 't', 1, {...ENTRY, kind: 'l'}),
      entryHash(ZEROS, 't', 1, {...ENTRY, payload: '{"a":2}'}),
      entryHash(ZEROS, 't', 1, {...ENTRY, headers: '{}'}),
      entryHash(ZEROS, 't', 1, {...ENTRY, occurredAtMs: 6}),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('cannot be the same for two entries, however their parts run into each other', () => {
    const part = fc.constantFrom('', 'k', '"', '\\', '","occurred_at_ms":5', '{}', '"}', '\n');
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (one, other) => {
        const [a, b] = [one.join(''), other.join('')];
        const same =
          entryHash(ZEROS, 't', 1, {...ENTRY, kind: a}) === entryHash(ZEROS, 't', 1, {...ENTRY, kind: b});
        expect(same).toBe(a === b);
      }),
    );
  });
});
