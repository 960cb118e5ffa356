/** What a backend keeps and does: the rest of an event log is the same for all of them. Synchronous, and safe against other processes. */
import type {ChangeWatch} from '../../platform/index.ts';
import type {Chain} from './chain.ts';
import type {Slice} from './slice.ts';
import type {StoredEntry, Unnumbered} from './stored-entry.ts';

export interface TopicState {
  readonly topic: string;
  /** Id of the oldest entry that was not compacted away; `head + 1` when there is none. */
  readonly first: number;
  /** The newest id that was ever given; 0 before the first. */
  readonly head: number;
  readonly chain: Chain | undefined;
}

/** Entries of one topic that go in together or not at all. */
export interface Batch {
  readonly topic: string;
  readonly entries: readonly Unnumbered[];
}

export interface Appended {
  /** The first id of each batch that went in: the first batches, in order. */
  readonly firstIds: readonly number[];
  /** Why the others did not. */
  readonly error?: unknown;
}

export interface LogStore {
  readonly backend: string;
  readonly location: string | null;
  /** `chain` begins a chain in every topic of these that has none. A topic that has one is chained whoever appends. */
  append(batches: readonly Batch[], chain: boolean): Appended;
  /** Entries after an id, ascending: at most `limit`, and no further one once they have `maxBytes` bytes. */
  read(topic: string, after: number, limit: number, maxBytes: number): StoredEntry[];
  state(topic: string): TopicState | undefined;
  states(): TopicState[];
  cursor(topic: string, consumer: string): number | undefined;
  /** Puts the cursor where `decide` says, given where it is; nobody else moves it in between. */
  moveCursor(
    topic: string,
    consumer: string,
    decide: (current: number | undefined, state: TopicState | undefined) => number,
  ): number;
  /** Some slices behind an id, ascending and without gaps; none only where there is no entry. */
  slices(topic: string, after: number): Slice[];
  /** Removes the oldest entries up to `upTo`, perhaps only some of them at once; undefined without such a topic. */
  compactSome(
    topic: string,
    upTo: number,
  ): {readonly removed: number; readonly state: TopicState} | undefined;
  /** Gives room back to the disk. False when somebody's reading kept it from that. */
  reclaim(): boolean;
  /** Points a watch at what changes when the topic grows; true when it must be looked at once more before waiting. */
  watch(watch: ChangeWatch, topic: string): boolean;
  /** A watch for `watch`. */
  newWatch(): ChangeWatch;
  sizeBytes(): number | null;
  /** Returns when what was appended is on the disk. */
  sync(): void;
  /** The same without keeping this program waiting. */
  syncInBackground(): Promise<void>;
  close(): void;
}
