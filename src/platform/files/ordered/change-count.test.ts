import {describe, expect, it} from 'vitest';

import {ChangeCount} from './change-count.ts';

function times(count: ChangeCount, changes: number): void {
  for (let at = 0; at < changes; at++) count.count();
}

describe('changes that are counted', () => {
  it('may be missing when a turn gives as many as the queue holds; that is told once a turn', async () => {
    const count = new ChangeCount(() => 3);
    let told = 0;
    count.onFull(() => {
      told += 1;
    });
    times(count, 2);
    expect([told, count.isFull]).toEqual([0, false]);
    times(count, 5);
    expect([told, count.isFull]).toEqual([1, true]);
    await new Promise(setImmediate);
    expect(count.isFull).toBe(false);
    times(count, 3);
    expect(told).toBe(2);
  });

  it('are all there when they come in several turns', async () => {
    const count = new ChangeCount(() => 3);
    let told = 0;
    count.onFull(() => {
      told += 1;
    });
    for (let turn = 0; turn < 5; turn++) {
      times(count, 2);
      await new Promise(setImmediate);
    }
    expect(told).toBe(0);
  });

  it('are told of no more to who does not listen any more', () => {
    const count = new ChangeCount(() => 1);
    let told = 0;
    const stop = count.onFull(() => {
      told += 1;
    });
    stop();
    times(count, 1);
    expect(told).toBe(0);
  });
});
