/** The phases of a run and their spans: which are open, since when, and what ended which. */
import type {PlacedRecord} from '../digest.ts';
import type {ProgressRecord} from '../record.ts';
import {Phase} from './phase.ts';
import {Unclaimed} from './unclaimed.ts';

export interface Span {
  readonly phase: Phase;
  readonly event: string;
  readonly batchIndex: number | undefined;
  readonly pid: number | undefined;
  /** NaN where that is unknown. */
  since: number;
  readonly expectMs: number | undefined;
  /** It was begun by a `progress`, so the next phase ends it. */
  readonly isImplied: boolean;
  /** The record that began it. */
  readonly opener: PlacedRecord;
}

const MOST_PHASES = 256;
const MOST_OPEN = 1024;
/** Where the time goes of phases beyond those. */
const OTHER = '(other)';
const ENDS: ReadonlySet<string> = new Set(['done', 'error', 'cancelled', 'complete']);

export class Spans {
  readonly phases = new Map<string, Phase>();
  readonly unclaimed = new Unclaimed();
  #open: Span[] = [];
  #implied = 0;

  /** Oldest first. */
  get open(): readonly Span[] {
    return this.#open;
  }

  /** Takes a record of a phase, the so manieth of the file; returns that phase. */
  add(record: ProgressRecord, at: number, order: number): Phase {
    const phase = this.#phase(record.phase);
    if (this.#implied > 0) this.#endImplied(at, phase);
    let isOpening = false;
    if (record.sub_phase === 'start') {
      const again = this.#startedBefore(phase, record);
      if (again !== undefined) this.#abandon(again, at);
      this.#begin(phase, {record, order}, at, false);
    } else if (ENDS.has(record.sub_phase)) {
      const span = this.#meantBy(phase, record) ?? this.#begin(phase, {record, order}, at, false);
      this.#end(span, at, record.sub_phase === 'error');
    } else if (this.#meantBy(phase, record) === undefined) {
      this.#begin(phase, {record, order}, at, true);
      isOpening = true;
    }
    phase.count(record, at, order, isOpening);
    return phase;
  }

  /** The run is over. What a `progress` began ends with it; what else is open was interrupted: its length says nothing. */
  close(at: number): void {
    this.#endImplied(at);
    for (const span of this.#open) this.#abandon(span, at);
  }

  /** Nothing tells how much time passed since the record before. */
  forgetTimes(): void {
    for (const span of this.#open) span.since = Number.NaN;
    for (const phase of this.phases.values()) phase.forgetTimes();
    this.unclaimed.forgetTimes();
  }

  #phase(name: string): Phase {
    const known = this.phases.get(name);
    if (known !== undefined) return known;
    const isTooMany = this.phases.size >= MOST_PHASES && name !== OTHER;
    if (isTooMany) return this.#phase(OTHER);
    const phase = new Phase(name);
    this.phases.set(name, phase);
    return phase;
  }

  #endImplied(at: number, but?: Phase): void {
    for (const span of this.#open) if (span.isImplied && span.phase !== but) this.#end(span, at, false);
  }

  /** A batch that the same process began before, and begins again without having ended it: the first try was given up. */
  #startedBefore(phase: Phase, {batch_index, event, pid}: ProgressRecord): Span | undefined {
    if (batch_index === undefined) return undefined;
    return this.#open.find(
      span =>
        span.phase === phase && span.batchIndex === batch_index && span.event === event && span.pid === pid,
    );
  }

  /**
   * The open span of the phase that a record goes on with or ends: one of its batch, else one of which either has none;
   * of several the one whose event has the same stem (`embed_batch_start`, `embed_batch_done`), then the one of the same
   * process, then the newest.
   */
  #meantBy(phase: Phase, {batch_index, event, pid}: ProgressRecord): Span | undefined {
    let best: Span | undefined;
    let bestRank = -1;
    for (const span of this.#open) {
      if (span.phase !== phase) continue;
      const isOfBatch = span.batchIndex === batch_index;
      if (!isOfBatch && span.batchIndex !== undefined && batch_index !== undefined) continue;
      const rank = (isOfBatch ? 4 : 0) + (isSameStem(span.event, event) ? 2 : 0) + (span.pid === pid ? 1 : 0);
      if (rank < bestRank) continue;
      best = span;
      bestRank = rank;
    }
    return best;
  }

  #begin(phase: Phase, opener: PlacedRecord, at: number, isImplied: boolean): Span {
    const {event, batch_index, pid, expect_ms} = opener.record;
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.length >= MOST_OPEN) this.#abandon(oldest, at);
    const span = {
      phase,
      event,
      batchIndex: batch_index,
      pid,
      since: at,
      expectMs: expect_ms,
      isImplied,
      opener,
    };
    if (this.#open.length === 0) this.unclaimed.claimed(phase.name, at);
    this.#open.push(span);
    if (isImplied) this.#implied += 1;
    phase.begin(at);
    return span;
  }

  #end(span: Span, at: number, isError: boolean): void {
    span.phase.end(span.since, at, isError);
    this.#remove(span, at);
  }

  #abandon(span: Span, at: number): void {
    span.phase.abandon(span.since, at);
    this.#remove(span, at);
  }

  #remove(span: Span, at: number): void {
    this.#open = this.#open.length === 1 ? [] : this.#open.filter(each => each !== span);
    if (span.isImplied) this.#implied -= 1;
    if (this.#open.length === 0) this.unclaimed.released(span.phase.name, at);
  }
}

/** `embed_batch_start` and `embed_batch_done`. */
function isSameStem(one: string, other: string): boolean {
  if (one === other) return true;
  const end = one.lastIndexOf('_');
  return end >= 0 && end === other.lastIndexOf('_') && other.startsWith(one.slice(0, end));
}
