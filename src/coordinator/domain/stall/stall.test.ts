import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type StallFacts, stallsAt} from './stall.ts';

const MOVED: StallFacts = {
  stallAfterMs: 120_000,
  movedAt: 1_000_000,
  printedAt: undefined,
  open: undefined,
  isOver: false,
  watchedSince: 900_000,
};

describe('stallsAt', () => {
  it.each<[string, Partial<StallFacts>, number | undefined]>([
    ['after so much silence', {}, 1_120_000],
    ['counted from what it printed, when that is later', {printedAt: 1_050_000}, 1_170_000],
    ['counted from what it reported, when that is later', {printedAt: 950_000}, 1_120_000],
    ['counted from when somebody began to look', {watchedSince: 1_500_000}, 1_620_000],
    ['never, when that is switched off', {stallAfterMs: 0}, undefined],
    ['never, when it has not reported anything', {movedAt: undefined, printedAt: 1_050_000}, undefined],
    ['never, when it reported its end', {isOver: true}, undefined],
    ['inside a phase as between phases', {open: {since: 990_000}}, 1_120_000],
    [
      'not before the time that its phase is known to take',
      {open: {since: 990_000, expectMs: 600_000}},
      1_590_000,
    ],
    [
      'after so much silence at the end of a phase that took longer than known',
      {open: {since: 100_000, expectMs: 600_000}, watchedSince: 100_000},
      1_120_000,
    ],
    [
      'not before that time has passed since somebody began to look',
      {open: {since: 100_000, expectMs: 600_000}},
      1_500_000,
    ],
    ['never, when its phase may take for ever', {open: {since: 1, expectMs: Infinity}}, Infinity],
    [
      'as if it had said nothing, when it expects a negative time',
      {open: {since: 1, expectMs: -9e15}},
      1_120_000,
    ],
  ])('is %s', (_, facts, expected) => {
    expect(stallsAt({...MOVED, ...facts})).toBe(expected);
  });

  it('is never earlier because something moved, was printed or was expected', () => {
    const time = fc.nat({max: 10_000_000});
    fc.assert(
      fc.property(time, time, time, time, time, (stallAfterMs, movedAt, printedAt, since, more) => {
        const facts = {...MOVED, stallAfterMs: stallAfterMs + 1, movedAt, printedAt};
        const before = stallsAt(facts) ?? Number.NaN;
        for (const later of [
          {...facts, movedAt: movedAt + more},
          {...facts, printedAt: printedAt + more},
          {...facts, open: {since, expectMs: more}},
          {...facts, watchedSince: facts.watchedSince + more},
        ])
          expect(stallsAt(later)).toBeGreaterThanOrEqual(before);
        expect(before).toBeGreaterThan(Math.max(movedAt, printedAt));
      }),
    );
  });
});
