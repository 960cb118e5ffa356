/**
 * How soon what was written is on the disk itself, where a power cut cannot reach it. `interval` asks the disk in the
 * background, through a descriptor of its own, so that neither rotation nor closing can pull the file away under it.
 */
import {open} from 'node:fs/promises';

import type {JournalWriter} from '../../journal/index.ts';

/** `none`: when the system sees fit. `interval`: at most so often. `each`: before `handleEvent` returns. */
export type Durability = 'none' | 'interval' | 'each';

export interface JournalSyncOptions {
  readonly journal: JournalWriter;
  readonly durability: Durability;
  readonly intervalMs: number;
  /** Undefined after a success. */
  readonly onDone: (error: unknown) => void;
}

export class JournalSync {
  readonly #options: JournalSyncOptions;
  #isDirty = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: JournalSyncOptions) {
    this.#options = options;
  }

  /** The journal has grown. */
  wrote(): void {
    const {durability, intervalMs} = this.#options;
    if (durability === 'none') return;
    this.#isDirty = true;
    if (durability === 'each') this.now();
    else this.#timer ??= setTimeout(() => void this.#inBackground(), intervalMs).unref();
  }

  /** Waits for the disk, if anything is not on it. */
  now(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.#done(() => this.#options.journal.sync());
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #inBackground(): Promise<void> {
    this.#isDirty = false;
    try {
      // Rotation has synced the segments before this one.
      const file = await open(this.#options.journal.file, 'r');
      await file.datasync().finally(() => file.close());
      this.#options.onDone(undefined);
    } catch (error) {
      this.#options.onDone(error);
    }
    this.#timer = undefined;
    if (this.#isDirty) this.wrote();
  }

  #done(work: () => void): void {
    try {
      work();
      this.#options.onDone(undefined);
    } catch (error) {
      this.#options.onDone(error);
    }
  }
}
