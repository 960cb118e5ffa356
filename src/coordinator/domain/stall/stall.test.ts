import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type StallFacts, stallsAt} from './stall.ts';

const MOVED: StallFacts = {
  stallAfterMs: 120_000,
  changedAt: 1_000_000,
  printedAt: undefined,
  expected: [],
  mayBeSilent: false,
  watchedSince: 900_000,
};

describe('stallsAt', () => {
  it.each<[string, Partial<StallFacts>, number | undefined]>([
    ['after so much silence', {}, 1_120_000],
    ['counted from what it printed, when that is later', {printedAt: 1_050_000}, 1_170_000],
    ['counted from what it reported, when that is later', {printedAt: 950_000}, 1_120_000],
    ['counted from when somebody began to look', {watchedSince: 1_500_000}, 1_620_000],
    ['never, when that is switched off', {stallAfterMs: 0}, undefined],
    ['never, when it has not reported anything', {changedAt: undefined, printedAt: 1_050_000}, undefined],
    ['never, when it reported its end', {mayBeSilent: true}, undefined],
    ['never, when it said for what it waits', {mayBeSilent: true}, undefined],
    [
      'not before the time that its phase is known to take',
      {expected: [{since: 990_000, expectMs: 600_000}]},
      1_590_000,
    ],
    [
      'after so much silence at the end of a phase that took longer than known',
      {expected: [{since: 100_000, expectMs: 600_000}], watchedSince: 100_000},
      1_120_000,
    ],
    [
      'not before that time has passed since somebody began to look',
      {expected: [{since: 100_000, expectMs: 600_000}]},
      1_500_000,
    ],
    [
      'as if it had said nothing, when its phase may take longer than anybody can count',
      {
        expected: [
          {since: 1, expectMs: Infinity},
          {since: 1, expectMs: 1e308},
        ],
      },
      1_120_000,
    ],
    [
      'not before the widest of several times that are known',
      {
        expected: [
          {since: 950_000, expectMs: 600_000},
          {since: 990_000, expectMs: 20_000},
        ],
      },
      1_550_000,
    ],
    [
      'as if it had said nothing, when it expects a negative time',
      {expected: [{since: 1, expectMs: -9e15}]},
      1_120_000,
    ],
  ])('is %s', (_, facts, expected) => {
    expect(stallsAt({...MOVED, ...facts})).toBe(expected);
  });

  it('is never earlier because something moved, was printed or was expected', () => {
    const time = fc.nat({max: 10_000_000});
    fc.assert(
      fc.property(time, time, time, time, time, (stallAfterMs, changedAt, printedAt, since, more) => {
        const facts = {...MOVED, stallAfterMs: stallAfterMs + 1, changedAt, printedAt};
        const before = stallsAt(facts) ?? Number.NaN;
        for (const later of [
          {...facts, changedAt: changedAt + more},
          {...facts, printedAt: printedAt + more},
          {...facts, expected: [{since, expectMs: more}]},
          {...facts, watchedSince: facts.watchedSince + more},
        ])
          expect(stallsAt(later)).toBeGreaterThanOrEqual(before);
        expect(before).toBeGreaterThan(Math.max(changedAt, printedAt));
      }),
    );
  });
});
