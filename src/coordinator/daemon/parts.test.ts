import {describe, expect, it} from 'vitest';

import {deferred} from '../../base/index.ts';
import {type Part, Parts} from './parts.ts';

/** Parts that note what happens to them, and a time-out that comes when the test says so. */
function daemon(...changes: readonly Partial<Part>[]) {
  const events: string[] = [];
  const due: (() => void)[] = [];
  const parts = changes.map((change, at): Part => {
    const name = `part ${at}`;
    const note = (what: string) => () => void events.push(`${what} ${at}`);
    return {name, start: note('start'), stop: note('stop'), ...change};
  });
  return {
    events,
    isWaiting: () => due.length > 0,
    timeOut: () => {
      for (const callback of due.splice(0)) callback();
    },
    subject: new Parts(parts, {
      timer: (_, callback) => {
        due.push(callback);
        return () => void due.splice(due.indexOf(callback), 1);
      },
      report: (what, error) => events.push(`${what}: ${(error as Error).message}`),
    }),
  };
}

const fails = () => {
  throw new Error('broken');
};

describe('the parts of a coordinator', () => {
  it('start in order, each when the one before stands', async () => {
    const slow = deferred();
    const {subject, events} = daemon({start: () => slow.promise}, {});
    const starting = subject.start();
    await Promise.resolve();
    expect(events).toEqual([]);
    slow.resolve();
    await starting;
    expect(events).toEqual(['start 1']);
  });

  it('stop in the reverse order, once, and in one go where none has to be waited for', async () => {
    const {subject, events} = daemon({}, {}, {});
    await subject.start();
    events.length = 0;
    const stopping = subject.stop();
    expect(events).toEqual(['stop 2', 'stop 1', 'stop 0']);
    await Promise.all([stopping, subject.stop()]);
    expect(events).toHaveLength(3);
  });

  it('wait for the one behind them to stop', async () => {
    const slow = deferred();
    const {subject, events, isWaiting} = daemon({}, {stop: () => slow.promise});
    await subject.start();
    const stopping = subject.stop();
    await Promise.resolve();
    expect(events).toEqual(['start 0', 'start 1']);
    slow.resolve();
    await stopping;
    expect(events.slice(2)).toEqual(['stop 0']);
    expect(isWaiting()).toBe(false);
  });

  it('do not wait for ever for one that hangs', async () => {
    const {subject, events, timeOut} = daemon({}, {stop: () => new Promise(() => undefined)}, {});
    await subject.start();
    events.length = 0;
    const stopping = subject.stop();
    expect(events).toEqual(['stop 2']);
    timeOut();
    await stopping;
    expect(events).toEqual(['stop 2', 'stopping part 1: it takes too long', 'stop 0']);
  });

  it.each([
    ['throws', fails],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('are all stopped, also when the stop of one %s', async (_, stop) => {
    const {subject, events} = daemon({}, {stop}, {});
    await subject.start();
    events.length = 0;
    await subject.stop();
    expect(events).toEqual(['stop 2', 'stopping part 1: broken', 'stop 0']);
  });

  it('are no coordinator when one cannot start: those before it are stopped, and who starts it is told', async () => {
    const {subject, events} = daemon({}, {}, {start: fails}, {});
    await expect(subject.start()).rejects.toThrow('broken');
    expect(events).toEqual(['start 0', 'start 1', 'stop 1', 'stop 0']);
  });

  it('can be stopped while they start: what stands by then is stopped, and nothing more is started', async () => {
    const slow = deferred();
    const {subject, events} = daemon({}, {start: () => slow.promise}, {});
    const starting = subject.start();
    await Promise.resolve();
    await subject.stop();
    expect(events).toEqual(['start 0', 'stop 0']);
    slow.resolve();
    await starting;
    expect(events).toEqual(['start 0', 'stop 0', 'stop 1']);
  });
});

describe('what there is to do', () => {
  it('is what any part has to do', () => {
    expect(daemon({}, {isBusy: () => false}).subject.isBusy).toBe(false);
    expect(daemon({isBusy: () => true}, {isBusy: () => false}).subject.isBusy).toBe(true);
  });

  it('comes when the first part has something to do', () => {
    const at = (moment: number | undefined) => ({wakeAt: () => moment});
    expect(daemon(at(20), {}, at(10), at(undefined)).subject.wakeAt).toBe(10);
    expect(daemon({}, at(undefined)).subject.wakeAt).toBeUndefined();
  });
});
