/**
 * The log in one SQLite database, the default. A group of appends is one immediate transaction, which reads the heads it
 * moves, so that any number of processes may append: ids stay without gaps whoever dies when. A subscriber in another
 * process is woken when the write-ahead log is touched, which an append does once it can be seen.
 */
import {statSync, utimesSync} from 'node:fs';

import {hasCode} from '../../base/index.ts';
import {ChangeWatch, syncFile, syncFileInBackground, systemClock} from '../../platform/index.ts';
import {
  type Connection,
  EVENTS_SCHEMA,
  explainStoreError,
  type NewEntryRow,
  openForWriting,
  type Statement,
  type TopicRow,
  type TopicStore,
  topicStore,
} from '../../store/index.ts';
import {entryHash, newChain} from '../stored/chain.ts';
import type {Appended, Batch, LogStore, TopicState} from '../stored/log-store.ts';
import {type Slice, slicesOf} from '../stored/slice.ts';
import type {StoredEntry} from '../stored/stored-entry.ts';

/** So many entries go away in one transaction: for longer nobody else could append. */
const COMPACT_STEP = 10_000;
/** So many are measured at once. */
const MEASURE_STEP = 1000;

export class SqliteStore implements LogStore {
  readonly backend = 'sqlite';
  readonly location: string;
  readonly #db: Connection;
  readonly #store: TopicStore;
  readonly #checkpoint: Statement<[], {busy: number}>;

