/** What the log expects of its stores and a user of the log does not see. */
import {statSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {EVENTS_SCHEMA, openForWriting} from '../../store/index.ts';
import type {Batch, LogStore} from '../stored/log-store.ts';
import {FileStore} from './file/file-store.ts';
import {MemoryStore} from './memory.ts';
import {SqliteStore} from './sqlite.ts';

let directory: TemporaryDirectory;
let store: LogStore;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  store.close();
  directory.remove();
});

const batch = (topic: string, count: number, payload = '1'): Batch => ({
  topic,
  entries: Array.from({length: count}, () => ({kind: 'k', payload, headers: '{}', occurredAtMs: 5})),
});

describe.each([
  ['memory', () => new MemoryStore()],
  ['sqlite', () => new SqliteStore(directory.at('events.db'), false)],
] as const)('the %s store', (_, open) => {
  beforeEach(() => {
    store = open();
  });

  it('puts all batches of a group in at once, also several of one topic', () => {
    const batches = [batch('a', 2), batch('b', 1), batch('a', 3), batch('a', 1)];
    expect(store.append(batches, true)).toEqual({firstIds: [1, 1, 3, 6]});
    expect(store.append([batch('b', 1), batch('a', 1)], false)).toEqual({firstIds: [2, 7]});
    expect(store.states().map(({topic, first, head}) => [topic, first, head])).toEqual([
      ['a', 1, 7],
      ['b', 1, 2],
    ]);
    expect(store.state('a')).toEqual(store.states()[0]);
  });

  it('gives no further entry once a page has its bytes, and one in any case', () => {
    store.append([batch('a', 10, JSON.stringify('x'.repeat(98)))], false);
    const ids = (limit: number, maxBytes: number): number[] =>
      store.read('a', 2, limit, maxBytes).map(({id}) => id);
    expect(ids(10, 1)).toEqual([3]);
    expect(ids(10, 250)).toEqual([3, 4, 5]);
    expect(ids(10, 300)).toEqual([3, 4, 5]);
    expect(ids(2, 300)).toEqual([3, 4]);
    expect(ids(10, 1_000_000)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('lets whoever moves a cursor decide on what there is, and moves nothing when he throws', () => {
    store.append([batch('a', 3)], false);
    const told: unknown[] = [];
    expect(
      store.moveCursor('a', 'c', (current, state) => {
        told.push(current, state?.head);
        return 2;
      }),
    ).toBe(2);
    const refuse = (current: number | undefined): number => {
      told.push(current);
      throw new Error('refused');
    };
    expect(() => store.moveCursor('a', 'c', refuse)).toThrow('refused');
    expect(() => store.moveCursor('new', 'c', refuse)).toThrow('refused');
    expect(told).toEqual([undefined, 3, 2, undefined]);
    expect(store.cursor('a', 'c')).toBe(2);
    expect(store.state('new')).toBeUndefined();
  });

  it('keeps the hash of the last entry that went away as the anchor of the others', () => {
    store.append([batch('a', 5)], true);
    const hashes = store.read('a', 0, 5, 1e9).map(({hash}) => hash);
    expect(store.compactSome('a', 3)?.state.chain).toEqual({
      anchorId: 3,
      anchorHash: hashes[2],
      headHash: hashes[4],
    });
    expect(store.compactSome('a', 9)?.state.chain).toEqual({
      anchorId: 5,
      anchorHash: hashes[4],
      headHash: hashes[4],
    });
    expect(store.compactSome('b', 9)).toBeUndefined();
  });
});

describe.each([
  ['memory', () => new MemoryStore()],
  ['sqlite', () => new SqliteStore(directory.at('events.db'), false)],
  ['file', () => new FileStore(directory.at('events'), false, {segmentBytes: 50_000})],
] as const)('slices in the %s store', (_, open) => {
  beforeEach(() => {
    store = open();
  });

  const all = (topic: string) => {
    const slices = store.slices(topic, 0);
    for (;;) {
      const more = store.slices(topic, slices.at(-1)?.upTo ?? 0);
      if (more.length === 0) return slices;
      slices.push(...more);
    }
  };

  it('reach from the oldest entry to the newest, and the rest stays what it was when the first goes', () => {
    expect(all('a')).toEqual([]);
    for (let at = 0; at < 5000; at += 100)
      store.append([batch('a', 100, JSON.stringify('x'.repeat(98)))], false);
    store.append([batch('b', 1)], false);
    const slices = all('a');
    const [first, ...rest] = slices;
    expect(rest.length).toBeGreaterThan(1);
    expect(slices.at(-1)?.upTo).toBe(5000);
    const bytes = slices.reduce((sum, each) => sum + each.bytes, 0);
    expect(bytes).toBeGreaterThan(5000 * 100);
    expect(bytes).toBeLessThan(5000 * 250);
    store.compactSome('a', first?.upTo ?? 0);
    expect(all('a')).toEqual(rest);
    while ((store.compactSome('a', 5000)?.removed ?? 0) > 0);
    expect(all('a')).toEqual([]);
    expect(all('b')).toHaveLength(1);
  });
});

describe('the sqlite store', () => {
  beforeEach(() => {
    store = new SqliteStore(directory.at('events.db'), false);
  });

  it('empties its write-ahead log when entries are compacted away, and tells when somebody keeps it from that', () => {
    store.append([batch('a', 100, JSON.stringify('x'.repeat(1000)))], false);
    const sizeOfWal = (): number => statSync(directory.at('events.db-wal')).size;
    expect(sizeOfWal()).toBeGreaterThan(100_000);
    expect(store.sizeBytes()).toBe(statSync(directory.at('events.db')).size + sizeOfWal());
    const reader = openForWriting(directory.at('events.db'), EVENTS_SCHEMA);
    reader.exec('BEGIN; SELECT * FROM topics');
    store.append([batch('a', 1)], false);
    expect(store.reclaim()).toBe(false);
    reader.exec('COMMIT');
    expect(store.reclaim()).toBe(true);
    expect(sizeOfWal()).toBe(0);
    reader.close();
  });

  it('removes no more in one step than others can wait for', () => {
    store.append([batch('a', 10_001)], false);
    expect(store.compactSome('a', 20_000)).toMatchObject({
      removed: 10_000,
      state: {first: 10_001, head: 10_001},
    });
    expect(store.compactSome('a', 20_000)).toMatchObject({removed: 1, state: {first: 10_002}});
  });

  it('is busy, and soon, while somebody else writes', () => {
    const other = openForWriting(directory.at('events.db'), EVENTS_SCHEMA);
    other.exec('BEGIN IMMEDIATE');
    // Were it to wait for the other as a writer of jobs does, this would be minutes, which no test is given.
    for (let time = 0; time < 50; time++) {
      expect(store.append([batch('a', 1)], false)).toEqual({
        firstIds: [],
        error: expect.objectContaining({code: 'BUSY'}),
      });
    }
    expect(() => store.moveCursor('a', 'c', () => 0)).toThrow(expect.objectContaining({code: 'BUSY'}));
    other.exec('COMMIT');
    expect(store.append([batch('a', 1)], false)).toEqual({firstIds: [1]});
    other.close();
  });
});
