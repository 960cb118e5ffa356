/**
 * The port of the event log: topics, each a totally ordered stream of entries with ids from 1, that many processes append
 * to, follow, acknowledge and compact. Every backend passes the suite in `contract/`; so can one of yours.
 */
import type {Json} from '../base/index.ts';

/** What is appended. */
export interface NewEntry {
  /** What it is, for whoever filters; not blank. Here and in what follows U+FFFD is kept for half a surrogate pair. */
  readonly kind: string;
  /** A number that JSON cannot hold (Infinity, NaN) is refused. */
  readonly payload: Json;
  /** Given back in the order of their names. */
  readonly headers?: {readonly [name: string]: string};
  /** When it happened, Unix milliseconds. Default: now. */
  readonly occurred_at_ms?: number;
}

/** What is read. */
export interface LogEntry extends Required<NewEntry> {
  /** From 1, without gaps, never given twice in a topic: not even when all was compacted. */
  readonly id: number;
  /** In a chained topic: SHA-256 of the entry and of the hash before it, in hex. */
  readonly hash?: string;
}

export interface ReadOptions {
  /** Only entries with a higher id. Default 0: from the oldest that is there. */
  readonly after?: number;
  /** At most so many. Default 1000. */
  readonly limit?: number;
}

export interface SubscribeOptions {
  /** Begin behind this id. Default 0: with the oldest that is there. */
  readonly after?: number;
  /** Ends the subscription, without an error. */
  readonly signal?: AbortSignal | undefined;
}

export interface AckOptions {
  /** Lets a cursor go back, so that the consumer is given entries anew. */
  readonly force?: boolean;
}

export interface CompactReport {
  /** Entries that went away. */
  readonly removed: number;
  readonly remaining: number;
  /** The newest id that was ever given in the topic; 0 before the first. */
  readonly latest: number;
  /** Whether the room on the disk was given back, as far as it could be. */
  readonly checkpointed: boolean;
}

export interface TopicInfo {
  readonly topic: string;
  /** Id of the oldest entry that is there; `latest + 1` when there is none. */
  readonly first: number;
  readonly latest: number;
  readonly chained: boolean;
}

export type BackendName = 'memory' | 'file' | 'sqlite';

export interface LogDescription {
  readonly backend: string;
  /** Path of the database or directory; null where there is none. */
  readonly location: string | null;
  /** On the disk; null where there is none. */
  readonly size_bytes: number | null;
  readonly topics: number;
  /** Entries that were handed over and are not in the log yet. */
  readonly queued: number;
}

export type Verification =
  | {readonly ok: true; readonly checked: number; readonly chained: boolean}
  | {
      readonly ok: false;
      readonly checked: number;
      readonly chained: boolean;
      /** The first entry that is altered, missing or inserted. */
      readonly id: number;
      readonly reason: string;
    };

/** Every method rejects, `subscribe` throws, with a `StintError`: `USAGE` for what cannot be, `BUSY`, `DISK_FULL`, `STORE_CORRUPT`, … */
export interface EventLog {
  /** Resolves with the entry's id when it is in the log. Entries appended in one turn of the event loop go in together, in order. */
  append(topic: string, entry: NewEntry): Promise<number>;
  /** All of them or none, with ids in a row. */
  appendMany(topic: string, entries: readonly NewEntry[]): Promise<number[]>;
  /** Ascending; fewer than asked for where the entries are large, none only when there is none. */
  readRange(topic: string, options?: ReadOptions): Promise<LogEntry[]>;
  /**
   * What is there, then what comes, whoever appends it, each entry once and in order. A subscriber that is slow is never
   * cut off and costs no memory: it is given what it has not seen out of the log. Entries that are compacted away before
   * it comes to them are passed over.
   */
  subscribe(topic: string, options?: SubscribeOptions): AsyncIterableIterator<LogEntry>;
  /** Tells that a consumer is done with all entries up to an id. Goes forward only, unless forced. Resolves with where its cursor is then. */
  ack(topic: string, consumer: string, upTo: number, options?: AckOptions): Promise<number>;
  /** Undefined for a consumer that never acknowledged anything. */
  consumerCursor(topic: string, consumer: string): Promise<number | undefined>;
  /** The newest id that was given; 0 before the first. */
  latest(topic: string): Promise<number>;
  /** Removes every entry up to an id. Ids go on; a chain still verifies. */
  compact(topic: string, upTo: number): Promise<CompactReport>;
  topics(): Promise<TopicInfo[]>;
  describe(): Promise<LogDescription>;
  /** Looks at every entry of a topic: are all there, and, in a chained one, as they were appended? */
  verify(topic: string): Promise<Verification>;
  /** Resolves when everything handed over is in the log and on the disk. */
  flush(): Promise<void>;
  /** Ends the subscriptions, waits until everything handed over is in the log, and lets go of the files. Closing twice is allowed. */
  close(): Promise<void>;
}
