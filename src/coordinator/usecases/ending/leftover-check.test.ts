import {describe, expect, it} from 'vitest';

import type {JobSpec} from '../../domain/index.ts';
import {specOf} from '../../domain/testing/sample-jobs.ts';
import {LeftoverCheck} from './leftover-check.ts';

const [A, B, C] = ['a', 'b', 'c'].map(name => specOf({name})) as [JobSpec, JobSpec, JobSpec];

describe('looking for processes that were left behind', () => {
  it('happens once for all who ask in the same turn', async () => {
    const {check, looks} = lookingFor(['b']);
    expect(await Promise.all([check.isLeft(A), check.isLeft(B), check.isLeft(C)])).toEqual([
      false,
      true,
      false,
    ]);
    expect(looks).toEqual([['a', 'b', 'c']]);
  });

  it('happens anew for those who ask while a look is under way', async () => {
    const {check, looks, held} = lookingFor([], true);
    const first = check.isLeft(A);
    while (looks.length === 0) await new Promise(setImmediate);
    const later = [check.isLeft(A), check.isLeft(B)];
    held.release();
    expect(await first).toBe(false);
    expect(await Promise.all(later)).toEqual([false, false]);
    expect(looks).toEqual([['a'], ['a', 'b']]);
  });

  it('tells where it is not known', async () => {
    const check = new LeftoverCheck({stillWriting: async () => undefined}, () => undefined);
    expect(await check.isLeft(A)).toBeUndefined();
  });

  it('is not known when it fails, which is reported, and works again the next time', async () => {
    const answers = [() => Promise.reject(new Error('EMFILE')), async () => new Set<JobSpec>()];
    const reports: unknown[] = [];
    const check = new LeftoverCheck(
      {stillWriting: () => (answers.shift() ?? (async () => undefined))()},
      (what, error) => reports.push(`${what}: ${String(error)}`),
    );
    expect(await check.isLeft(A)).toBeUndefined();
    expect(await check.isLeft(A)).toBe(false);
    expect(reports).toEqual(['looking who still writes: Error: EMFILE']);
  });
});

/** A check of a machine on which these jobs left something; `hold` lets the first look wait for `release`. */
function lookingFor(left: readonly string[], hold = false) {
  const looks: string[][] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const check = new LeftoverCheck(
    {
      stillWriting: async specs => {
        looks.push(specs.map(({name}) => name));
        if (hold && looks.length === 1) await held;
        return new Set(specs.filter(({name}) => left.includes(name)));
      },
    },
    () => undefined,
  );
  return {check, looks, held: {release}};
}
