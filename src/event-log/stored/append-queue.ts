/**
 * Collects what is appended in one turn of the event loop and puts it into the store together, which is worth five to ten
 * times the speed. When the store is busy with somebody else's writing it is asked again a little later, without keeping
 * this program waiting; order is kept in any case.
 */
import {hasCode} from '../../base/index.ts';
import type {Appended, Batch} from './log-store.ts';
import {PATIENCE_MS, RETRY_MS} from './patience.ts';

/** With so many entries waiting they go in at once, so that a loop that never gives way needs no more memory. */
const MOST_WAITING = 1000;
/** A process that is ending is not held up for longer. */
const LAST_PATIENCE_MS = 1000;

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
  /** So many entries did not go in before the process ended. Nobody else hears of it any more. */
  readonly onLeftAtEnd?: (entries: number, error: unknown) => void;
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));

export class AppendQueue {
  readonly #options: AppendQueueOptions;
  #waiting: Waiting[] = [];
  #entries = 0;
  #turn: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #busySince: number | undefined;
  /** When a process that is ending does not wait any more; undefined before its end. */
  #endsAt: number | undefined;
  #failedAtEnd: {readonly entries: number; readonly error: unknown} = {entries: 0, error: undefined};
  #toldAtEnd = 0;
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
      if (this.#endsAt !== undefined) this.writeNow();
      if (this.#retry !== undefined) return;
      if (this.#entries >= MOST_WAITING) this.#write();
      else this.#turn ??= setImmediate(() => this.#write());
    });
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    if (this.#retry === undefined) this.#write();
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise(resolve => this.#idle.push(resolve));
  }

  /**
   * For the end of a process: puts in what it can right now, and waits a little for who is writing. What is added later
   * goes in at once.
   */
  writeNow(): void {
    this.#endsAt ??= this.#options.monotonic() + LAST_PATIENCE_MS;
    this.#write();
    while (this.#waiting.length > 0 && this.#options.monotonic() < this.#endsAt) {
      Atomics.wait(NEVER, 0, 0, RETRY_MS);
      this.#write();
    }
    const {entries, error} = this.#failedAtEnd;
    const left = entries + this.#entries - this.#toldAtEnd;
    if (left <= 0) return;
    this.#toldAtEnd += left;
    this.#options.onLeftAtEnd?.(left, error);
  }

  #write(): void {
    clearImmediate(this.#turn);
    clearTimeout(this.#retry);
    this.#turn = undefined;
    this.#retry = undefined;
    while (this.#waiting.length > 0 && this.#retry === undefined) this.#writeSome();
    if (this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #writeSome(): void {
    const batches = this.#waiting;
    const {firstIds, error} = this.#options.append(batches);
    this.#settle(firstIds);
    if (firstIds.length > 0) this.#options.onAppended();
    if (error === undefined) return;
    this.#noteAtEnd(0, error);
    if (!hasCode(error, 'BUSY')) this.#writeEach(batches.length - firstIds.length);
    else if (this.#isPatient()) this.#retry = setTimeout(() => this.#write(), RETRY_MS);
    else this.#giveUp(error);
  }

  /** One of several may be at fault, and the others must not suffer from it. */
  #writeEach(count: number): void {
    for (let left = count; left > 0; left--) {
      const {firstIds, error} = this.#options.append(this.#waiting.slice(0, 1));
      this.#settle(firstIds);
      if (firstIds.length > 0) this.#options.onAppended();
      if (hasCode(error, 'BUSY')) return;
      if (error !== undefined) this.#fail(error);
    }
  }

  #giveUp(error: unknown): void {
    this.#busySince = undefined;
    while (this.#waiting.length > 0) this.#fail(error);
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
    this.#noteAtEnd(first.entries.length, error);
  }

  #noteAtEnd(entries: number, error: unknown): void {
    if (this.#endsAt !== undefined) this.#failedAtEnd = {entries: this.#failedAtEnd.entries + entries, error};
  }

  #isPatient(): boolean {
    const now = this.#options.monotonic();
    this.#busySince ??= now;
    return now - this.#busySince < PATIENCE_MS;
  }
}
