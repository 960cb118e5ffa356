import {describe, expect, it} from 'vitest';

import {restAfter, retry, retryStream} from './retry.ts';

describe('the rest after failures', () => {
  it('is none for the first ones, then doubles up to the longest', () => {
    const policy = {atOnce: 2, restMs: 5, longestRestMs: 30};
    const rests = [1, 2, 3, 4, 5, 6, 2000].map(failures => restAfter(failures, 0, policy));
    expect(rests).toEqual([0, 0, 5, 10, 20, 30, 30]);
  });

  it('is always the same where no longest one is given', () => {
    expect([1, 2, 9].map(failures => restAfter(failures, 0, {restMs: 20}))).toEqual([20, 20, 20]);
  });

  it('ends with the most failures, and with the time that was given', () => {
    expect(restAfter(19, 0, {atOnce: 20, restMs: 0, most: 20})).toBe(0);
    expect(restAfter(20, 0, {atOnce: 20, restMs: 0, most: 20})).toBeUndefined();
    expect(restAfter(1, 100, {restMs: 1, withinMs: 100})).toBe(1);
    expect(restAfter(1, 101, {restMs: 1, withinMs: 100})).toBeUndefined();
  });
});

const AT_ONCE = {atOnce: 3, restMs: 0, most: 3};
const passes = (error: unknown) => (error as Error).message === 'for now';

describe('retrying', () => {
  it('goes on while there is nothing yet or a failure passes, until there is a result', async () => {
    const tries = [() => undefined, failing('for now'), () => 'there'];
    expect(await retry(async () => tries.shift()?.(), {policy: AT_ONCE, passes})).toBe('there');
  });

  it('rejects at once with a failure that does not pass', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      throw new Error('for ever');
    };
    await expect(retry(work, {policy: AT_ONCE, passes})).rejects.toThrow('for ever');
    expect(tries).toBe(1);
  });

  it('ends as the last try did when the policy gives up', async () => {
    await expect(retry(async () => failing('for now')(), {policy: AT_ONCE, passes})).rejects.toThrow(
      'for now',
    );
    expect(await retry(async () => undefined, {policy: AT_ONCE})).toBeUndefined();
  });

  it('rests first where it has just failed, which an abort cuts short', async () => {
    const stopped = new AbortController();
    let tries = 0;
    const options = {policy: {restMs: 60_000}, failures: 1, signal: stopped.signal};
    const over = retry(async () => (tries += 1), options);
    stopped.abort();
    await expect(over).rejects.toMatchObject({name: 'AbortError'});
    expect(tries).toBe(0);
  });
});

describe('a stream that breaks', () => {
  async function* broken(...frames: number[]) {
    yield* frames;
    throw new Error('for now');
  }
  async function* whole(...frames: number[]) {
    yield* frames;
  }
  const all = async (streams: AsyncIterable<number>[], advances = () => true) => {
    const seen: number[] = [];
    const open = () => streams.shift() ?? whole();
    try {
      for await (const frame of retryStream(open, {policy: AT_ONCE, passes, advances})) seen.push(frame);
    } catch {
      return [...seen, 'given up'];
    }
    return seen;
  };

  it('goes on in the next one, however often, as long as frames come', async () => {
    const streams = [broken(1), broken(), broken(2), broken(), broken(3), whole(4)];
    expect(await all(streams)).toEqual([1, 2, 3, 4]);
  });

  it('is given up when no frame advances it', async () => {
    expect(await all([broken(1), broken(2), broken(3), whole(4)], () => false)).toEqual([
      1,
      2,
      3,
      'given up',
    ]);
  });
});

function failing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}
