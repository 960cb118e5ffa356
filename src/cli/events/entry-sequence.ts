/** Looks whether entries come one after the other as they were numbered, and says what did not come and why. */
import {StintError} from '../../base/index.ts';
import type {EventLog} from '../../event-log/index.ts';
import {say} from '../output/write.ts';

/** So many gaps are named in the end. */
const MOST_NAMED = 5;

export class EntrySequence {
  readonly #log: EventLog;
  readonly #topic: string;
  #expected: number;
  #named: string[] = [];
  #gaps = 0;

  /** `expected`: the id of the first entry that is to come. */
  constructor(log: EventLog, topic: string, expected: number) {
    this.#log = log;
    this.#topic = topic;
    this.#expected = expected;
  }

  /** Entries that came, in order. Says what was compacted away before them, and resolves with what else is missing. */
  async came(entries: readonly {readonly id: number}[]): Promise<string[]> {
    const missing: string[] = [];
    for (const {id} of entries) {
      if (id > this.#expected) missing.push(...(await this.#missing(this.#expected, id - 1)));
      this.#expected = Math.max(this.#expected, id + 1);
    }
    this.#gaps += missing.length;
    this.#named = [...this.#named, ...missing].slice(0, MOST_NAMED);
    return missing;
  }

  /** No further one came up to this id. */
  async endedAt(id: number): Promise<void> {
    await this.came([{id: id + 1}]);
  }

  /** Undefined when nothing that was not compacted away is missing. */
  get problem(): StintError | undefined {
    if (this.#gaps === 0) return undefined;
    const more = this.#gaps > MOST_NAMED ? ' and more' : '';
    return new StintError(
      'STORE_CORRUPT',
      `The topic ${this.#topic} lacks ${this.#named.join(', ')}${more}.`,
      {
        hint: `The others were printed. Run: stint events verify ${this.#topic}`,
      },
    );
  }

  /** None where all of these were compacted away. */
  async #missing(from: number, to: number): Promise<string[]> {
    const topics = await this.#log.topics();
    const first = topics.find(({topic}) => topic === this.#topic)?.first ?? 1;
    if (from < first)
      say(`${span(from, Math.min(to, first - 1))} of ${this.#topic}: compacted away before it was read`);
    return to < first ? [] : [span(Math.max(from, first), to)];
  }
}

function span(from: number, to: number): string {
  return from === to ? `entry ${from}` : `entries ${from} to ${to}`;
}
