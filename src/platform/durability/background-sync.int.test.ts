import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {BackgroundSync, type Durability} from './background-sync.ts';

class Disk {
  readonly asked: ('now' | 'background')[] = [];
  failure: Error | undefined;
  /** Ends the sync that runs in the background. */
  done: () => void = () => undefined;

  sync(): void {
    this.asked.push('now');
    if (this.failure !== undefined) throw this.failure;
  }

  syncInBackground(): Promise<void> {
    this.asked.push('background');
    return new Promise((resolve, reject) => {
      this.done = () => (this.failure === undefined ? resolve() : reject(this.failure));
    });
  }
}

let disk: Disk;
let told: unknown[];
beforeEach(() => {
  vi.useFakeTimers();
  disk = new Disk();
  told = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const syncWith = (durability: Durability): BackgroundSync =>
  new BackgroundSync({
    durability,
    sync: () => disk.sync(),
    syncInBackground: () => disk.syncInBackground(),
    onDone: error => void told.push(error),
  });

describe('syncing once a second', () => {
  it('is done for many changes at once, and not where nothing changed', async () => {
    const sync = syncWith('interval');
    for (let change = 0; change < 100; change++) sync.changed();
    await vi.advanceTimersByTimeAsync(999);
    expect(disk.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(disk.asked).toEqual(['background']);
    disk.done();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(disk.asked).toEqual(['background']);
    sync.now();
    expect(disk.asked).toEqual(['background']);
  });

  it('is done again for what changed meanwhile', async () => {
    const sync = syncWith('interval');
    sync.changed();
    await vi.advanceTimersByTimeAsync(1000);
    sync.changed();
    disk.done();
    await vi.advanceTimersByTimeAsync(1000);
    expect(disk.asked).toEqual(['background', 'background']);
  });

  it('is not relied upon by who asks while it runs', async () => {
    const sync = syncWith('interval');
    sync.changed();
    await vi.advanceTimersByTimeAsync(1000);
    sync.now();
    expect(disk.asked).toEqual(['background', 'now']);
  });

  it('is tried again when it failed, and whoever asks is told', async () => {
    const sync = syncWith('interval');
    disk.failure = new Error('EIO');
    sync.changed();
    await vi.advanceTimersByTimeAsync(1000);
    disk.done();
    await vi.advanceTimersByTimeAsync(1000);
    expect(disk.asked).toEqual(['background', 'background']);
    expect(() => sync.now()).toThrow('EIO');
    disk.failure = undefined;
    disk.done();
    await vi.advanceTimersByTimeAsync(1);
    sync.now();
    expect(disk.asked).toEqual(['background', 'background', 'now']);
    expect(told).toEqual([expect.any(Error), expect.any(Error), undefined]);
  });

  it('ends when it is closed, and what is not on the disk can still be waited for', async () => {
    const sync = syncWith('interval');
    sync.changed();
    sync.close();
    sync.now();
    expect(disk.asked).toEqual(['now']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(disk.asked).toEqual(['now']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin again when it was closed while it ran, and tells nobody how that ended', async () => {
    const sync = syncWith('interval');
    sync.changed();
    await vi.advanceTimersByTimeAsync(1000);
    disk.failure = new Error('EIO');
    sync.close();
    expect(() => sync.now()).toThrow('EIO');
    disk.done();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([expect.any(Error)]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('no syncing', () => {
  it('is left to the system, until somebody asks', async () => {
    const sync = syncWith('none');
    sync.changed();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(disk.asked).toEqual([]);
    sync.now();
    sync.now();
    expect(disk.asked).toEqual(['now']);
    sync.changed();
    sync.close();
    expect(disk.asked).toEqual(['now']);
  });
});
