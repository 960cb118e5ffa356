import {expect, it} from 'vitest';

import {onceAtATime} from './once-at-a-time.ts';

it('is done once for all who asked in one turn, and again for who asked meanwhile', async () => {
  const done: string[] = [];
  const redraw = onceAtATime(
    async () => {
      done.push('begins');
      if (done.length === 1) redraw.ask();
      await Promise.resolve();
      done.push('ends');
    },
    error => expect.unreachable(String(error)),
  );
  redraw.ask();
  redraw.ask();
  while (done.length < 4) await redraw.idle();
  await redraw.idle();
  expect(done).toEqual(['begins', 'ends', 'begins', 'ends']);
});

it('tells of a failure and goes on', async () => {
  const told: unknown[] = [];
  let times = 0;
  const work = onceAtATime(
    () => Promise.reject(new Error(`time ${++times}`)),
    error => void told.push(error),
  );
  work.ask();
  await work.idle();
  work.ask();
  await work.idle();
  expect(told).toEqual([new Error('time 1'), new Error('time 2')]);
});
