/** The phases of a run and their spans: which are open, since when, and what ended which. */
import type {ProgressRecord} from '../record.ts';
import {Phase} from './phase.ts';
import {Unclaimed} from './unclaimed.ts';

export interface Span {
  readonly phase: Phase;
  readonly event: string;
  readonly batchIndex: number | undefined;
  readonly since: number;
  readonly expectMs: number | undefined;
  /** It was begun by a `progress`, so the next phase ends it. */
  readonly isImplied: boolean;
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

  /** Oldest first. */
  get open(): readonly Span[] {
    return this.#open;
  }

  /** Takes a record of a phase; returns that phase. */
  add(record: ProgressRecord, at: number): Phase {
    const phase = this.#phase(record.phase);
    for (const span of this.#open) if (span.isImplied && span.phase !== phase) this.#end(span, at, false);
    if (record.sub_phase === 'start') {
      const again = this.#find(phase, record.batch_index, true);
      if (again !== undefined) this.#abandon(again, at);
      this.#begin(phase, record, at, false);
    } else if (ENDS.has(record.sub_phase)) {
      const span = this.#find(phase, record.batch_index, false) ?? this.#begin(phase, record, at, false);
      this.#end(span, at, record.sub_phase === 'error');
    } else if (this.#find(phase, record.batch_index, false) === undefined) {
      this.#begin(phase, record, at, true);
    }
    phase.count(record, at);
    return phase;
  }

  /** The run is over: what is open was interrupted, so its length says nothing about others. */
  abandonAll(at: number): void {
    for (const span of this.#open) this.#abandon(span, at);
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

  /** The newest span of a phase; with a batch, the one of that batch, or else (unless it has to be exact) the newest without one. */
  #find(phase: Phase, batchIndex: number | undefined, exact: boolean): Span | undefined {
    if (exact && batchIndex === undefined) return undefined;
    const ofPhase = this.#open.filter(span => span.phase === phase);
    const ofBatch = ofPhase.findLast(span => span.batchIndex === batchIndex);
    if (ofBatch !== undefined || exact) return ofBatch;
    return ofPhase.findLast(span => batchIndex === undefined || span.batchIndex === undefined);
  }

  #begin(
    phase: Phase,
    {event, batch_index, expect_ms}: ProgressRecord,
    at: number,
    isImplied: boolean,
  ): Span {
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.length >= MOST_OPEN) this.#abandon(oldest, at);
    const span = {phase, event, batchIndex: batch_index, since: at, expectMs: expect_ms, isImplied};
    if (this.#open.length === 0) this.unclaimed.claimed(phase.name, at);
    this.#open.push(span);
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
    this.#open = this.#open.filter(each => each !== span);
    if (this.#open.length === 0) this.unclaimed.released(span.phase.name, at);
  }
}
