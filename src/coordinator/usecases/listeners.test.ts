import {describe, expect, it} from 'vitest';

import {Listeners} from './listeners.ts';

describe('those who wait for one thing', () => {
  it('are all told once, of their key only', () => {
    const listeners = new Listeners<number>();
    const told: string[] = [];
    listeners.add('a', value => told.push(`1 a ${value}`));
    listeners.add('a', value => told.push(`2 a ${value}`));
    listeners.add('b', value => told.push(`3 b ${value}`));
    listeners.tellOnce('a', 7);
    listeners.tellOnce('a', 8);
    expect(told).toEqual(['1 a 7', '2 a 7']);
  });

  it('are not told when they took it back, and the others are', () => {
    const listeners = new Listeners<undefined>();
    const told: number[] = [];
    const giveUp = listeners.add('a', () => told.push(1));
    listeners.add('a', () => told.push(2));
    giveUp();
    giveUp();
    listeners.tellOnce('a', undefined);
    expect(told).toEqual([2]);
  });

  it('may take back late without hurting whoever waits for the same key after them', () => {
    const listeners = new Listeners<undefined>();
    const told: number[] = [];
    const giveUp = listeners.add('a', () => told.push(1));
    listeners.tellOnce('a', undefined);
    listeners.add('a', () => told.push(2));
    giveUp();
    listeners.tellOnce('a', undefined);
    expect(told).toEqual([1, 2]);
  });

  it('may wait again while they are told', () => {
    const listeners = new Listeners<undefined>();
    let told = 0;
    const again = () => {
      told += 1;
      if (told < 3) listeners.add('a', again);
    };
    listeners.add('a', again);
    listeners.tellOnce('a', undefined);
    expect(told).toBe(1);
    listeners.tellOnce('a', undefined);
    expect(told).toBe(2);
  });
});

describe('those who follow something', () => {
  it('are told each time, until they end it', () => {
    const listeners = new Listeners<number>();
    const told: number[] = [];
    const stop = listeners.add('a', value => told.push(value));
    listeners.tell('a', 1);
    listeners.tell('b', 2);
    listeners.tell('a', 3);
    stop();
    listeners.tell('a', 4);
    expect(told).toEqual([1, 3]);
  });
});
