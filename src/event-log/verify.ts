import {setImmediate} from 'node:timers/promises';

import {entryHash} from './chain.ts';
import type {Verification} from './event-log.ts';
import type {LogStore, TopicState} from './log-store.ts';
import type {StoredEntry} from './stored-entry.ts';

const PAGE_ENTRIES = 1000;
const PAGE_BYTES = 8 * 1024 * 1024;

/** Goes through a topic from its anchor to its head as they were at the beginning. Entries that are compacted away meanwhile are passed over. */
export async function verifyTopic(store: LogStore, topic: string): Promise<Verification> {
  const state = store.state(topic);
  if (state === undefined) return {ok: true, checked: 0, chained: false};
  const walk = new Walk(state);
  let after = 0; // what stands before the first entry was put there by somebody else
  for (;;) {
    const page = store.read(topic, after, PAGE_ENTRIES, PAGE_BYTES);
    for (const entry of page) {
      if (entry.id > state.head) return walk.end();
      const fault = walk.faultOf(entry, () => store.state(topic)?.first ?? entry.id);
      if (fault !== undefined) return fault;
      after = entry.id;
    }
    if (page.length === 0) return walk.end();
    await setImmediate();
  }
}

class Walk {
  readonly #state: TopicState;
  #expected: number;
  /** Undefined where the chain has to be taken up anew, behind what was compacted meanwhile. */
  #previous: string | undefined;
  #checked = 0;

  constructor(state: TopicState) {
    this.#state = state;
    this.#expected = state.first;
    this.#previous = state.chain?.anchorHash;
  }

  /** Undefined when the entry is what it should be. */
  faultOf(entry: StoredEntry, firstNow: () => number): Verification | undefined {
    if (entry.id > this.#expected) {
      const first = firstNow();
      if (entry.id !== first) return this.#fault(this.#expected, 'it is missing');
      this.#previous = undefined;
    }
    if (entry.id < this.#expected) return this.#fault(entry.id, 'it was inserted');
    const {topic, chain} = this.#state;
    if (chain !== undefined && entry.id > chain.anchorId) {
      if (entry.hash === null) return this.#fault(entry.id, 'it has no hash');
      const isTrue =
        this.#previous === undefined || entryHash(this.#previous, topic, entry.id, entry) === entry.hash;
      if (!isTrue) return this.#fault(entry.id, 'it is not what was appended');
      this.#previous = entry.hash;
    }
    this.#expected = entry.id + 1;
    this.#checked += 1;
    return undefined;
  }

  end(): Verification {
    const {head, chain} = this.#state;
    if (this.#expected <= head) return this.#fault(this.#expected, 'it is missing');
    if (chain !== undefined && this.#previous !== undefined && this.#previous !== chain.headHash)
      return this.#fault(head, 'it is not what was appended');
    return {ok: true, checked: this.#checked, chained: chain !== undefined};
  }

  #fault(id: number, reason: string): Verification {
    return {ok: false, checked: this.#checked, chained: this.#state.chain !== undefined, id, reason};
  }
}
