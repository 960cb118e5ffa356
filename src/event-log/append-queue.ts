/**
 * Collects what is appended in one turn of the event loop and puts it into the store together, which is worth five to ten
 * times the speed. When the store is busy with somebody else's writing it is asked again a little later, without keeping
 * this program waiting; order is kept in any case.
 */
import {hasCode} from '../base/index.ts';
import type {Appended, Batch} from './log-store.ts';

/** With so many entries waiting they go in at once, so that a loop that never gives way needs no more memory. */
const MOST_WAITING = 1000;
const RETRY_MS = 5;
/** Somebody who writes for longer than this is stuck. */
const PATIENCE_MS = 10_000;
/** A process that ends waits for somebody else's writing, but not for long. */
const PATIENCE_AT_END_MS = 2000;

interface Waiting extends Batch {
  readonly done: (firstId: number) => void;
  readonly failed: (error: unknown) => void;
}

export interface AppendQueueOptions {
  readonly append: (batches: readonly Batch[]) => Appended;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
  /** Something went in. */
  readonly onAppended: () => void;
  /** While the process ends nobody else hears of it. */
  readonly onLostAtEnd: (entries: number, error: unknown) => void;
}

export class AppendQueue {
  readonly #options: AppendQueueOptions;
  #waiting: Waiting[] = [];
  #entries = 0;
  #turn: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #busySince: number | undefined;
  #isEnding = false;
  #lost: {readonly entries: number; readonly error: unknown} | undefined;
  #idle: (() => void)[] = [];

  constructor(options: AppendQueueOptions) {
    this.#options = options;
  }

  /** Entries that are not in the store yet. */
  get length(): number {
    return this.#entries;
  }

  /** Resolves with the id of the first entry. */
  add(batch: Batch): Promise<number> {
    return new Promise((done, failed) => {
      this.#waiting.push({...batch, done, failed});
      this.#entries += batch.entries.length;
      if (this.#retry !== undefined) return;
      if (this.#entries >= MOST_WAITING || this.#isEnding) this.#write();
      else this.#turn ??= setImmediate(() => this.#write());
    });
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    if (this.#retry === undefined) this.#write();
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise(resolve => this.#idle.push(resolve));
  }

  /** For the end of a process: what waits goes in before this returns, and from now on what is added does too, or it is lost. */
  writeNow(): void {
    this.#isEnding = true;
    this.#busySince = undefined;
    this.#write();
  }

  #write(): void {
    clearImmediate(this.#turn);
    clearTimeout(this.#retry);
    this.#turn = undefined;
    this.#retry = undefined;
    while (this.#waiting.length > 0 && this.#retry === undefined) this.#writeSome();
    if (this.#lost !== undefined) this.#options.onLostAtEnd(this.#lost.entries, this.#lost.error);
    this.#lost = undefined;
    if (this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #writeSome(): void {
    const batches = this.#waiting;
    const {firstIds, error} = this.#options.append(batches);
    this.#settle(firstIds);
    if (firstIds.length > 0) this.#options.onAppended();
    if (error === undefined) return;
    if (hasCode(error, 'BUSY') && this.#isPatient()) {
      if (this.#isEnding) return;
      this.#retry = setTimeout(() => this.#write(), RETRY_MS);
      return;
    }
    this.#busySince = undefined;
    if (hasCode(error, 'BUSY')) while (this.#waiting.length > 0) this.#fail(error);
    else if (batches.length > 1) this.#writeFirst();
    else this.#fail(error);
  }

  /** One of several is at fault; the others must not suffer from it. */
  #writeFirst(): void {
    const {firstIds, error} = this.#options.append(this.#waiting.slice(0, 1));
    this.#settle(firstIds);
    if (error !== undefined) this.#fail(error);
  }

  #settle(firstIds: readonly number[]): void {
    if (firstIds.length === 0) return;
    this.#busySince = undefined;
    const settled = this.#waiting.slice(0, firstIds.length);
    this.#waiting = this.#waiting.slice(firstIds.length);
    settled.forEach(({entries, done}, at) => {
      this.#entries -= entries.length;
      done(firstIds[at] ?? 0);
    });
  }

  #fail(error: unknown): void {
    const first = this.#waiting.shift();
    if (first === undefined) return;
    this.#entries -= first.entries.length;
    first.failed(error);
    if (this.#isEnding) this.#lost = {entries: (this.#lost?.entries ?? 0) + first.entries.length, error};
  }

  #isPatient(): boolean {
    const now = this.#options.monotonic();
    this.#busySince ??= now;
    return now - this.#busySince < (this.#isEnding ? PATIENCE_AT_END_MS : PATIENCE_MS);
  }
}
