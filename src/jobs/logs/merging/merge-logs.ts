/**
 * Records of several logs in the order of their times. Within a log their numbers tell the order, also where a clock was
 * put back: there a record counts as late as the one before it. A log is opened when its job had started by the time that
 * is printed, so that of jobs that ran after each other one is open at a time.
 */
import type {LogEntry} from '../log-record.ts';

export interface MergedLog {
  /** Unix milliseconds: nothing in it is of before. */
  readonly startedAt: number;
  /** Opens it. Batches of records in their order, each of at least one. */
  readonly open: () => Iterable<readonly LogEntry[]>;
}

/** Records of one log that follow each other. */
export interface Run<Log> {
  readonly log: Log;
  readonly entries: readonly LogEntry[];
  /** Nothing more comes of it; then there are no entries. */
  readonly isOver: boolean;
}

export function* mergeLogs<Log extends MergedLog>(logs: readonly Log[]): Generator<Run<Log>> {
  const all = logs.map((log, at) => new Head(log, at));
  const heads = all.toSorted((a, b) => (a.isBefore(b) ? -1 : 1));
  try {
    for (let first = heads.shift(); first !== undefined; first = heads.shift()) {
      const {log} = first;
      const entries = first.takeUntil(heads[0]);
      if (entries.length > 0) yield {log, entries, isOver: false};
      if (first.goesOn()) insert(heads, first);
      else yield {log, entries: [], isOver: true};
    }
  } finally {
    for (const head of all) head.close();
  }
}

class Head<Log extends MergedLog> {
  readonly log: Log;
  readonly #place: number;
  #batches: Iterator<readonly LogEntry[]> | undefined;
  #batch: readonly LogEntry[] = [];
  #at = 0;
  /** Of the next record, as it counts. */
  #time: number;

  constructor(log: Log, place: number) {
    this.log = log;
    this.#place = place;
    this.#time = log.startedAt;
  }

  /** Its next records, as far as they come before those of the other, in one batch at most; none before it is open. */
  takeUntil(other: Head<Log> | undefined): readonly LogEntry[] {
    const from = this.#at;
    while (this.#at < this.#batch.length && (other === undefined || this.isBefore(other))) {
      this.#at += 1;
      this.#count();
    }
    return this.#batch.slice(from, this.#at);
  }

  /** Opens it or reads on where that is needed to know its next record; tells whether there is one. */
  goesOn(): boolean {
    if (this.#at < this.#batch.length) return true;
    this.#batches ??= this.log.open()[Symbol.iterator]();
    const next = this.#batches.next();
    this.#batch = next.done === true ? [] : next.value;
    this.#at = 0;
    this.#count();
    return this.#batch.length > 0;
  }

  isBefore(other: Head<Log>): boolean {
    return this.#time === other.#time ? this.#place < other.#place : this.#time < other.#time;
  }

  close(): void {
    this.#batches?.return?.();
  }

  #count(): void {
    this.#time = Math.max(this.#time, this.#batch[this.#at]?.record.ts ?? this.#time);
  }
}

function insert<Log extends MergedLog>(heads: Head<Log>[], head: Head<Log>): void {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = heads[middle];
    if (other?.isBefore(head)) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, head);
}
