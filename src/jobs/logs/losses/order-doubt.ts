/** Whether a person has to be told that the order of the lines that are shown is not known. */
import type {LogRecord} from '../log-record.ts';

export class OrderDoubt {
  readonly #kinds = new Set<string>();
  #isUnordered = false;
  #isTold = false;

  /** True once: when a line was shown whose order is not known, and lines of both streams were. */
  arises({kind, order}: LogRecord): boolean {
    if (kind === 'status' || this.#isTold) return false;
    this.#kinds.add(kind);
    this.#isUnordered ||= order === 'unknown';
    this.#isTold = this.#isUnordered && this.#kinds.size > 1;
    return this.#isTold;
  }
}

export const UNORDERED =
  'the order of stdout and stderr is not known for a part of this: it was written while nobody listened';
