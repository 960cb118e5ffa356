import {describe, expect, it} from 'vitest';

import {Backlog} from './backlog.ts';
import {Capacity} from './capacity.ts';

const backlog = () => new Backlog<string>(({dropped, sessionId}) => `${dropped} of ${sessionId}`);
const lost = (sessionId = 's') => ({sessionId, dropped: 1, since: 0, reason: 'r'});

describe('what waits', () => {
  it('keeps its order, also where some of it was not accepted', () => {
    const waiting = backlog();
    for (const item of ['a', 'b', 'c']) waiting.push(item);
    const taken = waiting.take(2);
    expect(taken).toEqual(['a', 'b']);
    waiting.putBack(taken);
    expect(waiting.take(9)).toEqual(['a', 'b', 'c']);
    expect(waiting.take(9)).toEqual([]);
  });

  it('has a gap in the place of what is lost, one for each session', () => {
    const waiting = backlog();
    waiting.push('a');
    for (const session of ['s', 't', 's']) waiting.lose(lost(session));
    expect([waiting.length, waiting.hasLosses]).toEqual([1, true]);
    waiting.push('b');
    expect(waiting.take(9)).toEqual(['a', '2 of s', '1 of t', 'b']);
  });

  it('has the gap also when nothing comes behind it, and once only', () => {
    const waiting = backlog();
    waiting.lose(lost());
    expect(waiting.take(9)).toEqual(['1 of s']);
    waiting.untold(lost());
    waiting.lose(lost());
    expect(waiting.take(9)).toEqual(['2 of s']);
    expect([waiting.take(9), waiting.hasLosses]).toEqual([[], false]);
  });
});

describe('a capacity', () => {
  it('takes what fits, and once it was full nothing until half of it is free', () => {
    const capacity = new Capacity(4);
    const enter = () => capacity.enter(1);
    expect([enter(), enter(), enter(), enter(), enter()]).toEqual([true, true, true, true, false]);
    capacity.leave(1);
    expect(enter()).toBe(false);
    capacity.leave(1);
    expect([enter(), enter(), enter()]).toEqual([true, true, false]);
  });

  it('is there again when nothing waits, but for what tells of losses', () => {
    const capacity = new Capacity(2);
    expect([capacity.enter(2), capacity.enter(1)]).toEqual([true, false]);
    capacity.leave(2);
    capacity.hold(3);
    expect(capacity.enter(1)).toBe(false);
    capacity.leave(2);
    expect([capacity.enter(1), capacity.enter(1)]).toEqual([true, false]);
  });
});
