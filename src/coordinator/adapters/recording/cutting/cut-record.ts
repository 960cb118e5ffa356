/** What stands in a journal for what was cut out of it. */
import {stringifyWellFormed} from '../../../../base/index.ts';
import type {StatusEvent, TruncatedEvent} from '../../../domain/index.ts';
import type {StatusLine} from '../../directory/status-lines.ts';
import type {RecordingPlace, SpoolOffsets} from '../recording-place.ts';

/** What is cut out: the records from one place up to before another, and what the job wrote between them. */
export interface CutSpan {
  readonly from: RecordingPlace;
  readonly to: RecordingPlace;
}

export interface CutLines {
  /** Status records that were between, which stay, and the one that tells of the cut: in their order. */
  readonly lines: readonly Pick<StatusLine, 'seq' | 'text'>[];
  readonly event: TruncatedEvent;
}

/**
 * What stays of a span and what is told of the rest. `statuses` are all status records of the job: those before the span tell what was cut
 * out there. Undefined where there are only status records in it.
 */
export function cutLines(span: CutSpan, statuses: readonly StatusLine[], ts: number): CutLines | undefined {
  const {from, to} = span;
  const within = statuses.filter(({seq}) => seq >= from.seq && seq < to.seq);
  const kept = within.filter(({event}) => event?.event !== 'truncated');
  const seq = lastOther(to.seq - 1, new Set(kept.map(each => each.seq)));
  if (seq < from.seq) return undefined;
  const bytes = bytesBetween(span);
  const elsewhere = statuses.reduce(
    (sum, status) => (status.seq < from.seq || status.seq >= to.seq ? sum + cutBytes(status) : sum),
    0,
  );
  const event = {
    event: 'truncated',
    bytes,
    lines: linesIn(span, within),
    first_seq: from.seq,
    total_bytes: elsewhere + bytes,
  } as const;
  const record = {seq, text: statusText({seq, ts, event, from, to})};
  return {event, lines: [...kept, record].sort((a, b) => a.seq - b.seq)};
}

/** The line of a status record; of one that tells of a cut `to` is where the output goes on behind it. */
export function statusText(record: {
  readonly seq: number;
  readonly ts: number;
  readonly event: StatusEvent;
  readonly from: SpoolOffsets;
  readonly to?: SpoolOffsets | undefined;
  readonly late?: boolean;
}): string {
  const {seq, ts, event, from, to, late = false} = record;
  return stringifyWellFormed({
    seq,
    ts,
    kind: 'status',
    data: event,
    ...(late ? {late} : {}),
    ...(to === undefined ? {} : {spool_from: [from.out, from.err]}),
    spool: [to?.out ?? from.out, to?.err ?? from.err],
  });
}

/** All that these records say was cut out. */
export function cutBytesOf(statuses: readonly StatusLine[]): number {
  return statuses.reduce((sum, status) => sum + cutBytes(status), 0);
}

function cutBytes({event}: StatusLine): number {
  return event?.event === 'truncated' ? event.bytes : 0;
}

/** Where a spool was begun anew between, what there was of the old one nobody knows any more. */
export function bytesBetween({from, to}: {readonly from: SpoolOffsets; readonly to: SpoolOffsets}): number {
  const of = (start: number, end: number) => (end >= start ? end - start : end);
  return of(from.out, to.out) + of(from.err, to.err);
}

/** Every number that is none of a status record is one of output; null where some of it was not counted. */
function linesIn({from, to}: CutSpan, within: readonly StatusLine[]): number | null {
  const others = within.filter(({event}) => event?.event !== 'truncated');
  let lines = to.seq - from.seq - others.length;
  for (const {seq, event} of within) {
    if (event?.event === 'lost') return null;
    if (event?.event === 'truncated') {
      if (event.lines === null) return null;
      const kept = others.filter(each => each.seq >= event.first_seq && each.seq < seq).length;
      lines += event.lines - (seq - event.first_seq + 1 - kept);
    }
  }
  return lines;
}

function lastOther(seq: number, taken: ReadonlySet<number>): number {
  let at = seq;
  while (taken.has(at)) at -= 1;
  return at;
}
