/** The log over a store that is busy, or that fails. */
import {setImmediate} from 'node:timers/promises';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {type Connection, EVENTS_SCHEMA, openForWriting} from '../../store/index.ts';
import {MemoryStore} from '../backends/memory.ts';
import type {EventLog} from '../event-log.ts';
import {openEventLog} from '../open.ts';
import type {StoredEntry} from './stored-entry.ts';
import {StoredLog} from './stored-log.ts';

const ENTRY = {kind: 'k', payload: 1};

describe('a database to which somebody else writes', () => {
  let directory: TemporaryDirectory;
  let log: EventLog;
  let other: Connection;
  beforeEach(async () => {
    directory = temporaryDirectory();
    const path = directory.at('events.db');
    log = await openEventLog({backend: 'sqlite', path});
    await log.appendMany('t', [ENTRY, ENTRY, ENTRY]);
    other = openForWriting(path, EVENTS_SCHEMA);
    other.exec('BEGIN IMMEDIATE');
  });
  afterEach(async () => {
    other.close();
    await log.close();
    directory.remove();
  });

  it.each([
    ['append', () => log.append('t', ENTRY), 4],
    ['appendMany', () => log.appendMany('t', [ENTRY, ENTRY]), [4, 5]],
    ['ack', () => log.ack('t', 'c', 2), 2],
    ['compact', async () => (await log.compact('t', 2)).removed, 2],
    ['flush', async () => Promise.all([log.append('t', ENTRY), log.flush()]), [4, undefined]],
  ])('is waited for, while this program goes on, by %s', async (_, ask, expected) => {
    let isDone = false;
    const asked = Promise.resolve(ask()).finally(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(isDone).toBe(false);
    expect(await log.latest('t')).toBe(3);
    expect((await log.readRange('t')).length).toBe(3);
    other.exec('COMMIT');
    expect(await asked).toEqual(expected);
  });

  it('is waited for by who closes the log', async () => {
    const appended = log.append('t', ENTRY);
    const closing = log.close();
    await setImmediate();
    other.exec('COMMIT');
    await closing;
    expect(await appended).toBe(4);
  });
});

describe('a store that fails', () => {
  class Failing extends MemoryStore {
    isClosed = false;
    fault: StintError | undefined;

    override sync(): void {
      if (this.fault !== undefined) throw this.fault;
    }

    override read(topic: string, after: number, limit: number, maxBytes: number): StoredEntry[] {
      if (this.fault !== undefined) throw this.fault;
      return super.read(topic, after, limit, maxBytes);
    }

    override close(): void {
      this.isClosed = true;
      super.close();
    }
  }

  const broken = new StintError('STORE_CORRUPT', 'broken');
  const logOf = (store: Failing) =>
    new StoredLog({store, chain: false, durability: 'interval', now: () => 5, monotonic: () => 0});

  it('is closed also when it cannot be brought to the disk, and that is told', async () => {
    const store = new Failing();
    const log = logOf(store);
    await log.append('t', ENTRY);
    store.fault = broken;
    await expect(log.flush()).rejects.toBe(broken);
    const closings = [log.close(), log.close()];
    for (const closing of closings) await expect(closing).rejects.toBe(broken);
    expect(store.isClosed).toBe(true);
  });

  it('is brought to the disk after an acknowledgement and a compaction as after an append', async () => {
    const store = new Failing();
    const log = logOf(store);
    await log.append('t', ENTRY);
    await log.flush();
    for (const change of [() => log.ack('t', 'c', 1), () => log.compact('t', 1)]) {
      await log.flush();
      await change();
      store.fault = broken;
      await expect(log.flush()).rejects.toBe(broken);
      store.fault = undefined;
      await log.flush();
    }
    await log.close();
  });

  it('ends a subscription with what it said', async () => {
    const store = new Failing();
    const log = logOf(store);
    await log.append('t', ENTRY);
    const subscription = log.subscribe('t');
    expect((await subscription.next()).value).toEqual({id: 1, ...ENTRY, headers: {}, occurred_at_ms: 5});
    store.fault = broken;
    await expect(subscription.next()).rejects.toBe(broken);
    expect(await subscription.next()).toEqual({done: true, value: undefined});
    store.fault = undefined;
    await log.close();
  });
});

describe('a log that is closed', () => {
  it.each([
    ['interval', 1],
    ['none', 0],
  ] as const)('waits for the disk unless that is left to the system: %s', async (durability, times) => {
    let synced = 0;
    class Disk extends MemoryStore {
      override sync(): void {
        synced += 1;
      }
    }
    const parts = {store: new Disk(), chain: false, now: () => 5, monotonic: () => performance.now()};
    const log = new StoredLog({...parts, durability});
    await log.append('t', ENTRY);
    await log.close();
    expect(synced).toBe(times);
  });

  it('refuses what was begun and goes on longer than it was open', async () => {
    const log = await openEventLog({backend: 'memory'});
    await log.appendMany(
      't',
      Array.from({length: 5000}, () => ENTRY),
    );
    const verifying = expect(log.verify('t')).rejects.toMatchObject({code: 'USAGE'});
    await Promise.all([log.close(), verifying]);
  });
});
