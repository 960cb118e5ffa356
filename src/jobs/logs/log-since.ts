/** Finds in a log where the records of the last so many minutes begin. */
import {readLines} from '../../journal/index.ts';
import type {LogFilter} from './log-filter.ts';
import {parseRecord} from './log-record.ts';
import {RisingTime} from './rising-time.ts';

/** The filter for this log: with the numbers of the first and the last record wanted in the place of ages. `now` in Unix milliseconds. */
export function filterSince(filter: LogFilter, journal: string, now: number): LogFilter {
  const {ageMs, untilAgeMs, from, to} = filter;
  if (ageMs === undefined && untilAgeMs === undefined) return filter;
  return {
    ...filter,
    ageMs: undefined,
    untilAgeMs: undefined,
    from: ageMs === undefined ? from : Math.max(from, firstSince(journal, ageMs, now)),
    to: untilAgeMs === undefined ? to : Math.min(to, firstSince(journal, untilAgeMs, now) - 1),
  };
}

/** Where a batch of lines begins, and how far the times had risen there. */
interface Batch {
  readonly seq: number;
  readonly risen: number;
}

/** The number of the first record that is young enough; that of the record to come where none is. */
function firstSince(journal: string, ageMs: number, now: number): number {
  const time = new RisingTime();
  const batches: Batch[] = [];
  let next = 0;
  for (const lines of readLines(journal)) {
    const [first, ...rest] = timedRecords(lines);
    if (first === undefined) continue;
    time.add(first.ts);
    batches.push({seq: first.seq, risen: time.risen});
    for (const {ts} of rest) time.add(ts);
    next = (rest.at(-1) ?? first).seq + 1;
  }
  time.add(now);
  const wanted = time.risenBefore(ageMs);
  const batch = batches.findLast(({risen}) => risen < wanted);
  return batch === undefined ? 0 : (firstRisen(journal, batch, wanted) ?? next);
}

/** The first record from there on at which the times have risen so far; reads no more than it needs. */
function firstRisen(journal: string, batch: Batch, wanted: number): number | undefined {
  const time = new RisingTime();
  for (const lines of readLines(journal, {from: batch.seq})) {
    for (const {seq, ts} of timedRecords(lines)) {
      time.add(ts);
      if (batch.risen + time.risen >= wanted) return seq;
    }
  }
  return undefined;
}

interface TimedRecord {
  readonly seq: number;
  readonly ts: number;
}

const HEAD = /^\{"seq":(\d+),"ts":(\d+),/;

/** Nearly every line tells this at its beginning. */
function timedRecords(lines: readonly string[]): TimedRecord[] {
  return lines.flatMap((line): TimedRecord | readonly [] => {
    const head = HEAD.exec(line);
    return head === null ? (parseRecord(line) ?? []) : {seq: Number(head[1]), ts: Number(head[2])};
  });
}
