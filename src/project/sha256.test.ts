import {createHash} from 'node:crypto';

import fc from 'fast-check';
import {expect, it} from 'vitest';

import {sha256} from './sha256.ts';

it('gives the same digest as node:crypto for any text', () => {
  const anyText = fc
    .array(fc.integer({min: 0, max: 0x10ffff}), {maxLength: 100})
    .map(points => String.fromCodePoint(...points));
  fc.assert(
    fc.property(anyText, text => {
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }),
  );
});

it('gives the same digest at every length around the ends of a block', () => {
  for (let length = 0; length < 200; length++) {
    const text = 'x'.repeat(length);
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  }
});
