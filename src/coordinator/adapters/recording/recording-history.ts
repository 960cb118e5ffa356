/**
 * What was recorded of a job and in which order, so that a journal which somebody took away can be made again with the
 * same numbers: a follower that saw part of the old one goes on in the new one. The output itself is in the spool, and
 * where its records end depends on its bytes alone; remembered are the status records, and at which offsets recording
 * changed from one stream to the other.
 */
import {isClosingRecord, type StatusRecord} from '../../domain/index.ts';
import type {StatusLine} from '../directory/status-lines.ts';
import type {CutSpan} from './cutting/cut-record.ts';
import type {RecordingPlace, SpoolOffsets, Taken} from './recording-place.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

export type RecordedStatus = {
  readonly kind: 'status';
  readonly at: RecordingPlace;
  readonly late: boolean;
  /** Of one that tells what was cut out: where the output goes on. */
  readonly behind?: SpoolOffsets;
  /** The numbers missing before it were cut out. */
  readonly isBehindCut?: boolean;
} & StatusRecord;

export type Recorded =
  | {
      readonly kind: 'output';
      readonly stream: SpoolStream;
      readonly upTo: number;
      /** It was recorded so. */
      readonly isUnordered: boolean;
      /** Behind it. */
      readonly at: RecordingPlace;
    }
  | RecordedStatus
  /** Up to here, whatever it was, in an order that nobody knows. */
  | {readonly kind: 'all'; readonly at: RecordingPlace};

/** Beyond so many changes between the streams the oldest are forgotten; then the order of these is not known any more. */
const MOST_CHANGES = 8192;

export class RecordingHistory {
  #recorded: Recorded[] = [];
  #reached: RecordingPlace = {seq: 0, out: 0, err: 0};
  #changes = 0;

  /** What came before `place`, by another coordinator: only these status records are known of it, and what the journal lacks. */
  begin(place: RecordingPlace, known: readonly RecordedStatus[]): void {
    const there = known.filter(({at}) => at.seq < place.seq);
    const lacking = known.slice(there.length);
    this.#recorded = [...there, ...(place.seq === 0 ? [] : [{kind: 'all', at: place} as const]), ...lacking];
    this.#changes = 0;
    const last = lacking.at(-1)?.at;
    this.#reached = last === undefined ? place : {...last, ...lacking.at(-1)?.behind, seq: last.seq + 1};
  }

  /** The spool before `place` is gone: of what was recorded before, the status records are all that can be made again. */
  spoolCut(place: RecordingPlace): void {
    const known = this.#recorded.filter(entry => entry.kind === 'status');
    this.begin(place, knownEntries(known, place.seq));
  }

