/**
 * A few records that stand for all that a run has told: whoever reads them knows where the run stands as if it had read
 * every one, and may go on with those that follow. They are records of the run itself, without what would be counted or
 * closed a second time.
 */
import {isTerminal, type ProgressRecord} from './record.ts';

/** A record, and how many of the file were before it. */
export interface PlacedRecord {
  readonly record: ProgressRecord;
  readonly order: number;
}

/** The rows of a phase, and which records told of them last. */
export interface PhaseRows {
  readonly done: number | undefined;
  readonly total: number | undefined;
  /** It told a sum; else only the rows of each batch. */
  readonly tellsSum: boolean;
  readonly counted: PlacedRecord | undefined;
  readonly toldTotal: PlacedRecord | undefined;
}

export interface RunFacts {
  readonly first: PlacedRecord;
  readonly last: PlacedRecord;
  /** Those that opened what is open, oldest first. */
  readonly openers: readonly PlacedRecord[];
  readonly rows: Iterable<PhaseRows>;
}

/** In the order in which they were read. */
export function digestOf({first, last, openers, rows}: RunFacts): PlacedRecord[] {
  const isOpen = (phase: string, order: number) =>
    openers.some(opener => opener.record.phase === phase && opener.order <= order);
  /** It opens nothing, closes nothing and counts nothing. */
  const still = ({record, order}: PlacedRecord, told: Partial<ProgressRecord> = {}): PlacedRecord => {
    const sub_phase = isOpen(record.phase, order) ? 'progress' : 'done';
    return {record: {...only(IDENTITY, record), sub_phase, ...told}, order};
  };
  const kept: PlacedRecord[] = openers.map(({record, order}) => ({record: openerOf(record), order}));
  // Of a run that went on after an end the end is left out, lest what follows count for nothing.
  if (isTerminal(first.record) === undefined) kept.push(still(first));
  for (const {done, total, tellsSum, counted, toldTotal} of rows) {
    if (toldTotal !== undefined && total !== undefined) kept.push(still(toldTotal, {rows_total: total}));
    if (counted !== undefined && done !== undefined)
      kept.push(still(counted, tellsSum ? {rows_processed: done} : {batch_rows: done}));
  }
  kept.sort((a, b) => a.order - b.order);
  const isOpener = openers.some(({order}) => order === last.order);
  const isEnd = isTerminal(last.record) !== undefined;
  if (!isOpener) kept.push(isEnd ? last : still(last, only(['note', 'error'], last.record)));
  return kept;
}

/** Whose it is, of what and when. */
const IDENTITY = ['event', 'phase', 'sub_phase', 'ts_ms', 'elapsed_ms', 'run_id', 'pid', 'schema'];

function openerOf(record: ProgressRecord): ProgressRecord {
  return only([...IDENTITY, 'batch_index', 'expect_ms', 'note'], record);
}

function only(keys: readonly string[], record: ProgressRecord): ProgressRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key))) as ProgressRecord;
}
