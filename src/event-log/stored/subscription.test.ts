import {once} from 'node:events';
import {setImmediate} from 'node:timers/promises';

import {expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
import {ChangeWatch} from '../../platform/index.ts';
import {MemoryStore} from '../backends/memory.ts';
import type {StoredEntry} from './stored-entry.ts';
import {subscription} from './subscription.ts';

interface Page {
  readonly after: number;
  readonly limit: number;
  readonly maxBytes: number;
  readonly entries: number;
}

class Store extends MemoryStore {
  readonly pages: Page[] = [];
  busyFor = 0;
  /** What happens just before a watch is set. */
  beforeWatch: () => void = () => undefined;
  isNewWatch = false;
  isSilent = false;
  /** Wakes the newest watch of a silent store. */
  wake: () => void = () => undefined;

  add(count: number, payload = '1'): void {
    const entry = {kind: 'k', payload, headers: '{}', occurredAtMs: 0};
    this.append([{topic: 't', entries: Array.from({length: count}, () => entry)}], false);
  }

  override read(topic: string, after: number, limit: number, maxBytes: number): StoredEntry[] {
    if (this.busyFor-- > 0) throw new StintError('BUSY', 'busy');
    const page = super.read(topic, after, limit, maxBytes);
    this.pages.push({after, limit, maxBytes, entries: page.length});
    return page;
  }

  override newWatch(): ChangeWatch {
    if (!this.isSilent) return super.newWatch();
    return new ChangeWatch(onChange => {
      this.wake = onChange;
      return () => undefined;
    });
  }

  override watch(): boolean {
    this.beforeWatch();
    const isNew = this.isNewWatch;
    this.isNewWatch = false;
    return isNew;
  }
}

const end = new AbortController();
const subscribed = (store: Store, signal = end.signal) =>
  subscription({store, topic: 't', after: 0, ends: [signal], monotonic: () => 0});

it('reads nothing before it is asked for something', async () => {
  const store = new Store();
  store.add(3);
  const entries = subscribed(store);
  await setImmediate();
  expect(store.pages).toEqual([]);
  await entries.next();
  expect(store.pages.length).toBe(1);
  await entries.return?.();
});

it('has one page in memory, however much there is and however slow its reader is', async () => {
  const store = new Store();
  store.add(10_000);
  const entries = subscribed(store);
  for (let id = 1; id <= 1000; id++) {
    expect((await entries.next()).value).toMatchObject({id});
    const read = store.pages.reduce((sum, page) => sum + page.entries, 0);
    expect(read - id).toBeLessThan(256);
    store.add(5);
  }
  for (const {limit, maxBytes} of store.pages)
    expect({limit, maxBytes}).toEqual({limit: 256, maxBytes: 2 ** 20});
  await entries.return?.();
});

it('has no more than a page of bytes in memory where entries are large', async () => {
  const store = new Store();
  store.add(20, JSON.stringify('x'.repeat(300_000)));
  const entries = subscribed(store);
  for (let id = 1; id <= 20; id++) await entries.next();
  for (const page of store.pages) expect(page.entries).toBeLessThanOrEqual(4);
  await entries.return?.();
});

it('does not miss what is appended between its last look and its watch', async () => {
  const store = new Store();
  store.isSilent = true; // a file system tells nothing of what was before the watch
  const entries = subscribed(store);
  store.beforeWatch = () => {
    store.isNewWatch = true;
    store.beforeWatch = () => undefined;
    store.add(1);
  };
  expect((await entries.next()).value).toMatchObject({id: 1});
  await entries.return?.();
});

it('waits while the store is busy', async () => {
  const store = new Store();
  store.add(1);
  store.busyFor = 3;
  const entries = subscribed(store);
  expect((await entries.next()).value).toMatchObject({id: 1});
  await entries.return?.();
});

it('asks the store nothing more once it has ended while the store was busy', async () => {
  const store = new Store();
  store.add(1);
  store.busyFor = Number.POSITIVE_INFINITY;
  const over = new AbortController();
  const next = subscribed(store, over.signal).next();
  await setImmediate();
  over.abort();
  store.read = () => {
    throw new Error('the store is closed');
  };
  expect(await next).toEqual({done: true, value: undefined});
});

it('gives other work its turn between pages', async () => {
  const store = new Store();
  store.add(2000);
  const turn = once(process, 'stint-test-turn').then(() => 'turn');
  globalThis.setImmediate(() => process.emit('stint-test-turn' as 'exit', 0));
  const all = (async () => {
    for await (const {id} of subscribed(store)) if (id === 2000) break;
    return 'all';
  })();
  expect(await Promise.race([turn, all])).toBe('turn');
  await all;
});

it('sees what could not be seen yet when it was woken, although nobody wakes it again', async () => {
  const store = new Store();
  store.isSilent = true;
  const entries = subscribed(store);
  const next = entries.next();
  await setImmediate();
  store.wake();
  for (let turn = 0; turn < 1000 && store.pages.length < 2; turn++) await setImmediate();
  expect(store.pages.map(({entries: count}) => count)).toEqual([0, 0]);
  store.add(1);
  expect((await next).value).toMatchObject({id: 1});
  await entries.return?.();
});

it('lets go of its watch and of what ends it, however it is left', async () => {
  const store = new Store();
  store.add(3);
  for (const leave of ['break', 'return', 'throw', 'abort'] as const) {
    const over = new AbortController();
    const entries = subscribed(store, over.signal);
    await entries.next();
    if (leave === 'break') for await (const _ of entries) break;
    if (leave === 'return') await entries.return?.();
    if (leave === 'throw') await expect(entries.throw?.(new Error('left'))).rejects.toThrow('left');
    if (leave === 'abort') over.abort();
    expect(await entries.next()).toEqual({done: true, value: undefined});
  }
  const pages = store.pages.length;
  store.add(1);
  await setImmediate();
  expect(store.pages.length).toBe(pages);
});
