import fc from 'fast-check';
import {expect, it} from 'vitest';

import {EnvelopeHead} from './envelope-head.ts';

const wanted = (index: number, ms: number, depth: number | null) =>
  `\n{"index":${index},"emitted_at_ms":${ms},"frame_depth":${depth}`;

it('the head of a line is the same whatever heads came before it', () => {
  const step = fc.tuple(
    fc.oneof(fc.nat({max: 120}), fc.nat(), fc.constantFrom(9_999_999, 10_000_000, Number.MAX_SAFE_INTEGER)),
    fc.oneof(fc.integer({min: 1767225600000, max: 1767225600002}), fc.integer()),
    fc.option(fc.nat({max: 2})),
  );
  fc.assert(
    fc.property(fc.array(step, {maxLength: 40}), steps => {
      const head = new EnvelopeHead();
      for (const [index, ms, depth] of steps) {
        head.set(index, ms, depth);
        expect(head.start + head.end).toBe(wanted(index, ms, depth));
      }
    }),
    {numRuns: 300},
  );
});

it('the heads of a long session are right one after another', () => {
  const head = new EnvelopeHead();
  for (let index = 0; index < 12_000; index += 1) {
    const [ms, depth] = [1_000 + Math.floor(index / 37), index % 500 < 250 ? null : 1];
    head.set(index, ms, depth);
    if (head.start + head.end !== wanted(index, ms, depth)) expect(head).toBe(wanted(index, ms, depth));
  }
});
