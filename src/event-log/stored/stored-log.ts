/** The event log over a store: checks what comes in, groups appends, pages what goes out, and wakes who waits. */
import {setImmediate} from 'node:timers/promises';
import {debuglog} from 'node:util';

import {counted, isCount, reasonOf, StintError} from '../../base/index.ts';
import {BackgroundSync, type Durability, emitWarning, onProcessEnd} from '../../platform/index.ts';
import {nextCursor} from '../cursor.ts';
import type {
  AckOptions,
  CompactReport,
  EventLog,
  LogDescription,
  LogEntry,
  NewEntry,
  ReadOptions,
  SubscribeOptions,
  TopicInfo,
  Verification,
} from '../event-log.ts';
import {checkConsumer, checkTopic} from '../topic.ts';
import {AppendQueue} from './append-queue.ts';
import type {LogStore, TopicState} from './log-store.ts';
import {patiently} from './patience.ts';
import type {Slice} from './slice.ts';
import {type StoredEntry, toEntry, toStored} from './stored-entry.ts';
import {subscription} from './subscription.ts';
import {verifyTopic} from './verify.ts';

/** What a range is read of at most at once, in bytes of payloads: two pages of it are in memory. */
const RANGE_BYTES = 8 * 1024 * 1024;
const DEFAULT_LIMIT = 1000;
const debug = debuglog('stint');

export interface StoredLogOptions {
  readonly store: LogStore;
  readonly chain: boolean;
  readonly durability: Durability;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly monotonic: () => number;
}

export class StoredLog implements EventLog {
  readonly #store: LogStore;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #queue: AppendQueue;
  readonly #sync: BackgroundSync;
  readonly #isSyncedAtEnd: boolean;
  readonly #end = new AbortController();
  readonly #forgetProcess: () => void;
  #closing: Promise<void> | undefined;
  #isStoreClosed = false;

