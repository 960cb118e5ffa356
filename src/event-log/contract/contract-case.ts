/** What a backend has to offer to be put to the test, and what a case works with. */
import assert from 'node:assert/strict';

import type {EventLog, LogEntry, NewEntry} from '../event-log.ts';

/** How a case wants its log opened. */
export interface Asked {
  /** Whether the topics that are appended to are to be chained from now on. Never true unless `chains` is. */
  readonly chain: boolean;
}

/** Leave out what the backend does not offer: the cases that need it are left out then. */
export interface ContractOptions {
  /** A new log without topics, somewhere of its own. Each case opens one and closes it. */
  open(asked: Asked): Promise<EventLog>;
  /**
   * Opens the place of `log` again. `log` has been closed, or its program is taken to be gone: it is not used any more. For
   * a backend that keeps what it has.
   */
  reopen?: ((log: EventLog, asked: Asked) => Promise<EventLog>) | undefined;
  /** Opens the place of `log` once more, as another process would, while `log` goes on. */
  second?: ((log: EventLog, asked: Asked) => Promise<EventLog>) | undefined;
  /** Whether the backend can chain entries. Default false. */
  readonly chains?: boolean | undefined;
}

/** One thing that an event log has to do. */
export interface ContractCase {
  /** A sentence that tells what it does. */
  readonly name: string;
  /** Rejects with an `AssertionError`, or with what the log said, when it does not. */
  run(): Promise<void>;
}

export type Need = 'reopen' | 'second' | 'chain';

export interface CaseDefinition {
  readonly name: string;
  readonly needs?: readonly Need[];
  run(bench: Bench): Promise<void>;
}

/** No case waits longer than this for an entry. */
const PATIENCE_MS = 15_000;

/** The logs of one case. */
export class Bench {
  readonly #options: ContractOptions;
  readonly #opened: EventLog[] = [];

  constructor(options: ContractOptions) {
    this.#options = options;
  }

  open({chain = false}: Partial<Asked> = {}): Promise<EventLog> {
    return this.#keep(this.#options.open({chain}));
  }

  reopen(log: EventLog, {chain = false}: Partial<Asked> = {}): Promise<EventLog> {
    assert(this.#options.reopen, 'the case needs reopen');
    return this.#keep(this.#options.reopen(log, {chain}));
  }

  second(log: EventLog, {chain = false}: Partial<Asked> = {}): Promise<EventLog> {
    assert(this.#options.second, 'the case needs second');
    return this.#keep(this.#options.second(log, {chain}));
  }

  async close(): Promise<void> {
    for (const log of this.#opened.splice(0)) await log.close();
  }

  async #keep(opening: Promise<EventLog>): Promise<EventLog> {
    const log = await opening;
    this.#opened.push(log);
    return log;
  }
}

/** An entry whose payload tells it from others. */
export function entry(payload: NewEntry['payload']): NewEntry {
  return {kind: 'counted', payload};
}

/** Entries with the payloads `from` to `to`. */
export function numbered(from: number, to: number): NewEntry[] {
  return Array.from({length: to + 1 - from}, (_, at) => entry(from + at));
}

/** The whole numbers `from` to `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({length: Math.max(0, to + 1 - from)}, (_, at) => from + at);
}

export function idsOf(entries: readonly LogEntry[]): number[] {
  return entries.map(({id}) => id);
}

/** Everything in a topic, read page by page. */
export async function readAll(log: EventLog, topic: string, after = 0): Promise<LogEntry[]> {
  const all: LogEntry[] = [];
  for (;;) {
    const page = await log.readRange(topic, {after: all.at(-1)?.id ?? after});
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** The next entries of a subscription, however long it has waited for them, up to a limit. */
export async function take(subscription: AsyncIterator<LogEntry>, count: number): Promise<LogEntry[]> {
  const taken: LogEntry[] = [];
  while (taken.length < count) {
    const {done, value} = await soon(subscription.next(), `entry ${taken.length + 1} of ${count}`);
    if (done === true) assert.fail(`the subscription ended after ${taken.length} of ${count} entries`);
    taken.push(value);
  }
  return taken;
}

/** That a subscription ends, and without a further entry. */
export async function ends(subscription: AsyncIterator<LogEntry>): Promise<void> {
  assert.deepEqual(await soon(subscription.next(), 'the end of the subscription'), {
    done: true,
    value: undefined,
  });
}

/** Rejects when it takes too long. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({message: `${what} did not come within ${PATIENCE_MS} ms`})),
      PATIENCE_MS,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** That a call is refused with an error whose code is `USAGE`, whether it throws or rejects. */
export async function refused(call: () => unknown): Promise<void> {
  await assert.rejects(async () => await call(), {code: 'USAGE'});
}
