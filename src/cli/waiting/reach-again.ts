/** For who goes on without a coordinator: tells when there is one again. */
import {setTimeout as delay} from 'node:timers/promises';

import type {Client} from '../../coordinator/client/index.ts';

/** Every try starts coordinators for seconds, so the rest between two grows. */
const FIRST_REST_MS = 2000;
const LONGEST_REST_MS = 60_000;

/** Whether an error of the client says that no coordinator can be had at present. */
export function isWithoutCoordinator(code: string | undefined): boolean {
  return code !== undefined && WITHOUT_COORDINATOR.has(code);
}

const WITHOUT_COORDINATOR = new Set(['COORDINATOR_UNREACHABLE', 'CONNECTION_CLOSED', 'DISK_FULL', 'TIMEOUT']);

/** One search for all who miss it at the same time. */
export class ReachAgain {
  readonly #client: Client;
  readonly #ending: AbortSignal;
  readonly #onMissing: () => void;
  #reached: AbortSignal | undefined;

  /** `ending` ends the search; `onMissing` is called when one begins. */
  constructor(client: Client, ending: AbortSignal, onMissing: () => void) {
    this.#client = client;
    this.#ending = ending;
    this.#onMissing = onMissing;
  }

  /** A signal that fires when a coordinator is connected. */
  reached(): AbortSignal {
    if (this.#reached !== undefined) return this.#reached;
    const reached = new AbortController();
    this.#reached = reached.signal;
    this.#onMissing();
    void this.#search().then(() => {
      this.#reached = undefined;
      reached.abort();
    });
    return reached.signal;
  }

  /** Resolves in any case; never holds the process. */
  async #search(): Promise<void> {
    for (let rest = FIRST_REST_MS; !this.#ending.aborted; rest = Math.min(rest * 2, LONGEST_REST_MS)) {
      try {
        await delay(rest, undefined, {signal: this.#ending, ref: false});
        await this.#client.connect();
        return;
      } catch {
        // still none, or the end: asked again above
      }
    }
  }
}
