import {describe, expect, it} from 'vitest';

import {Losses} from './losses.ts';

const loss = (sessionId: string, dropped: number, reason: string, since: number) => ({
  sessionId,
  dropped,
  reason,
  since,
});

describe('a loss', () => {
  it('has the session and time of its first event, the newest reason and the number of all', () => {
    const losses = new Losses();
    expect(losses.isEmpty).toBe(true);
    losses.add(loss('first', 1, 'a', 10), 'place');
    losses.add(loss('second', 4, 'b', 20), 'place');
    expect(losses.isEmpty).toBe(false);
    expect(losses.take()).toEqual([loss('first', 5, 'b', 10)]);
  });

  it('is taken once; what is lost afterwards is another one', () => {
    const losses = new Losses();
    losses.add(loss('a', 1, 'x', 10));
    losses.take();
    expect(losses.take()).toEqual([]);
    losses.add(loss('b', 2, 'y', 20));
    expect(losses.take()).toEqual([loss('b', 2, 'y', 20)]);
  });

  it('is one for each session, in the order in which they began', () => {
    const losses = new Losses();
    for (const each of [loss('a', 1, 'x', 10), loss('b', 1, 'y', 20), loss('a', 1, 'z', 30)])
      losses.add(each);
    expect(losses.take()).toEqual([loss('a', 2, 'z', 10), loss('b', 1, 'y', 20)]);
  });

  it('that could not be told comes before what was lost since', () => {
    const losses = new Losses();
    losses.add(loss('a', 1, 'x', 10));
    const [untold] = losses.take();
    losses.add(loss('a', 2, 'y', 20));
    if (untold !== undefined) losses.putBack(untold);
    expect(losses.take()).toEqual([loss('a', 3, 'y', 10)]);
  });
});
