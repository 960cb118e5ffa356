/** How soon what was appended is on the disk itself, where a power cut cannot reach it. */
import {debuglog} from 'node:util';

import {reasonOf} from '../../base/index.ts';
import type {LogStore} from './log-store.ts';

/** `none`: when the system sees fit, and at `flush`. `interval`: once a second. `each`: before an append resolves. */
export type Durability = 'none' | 'interval' | 'each';

const INTERVAL_MS = 1000;
const debug = debuglog('stint');

export class BackgroundSync {
  readonly #store: LogStore;
  readonly #durability: Durability;
  /** Changes there were, and how many of them are on the disk for certain. */
  #changes = 0;
  #synced = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(store: LogStore, durability: Durability) {
    this.#store = store;
    this.#durability = durability;
  }

  /** Something was written. With `each` the store has seen to it itself. */
  changed(): void {
    this.#changes += 1;
    this.#schedule();
  }

  /** Waits for the disk. Throws when it fails. */
  now(): void {
    if (this.#synced === this.#changes) return;
    this.#store.sync();
    this.#synced = this.#changes;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#durability !== 'none') this.now();
  }

  #schedule(): void {
    if (this.#durability !== 'interval' || this.#isClosed || this.#synced === this.#changes) return;
    this.#timer ??= setTimeout(() => void this.#inBackground(), INTERVAL_MS).unref();
  }

  async #inBackground(): Promise<void> {
    const upTo = this.#changes; // what is written meanwhile is for the next time
    try {
      await this.#store.syncInBackground();
      this.#synced = Math.max(this.#synced, upTo);
    } catch (error) {
      // it is tried again in a second, and flush() tells
      debug('the event log could not be brought to the disk: %s', reasonOf(error));
    }
    this.#timer = undefined;
    this.#schedule();
  }
}
