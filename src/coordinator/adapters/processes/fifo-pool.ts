/**
 * FIFOs made ahead, because making one takes a process. One is moved into a job's directory when the job starts, and
 * back when its wrapper has ended: by then nobody has it open, so it says nothing about the next job.
 */
import {lstatSync, readdirSync, renameSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf} from '../../../base/index.ts';
import {
  fifoHasWriter,
  isOwn,
  makeFifos,
  makeFifosSync,
  makePrivateDirectory,
} from '../../../platform/index.ts';

const FIRST = 8;
const REFILL = 64;
const LOW = 16;
const MOST = 256;

export class FifoPool {
  readonly #directory: string;
  readonly #free: string[] = [];
  readonly #found: string[];
  readonly #onError: (error: unknown) => void;
  readonly #make: typeof makeFifos;
  /** No other process ever makes the same names: pids come again, pids at the same microsecond do not. */
  readonly #prefix = `${process.pid}-${Math.round(performance.timeOrigin * 1000).toString(36)}`;
  #counter = 0;
  #refilling = false;

  /** `make` makes those that nobody waits for. */
  constructor(directory: string, onError: (error: unknown) => void, make = makeFifos) {
    makePrivateDirectory(directory);
    this.#make = make;
    this.#directory = directory;
    this.#onError = onError;
    this.#found = readdirSync(directory);
  }

  /** Moves a FIFO to `path`. Throws when none can be made. */
  take(path: string): void {
    const name = this.#free.pop() ?? this.#findOne() ?? this.#makeSome();
    try {
      renameSync(join(this.#directory, name), path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      this.#free.length = 0; // somebody removed it, and who knows which others
      this.#found.length = 0;
      renameSync(join(this.#directory, this.#makeSome()), path);
    }
    if (this.#free.length + this.#found.length < LOW) this.#refill();
  }

  /** Takes back the FIFO of a job whose wrapper has ended. One that is gone is no matter. */
  giveBack(path: string): void {
    if (this.#free.length + this.#found.length >= MOST) return;
    const [name = ''] = this.#newNames(1);
    try {
      renameSync(path, join(this.#directory, name));
      this.#free.push(name);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }

  /** One that an earlier coordinator made; looked at now only, because most are never needed. */
  #findOne(): string | undefined {
    for (let name = this.#found.pop(); name !== undefined; name = this.#found.pop())
      if (this.#isFree(name)) return name;
    return undefined;
  }

  /** Somebody else may have left anything here. */
  #isFree(name: string): boolean {
    const path = join(this.#directory, name);
    try {
      const stats = lstatSync(path);
      return stats.isFIFO() && isOwn(stats) && !fifoHasWriter(path);
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  /** The name of one of them; the others are free. */
  #makeSome(): string {
    makePrivateDirectory(this.#directory);
    const [first = '', ...names] = this.#newNames(FIRST);
    makeFifosSync([first, ...names].map(name => join(this.#directory, name)));
    this.#free.push(...names);
    return first;
  }

  #refill(): void {
    if (this.#refilling) return;
    this.#refilling = true;
    const names = this.#newNames(REFILL);
    this.#make(names.map(name => join(this.#directory, name)))
      .then(() => void this.#free.push(...names), this.#onError)
      .finally(() => {
        this.#refilling = false;
      });
  }

  #newNames(count: number): string[] {
    return Array.from({length: count}, () => {
      this.#counter += 1;
      return `${this.#prefix}-${this.#counter}`;
    });
  }
}
