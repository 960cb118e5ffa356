/** How soon what was appended is on the disk itself, where a power cut cannot reach it. */
import {debuglog} from 'node:util';

import {reasonOf} from '../base/index.ts';
import type {LogStore} from './log-store.ts';

/** `none`: when the system sees fit, and at `flush`. `interval`: once a second. `each`: before an append resolves. */
export type Durability = 'none' | 'interval' | 'each';

const INTERVAL_MS = 1000;
const debug = debuglog('stint');

export class BackgroundSync {
  readonly #store: LogStore;
  readonly #durability: Durability;
  #isDirty = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: LogStore, durability: Durability) {
    this.#store = store;
    this.#durability = durability;
  }

  /** With `each` the store has seen to it itself. */
  appended(): void {
    this.#isDirty = true;
    if (this.#durability === 'interval')
      this.#timer ??= setTimeout(() => void this.#inBackground(), INTERVAL_MS).unref();
  }

  /** Waits for the disk. Throws when it fails. */
  now(): void {
    if (!this.#isDirty) return;
    this.#store.sync();
    this.#isDirty = false;
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#durability !== 'none') this.now();
  }

  async #inBackground(): Promise<void> {
    this.#isDirty = false;
    try {
      await this.#store.syncInBackground();
    } catch (error) {
      this.#isDirty = true; // the next append tries again, and flush() tells
      debug('the event log could not be brought to the disk: %s', reasonOf(error));
    }
    this.#timer = undefined;
  }
}
