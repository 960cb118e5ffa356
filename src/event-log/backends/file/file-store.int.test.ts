import {existsSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {listSegments} from '../../../journal/index.ts';
import type {ChangeWatch} from '../../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {openOsMutex} from '../../../store/index.ts';
import {NODE_DISK} from './disk-calls.ts';
import {FileStore, type FileStoreOptions} from './file-store.ts';
import {batch, idsOf, numbersOf, range} from './testing/stored-entries.ts';

let directory: TemporaryDirectory;
const stores: FileStore[] = [];
const watches: ChangeWatch[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  for (const watch of watches.splice(0)) watch.close();
  for (const store of stores.splice(0)) store.close();
  directory.remove();
});

function open(options: FileStoreOptions = {}, isDurable = false): FileStore {
  const store = new FileStore(directory.path, isDurable, options);
  stores.push(store);
  return store;
}

const topicPath = (...parts: string[]) => directory.at('topics', 't', ...parts);
const all = (store: FileStore, topic = 't') => store.read(topic, 0, 10_000, 1e9);

describe('a file store', () => {
  it('makes private files, and none for a topic that is only read', () => {
    const store = open();
    expect([all(store), store.state('t'), store.cursor('t', 'c'), store.compactSome('t', 5)]).toEqual([
      [],
      undefined,
      undefined,
      undefined,
    ]);
    expect(() =>
      store.moveCursor('t', 'c', () => {
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(store.states()).toEqual([]);
    expect(readdirSync(directory.at('topics'))).toEqual([]);
    store.append([batch('t', 1)], false);
    store.moveCursor('t', 'c', () => 1);
    expect(readdirSync(topicPath()).sort()).toEqual(['consumers', 'lock', 'log.jsonl', 'state.json']);
    for (const path of ['lock', 'log.jsonl', 'state.json', 'consumers/c.json'])
      expect(statSync(topicPath(path)).mode & 0o777).toBe(0o600);
    for (const path of ['.', 'consumers']) expect(statSync(topicPath(path)).mode & 0o777).toBe(0o700);
  });

  it('reads pages from anywhere, by number of entries and by bytes', () => {
    const store = open({segmentBytes: 2000});
    store.append([batch('t', 1, 30), batch('t', 31), batch('t', 32, 69)], false);
    for (let at = 101; at <= 200; at += 1) store.append([batch('t', at)], false);
    expect(readdirSync(topicPath()).length).toBeGreaterThan(5);
    for (const reader of [store, open()]) {
      expect(idsOf(all(reader))).toEqual(range(1, 200));
      for (let after = 0; after < 200; after += 7)
        expect(idsOf(reader.read('t', after, 5, 1e6))).toEqual(range(after + 1, Math.min(200, after + 5)));
      const [first] = all(reader);
      const bytes = first?.payload.length ?? 0;
      expect(idsOf(reader.read('t', 0, 100, bytes))).toEqual([1]);
      expect(idsOf(reader.read('t', 0, 100, bytes + 1))).toEqual([1, 2]);
      expect(reader.read('t', 0, 0, 1e6)).toEqual([]);
      expect(reader.read('t', 200, 5, 1e6)).toEqual([]);
    }
  });

  it('fills a page with what has come since it last looked', () => {
    const [reader, writer] = [open(), open()];
    writer.append([batch('t', 1, 3)], false);
    expect(idsOf(reader.read('t', 0, 2, 1e6))).toEqual([1, 2]);
    writer.append([batch('t', 4, 3)], false);
    expect(idsOf(reader.read('t', 1, 5, 1e6))).toEqual([2, 3, 4, 5, 6]);
  });

  it('shares a directory with another one of the same process', () => {
    const [a, b] = [open({segmentBytes: 1000}), open({segmentBytes: 1000})];
    for (let n = 1; n <= 100; n += 2) {
      expect(a.append([batch('t', n)], false)).toEqual({firstIds: [n]});
      expect(b.append([batch('t', n + 1)], false)).toEqual({firstIds: [n + 1]});
      if (n % 20 === 1) (n % 40 === 1 ? a : b).compactSome('t', n - 5);
      expect(numbersOf(a.read('t', n - 1, 10, 1e6))).toEqual([n, n + 1]);
    }
    expect(numbersOf(all(b))).toEqual(range(77, 100));
    expect(a.state('t')).toEqual(b.state('t'));
  });

  it('is busy for the others while it writes, and only for those of the same topic', () => {
    const store = open();
    store.append([batch('t', 1)], false);
    const mutex = openOsMutex(topicPath('lock'));
    expect(mutex.tryEnter(0)).toBe(true);
    const busy = expect.objectContaining({code: 'BUSY'});
    expect(store.append([batch('u', 1), batch('t', 2), batch('u', 2)], false)).toEqual({
      firstIds: [1],
      error: busy,
    });
    expect(() => store.moveCursor('t', 'c', () => 1)).toThrow(busy);
    expect(() => store.compactSome('t', 1)).toThrow(busy);
    expect(idsOf(all(store))).toEqual([1]);
    mutex.leave();
    mutex.close();
    expect(store.append([batch('t', 2)], false)).toEqual({firstIds: [2]});
  });

  it('keeps many topics, with the files of a few open', () => {
    const store = open();
    const names = range(1, 100).map(n => `topic-${String(n).padStart(3, '0')}`);
    store.append(
      names.map(topic => batch(topic, 1)),
      false,
    );
    store.append(
      names.map(topic => batch(topic, 2)),
      false,
    );
    expect(store.states().map(({topic, head}) => [topic, head])).toEqual(names.map(topic => [topic, 2]));
    for (const topic of names) expect(numbersOf(all(store, topic))).toEqual([1, 2]);
    expect(readdirSync('/dev/fd').length).toBeLessThan(64 * 3 + 60);
  });

  it('tells names that make no file names, and passes over directories that are no topics', () => {
    const store = open();
    const names = ['..', '.hidden', 'a'.repeat(500), 'plain'];
    store.append(
      names.map(topic => batch(topic, 1)),
      false,
    );
    const consumers = ['../../x', 'a/b', 'ünï', ' '];
    consumers.forEach((consumer, at) => {
      store.moveCursor('plain', consumer, () => at);
    });
    expect(
      open()
        .states()
        .map(({topic}) => topic),
    ).toEqual([...names].sort());
    expect(consumers.map(consumer => open().cursor('plain', consumer))).toEqual([0, 1, 2, 3]);
    renameSync(directory.at('topics', 'plain'), directory.at('topics', 'copied'));
    expect(open().states()).toHaveLength(3);
  });

  it('notices that a topic was removed and made anew', () => {
    const [a, b] = [open(), open()];
    a.append([batch('t', 1, 9)], false);
    b.append([batch('t', 10)], false);
    expect(idsOf(all(a))).toEqual(range(1, 10));
    rmSync(topicPath(), {recursive: true});
    expect(b.append([batch('t', 1)], false)).toEqual({firstIds: [1]});
    expect(a.append([batch('t', 2)], false)).toEqual({firstIds: [2]});
    for (const store of [a, b]) expect(numbersOf(all(store))).toEqual([1, 2]);
  });

  it('sums the sizes of its files, and brings what was written to the disk', async () => {
    const store = open();
    expect(store.sizeBytes()).toBe(0);
    store.append([batch('t', 1, 100)], false);
    expect(store.sizeBytes()).toBeGreaterThan(statSync(topicPath('log.jsonl')).size);
    store.sync();
    store.append([batch('t', 101)], false);
    await store.syncInBackground();
    rmSync(topicPath(), {recursive: true});
    store.append([batch('t', 1)], false);
    rmSync(topicPath(), {recursive: true});
    store.sync();
    expect(open({}, true).append([batch('t', 1)], true)).toEqual({firstIds: [1]});
  });
});

describe('compaction', () => {
  it('removes whole segments, hides what is left of one, and never counts anew', () => {
    const store = open({segmentBytes: 500});
    for (let n = 1; n <= 50; n += 1) store.append([batch('t', n)], true);
    const segments = () => listSegments(topicPath('log.jsonl'));
    const before = segments();
    expect(store.compactSome('t', 23)).toMatchObject({removed: 23, state: {first: 24, head: 50}});
    expect(store.reclaim()).toBe(true);
    expect(segments()).toEqual(before.slice(-segments().length));
    expect(segments().length).toBeLessThan(before.length - 2);
    for (const reader of [store, open()]) expect(idsOf(all(reader))).toEqual(range(24, 50));
    expect(store.compactSome('t', 10)).toMatchObject({removed: 0, state: {first: 24}});
    expect(store.compactSome('t', 1000)).toMatchObject({removed: 27, state: {first: 51, head: 50}});
    expect(segments()).toHaveLength(1);
    expect(before).not.toContain(segments()[0]);
    expect(store.sizeBytes()).toBeLessThan(500);
    expect(store.append([batch('t', 51)], false)).toEqual({firstIds: [51]});
    expect(numbersOf(all(open()))).toEqual([51]);
  });

  it('says when room could not be given back, and gives it back the next time', () => {
    const store = open({segmentBytes: 200});
    for (let n = 1; n <= 9; n += 1) store.append([batch('t', n)], false);
    const removeSegment = (): void => {
      throw new Error('not permitted');
    };
    const away = open({segmentBytes: 200, disk: {...NODE_DISK, removeSegment}});
    expect(away.compactSome('t', 9)).toMatchObject({state: {first: 10}});
    expect(away.reclaim()).toBe(false);
    expect(idsOf(all(store))).toEqual([]);
    expect(store.compactSome('t', 0)).toMatchObject({removed: 0, state: {first: 10, head: 9}});
    expect([store.reclaim(), away.reclaim()]).toEqual([true, true]);
  });
});

describe('a watch', () => {
  async function woken(watch: ChangeWatch, act: () => void): Promise<void> {
    const changed = watch.changed();
    act();
    await changed;
  }

  it('tells that a topic is made, that it grows, goes on in a new segment and is compacted', async () => {
    const [reader, writer] = [open({segmentBytes: 300}), open({segmentBytes: 300})];
    const watch = reader.newWatch();
    watches.push(watch);
    const settle = () => {
      for (let looks = 1; reader.watch(watch, 't'); looks += 1) expect(looks).toBeLessThan(5);
      expect(watch.watching).toBe(true);
    };
    settle();
    expect(existsSync(topicPath())).toBe(false);
    await woken(watch, () => writer.append([batch('t', 1)], false));
    for (let n = 2; n < 20; n += 1) {
      settle();
      await woken(watch, () => writer.append([batch('t', n)], false));
    }
    settle();
    await woken(watch, () => writer.compactSome('t', 100));
    settle();
    await woken(watch, () => writer.append([batch('t', 20)], false));
    expect(idsOf(all(reader))).toEqual([20]);
  });
});
