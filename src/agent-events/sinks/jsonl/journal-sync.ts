/** How soon what was written to a journal is on the disk; what fails there is told, never thrown. */
import type {JournalWriter} from '../../../journal/index.ts';
import {BackgroundSync, type Durability, syncFileInBackground} from '../../../platform/index.ts';

export interface JournalSyncOptions {
  readonly journal: JournalWriter;
  readonly durability: Durability;
  readonly intervalMs: number;
  /** Undefined after a success. Not called any more after `close`. */
  readonly onDone: (error: unknown) => void;
}

export class JournalSync {
  readonly #durability: Durability;
  readonly #sync: BackgroundSync;

  constructor({journal, ...options}: JournalSyncOptions) {
    this.#durability = options.durability;
    this.#sync = new BackgroundSync({
      ...options,
      sync: () => journal.sync(),
      syncInBackground: () => syncFileInBackground(journal.file), // rotation has synced the segments before this one
    });
  }

  /** The journal has grown. */
  wrote(): void {
    if (this.#durability === 'none') return;
    this.#sync.changed();
    if (this.#durability === 'each') this.now();
  }

  /** Waits for the disk, if anything is not known to be on it. What fails is asked for again the next time. */
  now(): void {
    try {
      this.#sync.now();
    } catch {
      // `onDone` has heard of it
    }
  }

  close(): void {
    this.#sync.close();
  }
}
