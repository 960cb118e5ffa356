import {expect, it} from 'vitest';

import {AtMost} from './at-most.ts';

it('does no more at a time than may be, all of them in their order, and goes on behind one that fails', async () => {
  const atMost = new AtMost(2);
  const began: number[] = [];
  let running = 0;
  let most = 0;
  const works = Array.from({length: 9}, (_, at) =>
    atMost.do(async () => {
      began.push(at);
      running += 1;
      most = Math.max(most, running);
      await new Promise(resolve => setImmediate(resolve));
      running -= 1;
      if (at === 3) throw new Error('three');
      return at;
    }),
  );
  const ends = await Promise.allSettled(works);
  expect(ends.map(({status}) => status)).toEqual(works.map((_, at) => (at === 3 ? 'rejected' : 'fulfilled')));
  expect({began, most, running}).toEqual({began: [0, 1, 2, 3, 4, 5, 6, 7, 8], most: 2, running: 0});
});
