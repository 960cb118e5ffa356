import {setImmediate} from 'node:timers/promises';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {StintError} from '../../base/index.ts';
import {AppendQueue} from './append-queue.ts';
import type {Appended, Batch} from './log-store.ts';

const BUSY = new StintError('BUSY', 'The store is busy.');
const FULL = new StintError('DISK_FULL', 'No room.');

/** What each group had, as the kinds of its batches. */
let groups: string[][];
let kept: string[];
/** Tells what is wrong with a group; undefined when nothing is. */
let fault: (kinds: readonly string[]) => Error | undefined;
let now: number;
let appended: number;
let queue: AppendQueue;

beforeEach(() => {
  groups = [];
  kept = [];
  fault = () => undefined;
  now = 0;
  appended = 0;
  queue = new AppendQueue({append, monotonic: () => now, onAppended: () => (appended += 1)});
});
afterEach(() => {
  vi.useRealTimers();
});

function append(batches: readonly Batch[]): Appended {
  const kinds = batches.map(({entries}) => entries.map(({kind}) => kind).join('+'));
  groups.push(kinds);
  const error = fault(kinds);
  if (error !== undefined) return {firstIds: [], error};
  return {firstIds: batches.map(batch => insert(batch))};
}

function insert({entries}: Batch): number {
  kept.push(...entries.map(({kind}) => kind));
  return kept.length + 1 - entries.length;
}

function add(...kinds: string[]): Promise<number> {
  const entries = kinds.map(kind => ({kind, payload: 'null', headers: '{}', occurredAtMs: 0}));
  return queue.add({topic: 't', entries});
}

/** Time as the test lets it pass, for what waits for a busy store. */
function withFakeTime(): (ms: number) => Promise<void> {
  vi.useFakeTimers();
  return async ms => {
    for (let passed = 0; passed < ms; passed += 5) {
      now += 5;
      await vi.advanceTimersByTimeAsync(5);
    }
  };
}

describe('what is appended in one turn of the event loop', () => {
  it('goes in together and in order, and each learns its first id', async () => {
    const ids = [add('a'), add('b', 'c'), add('d')];
    expect(groups).toEqual([]);
    expect(queue.length).toBe(4);
    expect(await Promise.all(ids)).toEqual([1, 2, 4]);
    expect(groups).toEqual([['a', 'b+c', 'd']]);
    expect({appended, length: queue.length}).toEqual({appended: 1, length: 0});
  });

  it('is a group for each turn', async () => {
    await add('a');
    await setImmediate();
    await Promise.all([add('b'), add('c')]);
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });

  it('goes in at once when it is a thousand entries, without waiting for the turn to end', async () => {
    const ids = Array.from({length: 2500}, (_, at) => add(String(at)));
    expect(groups.map(({length}) => length)).toEqual([1000, 1000]);
    expect(queue.length).toBe(500);
    expect(await Promise.all(ids)).toEqual(Array.from({length: 2500}, (_, at) => at + 1));
  });
});

describe('a store that is busy', () => {
  it('is asked again until it is not, in order, and what comes meanwhile goes in behind', async () => {
    const pass = withFakeTime();
    fault = () => (groups.length <= 3 ? BUSY : undefined);
    const first = [add('a'), add('b')];
    await pass(5);
    const last = add('c');
    await pass(20);
    expect(await Promise.all([...first, last])).toEqual([1, 2, 3]);
    expect(groups).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
    expect(kept).toEqual(['a', 'b', 'c']);
  });

  it('does not keep this program waiting', async () => {
    fault = () => (groups.length <= 2 ? BUSY : undefined);
    const id = add('a');
    let turns = 0;
    const counting = (async () => {
      while (queue.length > 0) {
        await setImmediate();
        turns += 1;
      }
    })();
    expect(await id).toBe(1);
    await counting;
    expect(turns).toBeGreaterThan(2);
  });

  it('is given up after ten seconds, for all that wait, and is asked anew for what comes then', async () => {
    const pass = withFakeTime();
    fault = () => BUSY;
    const waiting = Promise.allSettled([add('a'), add('b')]);
    await pass(9_990);
    expect(queue.length).toBe(2);
    await pass(20);
    expect((await waiting).map(each => each.status === 'rejected' && each.reason)).toEqual([BUSY, BUSY]);
    expect(queue.length).toBe(0);
    fault = () => undefined;
    const id = add('c');
    await pass(5);
    expect(await id).toBe(1);
  });

  it('has ten seconds anew whenever something went in', async () => {
    const pass = withFakeTime();
    for (const kind of ['a', 'b', 'c']) {
      fault = () => BUSY;
      const id = add(kind);
      await pass(9_000);
      fault = () => undefined;
      await pass(10);
      await id;
    }
    expect(kept).toEqual(['a', 'b', 'c']);
  });
});

