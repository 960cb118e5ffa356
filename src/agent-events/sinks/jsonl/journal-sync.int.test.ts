import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import type {JournalWriter} from '../../../journal/index.ts';
import type {Durability} from '../../../platform/index.ts';
import {JournalSync} from './journal-sync.ts';

const INTERVAL_MS = 1000;
const broken = new Error('broken');

let directory: string;
let file: string;
beforeEach(() => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
  directory = mkdtempSync(join(tmpdir(), 'stint-sync-'));
  file = join(directory, 'a.jsonl');
  writeFileSync(file, 'a\n');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, {recursive: true});
});

function syncing(durability: Durability) {
  const told: unknown[] = [];
  const sync = vi.fn();
  const journal: JournalWriter = {
    ...{lastLine: undefined, size: 0, file, identity: {dev: 0, ino: 0}, end: {segment: 0, offset: 0}, sync},
    ...{append: vi.fn(), takeUp: vi.fn(), close: vi.fn()},
  };
  const onDone = (error: unknown) => void told.push(error);
  return {sync, told, subject: new JournalSync({journal, durability, intervalMs: INTERVAL_MS, onDone})};
}

describe('a journal whose writer leaves the disk to the system', () => {
  it('is never brought to it', () => {
    const {sync, told, subject} = syncing('none');
    subject.wrote();
    subject.now();
    expect([sync.mock.calls.length, vi.getTimerCount(), told]).toEqual([0, 0, []]);
  });
});

describe('a journal that is brought to the disk at each write', () => {
  it('is there when the write is over, and not asked for again', () => {
    const {sync, told, subject} = syncing('each');
    subject.now();
    subject.wrote();
    subject.wrote();
    subject.now();
    expect(sync).toHaveBeenCalledTimes(2);
    expect(told).toEqual([undefined, undefined]);
  });

  it('is asked for again where the disk failed', () => {
    const {sync, told, subject} = syncing('each');
    sync.mockImplementationOnce(() => {
      throw broken;
    });
    subject.wrote();
    subject.now();
    subject.now();
    expect(sync).toHaveBeenCalledTimes(2);
    expect(told).toEqual([broken, undefined]);
  });
});

describe('a journal that is brought to the disk at intervals', () => {
  it('takes one request for all that was written, without waiting for it', async () => {
    const {sync, told, subject} = syncing('interval');
    for (let writes = 0; writes < 100; writes++) subject.wrote();
    vi.advanceTimersByTime(INTERVAL_MS - 1);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    await vi.waitUntil(() => told.length > 0);
    subject.now();
    expect(told).toEqual([undefined]);
    expect(sync).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    subject.wrote();
    expect(vi.getTimerCount()).toBe(1);
    subject.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is asked for again after a failure, although nothing more is written', async () => {
    const {told, subject} = syncing('interval');
    renameSync(file, `${file}.away`);
    subject.wrote();
    vi.advanceTimersByTime(INTERVAL_MS);
    await vi.waitUntil(() => told.length === 1 && vi.getTimerCount() === 1);
    expect(told).toEqual([expect.objectContaining({code: 'ENOENT'})]);
    renameSync(`${file}.away`, file);
    vi.advanceTimersByTime(INTERVAL_MS);
    await vi.waitUntil(() => told.length === 2);
    expect(told[1]).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is waited for where somebody must know, also while a request is under way', async () => {
    const {sync, told, subject} = syncing('interval');
    renameSync(file, `${file}.away`);
    subject.wrote();
    vi.advanceTimersByTime(INTERVAL_MS);
    subject.now();
    expect(sync).toHaveBeenCalledTimes(1);
    expect(told).toEqual([undefined]);
    // What becomes of that request concerns nobody any more; the next one comes when it is over.
    subject.wrote();
    await vi.waitUntil(() => vi.getTimerCount() === 1);
    expect(told).toEqual([undefined]);
  });

  it('tells nobody what became of a request after the end', async () => {
    const {told, subject} = syncing('interval');
    subject.wrote();
    vi.advanceTimersByTime(INTERVAL_MS);
    subject.close();
    const witness = syncing('interval');
    witness.subject.wrote();
    vi.advanceTimersByTime(INTERVAL_MS);
    await vi.waitUntil(() => witness.told.length === 1);
    expect(told).toEqual([]);
  });
});
