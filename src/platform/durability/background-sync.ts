/** How soon what was written is on the disk itself, where a power cut cannot reach it. */

/** `none`: when the system sees fit, and where it is waited for. `interval`: at most so often. `each`: before a write is over. */
export type Durability = 'none' | 'interval' | 'each';

export interface BackgroundSyncOptions {
  readonly durability: Durability;
  /** Default 1 s. */
  readonly intervalMs?: number;
  /** Returns when all that was written is on the disk. */
  readonly sync: () => void;
  /** The same without keeping this program waiting. */
  readonly syncInBackground: () => Promise<void>;
  /** Hears how each request ended, with undefined of a success; of one in the background only while it still matters. */
  readonly onDone: (error: unknown) => void;
}

const INTERVAL_MS = 1000;

/** Asks the disk for what was written: with `interval` in the background, and whenever somebody waits for it. */
export class BackgroundSync {
  readonly #options: BackgroundSyncOptions;
  /** Changes there were, and how many of them are on the disk for certain. */
  #changes = 0;
  #synced = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: BackgroundSyncOptions) {
    this.#options = options;
  }

  /** Something was written. With `each` its writer waits for the disk. */
  changed(): void {
    this.#changes += 1;
    this.#schedule();
  }

  /** Waits for the disk, if anything is not known to be on it. Throws when it fails, and asks again the next time. */
  now(): void {
    const {sync, onDone} = this.#options;
    if (this.#synced === this.#changes) return;
    try {
      sync();
    } catch (error) {
      onDone(error);
      throw error;
    }
    this.#synced = this.#changes;
    onDone(undefined);
  }

  /** Nothing more is done in the background, nor told of it. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const {durability, intervalMs = INTERVAL_MS} = this.#options;
    if (durability !== 'interval' || this.#isClosed || this.#synced === this.#changes) return;
    this.#timer ??= setTimeout(() => void this.#inBackground(), intervalMs).unref();
  }

  async #inBackground(): Promise<void> {
    const upTo = this.#changes; // what is written meanwhile is for the next time
    const error = this.#synced === upTo ? undefined : await this.#failure();
    this.#timer = undefined;
    if (this.#isClosed) return;
    // Somebody may have waited for the disk in the meantime: that was told already.
    if (this.#synced < upTo) {
      if (error === undefined) this.#synced = upTo;
      this.#options.onDone(error);
    }
    this.#schedule();
  }

  async #failure(): Promise<unknown> {
    try {
      await this.#options.syncInBackground();
      return undefined;
    } catch (error) {
      return error ?? new Error('the disk gave no reason');
    }
  }
}
