/** A log that ends with its process: for tests, and where nothing is to stay. */
import {ChangeWatch} from '../../platform/index.ts';
import {entryHash, newChain} from '../stored/chain.ts';
import type {Appended, Batch, LogStore, TopicState} from '../stored/log-store.ts';
import {type Slice, slicesOf} from '../stored/slice.ts';
import type {StoredEntry} from '../stored/stored-entry.ts';

interface Topic {
  state: TopicState;
  /** From `state.first` on. */
  entries: StoredEntry[];
  readonly cursors: Map<string, number>;
}

export class MemoryStore implements LogStore {
  readonly backend = 'memory';
  readonly location = null;
  readonly #topics = new Map<string, Topic>();
  readonly #listeners = new Set<() => void>();

  append(batches: readonly Batch[], chain: boolean): Appended {
    const firstIds = batches.map(batch => this.#appendBatch(batch, chain));
    for (const listener of [...this.#listeners]) listener();
    return {firstIds};
  }

  read(topic: string, after: number, limit: number, maxBytes: number): StoredEntry[] {
    const {state, entries} = this.#topics.get(topic) ?? {};
    if (state === undefined || entries === undefined) return [];
    const page: StoredEntry[] = [];
    let bytes = 0;
    for (let at = Math.max(0, after + 1 - state.first); at < entries.length; at++) {
      const entry = entries[at];
      if (entry === undefined || page.length >= limit || bytes >= maxBytes) break;
      page.push(entry);
      bytes += entry.payload.length;
    }
    return page;
  }

  state(topic: string): TopicState | undefined {
    return this.#topics.get(topic)?.state;
  }

  states(): TopicState[] {
    return [...this.#topics.values()].map(({state}) => state).sort((a, b) => (a.topic < b.topic ? -1 : 1));
  }

  cursor(topic: string, consumer: string): number | undefined {
    return this.#topics.get(topic)?.cursors.get(consumer);
  }

  moveCursor(
    topic: string,
    consumer: string,
    decide: (current: number | undefined, state: TopicState | undefined) => number,
  ): number {
    const cursor = decide(this.cursor(topic, consumer), this.state(topic));
    this.#topicOf(topic).cursors.set(consumer, cursor);
    return cursor;
  }

  slices(topic: string, after: number): Slice[] {
    const entries = this.#topics.get(topic)?.entries ?? [];
    const behind = entries.filter(({id}) => id > after);
    return slicesOf(behind.map(entry => ({...entry, bytes: Buffer.byteLength(JSON.stringify(entry))})));
  }

  compactSome(topic: string, upTo: number): {removed: number; state: TopicState} | undefined {
    const kept = this.#topics.get(topic);
    if (kept === undefined) return undefined;
    const {first, head, chain} = kept.state;
    const last = Math.min(upTo, head);
    if (last < first) return {removed: 0, state: kept.state};
    const removed = kept.entries.splice(0, last + 1 - first);
    const anchorHash = removed.at(-1)?.hash ?? null;
    kept.state = {
      ...kept.state,
      first: last + 1,
      chain: chain === undefined || anchorHash === null ? chain : {...chain, anchorId: last, anchorHash},
    };
    return {removed: removed.length, state: kept.state};
  }

  reclaim(): boolean {
    return true;
  }

  newWatch(): ChangeWatch {
    return new ChangeWatch(onChange => {
      this.#listeners.add(onChange);
      return () => this.#listeners.delete(onChange);
    });
  }

  watch(): boolean {
    return false;
  }

  sizeBytes(): null {
    return null;
  }

  sync(): void {
    // there is no disk
  }

  syncInBackground(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#topics.clear();
  }

  #appendBatch({topic, entries}: Batch, chained: boolean): number {
    const kept = this.#topicOf(topic);
    let {head, chain} = kept.state;
    if (chained) chain ??= newChain(head);
    const firstId = head + 1;
    for (const entry of entries) {
      head += 1;
      const hash = chain === undefined ? null : entryHash(chain.headHash, topic, head, entry);
      if (chain !== undefined && hash !== null) chain = {...chain, headHash: hash};
      kept.entries.push({...entry, id: head, hash});
    }
    kept.state = {...kept.state, head, chain};
    return firstId;
  }

  #topicOf(topic: string): Topic {
    const kept = this.#topics.get(topic) ?? {
      state: {topic, first: 1, head: 0, chain: undefined},
      entries: [],
      cursors: new Map(),
    };
    this.#topics.set(topic, kept);
    return kept;
  }
}
