import {setImmediate} from 'node:timers/promises';
import type {Verification} from '../event-log.ts';
import {entryHash} from './chain.ts';
import type {LogStore, TopicState} from './log-store.ts';
import {type StoredEntry, toEntry} from './stored-entry.ts';

const PAGE_ENTRIES = 1000;
const PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Goes through a topic from its anchor to its head as they were at the beginning. Entries that are compacted away meanwhile
 * are passed over. `ask` puts a question to the store, and again while that is busy.
 */
export async function verifyTopic(
  store: LogStore,
  topic: string,
  ask: <T>(question: () => T) => Promise<T>,
): Promise<Verification> {
  const stateNow = (): Promise<TopicState | undefined> => ask(() => store.state(topic));
  const state = await stateNow();
  if (state === undefined) return {ok: true, checked: 0, chained: false};
  const walk = new Walk(state);
  let after = 0; // what stands before the first entry was put there by somebody else
  for (;;) {
    const page = await ask(() => store.read(topic, after, PAGE_ENTRIES, PAGE_BYTES));
    // Read after the page, so nothing that is in it can be newer.
    const now = (await stateNow()) ?? state;
    for (const entry of page) {
      const fault = walk.faultOf(entry, now);
      if (fault !== undefined) return fault;
      after = entry.id;
    }
    if (page.length === 0 || after > state.head) return walk.end(now);
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

  /** Undefined when the entry is what it should be, or was appended meanwhile. `now`: the topic after the entry was read. */
  faultOf(entry: StoredEntry, now: TopicState): Verification | undefined {
    if (entry.id > now.head) return this.#missing(now) ?? this.#fault(entry.id, 'it was inserted');
    if (entry.id > this.#state.head) return undefined;
    if (entry.id < this.#expected) return this.#fault(entry.id, 'it was inserted');
    if (entry.id > this.#expected) {
      if (entry.id > now.first) return this.#fault(Math.max(this.#expected, now.first), 'it is missing');
      this.#previous = now.chain?.anchorId === entry.id - 1 ? now.chain.anchorHash : undefined;
    }
    if (!this.#isTrue(entry)) return this.#fault(entry.id, 'it is not what was appended');
    if (!isReadable(entry)) return this.#fault(entry.id, 'it cannot be read');
    this.#expected = entry.id + 1;
    this.#checked += 1;
    return undefined;
  }

  end(now: TopicState): Verification {
    const missing = this.#missing(now);
    if (missing !== undefined) return missing;
    const {head, chain} = this.#state;
    const isWhole = this.#expected === head + 1 && this.#previous !== undefined;
    if (chain !== undefined && isWhole && this.#previous !== chain.headHash)
      return this.#fault(head, 'it is not what was appended');
    return {ok: true, checked: this.#checked, chained: chain !== undefined};
  }

  #missing(now: TopicState): Verification | undefined {
    const next = Math.max(this.#expected, now.first);
    return next <= this.#state.head ? this.#fault(next, 'it is missing') : undefined;
  }

  #isTrue(entry: StoredEntry): boolean {
    const {topic, chain} = this.#state;
    if (chain === undefined || entry.id <= chain.anchorId) return true;
    const previous = this.#previous;
    this.#previous = entry.hash ?? undefined;
    if (entry.hash === null) return false;
    return previous === undefined || entryHash(previous, topic, entry.id, entry) === entry.hash;
  }

  #fault(id: number, reason: string): Verification {
    return {ok: false, checked: this.#checked, chained: this.#state.chain !== undefined, id, reason};
  }
}

function isReadable(entry: StoredEntry): boolean {
  try {
    toEntry(entry);
    return true;
  } catch {
    return false; // reading it tells why
  }
}
