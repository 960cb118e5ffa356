import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type EntrySize, slicesOf} from './slice.ts';

const HOUR = 60 * 60 * 1000;

describe('slices', () => {
  it('end where the time or the size of what is in them would be too large', () => {
    const entries = [
      {id: 3, occurredAtMs: HOUR, bytes: 10},
      {id: 4, occurredAtMs: 2 * HOUR, bytes: 20},
      {id: 5, occurredAtMs: 2 * HOUR + 1, bytes: 5},
      {id: 6, occurredAtMs: 2 * HOUR, bytes: 1_000_000},
    ];
    expect(slicesOf(entries)).toEqual([
      {upTo: 4, bytes: 30, newestMs: 2 * HOUR},
      {upTo: 5, bytes: 5, newestMs: 2 * HOUR + 1},
      {upTo: 6, bytes: 1_000_000, newestMs: 2 * HOUR},
    ]);
  });

  it('hold every entry once, with its bytes and no newer one than they say', () => {
    const sizes: fc.Arbitrary<EntrySize[]> = fc
      .array(fc.record({occurredAtMs: fc.integer({min: -HOUR, max: 9 * HOUR}), bytes: fc.nat(200_000)}))
      .map(all => all.map((each, at) => ({...each, id: at + 1})));
    fc.assert(
      fc.property(sizes, entries => {
        let from = 0;
        for (const {upTo, bytes, newestMs} of slicesOf(entries)) {
          const own = entries.slice(from, upTo);
          expect(own.length).toBeGreaterThan(0);
          expect(own.reduce((sum, each) => sum + each.bytes, 0)).toBe(bytes);
          const times = own.map(({occurredAtMs}) => occurredAtMs);
          expect(Math.max(...times)).toBe(newestMs);
          expect(newestMs - Math.min(...times)).toBeLessThanOrEqual(HOUR);
          from = upTo;
        }
        expect(from).toBe(entries.length);
      }),
    );
  });
});