  constructor({store, chain, durability, now, monotonic}: StoredLogOptions) {
    this.#store = store;
    this.#now = now;
    this.#monotonic = monotonic;
    this.#sync = new BackgroundSync({
      durability,
      sync: () => store.sync(),
      syncInBackground: () => store.syncInBackground(),
      onDone: notSynced,
    });
    this.#isSyncedAtEnd = durability !== 'none';
    this.#queue = new AppendQueue({
      append: batches => store.append(batches, chain),
      monotonic,
      onAppended: () => this.#sync.changed(),
      onLeftAtEnd: (entries, error) =>
        this.#warn(
          `${counted(entries, 'entry', 'entries')} could not be appended before the process ended`,
          error,
        ),
    });
    this.#forgetProcess = onProcessEnd(() => this.#writeNow());
  }

  async append(topic: string, entry: NewEntry): Promise<number> {
    this.#check(topic);
    return await this.#queue.add({topic, entries: [toStored(entry, this.#now())]});
  }

  async appendMany(topic: string, entries: readonly NewEntry[]): Promise<number[]> {
    this.#check(topic);
    if (!Array.isArray(entries))
      throw new StintError('USAGE', 'What was to be appended is no list of entries.');
    if (entries.length === 0) return [];
    const nowMs = this.#now();
    const first = await this.#queue.add({topic, entries: entries.map(entry => toStored(entry, nowMs))});
    return entries.map((_, at) => first + at);
  }

  async readRange(topic: string, {after = 0, limit = DEFAULT_LIMIT}: ReadOptions = {}): Promise<LogEntry[]> {
    this.#check(topic);
    checkId('after', after);
    checkId('limit', limit);
    if (limit === 0) return [];
    return wholeEntries(await this.#ask(() => this.#store.read(topic, after, limit, RANGE_BYTES)));
  }

  subscribe(topic: string, {after = 0, signal}: SubscribeOptions = {}): AsyncIterableIterator<LogEntry> {
    this.#check(topic);
    checkId('after', after);
    const ends = signal === undefined ? [this.#end.signal] : [this.#end.signal, signal];
    return subscription({store: this.#store, topic, after, ends, monotonic: this.#monotonic});
  }

  async ack(
    topic: string,
    consumer: string,
    upTo: number,
    {force = false}: AckOptions = {},
  ): Promise<number> {
    this.#check(topic);
    checkConsumer(consumer);
    checkId('upTo', upTo);
    const cursor = await this.#ask(() =>
      this.#store.moveCursor(topic, consumer, (current, state) =>
        nextCursor({current, upTo, latest: state?.head ?? 0, force}),
      ),
    );
    this.#sync.changed();
    return cursor;
  }

  async consumerCursor(topic: string, consumer: string): Promise<number | undefined> {
    this.#check(topic);
    checkConsumer(consumer);
    return await this.#ask(() => this.#store.cursor(topic, consumer));
  }

  async latest(topic: string): Promise<number> {
    this.#check(topic);
    return (await this.#ask(() => this.#store.state(topic)))?.head ?? 0;
  }

  async compact(topic: string, upTo: number): Promise<CompactReport> {
    this.#check(topic);
    checkId('upTo', upTo);
    let removed = 0;
    let state: TopicState | undefined;
    for (;;) {
      const step = await this.#ask(() => this.#store.compactSome(topic, upTo));
      state = step?.state;
      removed += step?.removed ?? 0;
      if (state === undefined || state.first > Math.min(upTo, state.head)) break;
      await setImmediate(); // others have their turn between two parts of a long one
    }
    if (removed > 0) this.#sync.changed();
    const {first = 1, head = 0} = state ?? {};
    return {removed, remaining: head + 1 - first, latest: head, checkpointed: this.#store.reclaim()};
  }

  /** All slices of a topic, a few at a time. Not part of the port: for who keeps this program's own log small. */
  async slices(topic: string): Promise<Slice[]> {
    this.#check(topic);
    const all: Slice[] = [];
    for (;;) {
      const some = await this.#ask(() => this.#store.slices(topic, all.at(-1)?.upTo ?? 0));
      if (some.length === 0) return all;
      all.push(...some);
      await setImmediate();
    }
  }

  async topics(): Promise<TopicInfo[]> {
    this.#checkOpen();
    const states = await this.#ask(() => this.#store.states());
    return states.map(({topic, first, head, chain}) => ({
      topic,
      first,
      latest: head,
      chained: chain !== undefined,
    }));
  }

  async describe(): Promise<LogDescription> {
    this.#checkOpen();
    const {backend, location} = this.#store;
    return {
      backend,
      location,
      size_bytes: this.#store.sizeBytes(),
      topics: (await this.#ask(() => this.#store.states())).length,
      queued: this.#queue.length,
    };
  }

  async verify(topic: string): Promise<Verification> {
    this.#check(topic);
    return await verifyTopic(this.#store, topic, question => this.#ask(question));
  }

  async flush(): Promise<void> {
    this.#checkOpen();
    await this.#queue.idle();
    this.#sync.now();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end.abort();
    try {
      await this.#queue.idle();
      this.#syncLast();
    } finally {
      this.#forgetProcess();
      this.#isStoreClosed = true;
      this.#store.close();
    }
  }

  /** What this process appended is to outlive it. Nothing may be thrown at its end. */
  #writeNow(): void {
    this.#queue.writeNow();
    try {
      this.#syncLast();
    } catch (error) {
      this.#warn('the newest entries are perhaps not on the disk', error);
    }
  }

  #syncLast(): void {
    this.#sync.close();
    if (this.#isSyncedAtEnd) this.#sync.now();
  }

  #warn(what: string, error: unknown): void {
    const place = this.#store.location ?? 'in memory';
    emitWarning(`The event log ${place}: ${what}: ${reasonOf(error)}`, 'StintEventLogWarning');
  }

  /** Asks the store, again while it is busy. */
  #ask<T>(question: () => T): Promise<T> {
    return patiently(() => {
      if (this.#isStoreClosed) throw closed();
      return question();
    }, this.#monotonic);
  }

  #check(topic: string): void {
    checkTopic(topic);
    this.#checkOpen();
  }

  #checkOpen(): void {
    if (this.#end.signal.aborted) throw closed();
  }
}

/** In the background it is tried again in a second, and `flush` throws. */
function notSynced(error: unknown): void {
  if (error !== undefined) debug('the event log could not be brought to the disk: %s', reasonOf(error));
}

function closed(): StintError {
  return new StintError('USAGE', 'The event log has been closed.');
}

function checkId(what: string, value: number): void {
  if (isCount(value)) return;
  throw new StintError('USAGE', `${what} is ${String(value)}, not a whole number from 0.`);
}

/** Those before the first that is damaged; throws where that is the first of all. */
function wholeEntries(stored: readonly StoredEntry[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const each of stored) {
    try {
      entries.push(toEntry(each));
    } catch (error) {
      if (entries.length === 0) throw error;
      break; // told to whoever asks for what is behind them
    }
  }
  return entries;
}
