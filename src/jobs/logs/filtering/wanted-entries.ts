/** Those records of a log that a filter lets through, with what is known of the others where it matters to them. */
import {isWanted, type LogFilter} from '../log-filter.ts';
import {type LogEntry, opensGap} from '../log-record.ts';

export class WantedEntries {
  readonly #filter: LogFilter;
  #last = -1;
  #isBehindGap = false;

  constructor(filter: LogFilter) {
    this.#filter = filter;
  }

  /** Whether no later record can be wanted. */
  get isPast(): boolean {
    return this.#last >= this.#filter.to;
  }

  /** Of all records, in their order. */
  take(entries: readonly LogEntry[]): LogEntry[] {
    return entries.flatMap((entry): LogEntry | readonly [] => {
      const {record} = entry;
      if (opensGap(record, this.#last)) this.#isBehindGap = true;
      this.#last = record.seq;
      if (!isWanted(record, this.#filter)) return [];
      const isBehindGap = this.#isBehindGap;
      this.#isBehindGap = false;
      return isBehindGap ? {...entry, isBehindGap} : entry;
    });
  }
}
