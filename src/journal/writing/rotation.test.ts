import {describe, expect, it} from 'vitest';

import {segmentForNextWrite} from './rotation.ts';

describe('segmentForNextWrite', () => {
  it('stays below the limit and moves on once it is reached', () => {
    expect(segmentForNextWrite({segment: 0, bytes: 0}, 100)).toBe(0);
    expect(segmentForNextWrite({segment: 0, bytes: 99}, 100)).toBe(0);
    expect(segmentForNextWrite({segment: 0, bytes: 100}, 100)).toBe(1);
    expect(segmentForNextWrite({segment: 41, bytes: 5_000}, 100)).toBe(42);
  });

  it('never leaves an empty segment', () => {
    expect(segmentForNextWrite({segment: 3, bytes: 0}, 1)).toBe(3);
  });
});