describe('a group that fails', () => {
  it('lets in all that are not at fault, and in order', async () => {
    fault = kinds => (kinds.includes('bad') ? FULL : undefined);
    const results = await Promise.allSettled([add('a'), add('bad'), add('b'), add('bad'), add('c', 'd')]);
    expect(results.map(({status}) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(kept).toEqual(['a', 'b', 'c', 'd']);
    expect(queue.length).toBe(0);
  });

  it('is not tried more than once for each of them when nothing can go in', async () => {
    fault = () => FULL;
    const results = await Promise.allSettled(Array.from({length: 500}, (_, at) => add(String(at))));
    expect(results.every(({status}) => status === 'rejected')).toBe(true);
    expect(groups.length).toBe(501);
    expect(appended).toBe(0);
  });

  it('waits with the rest in their order when the store is busy in between', async () => {
    fault = kinds => {
      if (kinds.includes('bad')) return FULL;
      return groups.length === 3 ? BUSY : undefined;
    };
    const results = await Promise.allSettled([add('bad'), add('a'), add('b')]);
    expect(results.map(({status}) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(kept).toEqual(['a', 'b']);
  });

  it('goes on behind what went in when a store takes only the first of them', async () => {
    queue = new AppendQueue({
      monotonic: () => now,
      onAppended: () => undefined,
      append: batches => {
        const [first] = batches;
        if (first?.entries[0]?.kind === 'bad') return {firstIds: [], error: FULL};
        return first === undefined || batches.length === 1
          ? {firstIds: batches.map(insert)}
          : {firstIds: [insert(first)], error: FULL};
      },
    });
    const results = await Promise.allSettled([add('a'), add('bad'), add('b')]);
    expect(results.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(kept).toEqual(['a', 'b']);
  });
});

describe('waiting until nothing waits', () => {
  it('puts in at once what waits', async () => {
    const id = add('a');
    await queue.idle();
    expect(kept).toEqual(['a']);
    expect(await id).toBe(1);
    await queue.idle();
    expect(groups).toEqual([['a']]);
  });

  it('waits for a busy store, also until it is given up', async () => {
    const pass = withFakeTime();
    fault = () => BUSY;
    const refused = expect(add('a')).rejects.toBe(BUSY);
    let isIdle = false;
    const idle = queue.idle().then(() => {
      isIdle = true;
    });
    await pass(5_000);
    expect(isIdle).toBe(false);
    await pass(5_100);
    await Promise.all([refused, idle]);
  });
});

describe('the end of the process', () => {
  it('puts in what waits without another turn of the event loop', () => {
    void add('a');
    void add('b');
    queue.writeNow();
    expect(kept).toEqual(['a', 'b']);
  });

  it('waits a little for who is writing', () => {
    fault = () => (groups.length < 4 ? BUSY : undefined);
    void add('a');
    queue.writeNow();
    expect(kept).toEqual(['a']);
  });

  it('is not held up for more than a second', async () => {
    fault = () => {
      now += 100;
      return BUSY;
    };
    const id = add('a');
    queue.writeNow();
    expect(groups.length).toBeLessThanOrEqual(11);
    fault = () => undefined;
    queue.writeNow();
    expect(await id).toBe(1);
  });
});
