import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {NUMBER_HEAD_BYTES, numberOf} from './record-number.ts';

describe('numberOf', () => {
  it('reads what JSON.parse would read, from the head alone', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.constantFrom('seq', 'index', 'id'),
        fc.jsonValue(),
        (number, key, data) => {
          const line = JSON.stringify({[key]: number, data});
          expect(numberOf(line, key)).toBe(number);
          expect(numberOf(line.slice(0, NUMBER_HEAD_BYTES), key)).toBe(number);
          expect(numberOf(JSON.stringify({[key]: number}), key)).toBe(number);
        },
      ),
    );
  });

  it.each([
    '',
    '{',
    '{"seq":',
    '{"seq":}',
    '{"seq":12',
    '{"seq":-1,',
    '{"seq":1.5,',
    '{"seq":"1",',
    '{"index":1,',
    '{ "seq":1}',
    'null',
  ])('finds none in %j', line => {
    expect(numberOf(line, 'seq')).toBeUndefined();
  });
});
