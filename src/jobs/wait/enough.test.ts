import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {isEnough} from './enough.ts';

const end = fc.option(
  fc.constantFrom('completed', 'failed', 'timed_out', 'skipped').map(status => ({status})),
  {
    nil: undefined,
  },
);

describe('a waiting for several jobs', () => {
  it('is over for each wish once its jobs have ended, and never later than when all have', () => {
    fc.assert(
      fc.property(fc.array(end, {minLength: 1, maxLength: 6}), ends => {
        const ended = ends.filter(each => each !== undefined);
        expect(isEnough('all', ends)).toBe(ended.length === ends.length);
        expect(isEnough('any', ends)).toBe(ended.length > 0);
        const hasFailed = ended.some(({status}) => status !== 'completed');
        expect(isEnough('failure', ends)).toBe(hasFailed || ended.length === ends.length);
      }),
    );
  });

  it('that is over stays over when more of them end', () => {
    fc.assert(
      fc.property(fc.array(end, {minLength: 1, maxLength: 6}), fc.nat(), (ends, at) => {
        const later = ends.map((each, index) =>
          index === at % ends.length ? (each ?? {status: 'completed'}) : each,
        );
        for (const until of ['all', 'any', 'failure'] as const)
          if (isEnough(until, ends)) expect(isEnough(until, later)).toBe(true);
      }),
    );
  });
});
