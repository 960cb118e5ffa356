/**
 * The log in files: a directory for every topic, in it the entries as a journal of JSON lines (`log.jsonl`,
 * `log-000001.jsonl`, …), `state.json` for what they cannot tell, the cursors of consumers, and a lock that dies with its
 * holder. Any number of processes append, read, acknowledge and compact, and any of them may be killed at any moment:
 *
 * - A batch is one write. One that did not get in whole is none to a reader, and the next writer cuts it off.
 * - The head and the chain's last hash are those of the last line, so nothing else has to be written with an entry.
 * - `state.json` and the cursors are replaced as a whole, under the lock; steps of compaction are told in `compaction.ts`.
 *
 * After a failed sync with `isDurable` nothing more is taken: what the system says of that file is not to be trusted.
 */
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {hasCode} from '../../../base/index.ts';
import {ChangeWatch, makeDirectories, PRIVATE_DIRECTORY} from '../../../platform/index.ts';
import type {Appended, Batch, LogStore, TopicState} from '../../stored/log-store.ts';
import type {Slice} from '../../stored/slice.ts';
import type {StoredEntry} from '../../stored/stored-entry.ts';
import {type DiskCalls, NODE_DISK} from './disk-calls.ts';
import {TopicLog} from './topic-log.ts';
import {topicNames} from './topic-names.ts';
import {topicsDirectory} from './topic-paths.ts';
import {SEGMENT_BYTES} from './topic-writer.ts';
import {Unsynced} from './unsynced.ts';

/** Topics whose files are open at once: each takes three descriptors. */
const MOST_OPEN = 64;

export interface FileStoreOptions {
  /** Size in bytes from which a segment is full. Default 16 MiB. */
  readonly segmentBytes?: number;
  readonly disk?: DiskCalls;
}

export class FileStore implements LogStore {
  readonly backend = 'file';
  readonly location: string;
  readonly #isDurable: boolean;
  readonly #segmentBytes: number;
  readonly #disk: DiskCalls;
  /** The one that was used last is the last. */
  readonly #topics = new Map<string, TopicLog>();
  readonly #unsynced: Unsynced;
  /** Topics that were compacted and whose segments could not be removed. */
  readonly #unreclaimed = new Set<string>();
  #failure: unknown;

  /** Makes the directory where there is none. `isDurable`: an append waits until it is on the disk. */
  constructor(
    directory: string,
    isDurable: boolean,
    {segmentBytes = SEGMENT_BYTES, disk = NODE_DISK}: FileStoreOptions = {},
  ) {
    this.location = directory;
    this.#isDurable = isDurable;
    this.#segmentBytes = segmentBytes;
    this.#disk = disk;
    this.#unsynced = new Unsynced(disk);
    makeDirectories(topicsDirectory(directory), PRIVATE_DIRECTORY);
  }

  append(batches: readonly Batch[], chain: boolean): Appended {
    if (this.#failure !== undefined) return {firstIds: [], error: this.#failure};
    const firstIds: number[] = [];
    for (const run of runsOfOneTopic(batches)) {
      const appended = this.#topic(run.topic).append(run.batches, chain, file =>
        this.#unsynced.written(file),
      );
      firstIds.push(...appended.firstIds);
      if (appended.error !== undefined) return this.#synced({firstIds, error: appended.error});
    }
    return this.#synced({firstIds});
  }

  read(topic: string, after: number, limit: number, maxBytes: number): StoredEntry[] {
    return this.#topic(topic).read(after, limit, maxBytes);
  }

  state(topic: string): TopicState | undefined {
    return this.#topic(topic).state();
  }

  states(): TopicState[] {
    const states = topicNames(this.location).map(topic => this.state(topic));
    return states.filter(state => state !== undefined);
  }

  cursor(topic: string, consumer: string): number | undefined {
    return this.#topic(topic).cursor(consumer);
  }

  moveCursor(
    topic: string,
    consumer: string,
    decide: (current: number | undefined, state: TopicState | undefined) => number,
  ): number {
    return this.#topic(topic).moveCursor(consumer, decide);
  }

  slices(topic: string, after: number): Slice[] {
    return this.#topic(topic).slices(after);
  }

  compactSome(
    topic: string,
    upTo: number,
  ): {readonly removed: number; readonly state: TopicState} | undefined {
    this.#unreclaimed.add(topic);
    return this.#topic(topic).compact(upTo);
  }

  reclaim(): boolean {
    for (const topic of this.#unreclaimed) {
      if (this.#topic(topic).isReclaimed()) this.#unreclaimed.delete(topic);
    }
    return this.#unreclaimed.size === 0;
  }

  newWatch(): ChangeWatch {
    return new ChangeWatch();
  }

  watch(watch: ChangeWatch, topic: string): boolean {
    return this.#topic(topic).watch(watch);
  }

  sizeBytes(): number {
    return bytesBelow(topicsDirectory(this.location));
  }

  sync(): void {
    this.#unsynced.sync();
  }

  syncInBackground(): Promise<void> {
    return this.#unsynced.syncInBackground();
  }

  close(): void {
    for (const topic of this.#topics.values()) topic.close();
    this.#topics.clear();
  }

  #synced(appended: Appended): Appended {
    if (!this.#isDurable || appended.firstIds.length === 0) return appended;
    try {
      this.#unsynced.sync();
      return appended;
    } catch (error) {
      this.#failure = error;
      return {firstIds: [], error};
    }
  }

  #topic(topic: string): TopicLog {
    const {location: directory} = this;
    const log =
      this.#topics.get(topic) ??
      new TopicLog({
        directory,
        topic,
        isDurable: this.#isDurable,
        segmentBytes: this.#segmentBytes,
        disk: this.#disk,
      });
    this.#topics.delete(topic);
    this.#topics.set(topic, log);
    for (const [name, oldest] of this.#topics) {
      if (this.#topics.size <= MOST_OPEN) break;
      oldest.close();
      this.#topics.delete(name);
    }
    return log;
  }
}

interface Run {
  readonly topic: string;
  readonly batches: Batch[];
}

/** Batches in a row that go to the same topic go in together. */
function runsOfOneTopic(batches: readonly Batch[]): Run[] {
  const runs: Run[] = [];
  for (const batch of batches) {
    const last = runs.at(-1);
    if (last?.topic === batch.topic) last.batches.push(batch);
    else runs.push({topic: batch.topic, batches: [batch]});
  }
  return runs;
}

function bytesBelow(directory: string): number {
  try {
    let bytes = 0;
    for (const entry of readdirSync(directory, {withFileTypes: true})) {
      const path = join(directory, entry.name);
      bytes += entry.isDirectory() ? bytesBelow(path) : (statSync(path, {throwIfNoEntry: false})?.size ?? 0);
    }
    return bytes;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0; // removed this moment
    throw error;
  }
}
