/** What a killed process, a full disk or a damaged one leaves of a topic's files, and how it is gone on from there. */
import {appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {FileStore, type FileStoreOptions} from './file-store.ts';
import {fullDisk} from './testing/failing-disk.ts';
import {batch, idsOf, numbersOf, range} from './testing/stored-entries.ts';

let directory: TemporaryDirectory;
let log: string;
const stores: FileStore[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
  log = directory.at('topics', 't', 'log.jsonl');
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  directory.remove();
});

function open(options: FileStoreOptions = {}, isDurable = false): FileStore {
  const store = new FileStore(directory.path, isDurable, options);
  stores.push(store);
  return store;
}

const all = (store: FileStore) => store.read('t', 0, 1000, 1e9);

describe('a torn tail', () => {
  it('counts for no reader and is cut by the next writer, wherever the tear is', () => {
    open().append([batch('t', 1, 2), batch('t', 3)], false);
    const whole = readFileSync(log);
    open().append([batch('t', 4, 3), batch('t', 7)], false);
    const longer = readFileSync(log);
    const lines = longer.subarray(whole.length);
    const batchEnd = lines.length - 1 - lines.subarray(0, -1).toReversed().indexOf(10);
    for (let cut = 1; cut < lines.length; cut += 1) {
      writeFileSync(log, longer.subarray(0, whole.length + cut));
      const before = cut < batchEnd ? 3 : 6;
      expect(idsOf(all(open()))).toEqual(range(1, before));
      expect(open().state('t')?.head).toBe(before);
      const store = open();
      expect(store.append([batch('t', 100)], false)).toEqual({firstIds: [before + 1]});
      expect(numbersOf(all(open()))).toEqual([...range(1, before), 100]);
      for (const each of stores.splice(0)) each.close();
    }
  });

  it('is kept in a file of its own', () => {
    open().append([batch('t', 1)], false);
    const size = statSync(log).size;
    open().append([batch('t', 2, 2)], false);
    const fragment = readFileSync(log).subarray(size, -5);
    truncateSync(log, size + fragment.length);
    open().append([batch('t', 2)], false);
    const [kept] = readFileSync(directory.at('topics', 't', 'torn.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(kept ?? '')).toMatchObject({
      file: 'log.jsonl',
      offset: size,
      text: fragment.toString(),
    });
  });

  it('is cut also by a writer that had the topic open', () => {
    const store = open();
    store.append([batch('t', 1)], false);
    appendFileSync(log, '{"id":2,"hash":nu');
    expect(store.append([batch('t', 2)], false)).toEqual({firstIds: [2]});
    expect(numbersOf(all(store))).toEqual([1, 2]);
  });
});

describe('a disk that is full', () => {
  it('takes batches whole or not at all, and goes on when there is room', () => {
    for (let room = 0; room < 700; room += 37) {
      const disk = fullDisk();
      const topic = `room-${room}`;
      const store = open({disk});
      store.append([batch(topic, 1)], false);
      disk.room = room;
      const batches = [batch(topic, 2), batch(topic, 3, 3), batch(topic, 6), batch(topic, 7, 2)];
      const {firstIds, error} = store.append(batches, false);
      expect(error).toMatchObject({code: 'DISK_FULL'});
      expect(firstIds).toEqual([2, 3, 6, 7].slice(0, firstIds.length));
      const head = [1, 2, 5, 6][firstIds.length];
      for (const reader of [store, open()]) {
        expect(reader.state(topic)?.head).toBe(head);
        expect(idsOf(reader.read(topic, 0, 100, 1e6))).toEqual(range(1, head ?? 0));
      }
      disk.room = Number.POSITIVE_INFINITY;
      expect(store.append(batches.slice(firstIds.length), false).error).toBeUndefined();
      expect(numbersOf(open().read(topic, 0, 100, 1e6))).toEqual(range(1, 8));
    }
  });

  it('says so of a topic that cannot be made, of a cursor and of a compaction, and leaves what was there', () => {
    const disk = fullDisk();
    const store = open({disk});
    store.append([batch('t', 1, 3)], true);
    store.moveCursor('t', 'reader', () => 1);
    disk.room = 10;
    const full = expect.objectContaining({code: 'DISK_FULL'});
    expect(store.append([batch('other', 1)], false)).toEqual({firstIds: [], error: full});
    expect(() => store.moveCursor('t', 'reader', () => 2)).toThrow(full);
    expect(() => store.compactSome('t', 2)).toThrow(full);
    for (const each of [store, open()]) {
      expect(each.states().map(({topic}) => topic)).toEqual(['t']);
      expect(each.cursor('t', 'reader')).toBe(1);
      expect(idsOf(all(each))).toEqual([1, 2, 3]);
    }
  });
});

describe('a disk that fails to sync', () => {
  it('is not trusted again by a store that waits for it', () => {
    const disk = fullDisk();
    const store = open({disk}, true);
    store.append([batch('t', 1)], false);
    disk.sync = () => {
      throw Object.assign(new Error('i/o error'), {code: 'EIO'});
    };
    const failed = store.append([batch('t', 2)], false);
    expect(failed).toMatchObject({firstIds: [], error: {code: 'EIO'}});
    disk.sync = () => undefined;
    expect(store.append([batch('t', 3)], false)).toEqual(failed);
    expect(open({}, true).append([batch('t', 4)], false).error).toBeUndefined();
  });
});

