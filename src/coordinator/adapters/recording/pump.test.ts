import {beforeEach, describe, expect, it} from 'vitest';

import {Pump, type Pumped} from './pump.ts';

let now: number;
let timers: (() => void)[];
let troubles: (string | undefined)[];
let pump: Pump;

beforeEach(() => {
  now = 1_000_000;
  timers = [];
  troubles = [];
  pump = new Pump({
    now: () => now,
    timer: (_, callback) => {
      timers.push(callback);
      return () => undefined;
    },
    onTrouble: error => troubles.push(error instanceof Error ? error.message : undefined),
  });
});

/** Does what `step` does, as often as it is asked. */
function pumped(step: () => boolean): Pumped & {steps: number} {
  const it = {
    steps: 0,
    step: () => {
      it.steps += 1;
      return step();
    },
  };
  return it;
}

async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

function passSecond(): void {
  now += 1000;
  for (const callback of timers.splice(0)) callback();
}

describe('the pump', () => {
  it('works in the next turn, until nothing is left', async () => {
    let left = 3;
    const work = pumped(() => --left > 0);
    pump.wake(work);
    expect(work.steps).toBe(0);
    await turns();
    expect(work.steps).toBe(3);
    pump.wake(work);
    await turns();
    expect(work.steps).toBe(4);
  });

  it('gives everybody a turn, and other work of the event loop too', async () => {
    const order: string[] = [];
    const endless = (name: string) =>
      pumped(() => {
        order.push(name);
        now += 2;
        return true;
      });
    const [a, b] = [endless('a'), endless('b')];
    pump.wake(a);
    pump.wake(b);
    await turns(1);
    expect(order).toEqual(['a', 'b', 'a']);
    await turns(1);
    expect(order.slice(3)).toEqual(['b', 'a', 'b']);
    pump.forget(a);
    pump.forget(b);
    await turns();
    expect(order).toHaveLength(6);
  });

  it('gives the next one its turn when one step took longer than a slice', async () => {
    const slow = pumped(() => {
      now += 20;
      return true;
    });
    const quick = pumped(() => false);
    pump.wake(slow);
    pump.wake(quick);
    await turns(2);
    expect([slow.steps, quick.steps]).toEqual([2, 1]);
    pump.forget(slow);
  });

  it('gives the event loop its turn also when the clock was put back meanwhile', async () => {
    const work = pumped(() => {
      now -= work.steps === 2 ? 3_600_000 : 0;
      now += 1;
      return work.steps < 1000;
    });
    pump.wake(work);
    await turns(1);
    expect(work.steps).toBeLessThan(20);
  });

  it('leaves alone for a second who cannot write, says so once, and says when it works again', async () => {
    let isFull = true;
    const [blocked, fine] = [
      pumped(() => {
        if (isFull) throw new Error('no room');
        return false;
      }),
      pumped(() => false),
    ];
    pump.wake(blocked);
    await turns();
    pump.wake(blocked);
    pump.wake(fine);
    await turns();
    expect([blocked.steps, fine.steps]).toEqual([1, 1]);
    passSecond();
    await turns();
    expect(blocked.steps).toBe(2);
    expect(troubles).toEqual(['no room']);
    isFull = false;
    passSecond();
    await turns();
    expect(blocked.steps).toBe(3);
    expect(troubles).toEqual(['no room', undefined]);
    pump.wake(blocked);
    await turns();
    expect(blocked.steps).toBe(4);
    expect(timers).toEqual([]);
  });

  it('says that it works again only when it does for all', async () => {
    const full = new Set<string>(['a', 'b']);
    const work = ['a', 'b'].map(name =>
      pumped(() => {
        if (full.has(name)) throw new Error(`no room for ${name}`);
        return false;
      }),
    );
    for (const each of work) pump.wake(each);
    await turns();
    full.delete('a');
    passSecond();
    await turns();
    expect(troubles).toEqual(['no room for a']);
    full.delete('b');
    passSecond();
    await turns();
    expect(troubles).toEqual(['no room for a', undefined]);
  });

  it('does not try for whom it has forgotten', async () => {
    const blocked = pumped(() => {
      throw new Error('no room');
    });
    pump.wake(blocked);
    await turns();
    pump.forget(blocked);
    expect(troubles).toEqual(['no room', undefined]);
    passSecond();
    await turns();
    expect(blocked.steps).toBe(1);
  });
});