  /** Makes the database, whose directory must exist. `isDurable`: a transaction waits until it is on the disk. */
  constructor(path: string, isDurable: boolean) {
    this.location = path;
    this.#db = openForWriting(path, EVENTS_SCHEMA);
    // SQLite's own waiting blocks this program, so it is short; the queue asks again.
    this.#db.exec('PRAGMA busy_timeout = 20');
    if (isDurable) this.#db.exec('PRAGMA synchronous = FULL');
    this.#store = topicStore(this.#db);
    this.#checkpoint = this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  append(batches: readonly Batch[], chain: boolean): Appended {
    try {
      const firstIds = this.#store.together(() => this.#appendAll(batches, chain));
      this.#wakeReaders();
      return {firstIds};
    } catch (error) {
      return {firstIds: [], error: this.#refused(error)};
    }
  }

  read(topic: string, after: number, limit: number, maxBytes: number): StoredEntry[] {
    return this.#explained(() => {
      const row = this.#store.topic(topic);
      if (row === undefined) return [];
      const page: StoredEntry[] = [];
      let bytes = 0;
      for (const {occurred_at_ms: occurredAtMs, ...rest} of this.#store.entriesAfter(row.id, after, limit)) {
        page.push({...rest, occurredAtMs});
        bytes += rest.payload.length;
        if (bytes >= maxBytes) break;
      }
      return page;
    });
  }

  state(topic: string): TopicState | undefined {
    const row = this.#explained(() => this.#store.topic(topic));
    return row === undefined ? undefined : stateOf(row);
  }

  states(): TopicState[] {
    return this.#explained(() => this.#store.topics().map(stateOf));
  }

  cursor(topic: string, consumer: string): number | undefined {
    return this.#explained(() => {
      const row = this.#store.topic(topic);
      return row === undefined ? undefined : this.#store.cursor(row.id, consumer);
    });
  }

  moveCursor(
    topic: string,
    consumer: string,
    decide: (current: number | undefined, state: TopicState | undefined) => number,
  ): number {
    return this.#together(() => {
      const row = this.#store.topic(topic);
      const current = row === undefined ? undefined : this.#store.cursor(row.id, consumer);
      const cursor = decide(current, row === undefined ? undefined : stateOf(row));
      const {id} = row ?? this.#store.addTopic(topic);
      this.#store.setCursor(id, consumer, cursor, systemClock.now());
      return cursor;
    });
  }

  slices(topic: string, after: number): Slice[] {
    return this.#explained(() => {
      const row = this.#store.topic(topic);
      return row === undefined ? [] : slicesOf(this.#store.sizesAfter(row.id, after, MEASURE_STEP));
    });
  }

  compactSome(topic: string, upTo: number): {removed: number; state: TopicState} | undefined {
    for (let step = COMPACT_STEP; ; step = Math.ceil(step / 10)) {
      try {
        return this.#compact(topic, upTo, step);
      } catch (error) {
        // On a full disk there may be room for less: what goes away makes room for the next.
        if (step === 1 || !hasCode(error, 'DISK_FULL')) throw error;
      }
    }
  }

  #compact(topic: string, upTo: number, step: number): {removed: number; state: TopicState} | undefined {
    return this.#together(() => {
      const row = this.#store.topic(topic);
      if (row === undefined) return undefined;
      const last = Math.min(upTo, row.head, row.first + step - 1);
      if (last < row.first) return {removed: 0, state: stateOf(row)};
      const [entry] = [...this.#store.entriesAfter(row.id, last - 1, 1)];
      const removed = this.#store.removeEntries(row.id, last);
      const moves = row.anchor_id !== null && last > row.anchor_id;
      const anchor = moves ? {anchor_id: last, anchor_hash: entry?.hash ?? row.anchor_hash} : {};
      const moved = {...row, ...anchor, first: last + 1};
      this.#store.setTopic(moved);
      return {removed, state: stateOf(moved)};
    });
  }

  /** Puts the write-ahead log into the database and empties it. Freed pages are used again by later entries. */
  reclaim(): boolean {
    return this.#explained(() => this.#checkpoint.get()?.busy === 0);
  }

  newWatch(): ChangeWatch {
    return new ChangeWatch();
  }

  watch(watch: ChangeWatch): boolean {
    return watch.point(`${this.location}-wal`);
  }

  sizeBytes(): number {
    return sizeOf(this.location) + sizeOf(`${this.location}-wal`);
  }

  sync(): void {
    syncFile(`${this.location}-wal`);
  }

  syncInBackground(): Promise<void> {
    return syncFileInBackground(`${this.location}-wal`);
  }

  close(): void {
    this.#db.close();
  }

  /** In words. What a refused transaction took of a full disk is given back first. */
  #refused(error: unknown): unknown {
    const explained = explainStoreError(this.location, error, EVENTS_SCHEMA);
    if (!hasCode(explained, 'DISK_FULL')) return explained;
    try {
      this.#checkpoint.get();
    } catch {
      // somebody reads, or the database itself has to grow: it stays as it is
    }
    return explained;
  }

  /**
   * SQLite writes the log before it makes the transaction visible in shared memory: a reader that is woken by that write
   * may look too early, and nothing would wake it again. So the log is touched once more.
   */
  #wakeReaders(): void {
    const seconds = systemClock.now() / 1000;
    try {
      utimesSync(`${this.location}-wal`, seconds, seconds);
    } catch {
      // The entries are in. Whoever looked too early is given them with the next ones.
    }
  }

  #appendAll(batches: readonly Batch[], chained: boolean): number[] {
    const topics = new Map<string, TopicRow>();
    const added: NewEntryRow[] = [];
    const firstIds = batches.map(({topic, entries}) => {
      const row = topics.get(topic) ?? this.#store.topic(topic) ?? this.#store.addTopic(topic);
      topics.set(topic, continued(row, entries, chained, added));
      return row.head + 1;
    });
    this.#store.addEntries(added);
    for (const row of topics.values()) this.#store.setTopic(row);
    return firstIds;
  }

  #together<T>(work: () => T): T {
    return this.#explained(() => this.#store.together(work));
  }

  #explained<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      throw this.#refused(error);
    }
  }
}

/** Adds the rows of these entries, and gives the topic as it is behind them. */
function continued(
  row: TopicRow,
  entries: Batch['entries'],
  chained: boolean,
  added: NewEntryRow[],
): TopicRow {
  let {head, chain} = stateOf(row);
  if (chained) chain ??= newChain(head);
  let headHash = chain?.headHash;
  for (const entry of entries) {
    head += 1;
    if (headHash !== undefined) headHash = entryHash(headHash, row.name, head, entry);
    const {kind, payload, headers, occurredAtMs} = entry;
    added.push({topicId: row.id, id: head, kind, payload, headers, occurredAtMs, hash: headHash ?? null});
  }
  if (chain === undefined || headHash === undefined) return {...row, head};
  return {...row, head, anchor_id: chain.anchorId, anchor_hash: chain.anchorHash, head_hash: headHash};
}

function sizeOf(path: string): number {
  return statSync(path, {throwIfNoEntry: false})?.size ?? 0;
}

function stateOf({name, head, first, anchor_id, anchor_hash, head_hash}: TopicRow): TopicState {
  const isChained = anchor_id !== null && anchor_hash !== null && head_hash !== null;
  const chain = isChained ? {anchorId: anchor_id, anchorHash: anchor_hash, headHash: head_hash} : undefined;
  return {topic: name, first, head, chain};
}