describe('a damaged line', () => {
  function damage(from: string, to: string): {at: number; length: number} {
    const bytes = readFileSync(log);
    const at = bytes.lastIndexOf('\n', bytes.indexOf(from)) + 1;
    writeFileSync(log, bytes.toString('latin1').replace(from, to), 'latin1');
    return {at, length: bytes.indexOf('\n', at) + 1 - at + to.length - from.length};
  }

  it.each([
    ['whose payload is no JSON', '{"n":50,', '{"n":50;'],
    ['whose id cannot be read', '{"id":50,', '{"id":x50,'],
    ['that is no UTF-8', '"text":"fifty"', '"text":"\xff\xfe"'],
    ['of NULs', '{"id":50,"hash":null,', '\0'.repeat(21)],
    ['that stands behind a newer one', '{"id":50,', '{"id":48,'],
  ])('%s ends what is read before it, and is told by its place', (_, from, to) => {
    const store = open();
    store.append([batch('t', 1, 49)], false);
    store.append(
      [
        {
          topic: 't',
          entries: [{kind: 'k', payload: '{"n":50,"text":"fifty"}', headers: '{}', occurredAtMs: 0}],
        },
      ],
      false,
    );
    store.append([batch('t', 51, 50)], false);
    const {at, length} = damage(from, to);
    const corrupt = expect.objectContaining({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(`${log}, bytes ${at} to ${at + length}`),
    });
    for (const reader of [store, open()]) {
      expect(idsOf(all(reader))).toEqual(range(1, 49));
      expect(() => reader.read('t', 49, 10, 1e6)).toThrow(corrupt);
      expect(idsOf(reader.read('t', 50, 50, 1e6))).toEqual(range(51, 100));
      expect(reader.append([batch('t', 101)], false).error).toBeUndefined();
    }
  });

  it('at the end is gone on behind, and its id is not given again', () => {
    open().append([batch('t', 1), batch('t', 2)], true);
    damage('{"id":2,', '{"id":x,');
    expect(open().state('t')?.head).toBe(2);
    expect(open().append([batch('t', 3)], false)).toEqual({firstIds: [3]});
    for (const reader of [open(), open()]) {
      expect(idsOf(all(reader))).toEqual([1]);
      expect(() => reader.read('t', 1, 10, 1e6)).toThrow(/this line is not the entry that belongs there/);
      expect(idsOf(reader.read('t', 2, 10, 1e6))).toEqual([3]);
    }
  });

  it('at the end, several of them, and alone in the last segment', () => {
    open({segmentBytes: 100}).append([batch('t', 1, 2)], false);
    appendFileSync(log.replace('.jsonl', '-000001.jsonl'), '\0\0\0\n\nno entry\n', {mode: 0o600});
    expect(open().state('t')?.head).toBe(4);
    expect(open().append([batch('t', 5)], false)).toEqual({firstIds: [5]});
  });

  it('that ends a batch leaves the others of it', () => {
    open().append([batch('t', 1, 3)], false);
    damage('{"id":3,', '{"id":x,');
    expect(idsOf(all(open()))).toEqual([1, 2]);
    expect(open().append([batch('t', 4)], false)).toEqual({firstIds: [4]});
    expect(idsOf(all(open()))).toEqual([1, 2]);
  });

  it('is found in files that are no log at all', () => {
    open().append([batch('t', 1)], false);
    appendFileSync(log, 'x\n'.repeat(2000));
    const error = expect.objectContaining({code: 'STORE_CORRUPT'});
    expect(open().append([batch('t', 2)], false)).toEqual({firstIds: [], error});
    expect(() => open().state('t')).toThrow(error);
  });
});

describe('what an editor leaves', () => {
  it.each([
    ['a blank line at the end', (text: string) => `${text}\n`],
    ['several of them', (text: string) => `${text}\n \t\r\n\n`],
    ['blank lines between entries', (text: string) => text.replaceAll('\n', '\n\n')],
    ['\\r\\n', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['all of these', (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}\r\n`],
  ])('costs nothing: %s', (_, edited) => {
    open().append([batch('t', 1), batch('t', 2, 2)], true);
    writeFileSync(log, edited(readFileSync(log, 'utf8')));
    const before = open();
    expect(idsOf(all(before))).toEqual([1, 2, 3]);
    expect(before.state('t')?.head).toBe(3);
    for (const store of [before, open()]) store.append([batch('t', 4)], false);
    for (const reader of [before, open()]) expect(idsOf(all(reader))).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not make a whole batch of a part of one', () => {
    open().append([batch('t', 1)], false);
    const size = statSync(log).size;
    open().append([batch('t', 2, 3)], false);
    truncateSync(log, readFileSync(log).lastIndexOf('\n', -2) + 1);
    appendFileSync(log, '\n\n');
    expect(idsOf(all(open()))).toEqual([1]);
    expect(open().append([batch('t', 2)], false)).toEqual({firstIds: [2]});
    expect(readFileSync(log, 'utf8').slice(size)).toMatch(/^\{"id":2,"hash"/);
  });
});

describe('damage', () => {
  it('is told of the state and of a cursor as well', () => {
    open().append([batch('t', 1)], false);
    open().moveCursor('t', 'reader', () => 1);
    const consumers = directory.at('topics', 't', 'consumers');
    expect(readdirSync(consumers)).toEqual(['reader.json']);
    writeFileSync(`${consumers}/reader.json`, '{}');
    expect(() => open().cursor('t', 'reader')).toThrow(expect.objectContaining({code: 'STORE_CORRUPT'}));
    writeFileSync(directory.at('topics', 't', 'state.json'), '\0\0');
    for (const ask of [() => open().state('t'), () => open().states(), () => all(open())])
      expect(ask).toThrow(/state\.json: it is not the state of a topic/);
  });
});
