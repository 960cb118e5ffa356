/**
 * The coordinator, for all that a server is asked: one connection for calls that follow each other, and none while nobody
 * asks, so that a server which waits for its client keeps no coordinator from leaving.
 */
import {Client} from '../../coordinator/client/index.ts';
import {timer} from '../../platform/index.ts';

/** So long a connection is kept behind the last call. */
const KEPT_MS = 5000;

export class SharedClient {
  readonly #state: string | undefined;
  readonly #notify: (message: string) => void;
  #client: Client | undefined;
  #users = 0;
  #isClosed = false;
  #forget: (() => void) | undefined;

  /** `state`: the state directory, if not the usual one. */
  constructor(state: string | undefined, notify: (message: string) => void) {
    this.#state = state;
    this.#notify = notify;
  }

  /** Rejects with what the work rejects with, and where the state directory cannot be used. */
  async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    this.#forget?.();
    this.#client ??= new Client({state: this.#state, notify: this.#notify});
    this.#users += 1;
    try {
      return await work(this.#client);
    } finally {
      this.#users -= 1;
      if (this.#users === 0 && !this.#isClosed) this.#forget = timer(KEPT_MS, () => this.#disconnect());
    }
  }

  /** Ends what is asked, for good; jobs go on. */
  close(): void {
    this.#isClosed = true;
    this.#disconnect();
  }

  #disconnect(): void {
    this.#forget?.();
    this.#client?.close();
    this.#client = undefined;
  }
}
