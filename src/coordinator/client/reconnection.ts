/** For who goes on without a coordinator: one search for all who miss it at the same time, until there is one again. */
import {codeOf, fired} from '../../base/index.ts';
import type {Client} from './client.ts';
import {type RetryPolicy, retry} from './retry.ts';

/** Every try starts coordinators for seconds, so the rest between two grows. */
const ABSENT: RetryPolicy = {restMs: 2000, longestRestMs: 60_000};

/** What the client says when no coordinator can be had at present. */
const WITHOUT_COORDINATOR = new Set(['COORDINATOR_UNREACHABLE', 'CONNECTION_CLOSED', 'DISK_FULL', 'TIMEOUT']);

export class Reconnection {
  readonly #client: Client;
  readonly #ending: AbortSignal;
  readonly #onMissing: () => void;
  #reached: AbortSignal | undefined;

  /** `ending` ends everything; `onMissing` is called when a search begins. */
  constructor(client: Client, ending: AbortSignal, onMissing: () => void) {
    this.#client = client;
    this.#ending = ending;
    this.#onMissing = onMissing;
  }

  /**
   * Does the work, again and again while no coordinator can be had; in between `meanwhile`, until its signal says that one is
   * connected, or the end. Resolves with what the work resolved with, at the end with undefined; rejects with any other failure.
   */
  async through<T>(
    work: () => Promise<T>,
    meanwhile: (reached: AbortSignal) => Promise<unknown> = fired,
  ): Promise<T | undefined> {
    while (!this.#ending.aborted) {
      try {
        return await work();
      } catch (error) {
        if (this.#ending.aborted) break;
        if (!WITHOUT_COORDINATOR.has(codeOf(error) ?? '')) throw error;
      }
      await meanwhile(AbortSignal.any([this.#ending, this.#search()]));
    }
    return undefined;
  }

  /** A signal that fires when a coordinator is connected, or at the end. */
  #search(): AbortSignal {
    if (this.#reached !== undefined) return this.#reached;
    const reached = new AbortController();
    this.#reached = reached.signal;
    this.#onMissing();
    const connecting = retry(() => this.#client.connect(), {
      policy: ABSENT,
      passes: () => true,
      failures: 1,
      signal: this.#ending,
    });
    void connecting
      .catch(() => undefined) // the end
      .then(() => {
        this.#reached = undefined;
        reached.abort();
      });
    return reached.signal;
  }
}
