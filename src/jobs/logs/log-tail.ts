/** Where the last lines of a log begin. A line that is several records counts once. */
import {readLines} from '../../journal/index.ts';
import {isWanted, type LogFilter} from './log-filter.ts';
import {isUnfinishedLine, type LogRecord, opensGap, parseRecord} from './log-record.ts';

export interface TailOptions {
  /** Every record counts, as where records are printed. */
  readonly ofRecords?: boolean;
  /** Looks no further back than so many records; of the first line found then the begin may be missing. Default: as far as it takes. */
  readonly mostRecords?: number;
}

export interface Tail {
  /** Lets the last lines through, and whatever comes later. */
  readonly filter: LogFilter;
  /** Number of the last record that is there, or -1. */
  readonly last: number;
  /** No wanted line is before these. */
  readonly isAll: boolean;
}

/** Of the lines that are wanted the last `count`, those that are printed last. Looks backwards, further each time, until there are enough. */
export function tailOf(
  journal: string,
  filter: LogFilter,
  count: number,
  {ofRecords = false, mostRecords = Number.POSITIVE_INFINITY}: TailOptions = {},
): Tail {
  for (let look = count + 16; ; look *= 8) {
    const found = lookAt(journal, filter, Math.min(look, mostRecords), count, ofRecords);
    if (found.isCertain || look >= mostRecords) return tailFrom(filter, found);
  }
}

interface Found {
  readonly lines: readonly FoundLine[];
  readonly last: number;
  readonly isAll: boolean;
  readonly isCertain: boolean;
}

function lookAt(
  journal: string,
  filter: LogFilter,
  records: number,
  count: number,
  ofRecords: boolean,
): Found {
  const lines = new LastLines(count, ofRecords);
  let first: number | undefined;
  let last = -1;
  let seen = 0;
  for (const batch of readLines(journal, {last: records})) {
    seen += batch.length;
    for (const line of batch) {
      const record = parseRecord(line);
      if (record === undefined) continue;
      first ??= record.seq;

      if (opensGap(record, last)) lines.endAll();
      last = record.seq;
      if (isWanted(record, filter)) lines.add(record);
    }
  }
  lines.endAll();
  const sawAll = seen < records || (first ?? 0) <= filter.from;
  const isAll = sawAll && !lines.isMore;
  return {lines: lines.last, last, isAll, isCertain: sawAll || lines.isCertain};
}

interface FoundLine {
  readonly kind: string;
  /** Number of its first record. */
  readonly begin: number;
  /** It may have begun before what was looked at. */
  readonly isFirst: boolean;
}

/**
 * The lines that are printed last, of records that come in their order: each when it ends, or at once where it has no end
 * and no other such line is on the output.
 */
class LastLines {
  readonly #count: number;
  readonly #ofRecords: boolean;
  /** Lines that go on, and whether they count already. */
  readonly #open = new Map<string, {readonly line: FoundLine; readonly counts: boolean}>();
  readonly #met = new Set<string>(['status']);
  /** Whose line is on the output without an end; lines of others wait for it, in their order. */
  #begun: string | undefined;
  #lines: FoundLine[] = [];
  #counted = 0;

  constructor(count: number, ofRecords: boolean) {
    this.#count = count;
    this.#ofRecords = ofRecords;
  }

  add(record: LogRecord): void {
    const {seq, kind, partial} = record;
    const isFirst = !(this.#ofRecords || this.#met.has(kind));
    this.#met.add(kind);
    const {line, counts} = this.#open.get(kind) ?? {line: {kind, begin: seq, isFirst}, counts: false};
    const goesOn = partial === true && !this.#ofRecords;
    const begins = goesOn && this.#begun === undefined && isUnfinishedLine(record);
    if (!counts && (begins || !goesOn)) this.#take(line);
    if (begins) this.#begun = kind;
    if (goesOn) this.#open.set(kind, {line, counts: counts || begins});
    else this.#end(kind);
  }

  /** Lines that are not whole end here, in the order in which the streams are printed. */
  endAll(): void {
    for (const kind of ['stdout', 'stderr']) {
      const open = this.#open.get(kind);
      if (open?.counts === false) this.#take(open.line);
      this.#end(kind);
    }
  }

  get last(): readonly FoundLine[] {
    return this.#count === 0 ? [] : this.#lines.slice(-this.#count);
  }

  /** There was another one before these. */
  get isMore(): boolean {
    return this.#counted > this.last.length;
  }

  /** There are enough of them, and each begins where it seems to. */
  get isCertain(): boolean {
    const {last} = this;
    return last.length === this.#count && !last.some(({isFirst}) => isFirst);
  }

  #end(kind: string): void {
    this.#open.delete(kind);
    if (this.#begun === kind) this.#begun = undefined;
  }

  #take(line: FoundLine): void {
    this.#counted += 1;
    this.#lines.push(line);
    if (this.#lines.length > 2 * this.#count + 16) this.#lines = [...this.last];
  }
}

function tailFrom(filter: LogFilter, {lines, last, isAll}: Found): Tail {
  const begins: Record<string, number> = {};
  for (const kind of filter.kinds)
    begins[kind] = lines.find(line => line.kind === kind)?.begin ?? Math.max(filter.from, last + 1);
  const from = Math.min(...Object.values(begins));
  return {filter: {...filter, from, begins}, last, isAll};
}
