/**
 * How soon what was written is on the disk itself, where a power cut cannot reach it. `interval` asks the disk in the
 * background, through a descriptor of its own, so that neither rotation nor closing can pull the file away under it.
 */
import {open} from 'node:fs/promises';

import type {JournalWriter} from '../../../journal/index.ts';

/** `none`: when the system sees fit. `interval`: at most so often. `each`: before `handleEvent` returns. */
export type Durability = 'none' | 'interval' | 'each';

export interface JournalSyncOptions {
  readonly journal: JournalWriter;
  readonly durability: Durability;
  readonly intervalMs: number;
  /** Undefined after a success. Not called any more after `close`. */
  readonly onDone: (error: unknown) => void;
}

export class JournalSync {
  readonly #options: JournalSyncOptions;
  /** How often the journal has grown, and how much of that is known to be on the disk. */
  #grown = 0;
  #onDisk = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: JournalSyncOptions) {
    this.#options = options;
  }

  /** The journal has grown. */
  wrote(): void {
    const {durability} = this.#options;
    if (durability === 'none') return;
    this.#grown += 1;
    if (durability === 'each') this.now();
    else this.#later();
  }

  /** Waits for the disk, if anything is not known to be on it. What fails is asked for again the next time. */
  now(): void {
    if (this.#onDisk === this.#grown) return;
    try {
      this.#options.journal.sync();
      this.#onDisk = this.#grown;
      this.#options.onDone(undefined);
    } catch (error) {
      this.#options.onDone(error);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => void this.#inBackground(), this.#options.intervalMs).unref();
  }

  async #inBackground(): Promise<void> {
    const upTo = this.#grown;
    const error = this.#onDisk === upTo ? undefined : await this.#failure();
    this.#timer = undefined;
    if (this.#isClosed) return;
    // Somebody may have waited for the disk in the meantime: that was told already.
    if (this.#onDisk < upTo) {
      if (error === undefined) this.#onDisk = upTo;
      this.#options.onDone(error);
    }
    if (this.#onDisk < this.#grown) this.#later();
  }

  async #failure(): Promise<unknown> {
    try {
      // Rotation has synced the segments before this one.
      const file = await open(this.#options.journal.file, 'r');
      await file.datasync().finally(() => file.close());
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
