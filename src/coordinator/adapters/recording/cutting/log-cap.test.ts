import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {bytesIn, withoutRanges, withRange} from './byte-ranges.ts';
import {type Backlog, dueCut, leftOfBacklog, logCap, shareOf} from './log-cap.ts';

const MB = 1_000_000;
const BACKLOG: Backlog = {
  journal: 60 * MB,
  isHeadFull: true,
  growth: 1,
  unread: 0,
  kept: 0,
  canFree: true,
  isLast: false,
};

describe('a cap', () => {
  it.each([1000, MB, 100 * MB, 1000 * MB])(
    'of %i bytes has a head and a tail of half of that each',
    bytes => {
      const {headSegments, segmentBytes, tailSegments} = logCap(bytes);
      expect(headSegments * segmentBytes(0)).toBeLessThanOrEqual(bytes / 2);
      expect(tailSegments * segmentBytes(headSegments)).toBeLessThanOrEqual(Math.max(bytes / 2, 4 * 4096));
    },
  );

  it('lets the oldest segment of the tail go when one too many is there, and each once', () => {
    const cap = logCap(MB);
    expect(dueCut(cap, [0, 1, 2, 3, 4], undefined)).toBeUndefined();
    expect(dueCut(cap, [0, 1, 2, 3, 4, 5], undefined)).toEqual({at: 1, next: 2});
    expect(dueCut(cap, [0, 1, 2, 3, 4, 5], 2)).toBeUndefined();
    expect(dueCut(cap, [0, 1, 2, 3, 4, 5, 6], 2)).toEqual({at: 1, next: 3});
  });

  it('skips nothing that may have room', () => {
    const cap = logCap(100 * MB);
    expect(leftOfBacklog(cap, {...BACKLOG, unread: 39 * MB})).toBeUndefined();
    expect(leftOfBacklog(cap, {...BACKLOG, isHeadFull: false, unread: 99 * MB})).toBeUndefined();
    expect(leftOfBacklog(cap, {...BACKLOG, unread: 200 * MB})).toBeLessThan(3 * MB);
    expect(leftOfBacklog(cap, {...BACKLOG, unread: 200 * MB, isLast: true})).toBe(50 * MB);
  });

  it('skips what the disk is not to hold, also before its head is full, but for the begin', () => {
    const cap = logCap(100 * MB);
    const flood = {...BACKLOG, isHeadFull: false, unread: 140 * MB};
    expect(leftOfBacklog(cap, {...flood, journal: 2 * MB})).toBeGreaterThan(0);
    expect(leftOfBacklog(cap, {...flood, journal: 1000})).toBeUndefined();
    expect(leftOfBacklog(cap, {...flood, journal: 2 * MB, canFree: false})).toBeUndefined();
  });

  it('leaves all of a small stream beside a large one', () => {
    expect(shareOf(100, {out: 1000, err: 7})).toEqual({out: 93, err: 7});
    expect(shareOf(100, {out: 7, err: 1000})).toEqual({out: 7, err: 93});
    expect(shareOf(100, {out: 1000, err: 1000})).toEqual({out: 50, err: 50});
  });
});

it('ranges are as the bytes in them', () => {
  const range = fc.tuple(fc.nat(40), fc.nat(40)).map(([from, to]) => ({from, to}));
  fc.assert(
    fc.property(fc.array(range), fc.array(range), fc.nat(40), (some, others, end) => {
      const union = (of: typeof some) => of.reduce<ReturnType<typeof withRange>>(withRange, []);
      const holds = (of: readonly {from: number; to: number}[], at: number) =>
        of.some(({from, to}) => at >= from && at < to);
      const left = withoutRanges(union(some), union(others), end);
      const bytes = Array.from({length: 41}, (_, at) => at).filter(
        at => holds(some, at) && !holds(others, at) && at < end,
      );
      expect(bytesIn(left)).toBe(bytes.length);
      expect(bytes.every(at => holds(left, at))).toBe(true);
    }),
  );
});
