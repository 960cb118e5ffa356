/** How far the output of a job was read in whole lines, stream by stream: what comes later of a line begins it anew. */
import type {LogEntry, LogFilter} from '../../jobs/index.ts';
import type {Cursor} from './cursor.ts';

export class ReadSoFar {
  readonly #before: Cursor;
  readonly #last: number;
  readonly #isOver: boolean;
  /** The number of the last record of a stream with which a line ends, and whether one goes on behind it. */
  readonly #ends = new Map<string, {readonly whole: number | undefined; readonly isOpen: boolean}>();

  /** `before`: how far it was read the last time. `last`: number of the last record that is read. `isOver`: no line goes on. */
  constructor(before: Cursor, last: number, isOver: boolean) {
    this.#before = before;
    this.#last = last;
    this.#isOver = isOver;
  }

  /** A line has begun that goes on. */
  get hasOpen(): boolean {
    return [...this.#ends.values()].some(({isOpen}) => isOpen);
  }

  take(entries: readonly LogEntry[]): void {
    for (const {record} of entries) {
      const isOpen = record.partial === true && !this.#isOver;
      const whole = isOpen ? this.#ends.get(record.kind)?.whole : record.seq;
      this.#ends.set(record.kind, {whole, isOpen});
    }
  }

  /** What was read with this filter. A stream that was not stands where it stood. */
  cursor({kinds, from}: LogFilter): Cursor {
    const behind = (kind: 'stdout' | 'stderr') => {
      if (!kinds.has(kind)) return this.#before[kind];
      const {whole, isOpen = false} = this.#ends.get(kind) ?? {};
      if (!isOpen) return Math.max(this.#last, this.#before[kind]);
      return whole ?? Math.max(this.#before[kind], from - 1);
    };
    return {stdout: behind('stdout'), stderr: behind('stderr')};
  }
}
