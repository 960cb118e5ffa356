import {describe, expect, it} from 'vitest';

import {keyOf} from '../domain/index.ts';
import {queuedJob} from '../domain/testing/sample-jobs.ts';
import {Waiters} from './waiters.ts';

const [A, B] = [queuedJob({name: 'a'}), queuedJob({name: 'b'})];

describe('those who wait', () => {
  it('are all told once, of their job only', () => {
    const waiters = new Waiters();
    const told: string[] = [];
    waiters.add(keyOf(A.spec), ({spec}) => told.push(`1 ${spec.name}`));
    waiters.add(keyOf(A.spec), ({spec}) => told.push(`2 ${spec.name}`));
    waiters.add(keyOf(B.spec), ({spec}) => told.push(`3 ${spec.name}`));
    waiters.finished(keyOf(A.spec), A);
    waiters.finished(keyOf(A.spec), A);
    expect(told).toEqual(['1 a', '2 a']);
  });

  it('are not told when they took it back, and the others are', () => {
    const waiters = new Waiters();
    const told: number[] = [];
    const giveUp = waiters.add(keyOf(A.spec), () => told.push(1));
    waiters.add(keyOf(A.spec), () => told.push(2));
    giveUp();
    giveUp();
    waiters.finished(keyOf(A.spec), A);
    expect(told).toEqual([2]);
  });

  it('may take back late without hurting whoever waits for the next attempt of the same key', () => {
    const waiters = new Waiters();
    const told: number[] = [];
    const giveUp = waiters.add(keyOf(A.spec), () => told.push(1));
    waiters.finished(keyOf(A.spec), A);
    waiters.add(keyOf(A.spec), () => told.push(2));
    giveUp();
    waiters.finished(keyOf(A.spec), A);
    expect(told).toEqual([1, 2]);
  });

  it('may wait again while they are told', () => {
    const waiters = new Waiters();
    let told = 0;
    const again = () => {
      told += 1;
      if (told < 3) waiters.add(keyOf(A.spec), again);
    };
    waiters.add(keyOf(A.spec), again);
    waiters.finished(keyOf(A.spec), A);
    expect(told).toBe(1);
    waiters.finished(keyOf(A.spec), A);
    expect(told).toBe(2);
  });
});
