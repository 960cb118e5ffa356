import fc from 'fast-check';
import {expect, it} from 'vitest';

import {nextCursor} from './cursor.ts';

const id = fc.nat(1000);
const current = fc.option(id, {nil: undefined});

it('goes forward only, and never past what there is', () => {
  fc.assert(
    fc.property(current, id, id, (from, upTo, latest) => {
      const move = () => nextCursor({current: from, upTo, latest, force: false});
      if (upTo > latest) expect(move).toThrow(expect.objectContaining({code: 'USAGE'}));
      else expect(move()).toBe(Math.max(from ?? 0, upTo));
    }),
  );
});

it('goes wherever it is forced to, but not past what there is', () => {
  fc.assert(
    fc.property(current, id, id, (from, upTo, latest) => {
      const move = () => nextCursor({current: from, upTo, latest, force: true});
      if (upTo > latest) expect(move).toThrow(expect.objectContaining({code: 'USAGE'}));
      else expect(move()).toBe(upTo);
    }),
  );
});

it('says what the newest entry is when it is asked to go past it', () => {
  const move = () => nextCursor({current: 1, upTo: 8, latest: 7, force: false});
  expect(move).toThrow("8 cannot be acknowledged: the topic's newest entry is 7.");
});
