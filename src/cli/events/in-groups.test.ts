import {expect, it} from 'vitest';

import {inGroups} from './in-groups.ts';

async function* numbers(most: number): AsyncGenerator<number> {
  for (let at = 1; at <= most; at++) yield at;
}

it('what is there already comes together, so many at most', async () => {
  const groups: number[][] = [];
  for await (const group of inGroups(numbers(7), 3)) groups.push(group);
  expect(groups).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
});

it('what comes alone is a group at once', async () => {
  const waiting: ((value: IteratorResult<number>) => void)[] = [];
  const source = {next: () => new Promise<IteratorResult<number>>(resolve => waiting.push(resolve))};
  const groups = inGroups(source, 3);
  for (const value of [1, 2]) {
    const group = groups.next();
    await Promise.resolve();
    waiting.shift()?.({value, done: false});
    expect((await group).value).toEqual([value]);
  }
});

it('an error that comes at once is thrown behind what came before it', async () => {
  async function* failing() {
    yield 1;
    yield 2;
    throw new Error('broken');
  }
  const groups = inGroups(failing(), 10);
  expect((await groups.next()).value).toEqual([1, 2]);
  await expect(groups.next()).rejects.toThrow('broken');
});

it('an error that comes while a group is dealt with is thrown after it', async () => {
  async function* failing() {
    yield 1;
    throw new Error('broken');
  }
  const groups = inGroups(failing(), 1);
  expect((await groups.next()).value).toEqual([1]);
  await new Promise(resolve => setImmediate(resolve));
  await expect(groups.next()).rejects.toThrow('broken');
});