  /** Output of a stream was recorded; `place` is behind it. What is recorded again changes nothing. */
  output({stream, place, isUnordered}: Taken): void {
    if (place.seq <= this.#reached.seq) return;
    this.#reached = place;
    const upTo = stream === 'stdout' ? place.out : place.err;
    const entry = {kind: 'output', stream, upTo, isUnordered, at: place} as const;
    const last = this.#recorded.at(-1);
    if (last?.kind === 'output' && last.stream === stream && last.isUnordered === isUnordered) {
      this.#recorded[this.#recorded.length - 1] = entry;
      return;
    }
    this.#recorded.push(entry);
    this.#changes += 1;
    if (this.#changes > MOST_CHANGES) this.#forgetChanges();
  }

  /** The output of this span was cut out; `statuses` are the status records that stand for it. */
  cutOut({from, to}: CutSpan, statuses: readonly StatusLine[]): void {
    const reach = (entry: Recorded) => (entry.kind === 'status' ? entry.at.seq + 1 : entry.at.seq);
    const before = this.#recorded.filter(entry => reach(entry) <= from.seq);
    const across = this.#recorded.find(entry => entry.kind !== 'status' && reach(entry) > from.seq);
    const later = this.#recorded.filter(entry => reach(entry) > to.seq);
    const within = statuses.filter(({seq}) => seq >= from.seq && seq < to.seq);
    this.#recorded = [...before, ...upTo(from, across), ...copiedEntries(within, to), ...later];
    this.#changes = this.#recorded.filter(({kind}) => kind === 'output').length;
  }

  /** A status record was written at `at`. Nothing comes behind `closed`, so what is told of a closed journal goes before it. */
  status(at: RecordingPlace, record: StatusRecord, late: boolean, behind?: SpoolOffsets): void {
    const entry = {kind: 'status', at, late, ...record, ...(behind && {behind})} as const;
    const last = this.#recorded.at(-1);
    if (last?.kind === 'status' && isClosingRecord(last))
      this.#recorded.splice(-1, 1, entry, {...last, at: {...last.at, seq: at.seq + 1}});
    else this.#recorded.push(entry);
    this.#reached = {...at, ...behind, seq: Math.max(at.seq, this.#reached.seq) + 1};
  }

  /** What is to be recorded again in a journal that reaches to this number; nothing where it is whole. */
  behind(seq: number): Recorded[] {
    if (seq >= this.#reached.seq) return [];
    const there = this.#recorded.findLastIndex(entry => entry.kind !== 'output' && entry.at.seq < seq);
    const missing = this.#recorded.slice(there + 1);
    const isOver = missing.some(isClosingRecord);
    return isOver ? missing : [...missing, {kind: 'all', at: this.#reached}];
  }

  #forgetChanges(): void {
    const half = this.#recorded.length / 2;
    this.#recorded = this.#recorded.flatMap((entry, at): Recorded[] => {
      if (entry.kind !== 'output' || at > half) return [entry];
      // What goes on after this is all that is kept of several.
      const isLast = at + 1 > half || this.#recorded[at + 1]?.kind !== 'output';
      return isLast ? [{kind: 'all', at: entry.at}] : [];
    });
    this.#changes = this.#recorded.filter(({kind}) => kind === 'output').length;
  }
}

/** Status records of which only their order is known, as the first ones of the `most` that there are. */
export function knownEntries(known: readonly StatusRecord[], most: number): RecordedStatus[] {
  return known
    .slice(0, most)
    .map(({ts, data}, seq) => ({kind: 'status', at: {seq, out: 0, err: 0}, late: true, ts, data}));
}

/** What is known of an entry up to a place that it goes beyond. */
function upTo(at: RecordingPlace, across: Recorded | undefined): Recorded[] {
  if (across?.kind === 'output') return [{...across, at, upTo: across.stream === 'stdout' ? at.out : at.err}];
  return across?.kind === 'all' ? [{kind: 'all', at}] : [];
}

/** Status records as they were recorded; `place` is behind those that are there. Offsets in a spool that was cut since are none. */
export function copiedEntries(copied: readonly StatusLine[], place: RecordingPlace): RecordedStatus[] {
  let {out, err} = {out: Number.POSITIVE_INFINITY, err: Number.POSITIVE_INFINITY};
  let cutFrom = Number.POSITIVE_INFINITY;
  const entries = copied
    .toReversed()
    .flatMap(({seq, ts, event, late, spool, spoolFrom}): RecordedStatus[] => {
      const end = seq < place.seq ? place : {out, err};
      const reach = ([outThen, errThen]: readonly [number, number]) => {
        out = Math.min(out, outThen, end.out);
        err = Math.min(err, errThen, end.err);
        return {out, err};
      };
      const behind = reach(spool);
      const before = spoolFrom === undefined ? behind : reach(spoolFrom);
      if (event?.event === 'truncated') cutFrom = event.first_seq;
      const isBehindCut = seq >= cutFrom;
      if (event === undefined) return [];
      return [
        {
          kind: 'status',
          at: {seq, ...before},
          late,
          ts,
          data: event,
          ...(spoolFrom === undefined ? {} : {behind}),
          ...(isBehindCut ? {isBehindCut} : {}),
        },
      ];
    });
  return entries.toReversed();
}
