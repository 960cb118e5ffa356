import fc, {array, double, property} from 'fast-check';
import {describe, expect, it} from 'vitest';

import {Quantiles} from './quantiles.ts';

function summaryOf(values: readonly number[]) {
  const quantiles = new Quantiles();
  for (const value of values) quantiles.add(value);
  return quantiles.summary;
}

/** By nearest rank. */
function exact(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? Number.NaN;
}

describe('quantiles', () => {
  it('of nothing are none', () => {
    expect(summaryOf([])).toBeNull();
  });

  it('are exact up to 1,000 values', () => {
    const values = Array.from({length: 1000}, (_, at) => (at * 7919) % 1000);
    expect(summaryOf(values)).toEqual({p50: 499, p95: 949, max: 999});
    expect(summaryOf([5])).toEqual({p50: 5, p95: 5, max: 5});
    expect(summaryOf([1, 2])).toEqual({p50: 1, p95: 2, max: 2});
  });

  it('are within one per cent beyond that', () => {
    const value = double({min: 0, max: 1e9, noNaN: true});
    fc.assert(
      property(array(value, {minLength: 1001, maxLength: 1500}), given => {
        const values = given.map(Math.round);
        const summary = summaryOf(values);
        for (const [q, told] of [
          [0.5, summary?.p50],
          [0.95, summary?.p95],
          [1, summary?.max],
        ] as const) {
          const wanted = exact(values, q);
          expect(Math.abs((told ?? Number.NaN) - wanted)).toBeLessThanOrEqual(wanted * 0.01 + 1e-9);
        }
      }),
      {numRuns: 20},
    );
  });
});
